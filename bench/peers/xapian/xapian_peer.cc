// Xapian, as one would use it from its manual, for the protocol of the peers.
#include <xapian.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bench/peers/common/peer.h"

namespace dateline::peers {
namespace {

// Prefixes of terms; words have none, and being in lower case are never mistaken for one.
constexpr char kStem[] = "Z";
constexpr char kOutletTerm[] = "XO";
constexpr char kBylineTerm[] = "XB";
constexpr char kSectionTerm[] = "XS";

enum Slot : Xapian::valueno { kInstant, kMonth, kOutlets, kBylines, kSections };

constexpr size_t kLongestTerm = 245;
// A megabyte holds about so many articles of changes that are not written yet.
constexpr uint64_t kArticlesPerMb = 100;

// Counts the names of a value that holds several.
class NamesSpy : public Xapian::MatchSpy {
 public:
  explicit NamesSpy(Xapian::valueno slot) : slot_(slot) {}

  void operator()(const Xapian::Document& document, double /*weight*/) override {
    const std::string value = document.get_value(slot_);
    for (const std::string_view name : Split(value, kNameSeparator)) {
      name_.assign(name);
      ++counts_[name_];
    }
  }

  Counts counts() const { return Counts(counts_.begin(), counts_.end()); }

 private:
  const Xapian::valueno slot_;
  std::string name_;  // kept, so that looking up takes no memory
  std::unordered_map<std::string, uint64_t> counts_;
};

void AddTerm(Xapian::Document& document, const std::string& term) {
  if (term.size() <= kLongestTerm) document.add_term(term);
}

void AddNames(Xapian::Document& document, Slot slot, const char* prefix, std::string_view names) {
  if (names.empty()) return;
  document.add_value(slot, std::string(names));
  for (const std::string_view name : Split(names, kNameSeparator)) {
    const std::string term = prefix + std::string(name);
    if (term.size() <= kLongestTerm) document.add_boolean_term(term);
  }
}

Xapian::Document ToDocument(const Article& article) {
  Xapian::Document document;
  for (const std::string_view stem : Split(article.stems, ' ')) AddTerm(document, kStem + std::string(stem));
  Xapian::termpos position = 1;
  for (const std::string_view item : Split(article.words, ' ')) {
    if (const auto gap = GapOf(item)) {
      position += *gap;
    } else {
      if (item.size() <= kLongestTerm) document.add_posting(std::string(item), position);
      ++position;
    }
  }
  AddNames(document, kOutlets, kOutletTerm, article.outlets);
  AddNames(document, kBylines, kBylineTerm, article.bylines);
  AddNames(document, kSections, kSectionTerm, article.sections);
  if (article.instant) {
    document.add_value(kInstant, Xapian::sortable_serialise(static_cast<double>(*article.instant)));
    document.add_value(kMonth, MonthOf(*article.instant));
  }
  return document;
}

Xapian::Query QueryOf(const Tree& tree) {
  using Xapian::Query;
  const auto joined = [&tree](Query::op op) {
    std::vector<Query> parts;
    for (const Tree& part : tree.parts) parts.push_back(QueryOf(part));
    return Query(op, parts.begin(), parts.end());
  };
  switch (tree.op) {
    case Op::kTerm:
      return Query(kStem + tree.text);
    case Op::kAnd:
      return joined(Query::OP_AND);
    case Op::kOr:
      return joined(Query::OP_OR);
    case Op::kNot:
      return joined(Query::OP_AND_NOT);
    case Op::kMaybe:
      return joined(Query::OP_AND_MAYBE);
    case Op::kPhrase:
      return Query(Query::OP_PHRASE, tree.words.begin(), tree.words.end());
    case Op::kNear:
      return Query(Query::OP_NEAR, tree.words.begin(), tree.words.end(), tree.distance + 1);
    case Op::kPrefix:
      return Query(Query::OP_WILDCARD, tree.text);
  }
  throw std::logic_error("an op that nobody knows");
}

Xapian::Query QueryOf(const Filtered& query) {
  using Xapian::Query;
  Query whole = QueryOf(query.tree);
  if (query.outlet) whole = Query(Query::OP_FILTER, whole, Query(kOutletTerm + *query.outlet));
  const auto value = [](int64_t instant) { return Xapian::sortable_serialise(static_cast<double>(instant)); };
  if (query.from && query.to) {
    whole =
        Query(Query::OP_FILTER, whole, Query(Query::OP_VALUE_RANGE, kInstant, value(*query.from), value(*query.to)));
  } else if (query.from) {
    whole = Query(Query::OP_FILTER, whole, Query(Query::OP_VALUE_GE, kInstant, value(*query.from)));
  } else if (query.to) {
    // Not OP_VALUE_LE, which takes those without a value as well.
    const std::string lowest = Xapian::sortable_serialise(-std::numeric_limits<double>::max());
    whole = Query(Query::OP_FILTER, whole, Query(Query::OP_VALUE_RANGE, kInstant, lowest, value(*query.to)));
  }
  return whole;
}

class XapianEngine : public Engine {
 public:
  std::string name() const override { return "xapian"; }
  std::string version() const override { return Xapian::version_string(); }

  double Build(DocumentReader& documents, const BuildOptions& options) override {
    const std::string changes = std::to_string(std::max<uint64_t>(10000, options.memory_mb * kArticlesPerMb));
    setenv("XAPIAN_FLUSH_THRESHOLD", changes.c_str(), /*overwrite=*/1);
    const std::string raw = options.index + "/raw";
    double merge_seconds = 0;
    try {
      Xapian::WritableDatabase writer(raw, Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_NO_SYNC);
      for (Article article; documents.Read(article);) writer.add_document(ToDocument(article));
      writer.commit();
      const auto start = std::chrono::steady_clock::now();
      writer.compact(options.index + "/compact", Xapian::Compactor::FULLER);
      writer.close();
      merge_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    } catch (const Xapian::Error& e) {
      throw std::runtime_error(e.get_description());
    }
    std::filesystem::remove_all(raw);
    return merge_seconds;
  }

  void Open(const std::string& index) override {
    try {
      database_ = Xapian::Database(index + "/compact");
    } catch (const Xapian::Error& e) {
      throw std::runtime_error(index + ": " + e.get_description());
    }
  }

  std::string Skip(const Filtered& /*query*/) const override { return {}; }

  Answer Ask(const Filtered& query, Mode mode) override {
    try {
      return AskXapian(query, mode);
    } catch (const Xapian::Error& e) {
      throw std::runtime_error(e.get_description());
    }
  }

 private:
  Answer AskXapian(const Filtered& query, Mode mode) {
    Xapian::Enquire enquire(database_);
    enquire.set_query(QueryOf(query));
    const bool scored = mode != Mode::kCount && mode != Mode::kNewest10;
    if (scored) {
      enquire.set_weighting_scheme(Xapian::BM25Weight(/*k1=*/1.2, /*k2=*/0, /*k3=*/1, /*b=*/0.75, /*min_normlen=*/0));
    } else {
      enquire.set_weighting_scheme(Xapian::BoolWeight());
    }
    if (mode == Mode::kNewest10) enquire.set_sort_by_value(kInstant, /*reverse=*/true);
    NamesSpy outlets(kOutlets);
    NamesSpy bylines(kBylines);
    NamesSpy sections(kSections);
    Xapian::ValueCountMatchSpy months(kMonth);
    if (mode == Mode::kTop10Facets) {
      for (NamesSpy* spy : {&outlets, &bylines, &sections}) enquire.add_matchspy(spy);
      enquire.add_matchspy(&months);
    }
    const bool exact = mode == Mode::kCount || mode == Mode::kTop10Count || mode == Mode::kTop10Facets;
    const Xapian::doccount wanted = mode == Mode::kCount ? 0 : mode == Mode::kTop100 ? 100 : 10;
    const Xapian::MSet found = enquire.get_mset(0, wanted, exact ? database_.get_doccount() : 0);
    Answer answer;
    if (exact) answer.total = found.get_matches_estimated();
    for (Xapian::MSetIterator hit = found.begin(); hit != found.end(); ++hit) {
      answer.hits.push_back(*hit - 1);  // articles were added in the order of their numbers, the first as 1
      if (scored) answer.scores.push_back(hit.get_weight());
    }
    if (mode == Mode::kTop10Facets) {
      answer.facets["outlet"] = MostFrequent(outlets.counts());
      answer.facets["byline"] = MostFrequent(bylines.counts());
      answer.facets["section"] = MostFrequent(sections.counts());
      Counts& by_month = answer.facets["month"];
      for (Xapian::TermIterator month = months.values_begin(); month != months.values_end(); ++month) {
        by_month.emplace_back(*month, month.get_termfreq());
      }
    }
    return answer;
  }

  Xapian::Database database_;
};

}  // namespace
}  // namespace dateline::peers

int main(int argc, char** argv) {
  dateline::peers::XapianEngine engine;
  return dateline::peers::PeerMain(argc, argv, engine);
}
