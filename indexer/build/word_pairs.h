// Pairs of frequent words (core/index/postings_format.h): found in stretches of documents, a stretch at a time,
// spilled to files, and merged into the postings of a shard.
//
// Thread-safety: objects belong to one thread. Errors: those of files; DataLoss for a spill that cannot be read back.
#ifndef DATELINE_INDEXER_BUILD_WORD_PAIRS_H_
#define DATELINE_INDEXER_BUILD_WORD_PAIRS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "core/index/postings_builder.h"

namespace dateline::build {

// The frequent words of a shard, by number in byte order.
class FrequentWords {
 public:
  // No more than numbers of 16 bits tell apart, with one to spare.
  static constexpr size_t kMost = 65'534;

  struct Word {
    std::string text;
    bool everywhere = false;  // core/index/postings_format.h
  };
  // REQUIRES: words ascend, and are at most kMost.
  explicit FrequentWords(std::vector<Word> words);

  size_t size() const { return words_.size(); }
  absl::optional<uint16_t> NumberOf(absl::string_view word) const;

  // A pair has a number too, ascending by its words.
  uint32_t PairOf(uint16_t first, uint16_t second) const {
    return first * static_cast<uint32_t>(words_.size()) + second;
  }
  std::string TermOf(uint32_t pair) const;
  bool HasPositions(uint32_t pair) const { return First(pair).everywhere && Second(pair).everywhere; }

 private:
  const Word& First(uint32_t pair) const { return words_[pair / words_.size()]; }
  const Word& Second(uint32_t pair) const { return words_[pair % words_.size()]; }

  std::vector<Word> words_;
  absl::flat_hash_map<absl::string_view, uint16_t> numbers_;  // of words_, which do not move
};

// The pairs of one stretch of documents.
class PairCollector {
 public:
  // `words` must outlive the collector.
  PairCollector(const FrequentWords& words, uint32_t documents) : words_(words), placed_(documents) {}

  // The word stands at these positions of a document of the stretch, which ascend.
  void Place(uint32_t document, uint16_t word, absl::Span<const uint32_t> positions);

  // Writes what was found, and forgets it.
  absl::Status Spill(const std::string& path);

 private:
  struct Entry {
    uint32_t pair;
    uint32_t document;
    uint32_t position;
  };
  std::vector<Entry> Entries() const;
  // Appends what a spill says of one pair.
  void AppendPair(absl::Span<const Entry> entries, std::string& bytes) const;

  const FrequentWords& words_;
  std::vector<std::vector<uint16_t>> placed_;  // by document, by position: the number of the word + 1, 0 for none
};

// A spill and the row of the shard where its stretch begins.
using PairSpill = std::pair<std::string, uint32_t>;

// Gives `builder` every pair of the spills, which ascend by row.
absl::Status MergePairs(const FrequentWords& words, absl::Span<const PairSpill> spills,
                        index::PostingsBuilder& builder);

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_WORD_PAIRS_H_
