#include "indexer/build/glass/run_writer.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"

namespace dateline::build::glass {
namespace {

// More effort makes term lists hardly smaller.
constexpr int kDeflateLevel = 1;
constexpr size_t kCompressFrom = 19;
// Beyond, offsets of positions would not fit; a run ends long before.
constexpr size_t kMaxPositionBytes = 0xf0000000;

absl::Status Refusal(uint64_t docid, absl::string_view term, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("document ", docid, " of a run: the term '", absl::CHexEscape(term.substr(0, 40)), "' ", why));
}

// What of the tag before a term of a term list repeats.
size_t SharedBytes(absl::string_view a, absl::string_view b) {
  const size_t most = std::min(a.size(), b.size());
  size_t shared = 0;
  while (shared < most && a[shared] == b[shared]) ++shared;
  return shared;
}

}  // namespace

RunWriter::RunWriter(std::string path, const TermDictionary& dictionary)
    : path_(std::move(path)), dictionary_(dictionary), deflate_(libdeflate_alloc_compressor(kDeflateLevel)) {}

RunWriter::~RunWriter() { libdeflate_free_compressor(deflate_); }

absl::Status RunWriter::Add(const InternedDoc& doc) {
  uint64_t length = 0;
  for (const InternedTerm& term : doc.terms) {
    const absl::Span<const uint32_t> positions = doc.PositionsOf(term);
    if (!std::is_sorted(positions.begin(), positions.end(), std::less_equal<uint32_t>())) {
      return Refusal(postings_end_.size() + 1, dictionary_.term(term.number), "has positions that do not ascend");
    }
    if (!positions.empty()) position_coder_.Append(positions, positions_);
    postings_.push_back(Posting{term.number, term.wdf, static_cast<uint32_t>(positions_.size())});
    length += term.wdf;
  }
  if (positions_.size() > kMaxPositionBytes) return absl::ResourceExhaustedError("a run is too large");
  postings_end_.push_back(static_cast<uint32_t>(postings_.size()));
  lengths_.push_back(static_cast<uint32_t>(length));
  base::AppendString(docdata_, doc.data);
  return AddValues(doc);
}

absl::Status RunWriter::AddValues(const InternedDoc& doc) {
  const auto docid = static_cast<uint32_t>(postings_end_.size());
  std::vector<uint32_t> used;
  for (const auto& [number, value] : doc.values) {
    if (value.empty()) continue;  // no table holds one
    if (number > kMaxSlot) {
      return absl::InvalidArgumentError(
          absl::StrCat("document ", docid, " of a run: value slot ", number, "; the greatest is ", kMaxSlot));
    }
    used.push_back(number);
    Slot& slot = slots_[number];
    if (slot.count == 0 || value < slot.least) slot.least = value;
    if (slot.count == 0 || value > slot.greatest) slot.greatest = value;
    ++slot.count;
    base::AppendVarint(slot.entries, docid - slot.last_docid);
    base::AppendString(slot.entries, value);
    slot.last_docid = docid;
  }
  std::sort(used.begin(), used.end());
  tag_.clear();
  uint32_t next = 0;
  for (const uint32_t number : used) {
    base::AppendVarint(tag_, number - next);
    next = number + 1;
  }
  base::AppendString(used_slots_, tag_);
  return absl::OkStatus();
}

std::string RunWriter::ValueSection() const {
  std::string section;
  base::AppendVarint(section, slots_.size());
  for (const auto& [number, slot] : slots_) {
    base::AppendVarint(section, number);
    base::AppendVarint(section, slot.count);
    base::AppendString(section, slot.least);
    base::AppendString(section, slot.greatest);
    base::AppendString(section, slot.entries);
  }
  return section;
}

absl::Status RunWriter::CheckTerm(uint32_t number, uint32_t docid) const {
  const absl::string_view term = dictionary_.term(number);
  const auto zeros = static_cast<size_t>(std::count(term.begin(), term.end(), '\0'));
  if (term.empty()) return Refusal(docid, term, "is empty");
  if (term.size() + zeros > kMaxTermBytes) return Refusal(docid, term, "is too long");
  return absl::OkStatus();
}

// A counting sort: no two postings are compared, terms once. `listed` gets the terms of each document, ascending, at
// the places of its postings.
absl::Status RunWriter::InvertInto(std::string& postings, std::string& positions,
                                   std::vector<ListedTerm>& listed) const {
  std::vector<uint32_t> begins(dictionary_.size() + 1, 0);
  for (const Posting& posting : postings_) ++begins[posting.term + 1];
  std::vector<uint32_t> order;  // the terms that some document has
  for (uint32_t term = 0; term < dictionary_.size(); ++term) {
    if (begins[term + 1] > 0) order.push_back(term);
  }
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  // All that is told of a posting, so that what comes next reads it in a row.
  struct Place {
    uint32_t docid;
    uint32_t wdf;
    uint32_t positions_begin;
    uint32_t positions_end;
  };
  std::vector<Place> places(postings_.size());
  {
    std::vector<uint32_t> next(begins.begin(), begins.end() - 1);
    uint32_t number = 0;
    uint32_t positions_begin = 0;
    for (uint32_t row = 0; row < postings_end_.size(); ++row) {
      for (; number < postings_end_[row]; ++number) {
        const Posting& posting = postings_[number];
        places[next[posting.term]++] = {row + 1, posting.wdf, positions_begin, posting.positions_end};
        positions_begin = posting.positions_end;
      }
    }
  }
  std::sort(order.begin(), order.end(),
            [this](uint32_t a, uint32_t b) { return dictionary_.term(a) < dictionary_.term(b); });

  listed.resize(postings_.size());
  std::vector<uint32_t> next_listed(postings_end_.size(), 0);
  for (size_t row = 1; row < postings_end_.size(); ++row) next_listed[row] = postings_end_[row - 1];
  std::string rest;
  std::string entries;
  for (const uint32_t term : order) {
    rest.clear();
    entries.clear();
    uint64_t frequency = 0;
    uint32_t last = 0;
    uint32_t last_placed = 0;
    const Place& first = places[begins[term]];
    DL_RETURN_IF_ERROR(CheckTerm(term, first.docid));
    for (uint32_t i = begins[term]; i < begins[term + 1]; ++i) {
      const auto& [docid, wdf, positions_begin, positions_end] = places[i];
      if (docid == last) return Refusal(docid, dictionary_.term(term), "stands twice");
      frequency += wdf;
      if (last > 0) {
        base::AppendVarint(rest, docid - last - 1);
        base::AppendVarint(rest, wdf);
      }
      last = docid;
      listed[next_listed[docid - 1]++] = ListedTerm{term, wdf};
      if (positions_begin == positions_end) continue;
      base::AppendVarint(entries, docid - last_placed);
      base::AppendVarint(entries, positions_end - positions_begin);
      entries.append(positions_, positions_begin, positions_end - positions_begin);
      last_placed = docid;
    }
    base::AppendString(postings, dictionary_.term(term));
    base::AppendVarint(postings, begins[term + 1] - begins[term]);
    base::AppendVarint(postings, frequency);
    base::AppendVarint(postings, first.docid);
    base::AppendVarint(postings, last);
    base::AppendVarint(postings, first.wdf);
    base::AppendString(postings, rest);
    if (entries.empty()) continue;
    base::AppendString(positions, dictionary_.term(term));
    base::AppendString(positions, entries);
  }
  return absl::OkStatus();
}

std::string RunWriter::TermlistSection(const std::vector<ListedTerm>& listed) {
  std::string section;
  base::Decoder slots(used_slots_);
  uint32_t begin = 0;
  for (size_t row = 0; row < postings_end_.size(); ++row) {
    const uint32_t end = postings_end_[row];
    AppendTermlist(absl::MakeConstSpan(listed).subspan(begin, end - begin), lengths_[row], section);
    base::AppendString(section, slots.String());
    begin = end;
  }
  return section;
}

void RunWriter::AppendTermlist(absl::Span<const ListedTerm> terms, uint32_t length, std::string& out) {
  std::string& tag = tag_;
  tag.clear();
  if (!terms.empty()) {
    base::AppendVarint(tag, length);
    base::AppendVarint(tag, terms.size());
    base::AppendString(tag, dictionary_.term(terms.front().term));
    base::AppendVarint(tag, terms.front().wdf);
  }
  for (size_t i = 1; i < terms.size(); ++i) {
    const absl::string_view before = dictionary_.term(terms[i - 1].term);
    const absl::string_view term = dictionary_.term(terms[i].term);
    const uint32_t wdf = terms[i].wdf;
    const size_t shared = SharedBytes(before, term);
    // A small wdf goes into the byte that tells what repeats, where both fit.
    const uint64_t both = (uint64_t{wdf} + 1) * (before.size() + 1) + shared;
    const bool joined = wdf < 127 && both < 256;
    tag.push_back(static_cast<char>(joined ? both : shared));
    tag.push_back(static_cast<char>(term.size() - shared));
    tag.append(term.data() + shared, term.size() - shared);
    if (!joined) base::AppendVarint(tag, wdf);
  }
  size_t bytes = 0;
  if (tag.size() >= kCompressFrom) {
    if (compressed_.size() < tag.size()) compressed_.resize(tag.size());
    // 0: it would not be shorter.
    bytes = libdeflate_deflate_compress(deflate_, tag.data(), tag.size(), compressed_.data(), tag.size() - 1);
  }
  base::AppendVarint(out, (bytes > 0 ? bytes : tag.size()) << 1 | (bytes > 0 ? 1 : 0));
  out.append(bytes > 0 ? compressed_ : tag, 0, bytes > 0 ? bytes : tag.size());
}

absl::Status RunWriter::Finish() {
  std::string postings;
  std::string positions;
  std::vector<ListedTerm> listed;
  DL_RETURN_IF_ERROR(InvertInto(postings, positions, listed));
  const std::string termlists = TermlistSection(listed);
  const std::string values = ValueSection();
  const absl::string_view lengths(reinterpret_cast<const char*>(lengths_.data()), 4 * lengths_.size());
  DL_ASSIGN_OR_RETURN(base::FileWriter file, base::FileWriter::Create(path_));
  const absl::string_view sections[kRunSections] = {termlists, docdata_, lengths, values, postings, positions};
  std::string ends;
  uint64_t end = 0;
  for (const absl::string_view section : sections) {
    DL_RETURN_IF_ERROR(file.Append(section));
    end += section.size();
    base::AppendFixed64(ends, end);
  }
  DL_RETURN_IF_ERROR(file.Append(ends));
  return file.Close(/*sync=*/false);
}

}  // namespace dateline::build::glass
