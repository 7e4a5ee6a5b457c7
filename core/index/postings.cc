#include "core/index/postings.h"

#include <cstring>
#include <numeric>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/base/status_macros.h"
#include "core/index/score.h"

namespace dateline::index {
namespace {

constexpr size_t kMostVarintBytes = 5;  // of 32 bits

// So many values from the front of what is left of a record, which are aligned; null when it is too short.
template <typename T>
const T* Take(absl::string_view& rest, uint64_t count) {
  const uint64_t bytes = Aligned(count * sizeof(T));
  if (bytes > rest.size()) return nullptr;
  const T* const taken = reinterpret_cast<const T*>(rest.data());
  rest.remove_prefix(bytes);
  return taken;
}

// Do the parts that a record says it has lie within it?
bool LongRecordFits(absl::string_view record, uint32_t documents, uint32_t shard_documents) {
  absl::string_view rest = record;
  const auto* const header = Take<RecordHeader>(rest, 1);
  if (header == nullptr || header->documents != documents || header->chunks == 0) return false;
  const auto* const entries = Take<ChunkEntry>(rest, header->chunks);
  if (entries == nullptr || entries[0].first != 0) return false;
  for (uint32_t i = 0; i < header->chunks; ++i) {
    const ChunkEntry& entry = entries[i];
    const uint32_t end = i + 1 < header->chunks ? entries[i + 1].first : documents;
    const bool in_order = i == 0 || entry.number > entries[i - 1].number;
    if (!in_order || uint64_t{entry.number} << kChunkBits >= shard_documents || entry.first >= end ||
        end > documents) {
      return false;
    }
    // Each part begins where the one before ends.
    const uint64_t begin = uint64_t{entry.offset} * kRecordAlignment;
    if (begin != static_cast<uint64_t>(rest.data() - record.data())) return false;
    const uint32_t rows = RowsInChunk(entry.number, shard_documents);
    const bool taken = entry.bitset == 0 ? Take<uint16_t>(rest, end - entry.first) != nullptr
                                         : Take<uint64_t>(rest, BitsetWords(rows)) != nullptr &&
                                               Take<uint16_t>(rest, RankEntries(rows)) != nullptr;
    if (!taken) return false;
  }
  const auto numbers_fit = [&](int shift) {
    const uint32_t width = header->flags >> shift & 3;
    return width <= 2 && Take<char>(rest, uint64_t{documents} << width) != nullptr;
  };
  if ((header->flags & kScoredFlag) != 0) {
    if (!(header->greatest_saturation > 0) || Take<uint8_t>(rest, documents) == nullptr) return false;
    if (!numbers_fit(kWdfWidthShift)) return false;
  }
  if ((header->flags & kPositionsFlag) == 0) return rest.empty();
  return numbers_fit(kPositionBytesWidthShift) &&
         Take<uint32_t>(rest, (documents + kPositionBlock - 1) / kPositionBlock) != nullptr;
}

bool RowsAreSound(const PostingChunk& chunk, uint32_t rows) {
  for (uint32_t i = 1; i < chunk.count; ++i) {
    if (chunk.rows[i] <= chunk.rows[i - 1]) return false;
  }
  return chunk.count > 0 && chunk.rows[chunk.count - 1] < rows;
}

bool BitsetIsSound(const PostingChunk& chunk, uint32_t rows) {
  uint32_t rank = 0;
  for (uint32_t word = 0; word < chunk.words; ++word) {
    if (word % kRankWords == 0 && chunk.ranks[word / kRankWords] != static_cast<uint16_t>(rank)) return false;
    rank += static_cast<uint32_t>(std::popcount(chunk.bits[word]));
    const uint32_t inside = std::min(64U, rows - std::min(rows, word * 64));
    if (inside < 64 && chunk.bits[word] >> inside != 0) return false;
  }
  return rank == chunk.count;
}

// Do they ascend, each in as many bytes as 32 bits may take at most?
bool PositionsAreSound(absl::string_view bytes) {
  base::Decoder from(bytes);
  uint64_t position = 0;
  for (bool first = true; !from.empty(); first = false) {
    const size_t before = from.rest().size();
    const uint64_t delta = from.Varint();
    if (!from.ok() || before - from.rest().size() > kMostVarintBytes || delta > UINT32_MAX) return false;
    if (!first && delta == 0) return false;
    position += delta;
    if (position > UINT32_MAX) return false;
  }
  return true;
}

bool ShortRecordFits(absl::string_view record, uint32_t documents, uint32_t shard_documents) {
  base::Decoder from(record);
  const uint8_t flags = from.Byte();
  uint64_t next = 0;
  for (uint32_t i = 0; i < documents && from.ok(); ++i) {
    next += from.Varint() + 1;
    if (next > shard_documents) return false;
  }
  bool any_wdf = false;
  if ((flags & kScoredFlag) != 0) {
    for (uint32_t i = 0; i < documents; ++i) {
      const uint64_t wdf = from.Varint();
      if (wdf > UINT32_MAX) return false;
      any_wdf = any_wdf || wdf > 0;
    }
    if (!any_wdf) return false;
  }
  uint64_t bytes = 0;
  if ((flags & kPositionsFlag) != 0) {
    for (uint32_t i = 0; i < documents && from.ok(); ++i) bytes += from.Count();
  }
  return from.ok() && from.rest().size() == bytes;
}

// The row of the posting that has `left` others before it in its group of words, counted from the chunk's begin.
uint32_t RowInGroup(const PostingChunk& chunk, uint32_t group, uint32_t left) {
  uint32_t word = group * kRankWords;
  for (uint32_t set = 0; (set = static_cast<uint32_t>(std::popcount(chunk.bits[word]))) <= left; ++word) left -= set;
  uint64_t bits = chunk.bits[word];
  for (; left > 0; --left) bits &= bits - 1;
  return word * 64 + static_cast<uint32_t>(std::countr_zero(bits));
}

}  // namespace

uint64_t PostingList::Numbers::Sum(uint32_t begin, uint32_t end) const {
  if (width == 2) {
    const auto* const numbers = reinterpret_cast<const uint16_t*>(bytes);
    return std::accumulate(numbers + begin, numbers + end, uint32_t{0});
  }
  if (width == 4) {
    const auto* const numbers = reinterpret_cast<const uint32_t*>(bytes);
    return std::accumulate(numbers + begin, numbers + end, uint64_t{0});
  }
  // Eight bytes at a time, in four sums of 16 bits, which so few bytes do not fill. Of the last eight some may lie
  // behind the end; there is padding behind the records.
  constexpr uint64_t kEven = 0x00FF00FF00FF00FF;
  const auto eight_at = [this](uint32_t i) {
    uint64_t eight = 0;
    std::memcpy(&eight, bytes + i, sizeof(eight));
    return eight;
  };
  uint64_t sums = 0;
  for (; begin + 8 <= end; begin += 8) {
    const uint64_t eight = eight_at(begin);
    sums += (eight & kEven) + (eight >> 8 & kEven);
  }
  if (begin < end) {
    const uint64_t rest = eight_at(begin) & ((uint64_t{1} << 8 * (end - begin)) - 1);
    sums += (rest & kEven) + (rest >> 8 & kEven);
  }
  return sums * 0x0001000100010001 >> 48;
}

uint32_t PostingList::RowOf(uint32_t posting) const {
  const auto after =
      std::upper_bound(chunks_.begin(), chunks_.end(), posting,
                       [](uint32_t number, const PostingChunk& chunk) { return number < chunk.first; });
  const PostingChunk& chunk = *std::prev(after);
  const uint32_t base = chunk.number << kChunkBits;
  const uint32_t within = posting - chunk.first;
  if (chunk.rows != nullptr) return base + chunk.rows[within];
  // The last group of words before which no more bits are set.
  uint32_t low = 0;
  for (uint32_t high = kChunkRows / 64 / kRankWords; high - low > 1;) {
    const uint32_t middle = low + (high - low) / 2;
    const bool inside = middle * kRankWords < chunk.words && chunk.ranks[middle] <= within;
    (inside ? low : high) = middle;
  }
  return base + RowInGroup(chunk, low, within - chunk.ranks[low]);
}

void PostingList::RowsOf(absl::Span<const uint32_t> postings, std::vector<uint32_t>& rows) const {
  rows.resize(postings.size());
  size_t i = 0;
  for (const PostingChunk& chunk : chunks_) {
    const uint32_t base = chunk.number << kChunkBits;
    uint32_t group = 0;
    for (; i < postings.size() && postings[i] < chunk.first + chunk.count; ++i) {
      const uint32_t within = postings[i] - chunk.first;
      if (chunk.rows != nullptr) {
        rows[i] = base + chunk.rows[within];
        continue;
      }
      while ((group + 1) * kRankWords < chunk.words && chunk.ranks[group + 1] <= within) ++group;
      rows[i] = base + RowInGroup(chunk, group, within - chunk.ranks[group]);
    }
  }
}

absl::StatusOr<std::unique_ptr<Postings>> Postings::Open(const std::string& path, const Owner& owner) {
  std::unique_ptr<Postings> postings(new Postings());
  postings->path_ = path;
  DL_ASSIGN_OR_RETURN(postings->file_, base::MappedFile::Open(path));
  DL_RETURN_IF_ERROR(postings->Parse(owner));
  return postings;
}

absl::Status Postings::Damaged(absl::string_view what) const {
  return absl::DataLossError(absl::StrCat(path_, ": ", what));
}

absl::Status Postings::Parse(const Owner& owner) {
  const absl::string_view bytes = file_.bytes();
  PostingsTrailer trailer;
  if (bytes.size() < sizeof(trailer)) return Damaged("is cut short");
  std::memcpy(&trailer, bytes.data() + bytes.size() - sizeof(trailer), sizeof(trailer));
  if (absl::string_view(trailer.magic, sizeof(trailer.magic)) != kPostingsMagic) {
    return Damaged("is no file of postings, or is cut short");
  }
  if (trailer.version != kPostingsVersion) {
    return absl::FailedPreconditionError(absl::StrCat(path_, ": unknown version ", trailer.version));
  }
  if (trailer.shard_hash != owner.shard_hash) {
    return absl::FailedPreconditionError(absl::StrCat(path_, ": belongs to another shard"));
  }
  if (trailer.average_length != owner.average_length) {
    return absl::FailedPreconditionError(
        absl::StrCat(path_, ": was made for an average length of ", trailer.average_length));
  }
  const uint64_t body = bytes.size() - sizeof(trailer);
  const bool fits = trailer.records_bytes <= body && trailer.dictionary_bytes <= body &&
                    trailer.blocks <= body / sizeof(DictionaryBlock) &&
                    Aligned(trailer.records_bytes) + kImpactPadding + Aligned(trailer.dictionary_bytes) +
                            trailer.blocks * sizeof(DictionaryBlock) ==
                        body;
  if (!fits) return Damaged("its parts do not add up to its size");
  if (trailer.documents != owner.lengths.size()) return Damaged("has a wrong number of documents");
  documents_ = static_cast<uint32_t>(trailer.documents);
  terms_ = trailer.terms;
  pair_documents_ = trailer.pair_documents;
  records_ = bytes.substr(0, trailer.records_bytes);
  const uint64_t dictionary_begin = Aligned(trailer.records_bytes) + kImpactPadding;
  dictionary_ = bytes.substr(dictionary_begin, trailer.dictionary_bytes);
  blocks_ = absl::MakeConstSpan(
      reinterpret_cast<const DictionaryBlock*>(bytes.data() + dictionary_begin + Aligned(trailer.dictionary_bytes)),
      trailer.blocks);
  for (const DictionaryBlock& block : blocks_) {
    if (block.dictionary_offset >= dictionary_.size() || block.record_offset > records_.size()) {
      return Damaged("a block of the dictionary lies outside of it");
    }
  }
  norms_.assign((documents_ + kChunkRows - 1) / kChunkRows * kChunkRows, LengthNorm(0, owner.average_length));
  for (uint32_t row = 0; row < documents_; ++row) norms_[row] = LengthNorm(owner.lengths[row], owner.average_length);
  return absl::OkStatus();
}

absl::string_view Postings::FirstTermOf(uint64_t block) const {
  base::Decoder from(dictionary_.substr(blocks_[block].dictionary_offset));
  return from.String();
}

// The last block whose first term is not behind `term`; the first one when there is none.
uint64_t Postings::BlockOf(absl::string_view term) const {
  uint64_t low = 0;
  for (uint64_t high = blocks_.size(); high - low > 1;) {
    const uint64_t middle = low + (high - low) / 2;
    (FirstTermOf(middle) <= term ? low : high) = middle;
  }
  return low;
}

const uint8_t* PostingList::BlockMaxima(const PostingChunk& chunk) const {
  block_maxima_.resize(chunks_.size());
  std::unique_ptr<Maxima>& maxima = block_maxima_[static_cast<size_t>(&chunk - chunks_.data())];
  if (maxima != nullptr) return maxima->data();
  maxima = std::make_unique<Maxima>();
  const uint8_t* const impacts = impacts_ + chunk.first;
  if (chunk.bits == nullptr) {
    for (uint32_t i = 0; i < chunk.count; ++i) {
      uint8_t& most = (*maxima)[chunk.rows[i] / kBlockRows];
      most = std::max(most, impacts[i]);
    }
    return maxima->data();
  }
  const uint32_t blocks = chunk.words / kRankWords;
  for (uint32_t block = 0; block < blocks; ++block) {
    const uint32_t end = block + 1 < blocks ? chunk.ranks[block + 1] : chunk.count;
    uint8_t most = 0;
    for (uint32_t i = chunk.ranks[block]; i < end; ++i) most = std::max(most, impacts[i]);
    (*maxima)[block] = most;
  }
  return maxima->data();
}

Postings::TermWalk::TermWalk(const Postings& postings, absl::string_view first)
    : TermWalk(postings, postings.BlockOf(first)) {
  do {
    Next();
  } while (!at_end_ && term_ < first);
}

void Postings::TermWalk::Next() {
  while (from_.empty()) {
    at_end_ = block_ >= postings_.blocks_.size();
    if (at_end_) return;
    damaged_ = !OpenBlock();
    at_end_ = damaged_;
    if (at_end_) return;
  }
  damaged_ = !ReadTerm();
  at_end_ = damaged_;
}

bool Postings::TermWalk::OpenBlock() {
  const absl::Span<const DictionaryBlock> blocks = postings_.blocks_;
  const absl::string_view dictionary = postings_.dictionary_;
  const uint64_t begin = blocks[block_].dictionary_offset;
  const uint64_t end = block_ + 1 < blocks.size() ? blocks[block_ + 1].dictionary_offset : dictionary.size();
  if (end < begin) return false;
  from_ = base::Decoder(dictionary.substr(begin, end - begin));
  offset_ = blocks[block_].record_offset;
  first_of_block_ = true;
  ++block_;
  return true;
}

bool Postings::TermWalk::ReadTerm() {
  const uint64_t shared = std::exchange(first_of_block_, false) ? 0 : from_.Varint();
  const absl::string_view rest = from_.String();
  const uint64_t documents = from_.Varint();
  where_.bytes = from_.Varint();
  if (!from_.ok() || shared > term_.size() || documents == 0 || documents > postings_.documents_) return false;
  where_.documents = static_cast<uint32_t>(documents);
  where_.offset = where_.documents > kShortList ? Aligned(offset_) : offset_;
  const uint64_t records = postings_.records_.size();
  if (where_.offset > records || where_.bytes > records - where_.offset) return false;
  offset_ = where_.offset + where_.bytes;
  term_.resize(shared);
  term_.append(rest.data(), rest.size());
  return true;
}

absl::optional<Postings::Term> Postings::Find(absl::string_view term) const {
  const TermWalk walk(*this, term);
  if (walk.at_end() || walk.term() != term) return absl::nullopt;
  return walk.where();
}

void Postings::Visit(absl::string_view prefix, Visitor visitor) const {
  for (TermWalk walk(*this, prefix); !walk.at_end() && absl::StartsWith(walk.term(), prefix); walk.Next()) {
    if (!visitor(walk.term(), walk.where())) return;
  }
}

PostingList Postings::List(const Term& term) const {
  PostingList list;
  const absl::string_view record = records_.substr(term.offset, term.bytes);
  list.size_ = term.documents;
  if (term.documents > kShortList) {
    ReadLong(record, list);
  } else {
    ReadShort(record, list);
  }
  return list;
}

void Postings::ReadLong(absl::string_view record, PostingList& list) const {
  absl::string_view rest = record;
  const auto* const header = Take<RecordHeader>(rest, 1);
  if (header == nullptr) return;
  const auto* const entries = Take<ChunkEntry>(rest, header->chunks);
  if (entries == nullptr) return;
  list.chunks_.reserve(header->chunks);
  for (uint32_t i = 0; i < header->chunks; ++i) {
    PostingChunk chunk;
    chunk.number = entries[i].number;
    chunk.first = entries[i].first;
    chunk.count = (i + 1 < header->chunks ? entries[i + 1].first : header->documents) - chunk.first;
    const char* const begin = record.data() + uint64_t{entries[i].offset} * kRecordAlignment;
    uint64_t bytes = Aligned(2 * uint64_t{chunk.count});
    if (entries[i].bitset != 0) {
      const uint32_t rows = RowsInChunk(chunk.number, documents_);
      chunk.words = BitsetWords(rows);
      chunk.bits = reinterpret_cast<const uint64_t*>(begin);
      chunk.ranks = reinterpret_cast<const uint16_t*>(begin + 8 * uint64_t{chunk.words});
      bytes = 8 * uint64_t{chunk.words} + Aligned(2 * uint64_t{RankEntries(rows)});
    } else {
      chunk.rows = reinterpret_cast<const uint16_t*>(begin);
      chunk.FindStretches();
    }
    list.chunks_.push_back(chunk);
    rest = record.substr(static_cast<uint64_t>(begin - record.data()) + bytes);
  }
  const uint32_t count = header->documents;
  const auto width = [&](int shift) { return static_cast<uint8_t>(1U << (header->flags >> shift & 3)); };
  if ((header->flags & kScoredFlag) != 0) {
    list.greatest_saturation_ = header->greatest_saturation;
    list.impact_at_rank_ = header->impact_at_rank;
    list.impacts_ = Take<uint8_t>(rest, count);
    list.wdfs_ = {rest.data(), width(kWdfWidthShift)};
    Take<char>(rest, uint64_t{count} * list.wdfs_.width);
  }
  if ((header->flags & kPositionsFlag) != 0) {
    list.has_positions_ = true;
    list.position_bytes_ = {rest.data(), width(kPositionBytesWidthShift)};
    Take<char>(rest, uint64_t{count} * list.position_bytes_.width);
    list.position_offsets_ = Take<uint32_t>(rest, (count + kPositionBlock - 1) / kPositionBlock);
    list.positions_ = rest;
  }
}

void Postings::ReadShort(absl::string_view record, PostingList& list) const {
  list.unpacked_ = std::make_unique<PostingList::Unpacked>();
  PostingList::Unpacked& to = *list.unpacked_;
  base::Decoder from(record);
  const uint8_t flags = from.Byte();
  uint32_t next = 0;
  for (uint32_t i = 0; i < list.size_; ++i) {
    const uint32_t row = next + static_cast<uint32_t>(from.Varint());
    next = row + 1;
    const uint32_t number = row >> kChunkBits;
    if (list.chunks_.empty() || list.chunks_.back().number != number) {
      list.chunks_.push_back(PostingChunk{});
      list.chunks_.back().number = number;
      list.chunks_.back().first = i;
    }
    ++list.chunks_.back().count;
    to.rows.push_back(static_cast<uint16_t>(row));
  }
  to.rows.resize(to.rows.size() + kRowsPadding);
  for (PostingChunk& chunk : list.chunks_) {
    chunk.rows = to.rows.data() + chunk.first;
    chunk.FindStretches();
  }
  if ((flags & kScoredFlag) != 0) {
    std::vector<float> saturations;
    for (uint32_t i = 0; i < list.size_; ++i) {
      const auto wdf = static_cast<uint32_t>(from.Varint());
      to.wdfs.push_back(wdf);
      saturations.push_back(Saturation(wdf, norms_[list.RowOf(i)]));
      list.greatest_saturation_ = std::max(list.greatest_saturation_, saturations.back());
    }
    for (const float saturation : saturations) to.impacts.push_back(ImpactOf(saturation, list.greatest_saturation_));
    to.impacts.resize(to.impacts.size() + kImpactPadding);
    list.impacts_ = to.impacts.data();
    list.wdfs_ = {reinterpret_cast<const char*>(to.wdfs.data()), 4};
  }
  if ((flags & kPositionsFlag) != 0) {
    list.has_positions_ = true;
    uint32_t offset = 0;
    for (uint32_t i = 0; i < list.size_; ++i) {
      to.position_bytes.push_back(static_cast<uint32_t>(from.Varint()));
      to.position_offsets.push_back(offset);
      offset += to.position_bytes.back();
    }
    list.positions_ = from.rest();
    list.position_bytes_ = {reinterpret_cast<const char*>(to.position_bytes.data()), 4};
    list.position_offsets_ = to.position_offsets.data();
  }
}

absl::Status Postings::Check() const {
  absl::Status status;
  std::string previous;
  uint64_t terms = 0;
  TermWalk walk(*this, uint64_t{0});
  for (walk.Next(); !walk.at_end(); walk.Next()) {
    const absl::string_view term = walk.term();
    if (terms++ > 0 && term <= previous) status = Damaged("the dictionary is not in order");
    previous.assign(term.data(), term.size());
    if (status.ok()) status = CheckList(walk.where());
    if (absl::IsDataLoss(status)) {
      status =
          absl::DataLossError(absl::StrCat(status.message(), ", at '", absl::CHexEscape(term.substr(0, 40)), "'"));
    }
    if (!status.ok()) return status;
  }
  return !walk.damaged() && terms == terms_ ? absl::OkStatus() : Damaged("the dictionary cannot be read to its end");
}

// Everything that the reader takes on trust.
absl::Status Postings::CheckList(const Term& where) const {
  const absl::string_view record = records_.substr(where.offset, where.bytes);
  const bool is_long = where.documents > kShortList;
  if (is_long ? !LongRecordFits(record, where.documents, documents_)
              : !ShortRecordFits(record, where.documents, documents_)) {
    return Damaged("a record does not fit its list");
  }
  const PostingList list = List(where);
  for (const PostingChunk& chunk : list.chunks()) {
    const uint32_t rows = RowsInChunk(chunk.number, documents_);
    if (!(chunk.bits != nullptr ? BitsetIsSound(chunk, rows) : RowsAreSound(chunk, rows))) {
      return Damaged("rows are out of order, or ranks are wrong");
    }
  }
  if (list.scored()) DL_RETURN_IF_ERROR(CheckImpacts(list));
  return list.has_positions() ? CheckPositions(list) : absl::OkStatus();
}

absl::Status Postings::CheckImpacts(const PostingList& list) const {
  std::array<uint32_t, 256> postings_with = {};
  float greatest = 0;
  for (uint32_t posting = 0; posting < list.size(); ++posting) {
    const float saturation = Saturation(list.wdf(posting), norms_[list.RowOf(posting)]);
    greatest = std::max(greatest, saturation);
    ++postings_with[list.impacts()[posting]];
    if (saturation > list.greatest_saturation() ||
        ImpactOf(saturation, list.greatest_saturation()) != list.impacts()[posting]) {
      return Damaged("an impact is wrong");
    }
  }
  if (greatest != list.greatest_saturation()) return Damaged("no posting has the greatest saturation");
  // Lists that are packed in the file know of no ranks.
  if (list.unpacked_ == nullptr && list.impact_at_rank_ != ImpactsAtRanks(postings_with)) {
    return Damaged("the impact of a rank is wrong");
  }
  return absl::OkStatus();
}

absl::Status Postings::CheckPositions(const PostingList& list) const {
  uint64_t position_bytes = 0;
  for (uint32_t posting = 0; posting < list.size(); ++posting) {
    const bool known = list.unpacked_ != nullptr || posting % kPositionBlock == 0;
    const size_t block = list.unpacked_ != nullptr ? posting : posting / kPositionBlock;
    if (known && list.position_offsets_[block] != position_bytes) return Damaged("positions lie elsewhere");
    const uint32_t bytes = list.position_bytes_.At(posting);
    if (bytes > list.positions_.size() - position_bytes) return Damaged("positions lie outside of their record");
    if (!PositionsAreSound(list.positions_.substr(position_bytes, bytes))) return Damaged("positions are wrong");
    position_bytes += bytes;
  }
  return position_bytes == list.positions_.size() ? absl::OkStatus() : Damaged("positions are left over");
}

}  // namespace dateline::index
