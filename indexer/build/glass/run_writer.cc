#include "indexer/build/glass/run_writer.h"

#include <algorithm>
#include <cstring>
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
constexpr size_t kTermBlockBytes = 1 << 20;
// Beyond, offsets of positions would not fit; a run ends long before.
constexpr size_t kMaxPositionBytes = 0xf0000000;

// What of the tag before a term of a term list repeats.
size_t SharedBytes(absl::string_view a, absl::string_view b) {
  const size_t most = std::min(a.size(), b.size());
  size_t shared = 0;
  while (shared < most && a[shared] == b[shared]) ++shared;
  return shared;
}

}  // namespace

RunWriter::RunWriter(std::string path)
    : path_(std::move(path)), deflate_(libdeflate_alloc_compressor(kDeflateLevel)) {}

RunWriter::~RunWriter() { libdeflate_free_compressor(deflate_); }

absl::Status RunWriter::Add(const IndexedDoc& doc) {
  ++documents_;
  DL_RETURN_IF_ERROR(CheckTerms(doc));
  AddPostings(doc);
  AddTermlist(doc);
  base::AppendString(docdata_, doc.data);
  return AddValues(doc);
}

absl::Status RunWriter::CheckTerms(const IndexedDoc& doc) const {
  const auto refuse = [&](absl::string_view term, absl::string_view why) {
    return absl::InvalidArgumentError(absl::StrCat("document ", documents_, " of a run: the term '",
                                                   absl::CHexEscape(term.substr(0, 40)), "' ", why));
  };
  for (size_t i = 0; i < doc.terms.size(); ++i) {
    const IndexedTerm& term = doc.terms[i];
    const auto zeros = static_cast<size_t>(std::count(term.term.begin(), term.term.end(), '\0'));
    if (term.term.empty()) return refuse(term.term, "is empty");
    if (term.term.size() + zeros > kMaxTermBytes) return refuse(term.term, "is too long");
    if (i > 0 && term.term <= doc.terms[i - 1].term) return refuse(term.term, "is not greater than the one before");
    if (!std::is_sorted(term.positions.begin(), term.positions.end(), std::less_equal<uint32_t>())) {
      return refuse(term.term, "has positions that do not ascend");
    }
  }
  if (positions_.size() > kMaxPositionBytes) return absl::ResourceExhaustedError("a run is too large");
  return absl::OkStatus();
}

void RunWriter::AddPostings(const IndexedDoc& doc) {
  for (const IndexedTerm& term : doc.terms) {
    if (!term.positions.empty()) position_coder_.Append(term.positions, positions_);
    postings_.push_back(Posting{NumberOf(term.term), term.wdf, static_cast<uint32_t>(positions_.size())});
  }
  postings_end_.push_back(static_cast<uint32_t>(postings_.size()));
}

uint32_t RunWriter::NumberOf(absl::string_view term) {
  const auto found = numbers_.find(term);
  if (found != numbers_.end()) return found->second;
  const auto number = static_cast<uint32_t>(terms_.size());
  terms_.push_back(Keep(term));
  numbers_.emplace(terms_.back(), number);
  return number;
}

absl::string_view RunWriter::Keep(absl::string_view term) {
  if (block_left_ < term.size()) {
    blocks_.push_back(std::make_unique<char[]>(kTermBlockBytes));
    block_left_ = kTermBlockBytes;
  }
  char* const at = blocks_.back().get() + (kTermBlockBytes - block_left_);
  std::memcpy(at, term.data(), term.size());
  block_left_ -= term.size();
  return {at, term.size()};
}

void RunWriter::AddTermlist(const IndexedDoc& doc) {
  uint64_t length = 0;
  for (const IndexedTerm& term : doc.terms) length += term.wdf;
  base::AppendFixed32(lengths_, static_cast<uint32_t>(length));
  std::string& tag = scratch_;
  tag.clear();
  if (!doc.terms.empty()) {
    base::AppendVarint(tag, length);
    base::AppendVarint(tag, doc.terms.size());
  }
  absl::string_view before;
  for (const IndexedTerm& term : doc.terms) {
    if (before.data() == nullptr) {
      base::AppendString(tag, term.term);
      base::AppendVarint(tag, term.wdf);
      before = term.term;
      continue;
    }
    const size_t shared = SharedBytes(before, term.term);
    // A small wdf goes into the byte that tells what repeats, where both fit.
    const uint64_t both = (uint64_t{term.wdf} + 1) * (before.size() + 1) + shared;
    const bool joined = term.wdf < 127 && both < 256;
    tag.push_back(static_cast<char>(joined ? both : shared));
    tag.push_back(static_cast<char>(term.term.size() - shared));
    tag.append(term.term, shared);
    if (!joined) base::AppendVarint(tag, term.wdf);
    before = term.term;
  }
  size_t bytes = 0;
  if (tag.size() >= kCompressFrom) {
    compressed_.resize(tag.size());
    // 0: it would not be shorter.
    bytes = libdeflate_deflate_compress(deflate_, tag.data(), tag.size(), compressed_.data(), tag.size() - 1);
  }
  base::AppendVarint(termlists_, (bytes > 0 ? bytes : tag.size()) << 1 | (bytes > 0 ? 1 : 0));
  termlists_.append(bytes > 0 ? compressed_ : tag, 0, bytes > 0 ? bytes : tag.size());
}

absl::Status RunWriter::AddValues(const IndexedDoc& doc) {
  std::vector<uint32_t> used;
  for (const auto& [number, value] : doc.values) {
    if (value.empty()) continue;  // no table holds one
    if (number > kMaxSlot) {
      return absl::InvalidArgumentError(
          absl::StrCat("document ", documents_, " of a run: value slot ", number, "; the greatest is ", kMaxSlot));
    }
    used.push_back(number);
    Slot& slot = slots_[number];
    if (slot.count == 0 || value < slot.least) slot.least = value;
    if (slot.count == 0 || value > slot.greatest) slot.greatest = value;
    ++slot.count;
    base::AppendVarint(slot.entries, documents_ - slot.last_docid);
    base::AppendString(slot.entries, value);
    slot.last_docid = documents_;
  }
  std::sort(used.begin(), used.end());
  std::string& tag = scratch_;
  tag.clear();
  uint32_t next = 0;
  for (const uint32_t number : used) {
    base::AppendVarint(tag, number - next);
    next = number + 1;
  }
  base::AppendString(termlists_, tag);
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

// A counting sort: no two postings are compared, terms once.
void RunWriter::InvertInto(std::string& postings, std::string& positions) const {
  std::vector<uint32_t> begins(terms_.size() + 1, 0);
  for (const Posting& posting : postings_) ++begins[posting.term + 1];
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  struct Place {
    uint32_t docid;
    uint32_t posting;
  };
  std::vector<Place> places(postings_.size());
  {
    std::vector<uint32_t> next(begins.begin(), begins.end() - 1);
    uint32_t posting = 0;
    for (uint32_t row = 0; row < postings_end_.size(); ++row) {
      for (; posting < postings_end_[row]; ++posting) places[next[postings_[posting].term]++] = {row + 1, posting};
    }
  }
  std::vector<uint32_t> order(terms_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) { return terms_[a] < terms_[b]; });

  std::string rest;
  std::string entries;
  for (const uint32_t term : order) {
    rest.clear();
    entries.clear();
    uint64_t frequency = 0;
    uint32_t last = 0;
    uint32_t last_placed = 0;
    for (uint32_t i = begins[term]; i < begins[term + 1]; ++i) {
      const auto [docid, number] = places[i];
      const Posting& posting = postings_[number];
      frequency += posting.wdf;
      if (i > begins[term]) {
        base::AppendVarint(rest, docid - last - 1);
        base::AppendVarint(rest, posting.wdf);
      }
      last = docid;
      const uint32_t begin = number == 0 ? 0 : postings_[number - 1].positions_end;
      if (begin == posting.positions_end) continue;
      base::AppendVarint(entries, docid - last_placed);
      base::AppendVarint(entries, posting.positions_end - begin);
      entries.append(positions_, begin, posting.positions_end - begin);
      last_placed = docid;
    }
    const Place& first = places[begins[term]];
    base::AppendString(postings, terms_[term]);
    base::AppendVarint(postings, begins[term + 1] - begins[term]);
    base::AppendVarint(postings, frequency);
    base::AppendVarint(postings, first.docid);
    base::AppendVarint(postings, last);
    base::AppendVarint(postings, postings_[first.posting].wdf);
    base::AppendString(postings, rest);
    if (entries.empty()) continue;
    base::AppendString(positions, terms_[term]);
    base::AppendString(positions, entries);
  }
}

absl::Status RunWriter::Finish() {
  std::string postings;
  std::string positions;
  InvertInto(postings, positions);
  DL_ASSIGN_OR_RETURN(base::FileWriter file, base::FileWriter::Create(path_));
  const std::string values = ValueSection();
  const std::string* const sections[kRunSections] = {&termlists_, &docdata_, &lengths_,
                                                     &values,     &postings, &positions};
  std::string ends;
  uint64_t end = 0;
  for (const std::string* section : sections) {
    DL_RETURN_IF_ERROR(file.Append(*section));
    end += section->size();
    base::AppendFixed64(ends, end);
  }
  DL_RETURN_IF_ERROR(file.Append(ends));
  return file.Close(/*sync=*/false);
}

}  // namespace dateline::build::glass
