#include "indexer/build/glass/run_writer.h"

#include <algorithm>
#include <functional>
#include <limits>
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
    positions_.AppendDeltas(positions);
    postings_.push_back(Posting{term.number, term.wdf, static_cast<uint32_t>(positions_.size())});
    length += term.wdf;
  }
  if (length > std::numeric_limits<uint32_t>::max()) {
    return absl::InvalidArgumentError(
        absl::StrCat("document ", postings_end_.size() + 1, " of a run: its length ", length, " is too great"));
  }
  if (positions_.size() > kMaxPositionBytes) return absl::ResourceExhaustedError("a run is too large");
  postings_end_.push_back(static_cast<uint32_t>(postings_.size()));
  lengths_.push_back(static_cast<uint32_t>(length));
  base::AppendString(docdata_, doc.data);
  for (const std::vector<uint32_t>* starts : {&doc.starts.paragraphs, &doc.starts.sentences}) {
    starts_.AppendVarint(starts->size());
    starts_.AppendDeltas(*starts);
  }
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

absl::Status RunWriter::CheckTerm(absl::string_view term, uint32_t docid) {
  if (term.empty()) return Refusal(docid, term, "is empty");
  if (term.size() <= kMaxTermBytes / 2) return absl::OkStatus();  // even if each byte counts twice
  const auto zeros = static_cast<size_t>(std::count(term.begin(), term.end(), '\0'));
  if (term.size() + zeros > kMaxTermBytes) return Refusal(docid, term, "is too long");
  return absl::OkStatus();
}

// A counting sort: no two postings are compared, terms once.
RunWriter::Inversion RunWriter::Invert() const {
  std::vector<uint32_t> next(dictionary_.size(), 0);  // by number: how many, then where the next one goes
  for (const Posting& posting : postings_) ++next[posting.term];
  std::vector<uint32_t> numbers;  // the terms that some document has
  for (uint32_t number = 0; number < next.size(); ++number) {
    if (next[number] > 0) numbers.push_back(number);
  }
  Inversion inversion{RunTerms(dictionary_, numbers), {}, {}};
  inversion.ends.reserve(numbers.size());
  uint32_t end = 0;
  for (uint32_t rank = 0; rank < inversion.terms.size(); ++rank) {
    const uint32_t begin = end;
    end += std::exchange(next[inversion.terms.number(rank)], begin);
    inversion.ends.push_back(end);
  }
  // What is written here lies all over: it is asked for some postings ahead.
  constexpr size_t kAhead = 16;
  inversion.places.resize(postings_.size());
  uint32_t number = 0;
  uint32_t positions_begin = 0;
  for (uint32_t row = 0; row < postings_end_.size(); ++row) {
    for (; number < postings_end_[row]; ++number) {
      if (number + kAhead < postings_.size()) {
        __builtin_prefetch(&inversion.places[next[postings_[number + kAhead].term]], 1);
      }
      const Posting& posting = postings_[number];
      inversion.places[next[posting.term]++] = {row + 1, posting.wdf, positions_begin, posting.positions_end};
      positions_begin = posting.positions_end;
    }
  }
  return inversion;
}

// `listed` gets the terms of each document, ascending, at the places of its postings.
absl::Status RunWriter::WritePostings(const Inversion& inversion, Postings& out,
                                      std::vector<ListedTerm>& listed) const {
  std::vector<uint32_t> next_listed(postings_end_.size(), 0);
  for (size_t row = 1; row < postings_end_.size(); ++row) next_listed[row] = postings_end_[row - 1];
  uint32_t begin = 0;
  for (uint32_t rank = 0; rank < inversion.terms.size(); ++rank) {
    const auto places = absl::MakeConstSpan(inversion.places).subspan(begin, inversion.ends[rank] - begin);
    begin = inversion.ends[rank];
    for (const Place& place : places) listed[next_listed[place.docid - 1]++] = ListedTerm{rank, place.wdf};
    DL_RETURN_IF_ERROR(WriteTerm(inversion.terms.text(rank), places, out));
  }
  return absl::OkStatus();
}

absl::Status RunWriter::WriteTerm(absl::string_view term, absl::Span<const Place> places, Postings& out) const {
  const Place& first = places.front();
  DL_RETURN_IF_ERROR(CheckTerm(term, first.docid));
  out.rest.clear();
  out.entries.clear();
  uint64_t frequency = 0;
  uint32_t last = 0;
  uint32_t last_placed = 0;
  for (const auto& [docid, wdf, positions_begin, positions_end] : places) {
    if (docid == last) return Refusal(docid, term, "stands twice");
    frequency += wdf;
    if (last > 0) {
      out.rest.AppendVarint(docid - last - 1);
      out.rest.AppendVarint(wdf);
    }
    last = docid;
    if (positions_begin == positions_end) continue;
    out.entries.AppendVarint(docid - last_placed);
    out.entries.AppendVarint(positions_end - positions_begin);
    out.entries.AppendShort(positions_.view().substr(positions_begin, positions_end - positions_begin));
    last_placed = docid;
  }
  out.postings.AppendString(term);
  out.postings.AppendVarint(places.size());
  out.postings.AppendVarint(frequency);
  out.postings.AppendVarint(first.docid);
  out.postings.AppendVarint(last);
  out.postings.AppendVarint(first.wdf);
  out.postings.AppendString(out.rest.view());
  if (out.entries.empty()) return absl::OkStatus();
  out.positions.AppendString(term);
  out.positions.AppendString(out.entries.view());
  return absl::OkStatus();
}

ByteBuffer RunWriter::TermlistSection(const RunTerms& terms, const std::vector<ListedTerm>& listed) {
  ByteBuffer section;
  base::Decoder slots(used_slots_);
  uint32_t begin = 0;
  for (size_t row = 0; row < postings_end_.size(); ++row) {
    const uint32_t end = postings_end_[row];
    AppendTermlist(terms, absl::MakeConstSpan(listed).subspan(begin, end - begin), lengths_[row], section);
    section.AppendString(slots.String());
    begin = end;
  }
  return section;
}

void RunWriter::AppendTermlist(const RunTerms& terms, absl::Span<const ListedTerm> listed, uint32_t length,
                               ByteBuffer& out) {
  ByteBuffer& tag = termlist_;
  tag.clear();
  if (!listed.empty()) {
    tag.AppendVarint(length);
    tag.AppendVarint(listed.size());
    const absl::string_view first = terms.text(listed.front().rank);
    tag.AppendByte(static_cast<char>(first.size()));  // a byte, also where a varint would take two
    tag.AppendShort(first);
    tag.AppendVarint(listed.front().wdf);
  }
  for (size_t i = 1; i < listed.size(); ++i) {
    const absl::string_view term = terms.text(listed[i].rank);
    const size_t before_bytes = terms.text(listed[i - 1].rank).size();
    const uint32_t wdf = listed[i].wdf;
    const size_t shared = terms.SharedBytes(listed[i - 1].rank, listed[i].rank);
    // A small wdf goes into the byte that tells what repeats, where both fit.
    const uint64_t both = (uint64_t{wdf} + 1) * (before_bytes + 1) + shared;
    const bool joined = wdf < 127 && both < 256;
    tag.AppendByte(static_cast<char>(joined ? both : shared));
    tag.AppendByte(static_cast<char>(term.size() - shared));
    tag.AppendShort(term.substr(shared));
    if (!joined) tag.AppendVarint(wdf);
  }
  size_t bytes = 0;
  if (tag.size() >= kCompressFrom) {
    if (compressed_.size() < tag.size()) compressed_.resize(tag.size());
    // 0: it would not be shorter.
    bytes = libdeflate_deflate_compress(deflate_, tag.view().data(), tag.size(), compressed_.data(), tag.size() - 1);
  }
  out.AppendVarint((bytes > 0 ? bytes : tag.size()) << 1 | (bytes > 0 ? 1 : 0));
  out.Append(bytes > 0 ? absl::string_view(compressed_).substr(0, bytes) : tag.view());
}

absl::Status RunWriter::Finish() {
  positions_.Reserve(kCopySlack);
  Postings out;
  ByteBuffer termlists;
  {
    // Each of these is large, and goes when what was made of it is there.
    Inversion inversion = Invert();
    std::vector<ListedTerm> listed(postings_.size());
    std::vector<Posting>().swap(postings_);
    DL_RETURN_IF_ERROR(WritePostings(inversion, out, listed));
    std::vector<Place>().swap(inversion.places);
    termlists = TermlistSection(inversion.terms, listed);
  }
  const std::string values = ValueSection();
  const absl::string_view lengths(reinterpret_cast<const char*>(lengths_.data()), 4 * lengths_.size());
  DL_ASSIGN_OR_RETURN(base::FileWriter file, base::FileWriter::CreateScratch(path_));
  const absl::string_view sections[kRunSections] = {
      termlists.view(), docdata_, starts_.view(), lengths, values, out.postings.view(), out.positions.view()};
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
