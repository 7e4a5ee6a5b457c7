// Postings: the terms of a shard once more, laid out for speed, in one file that is mapped into memory. Derived from
// the shard and its columns and may be deleted: answers stay the same, only slower. FORMAT.md, "Postings", is
// normative.
//
// A row is docid - 1. The rows of a shard are cut into chunks of 65,536; what a term has in a chunk is a list of rows
// or, where many have it, a bitset with ranks. What belongs to a posting (how often, how good, where) lies in arrays
// in the order of the postings, so that a row leads to its posting by a search or a rank, and from there in one step.
//
// Thread-safety: a Postings may be read from any thread; a PostingList belongs to one. Ownership: a PostingList and
// its views live as long as the Postings. What Open accepts is safe to read as long as the file is what was written,
// which the manifest's checksums say; Check says it of any bytes.
#ifndef DATELINE_CORE_INDEX_POSTINGS_H_
#define DATELINE_CORE_INDEX_POSTINGS_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "core/base/coding.h"
#include "core/base/file.h"
#include "core/index/postings_format.h"

namespace dateline::index {

// How many of the ascending rows lie before `row`. Without branches that nobody can guess.
inline uint32_t LowerBound(const uint16_t* rows, uint32_t count, uint32_t row) {
  const uint16_t* at = rows;
  while (count > 1) {
    const uint32_t half = count / 2;
    at += at[half - 1] < row ? half : 0;
    count -= half;
  }
  return static_cast<uint32_t>(at - rows) + (count == 1 && *at < row ? 1 : 0);
}

// What one term has in one chunk: `rows` or `bits`.
struct PostingChunk {
  uint32_t number = 0;              // it holds the rows from number << 16 on
  uint32_t first = 0;               // the number of its first posting in the list
  uint32_t count = 0;               // of its postings
  uint32_t words = 0;               // of `bits`
  const uint16_t* rows = nullptr;   // ascending, within the chunk; kRowsPadding more may be read
  const uint64_t* bits = nullptr;   // by row
  const uint16_t* ranks = nullptr;  // set bits before every kRankWords words
  // Of a list: how many rows lie before each stretch, and in the end how many there are.
  std::array<uint32_t, kChunkStretches + 1> stretches = {};

  // Once `rows` and `count` are known.
  void FindStretches() {
    const uint16_t* at = rows;
    for (uint32_t i = 1; i <= kChunkStretches; ++i) {
      at = std::lower_bound(at, rows + count, i << kStretchBits);
      stretches[i] = static_cast<uint32_t>(at - rows);
    }
  }

  // Shows the row of every posting, ascending.
  template <typename Visitor>
  void VisitRows(Visitor visitor) const {
    const uint32_t base = number << kChunkBits;
    if (bits == nullptr) {
      for (uint32_t i = 0; i < count; ++i) visitor(base + rows[i]);
      return;
    }
    for (uint32_t i = 0; i < words; ++i) {
      for (uint64_t word = bits[i]; word != 0; word &= word - 1) {
        visitor(base + 64 * i + static_cast<uint32_t>(std::countr_zero(word)));
      }
    }
  }

  // The posting of a row within the chunk, as a number in the list; or kNoPosting.
  uint32_t PostingOf(uint32_t row) const {
    if (bits != nullptr) {
      const uint64_t word = bits[row / 64];
      if ((word >> row % 64 & 1) == 0) return kNoPosting;
      uint32_t rank = ranks[row / 64 / kRankWords];
      for (uint32_t i = row / 64 / kRankWords * kRankWords; i < row / 64; ++i) rank += std::popcount(bits[i]);
      return first + rank + static_cast<uint32_t>(std::popcount(word & ((uint64_t{1} << row % 64) - 1)));
    }
    const uint32_t begin = stretches[row >> kStretchBits];
    const uint32_t at = begin + LowerBound(rows + begin, stretches[(row >> kStretchBits) + 1] - begin, row);
    return at == count || rows[at] != row ? kNoPosting : first + at;
  }
};

// The positions of one posting, ascending, unpacked as they are asked for.
class PositionReader {
 public:
  PositionReader() = default;  // of none
  PositionReader(const char* begin, const char* end) : at_(begin), end_(end) {}

  void Prefetch() const { __builtin_prefetch(at_); }

  // Moves to the next; false behind the last.
  bool Next() {
    if (at_ == end_) return false;
    position_ += Difference();
    return true;
  }
  // Moves on to the first that is not below `least`; false when there is none. REQUIRES: there is a position().
  bool SkipTo(uint32_t least) {
    while (position_ < least) {
      if (at_ == end_) return false;
      position_ += Difference();
    }
    return true;
  }
  // REQUIRES: Next has said true.
  uint32_t position() const { return position_; }

 private:
  uint32_t Difference() {
    auto byte = static_cast<uint8_t>(*at_++);
    uint32_t difference = byte & 0x7F;
    for (int shift = 7; byte >= 0x80 && at_ != end_; shift += 7) {
      byte = static_cast<uint8_t>(*at_++);
      difference |= static_cast<uint32_t>(byte & 0x7F) << shift;
    }
    return difference;
  }

  const char* at_ = nullptr;
  const char* end_ = nullptr;
  uint32_t position_ = 0;
};

class PostingList {
 public:
  PostingList() = default;
  PostingList(PostingList&&) = default;
  PostingList& operator=(PostingList&&) = default;

  uint32_t size() const { return size_; }  // documents, dead ones included
  absl::Span<const PostingChunk> chunks() const { return chunks_; }
  // Its part in a chunk, or null.
  const PostingChunk* ChunkAt(uint32_t number) const {
    if (number < chunks_.size() && chunks_[number].number == number) return &chunks_[number];  // it is everywhere
    const auto at = std::lower_bound(chunks_.begin(), chunks_.end(), number,
                                     [](const PostingChunk& chunk, uint32_t n) { return chunk.number < n; });
    return at == chunks_.end() || at->number != number ? nullptr : &*at;
  }
  uint32_t PostingOf(uint32_t row) const {
    const PostingChunk* const chunk = ChunkAt(row >> kChunkBits);
    return chunk == nullptr ? kNoPosting : chunk->PostingOf(row & (kChunkRows - 1));
  }
  uint32_t RowOf(uint32_t posting) const;
  // The same for ascending postings; replaces `rows`.
  void RowsOf(absl::Span<const uint32_t> postings, std::vector<uint32_t>& rows) const;

  // Has some document a wdf? The others have 0 everywhere, and score nothing.
  bool scored() const { return impacts_ != nullptr; }
  uint32_t wdf(uint32_t posting) const { return wdfs_.At(posting); }
  // An upper bound of the saturation of a posting: impacts()[posting] / 255 * greatest_saturation(), from 1 to 255.
  // kImpactPadding bytes behind the last may be read.
  const uint8_t* impacts() const { return impacts_; }
  float greatest_saturation() const { return greatest_saturation_; }
  // The greatest impact that the chunk, one of this list's, has in each kBlockRows rows, kChunkBlocks of them; 0
  // where it has none. Found out when it is first asked for. REQUIRES: scored().
  static constexpr size_t kChunkBlocks = kChunkRows / kBlockRows;
  const uint8_t* BlockMaxima(const PostingChunk& chunk) const;
  // At least kImpactRanks[rank] postings have this impact or a greater one; 0 when the list is too short.
  uint8_t ImpactAtRank(size_t rank) const { return impact_at_rank_[rank]; }

  bool has_positions() const { return has_positions_; }
  // The positions of a posting. REQUIRES: has_positions(). `near`, where there is one, remembers the place for the
  // postings that follow: ascending ones are found sooner.
  struct PositionPlace {
    uint32_t posting = kNoPosting;
    uint64_t begin = 0;
  };
  PositionReader PositionsOf(uint32_t posting, PositionPlace* near = nullptr) const {
    uint64_t begin = 0;
    if (unpacked_ != nullptr) {
      begin = position_offsets_[posting];
    } else {
      const uint32_t block = posting / kPositionBlock;
      if (near != nullptr && near->posting <= posting && near->posting / kPositionBlock == block) {
        begin = near->begin + position_bytes_.Sum(near->posting, posting);
      } else {
        begin = position_offsets_[block] + position_bytes_.Sum(block * kPositionBlock, posting);
      }
      if (near != nullptr) *near = {posting, begin};
    }
    const char* const at = positions_.data() + begin;
    return PositionReader(at, at + position_bytes_.At(posting));
  }
  // Appends them.
  void AppendPositions(uint32_t posting, std::vector<uint32_t>& positions) const {
    PositionReader reader = PositionsOf(posting);
    while (reader.Next()) positions.push_back(reader.position());
  }

 private:
  friend class Postings;

  // Numbers of 1, 2 or 4 bytes each.
  struct Numbers {
    const char* bytes = nullptr;
    uint8_t width = 1;
    uint32_t At(uint32_t i) const {
      if (width == 1) return static_cast<uint8_t>(bytes[i]);
      uint32_t number = 0;
      std::memcpy(&number, bytes + size_t{i} * width, width == 2 ? 2 : 4);
      return number;
    }
    uint64_t Sum(uint32_t begin, uint32_t end) const;  // REQUIRES: at most kPositionBlock numbers
  };
  // What short lists, which lie packed in the file, are unpacked into.
  struct Unpacked {
    std::vector<uint16_t> rows;
    std::vector<uint32_t> wdfs;
    std::vector<uint8_t> impacts;
    std::vector<uint32_t> position_bytes;
    std::vector<uint32_t> position_offsets;
  };

  uint32_t size_ = 0;
  std::vector<PostingChunk> chunks_;
  Numbers wdfs_;
  const uint8_t* impacts_ = nullptr;
  float greatest_saturation_ = 0;
  std::array<uint8_t, kImpactRanks.size()> impact_at_rank_ = {};
  bool has_positions_ = false;
  Numbers position_bytes_;                      // by posting
  const uint32_t* position_offsets_ = nullptr;  // of every kPositionBlock-th posting
  absl::string_view positions_;
  std::unique_ptr<Unpacked> unpacked_;
  using Maxima = std::array<uint8_t, kChunkBlocks>;
  mutable std::vector<std::unique_ptr<Maxima>> block_maxima_;  // as chunks_, once one was asked for
};

class Postings {
 public:
  struct Owner {
    uint64_t shard_hash = 0;
    float average_length = 0;
    absl::Span<const uint32_t> lengths;  // of the shard's columns; needed while Open runs
  };
  // Maps `path`. FailedPrecondition when it belongs to another shard or average length, or has another version;
  // DataLoss when it is damaged in a way that its own lengths betray.
  static absl::StatusOr<std::unique_ptr<Postings>> Open(const std::string& path, const Owner& owner);

  uint32_t documents() const { return documents_; }
  uint64_t terms() const { return terms_; }  // pairs too
  // Are there pairs of all words that are as frequent as these two?
  bool HasPairsOf(const PostingList& first, const PostingList& second) const {
    return pair_documents_ > 0 && first.size() >= pair_documents_ && second.size() >= pair_documents_;
  }
  // K of core/index/score.h by row; it may be asked for any row of the last chunk.
  const float* norms() const { return norms_.data(); }

  // Where a term's postings lie.
  struct Term {
    uint32_t documents = 0;
    uint64_t offset = 0;
    uint64_t bytes = 0;
  };
  absl::optional<Term> Find(absl::string_view term) const;
  PostingList List(const Term& term) const;

  // Walks through the terms, ascending. The postings must outlive it.
  class TermWalk {
   public:
    // On the first term that is not before `first`.
    TermWalk(const Postings& postings, absl::string_view first);

    // Behind the last term, or where the dictionary is damaged.
    bool at_end() const { return at_end_; }
    bool damaged() const { return damaged_; }
    // Until Next. REQUIRES of all: not at_end().
    absl::string_view term() const { return term_; }
    const Term& where() const { return where_; }
    void Next();

   private:
    friend class Postings;
    TermWalk(const Postings& postings, uint64_t block) : postings_(postings), block_(block) {}  // before the first
    bool OpenBlock();
    bool ReadTerm();

    const Postings& postings_;
    uint64_t block_;  // that is opened next
    base::Decoder from_{absl::string_view()};
    bool first_of_block_ = false;
    uint64_t offset_ = 0;  // where the next record may begin
    std::string term_;
    Term where_;
    bool at_end_ = false;
    bool damaged_ = false;
  };

  // Shows every term that begins with `prefix`, ascending; ends early when the visitor says false.
  using Visitor = absl::FunctionRef<bool(absl::string_view term, const Term& where)>;
  void Visit(absl::string_view prefix, Visitor visitor) const;

  // Reads everything and says what is wrong, if something is: DataLoss.
  absl::Status Check() const;

 private:
  Postings() = default;
  absl::Status Parse(const Owner& owner);
  absl::Status Damaged(absl::string_view what) const;
  absl::string_view FirstTermOf(uint64_t block) const;
  uint64_t BlockOf(absl::string_view term) const;
  void ReadLong(absl::string_view record, PostingList& list) const;
  void ReadShort(absl::string_view record, PostingList& list) const;
  absl::Status CheckList(const Term& where) const;
  absl::Status CheckImpacts(const PostingList& list) const;
  absl::Status CheckPositions(const PostingList& list) const;

  std::string path_;
  base::MappedFile file_;
  uint32_t documents_ = 0;
  uint64_t terms_ = 0;
  uint32_t pair_documents_ = 0;
  absl::string_view records_;
  absl::string_view dictionary_;
  absl::Span<const DictionaryBlock> blocks_;
  std::vector<float> norms_;
};

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_POSTINGS_H_
