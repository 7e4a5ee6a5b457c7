#include "tests/support/glass_compare.h"

#include <xapian.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/index/stored_table.h"
#include "core/index/xapian_call.h"
#include "tests/support/random.h"

namespace dateline::test {
namespace {

class GlassComparison {
 public:
  GlassComparison(const std::string& a, const std::string& b, const GlassCompareOptions& options)
      : a_(a),
        b_(b),
        a_stored_(index::StoredTable::Open(a).value_or(nullptr)),
        b_stored_(index::StoredTable::Open(b).value_or(nullptr)),
        options_(options),
        random_(options.seed) {}

  absl::Status Run() {
    CompareStatistics();
    CompareTerms();
    CompareDocuments();
    CompareValueStreams();
    CompareSearches();
    return difference_.empty() ? absl::OkStatus() : absl::InternalError(difference_);
  }

  uint64_t comparisons() const { return comparisons_; }

 private:
  static std::string Text(const std::string& value) { return absl::CHexEscape(value.substr(0, 60)); }
  template <typename Number>
  static std::string Text(const Number& value) {
    return absl::StrCat(value);
  }

  // Goes on while all is equal.
  template <typename Value>
  bool Same(const Value& a, const Value& b, const std::string& what) {
    ++comparisons_;
    if (a == b) return true;
    if (difference_.empty()) difference_ = absl::StrCat(what, ": ", Text(a), " and ", Text(b));
    return false;
  }
  bool failed() const { return !difference_.empty(); }

  void CompareStatistics() {
    Same(a_.get_doccount(), b_.get_doccount(), "documents");
    Same(a_.get_lastdocid(), b_.get_lastdocid(), "last docid");
    Same(a_.get_total_length(), b_.get_total_length(), "total length");
    Same(a_.get_doclength_lower_bound(), b_.get_doclength_lower_bound(), "shortest document");
    Same(a_.get_doclength_upper_bound(), b_.get_doclength_upper_bound(), "longest document");
    Same(a_.has_positions(), b_.has_positions(), "positions");
    auto x = a_.metadata_keys_begin();
    auto y = b_.metadata_keys_begin();
    for (; !failed() && x != a_.metadata_keys_end() && y != b_.metadata_keys_end(); ++x, ++y) {
      if (Same(*x, *y, "metadata key")) Same(a_.get_metadata(*x), b_.get_metadata(*y), "metadata");
    }
    Same(x == a_.metadata_keys_end(), y == b_.metadata_keys_end(), "end of metadata");
    for (Xapian::valueno slot = 0; slot < 128; ++slot) {
      const std::string name = absl::StrCat("slot ", slot);
      Same(a_.get_value_freq(slot), b_.get_value_freq(slot), name);
      Same(a_.get_value_lower_bound(slot), b_.get_value_lower_bound(slot), name);
      Same(a_.get_value_upper_bound(slot), b_.get_value_upper_bound(slot), name);
    }
  }

  void CompareTerms() {
    auto x = a_.allterms_begin();
    auto y = b_.allterms_begin();
    for (uint64_t number = 0; !failed() && x != a_.allterms_end() && y != b_.allterms_end(); ++x, ++y, ++number) {
      const std::string term = *x;
      const std::string name = absl::StrCat("term ", Text(term));
      if (!Same(term, *y, "term")) return;
      Same(x.get_termfreq(), y.get_termfreq(), name);
      Same(a_.get_collection_freq(term), b_.get_collection_freq(term), name);
      if (number % options_.term_stride != 0) continue;
      terms_.push_back(term);
      ComparePostings(term, name);
    }
    if (!failed()) Same(x == a_.allterms_end(), y == b_.allterms_end(), "end of terms");
  }

  void ComparePostings(const std::string& term, const std::string& name) {
    auto p = a_.postlist_begin(term);
    auto q = b_.postlist_begin(term);
    for (; !failed() && p != a_.postlist_end(term) && q != b_.postlist_end(term); ++p, ++q) {
      Same(*p, *q, name);
      Same(p.get_wdf(), q.get_wdf(), name);
      Same(p.get_doclength(), q.get_doclength(), name);
      ComparePositions(term, *p, name);
    }
    if (failed()) return;
    Same(p == a_.postlist_end(term), q == b_.postlist_end(term), absl::StrCat("end of ", name));
    // Skipping takes other ways through chunks than walking.
    const Xapian::docid target = 1 + static_cast<Xapian::docid>(random_.Below(a_.get_lastdocid()));
    p = a_.postlist_begin(term);
    q = b_.postlist_begin(term);
    p.skip_to(target);
    q.skip_to(target);
    if (Same(p == a_.postlist_end(term), q == b_.postlist_end(term), absl::StrCat("skipping in ", name)) &&
        p != a_.postlist_end(term)) {
      Same(*p, *q, absl::StrCat("skipping in ", name));
    }
  }

  void ComparePositions(const std::string& term, Xapian::docid docid, const std::string& name) {
    auto p = a_.positionlist_begin(docid, term);
    auto q = b_.positionlist_begin(docid, term);
    for (; !failed() && p != a_.positionlist_end(docid, term) && q != b_.positionlist_end(docid, term); ++p, ++q) {
      Same(*p, *q, absl::StrCat("position of ", name, " in ", docid));
    }
    if (!failed()) {
      Same(p == a_.positionlist_end(docid, term), q == b_.positionlist_end(docid, term),
           absl::StrCat("positions of ", name, " in ", docid));
    }
  }

  // Our own reader of document data says what the library says, unless it leaves it to the library.
  void SameStored(const index::StoredTable* stored, Xapian::docid docid, const std::string& data,
                  const std::string& name) {
    if (stored == nullptr) {
      Same(data.empty(), true, absl::StrCat(name, " without a table of data"));
      return;
    }
    const absl::StatusOr<absl::string_view> found = stored->Find(docid, SIZE_MAX, scratch_);
    if (absl::IsUnimplemented(found.status())) return;
    if (absl::IsNotFound(found.status())) {
      Same(data.empty(), true, absl::StrCat("data of ", name));
    } else if (!found.ok()) {
      Same<std::string>(found.status().ToString(), "", name);
    } else {
      Same(std::string(*found), data, absl::StrCat("data of ", name));
      const size_t least = docid % 4096;
      const absl::StatusOr<absl::string_view> beginning = stored->Find(docid, least, scratch_);
      const bool begins =
          beginning.ok() && absl::StartsWith(data, *beginning) && beginning->size() >= std::min(least, data.size());
      Same(begins, true, absl::StrCat("the first ", least, " bytes of the data of ", name));
    }
  }

  void CompareDocuments() {
    auto p = a_.postlist_begin("");
    auto q = b_.postlist_begin("");
    for (uint64_t number = 0; !failed() && p != a_.postlist_end("") && q != b_.postlist_end(""); ++p, ++q, ++number) {
      const Xapian::docid docid = *p;
      if (!Same(docid, *q, "docid")) return;
      if (number % options_.document_stride != 0) continue;
      const std::string name = absl::StrCat("document ", docid);
      const Xapian::Document x = a_.get_document(docid);
      const Xapian::Document y = b_.get_document(docid);
      Same(x.get_data(), y.get_data(), name);
      SameStored(a_stored_.get(), docid, x.get_data(), name);
      SameStored(b_stored_.get(), docid, y.get_data(), name);
      Same(a_.get_doclength(docid), b_.get_doclength(docid), name);
      Same(a_.get_unique_terms(docid), b_.get_unique_terms(docid), name);
      auto v = x.values_begin();
      auto w = y.values_begin();
      for (; !failed() && v != x.values_end() && w != y.values_end(); ++v, ++w) {
        Same(v.get_valueno(), w.get_valueno(), name);
        Same(*v, *w, name);
      }
      if (!failed()) Same(v == x.values_end(), w == y.values_end(), absl::StrCat("values of ", name));
      auto t = a_.termlist_begin(docid);
      auto u = b_.termlist_begin(docid);
      for (; !failed() && t != a_.termlist_end(docid) && u != b_.termlist_end(docid); ++t, ++u) {
        Same(*t, *u, name);
        Same(t.get_wdf(), u.get_wdf(), name);
        Same(t.get_termfreq(), u.get_termfreq(), name);
        Same(t.positionlist_count(), u.positionlist_count(), name);
      }
      if (!failed()) Same(t == a_.termlist_end(docid), u == b_.termlist_end(docid), absl::StrCat("terms of ", name));
    }
    if (!failed()) Same(p == a_.postlist_end(""), q == b_.postlist_end(""), "end of docids");
  }

  void CompareValueStreams() {
    for (Xapian::valueno slot = 0; !failed() && slot < 128; ++slot) {
      auto v = a_.valuestream_begin(slot);
      auto w = b_.valuestream_begin(slot);
      for (; !failed() && v != a_.valuestream_end(slot) && w != b_.valuestream_end(slot); ++v, ++w) {
        Same(v.get_docid(), w.get_docid(), "value stream");
        Same(*v, *w, "value stream");
      }
      if (!failed()) Same(v == a_.valuestream_end(slot), w == b_.valuestream_end(slot), "end of a value stream");
    }
  }

  Xapian::Query RandomQuery() {
    const auto term = [this] { return Xapian::Query(random_.Pick(terms_)); };
    static constexpr Xapian::Query::op kOps[] = {Xapian::Query::OP_OR,     Xapian::Query::OP_AND,
                                                 Xapian::Query::OP_PHRASE, Xapian::Query::OP_NEAR,
                                                 Xapian::Query::OP_FILTER, Xapian::Query::OP_AND_NOT};
    const uint64_t which = random_.Below(std::size(kOps) + 2);
    if (which == std::size(kOps)) return term();
    if (which > std::size(kOps)) {
      const std::string low = RandomValue();
      return Xapian::Query(Xapian::Query::OP_VALUE_GE, static_cast<Xapian::valueno>(random_.Below(10)), low);
    }
    return Xapian::Query(kOps[which], term(), term());
  }

  std::string RandomValue() { return random_.Bytes(1 + random_.Below(3)); }

  void CompareSearches() {
    if (terms_.empty()) return;
    for (int i = 0; !failed() && i < options_.searches; ++i) {
      const Xapian::Query query = RandomQuery();
      const std::string name = absl::CHexEscape(query.get_description());
      Xapian::Enquire x(a_);
      Xapian::Enquire y(b_);
      x.set_query(query);
      y.set_query(query);
      const Xapian::MSet m = x.get_mset(0, 20, a_.get_doccount());
      const Xapian::MSet n = y.get_mset(0, 20, b_.get_doccount());
      Same(m.size(), n.size(), name);
      Same(m.get_matches_estimated(), n.get_matches_estimated(), name);
      for (Xapian::doccount hit = 0; !failed() && hit < m.size(); ++hit) {
        Same(*m[hit], *n[hit], name);
        Same(m[hit].get_weight(), n[hit].get_weight(), name);
      }
    }
  }

  const Xapian::Database a_;
  const Xapian::Database b_;
  const std::unique_ptr<const index::StoredTable> a_stored_;
  const std::unique_ptr<const index::StoredTable> b_stored_;
  std::string scratch_;
  const GlassCompareOptions options_;
  Random random_;
  std::vector<std::string> terms_;
  std::string difference_;  // the first
  uint64_t comparisons_ = 0;
};

}  // namespace

absl::StatusOr<uint64_t> CompareGlass(const std::string& a, const std::string& b,
                                      const GlassCompareOptions& options) {
  uint64_t comparisons = 0;
  DL_RETURN_IF_ERROR(index::XapianCall(a, [&] {
    GlassComparison comparison(a, b, options);
    const absl::Status status = comparison.Run();
    comparisons = comparison.comparisons();
    return status;
  }));
  return comparisons;
}

}  // namespace dateline::test
