// The numbers that writer and reader of postings share. FORMAT.md, "Postings", is normative.
//
// Thread-safety: constants and pure functions.
#ifndef DATELINE_CORE_INDEX_POSTINGS_FORMAT_H_
#define DATELINE_CORE_INDEX_POSTINGS_FORMAT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::index {

inline constexpr absl::string_view kPostingsMagic = "DLPOSTNG";
inline constexpr uint32_t kPostingsVersion = 1;

inline constexpr uint32_t kNoPosting = UINT32_MAX;
inline constexpr uint32_t kChunkBits = 16;
inline constexpr uint32_t kChunkRows = 1U << kChunkBits;
// Readers remember of a chunk's list where so many rows begin.
inline constexpr uint32_t kStretchBits = 13;
inline constexpr uint32_t kStretchRows = 1U << kStretchBits;
inline constexpr uint32_t kChunkStretches = kChunkRows / kStretchRows;
// A chunk in which at least one row of so many has the term is a bitset.
inline constexpr uint32_t kBitsetShare = 16;
inline constexpr uint32_t kRankWords = 8;  // words of 64 bits
inline constexpr uint32_t kPositionBlock = 128;
// Lists of at most so many postings are packed.
inline constexpr uint32_t kShortList = 16;
inline constexpr size_t kDictionaryBlockTerms = 16;
inline constexpr size_t kRecordAlignment = 8;
// So many bytes behind the records may be read by whoever reads many at a time.
inline constexpr size_t kImpactPadding = 64;
// So many rows may be read behind the last of a chunk.
inline constexpr size_t kRowsPadding = kImpactPadding / sizeof(uint16_t);
// See PostingList::ImpactAtRank.
inline constexpr std::array<uint32_t, 3> kImpactRanks = {16, 128, 1024};

enum RecordFlags : uint8_t {
  kScoredFlag = 1,
  kPositionsFlag = 2,
  kWdfWidthShift = 2,            // two bits: the binary logarithm of the bytes
  kPositionBytesWidthShift = 4,  // the same
};

struct DictionaryBlock {
  uint64_t dictionary_offset;
  uint64_t record_offset;
};

// At the begin of the record of a long list.
struct RecordHeader {
  uint32_t documents;
  uint8_t flags;
  std::array<uint8_t, kImpactRanks.size()> impact_at_rank;
  float greatest_saturation;
  uint32_t chunks;
};
static_assert(sizeof(RecordHeader) == 16);

// Behind the header, for each chunk.
struct ChunkEntry {
  uint32_t number;
  uint32_t first;   // posting
  uint32_t bitset;  // 0 or 1
  uint32_t offset;  // from the begin of the record, in units of kRecordAlignment
};

// Words of the bitset of a chunk of a shard with so many documents, and of its ranks.
inline constexpr uint32_t RowsInChunk(uint32_t number, uint32_t documents) {
  const uint32_t left = documents - (number << kChunkBits);
  return left < kChunkRows ? left : kChunkRows;
}
inline constexpr uint32_t kBlockRows = 64 * kRankWords;
inline constexpr uint32_t RankEntries(uint32_t rows) { return (rows + kBlockRows - 1) / kBlockRows; }
inline constexpr uint32_t BitsetWords(uint32_t rows) { return RankEntries(rows) * kRankWords; }
inline constexpr uint64_t Aligned(uint64_t bytes) {
  return (bytes + kRecordAlignment - 1) / kRecordAlignment * kRecordAlignment;
}

// The least impact i from 1 to 255 with i / 255 * greatest >= saturation. REQUIRES: 0 < saturation <= greatest.
inline uint8_t ImpactOf(float saturation, float greatest) {
  const double exact = static_cast<double>(saturation) * 255.0 / static_cast<double>(greatest);
  auto impact = static_cast<uint32_t>(exact);
  while (static_cast<double>(impact) * static_cast<double>(greatest) < static_cast<double>(saturation) * 255.0) {
    ++impact;
  }
  return static_cast<uint8_t>(impact < 1 ? 1 : impact > 255 ? 255 : impact);
}

// See PostingList::ImpactAtRank. `postings_with`: how many postings have each impact.
inline std::array<uint8_t, kImpactRanks.size()> ImpactsAtRanks(const std::array<uint32_t, 256>& postings_with) {
  std::array<uint8_t, kImpactRanks.size()> impacts = {};
  for (size_t rank = 0; rank < kImpactRanks.size(); ++rank) {
    uint32_t impact = 256;
    for (uint32_t above = 0; impact > 0 && above < kImpactRanks[rank];) above += postings_with[--impact];
    impacts[rank] = static_cast<uint8_t>(impact);
  }
  return impacts;
}

// Pairs of words: where two written words that are both frequent stand one behind the other. They are terms like
// others, without wdf, and complete: of two frequent words whose pair is no term, the second follows the first
// nowhere. Those of two words that are everywhere have positions, which are those of the first word.
inline constexpr char kPairMark = 1;  // begins no other term, and is in none
inline std::string PairTerm(absl::string_view first, absl::string_view second) {
  std::string term;
  term.reserve(first.size() + second.size() + 2);
  term.push_back(kPairMark);
  term.append(first.data(), first.size());
  term.push_back(kPairMark);
  term.append(second.data(), second.size());
  return term;
}
// Where sentences and paragraphs begin: as if these were words, without wdf, that stand there.
inline constexpr absl::string_view kParagraphStarts("\x02p", 2);
inline constexpr absl::string_view kSentenceStarts("\x02s", 2);
// Is the term a written word anywhere in the text? (core/index/schema.h: prefixes are capital letters.)
inline bool IsWrittenWord(absl::string_view term) {
  return !term.empty() && static_cast<unsigned char>(term.front()) > kParagraphStarts.front() &&
         !(term.front() >= 'A' && term.front() <= 'Z');
}
// A word is frequent when one in so many documents of the shard has it, and more than a short list holds.
inline constexpr uint32_t kDefaultPairShare = 128;
inline constexpr uint32_t kUnsaidPairShare = 32;  // of manifests from before it could be chosen
inline constexpr uint32_t kMostPairShare = 1'000'000;
// The documents that a frequent word has at least. REQUIRES: pair_share is not 0.
inline constexpr uint32_t PairDocuments(uint32_t documents, uint32_t pair_share) {
  const uint32_t share = documents / pair_share + (documents % pair_share == 0 ? 0 : 1);
  return share > kShortList ? share : kShortList + 1;
}

// A word is everywhere when one in so many documents of the shard has it.
inline constexpr uint32_t kEverywhereShare = 4;
inline constexpr bool IsEverywhere(uint64_t with, uint32_t documents) { return with * kEverywhereShare >= documents; }

// Trailer: the last bytes of the file.
struct PostingsTrailer {
  uint64_t records_bytes;
  uint64_t dictionary_bytes;  // behind the records, aligned
  uint64_t blocks;            // behind the dictionary, aligned
  uint64_t terms;
  uint64_t documents;
  uint64_t shard_hash;
  uint32_t pair_documents;  // that a word of a pair has at least; 0: there are no pairs
  float average_length;
  uint32_t padding;
  uint32_t version;
  char magic[8];
};
static_assert(sizeof(PostingsTrailer) == 72);

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_POSTINGS_FORMAT_H_
