// An archive in memory as the index would see it: the numbers of its words in order, and the facts of its articles.
//
// Memory is bounded: reading stops after a fixed number of tokens, and tells so. Thread-safety: plain values; reading
// belongs to one thread. Errors: those of opening the inputs; records that give no article are counted.
#ifndef DATELINE_BENCH_CORPUS_ARCHIVE_SAMPLE_H_
#define DATELINE_BENCH_CORPUS_ARCHIVE_SAMPLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"

namespace dateline::bench::corpus {

inline constexpr size_t kMaxSampleTokens = size_t{1} << 26;

struct SampledArticle {
  size_t first_token = 0;  // of the body, in ArchiveSample::tokens
  uint32_t tokens = 0;     // of the body
  uint32_t headline_tokens = 0;
  uint32_t sentences = 0;
  uint32_t paragraphs = 0;
  absl::optional<int64_t> day;  // since 1970-01-01 UTC
  bool day_only = false;
  bool agency = false;
  std::string outlet;
  std::string writer;  // the first; "" for none
};

struct ArchiveSample {
  std::vector<SampledArticle> articles;
  std::vector<uint32_t> tokens;  // word numbers of all bodies, one body after another; below `words`
  uint32_t words = 0;            // distinct
  uint64_t rejected = 0;         // records that gave no article
  bool cut = false;              // there was more than kMaxSampleTokens
};

absl::StatusOr<ArchiveSample> ReadArchive(const std::vector<std::string>& inputs);

// How often each word occurs, by word number.
std::vector<uint32_t> WordCounts(const ArchiveSample& sample);

// In how many articles each word occurs, by word number.
std::vector<uint32_t> DocumentCounts(const ArchiveSample& sample);

// How many distinct words the first `tokens` tokens hold, for each of `tokens`, which ascend.
std::vector<uint64_t> VocabularyAt(const ArchiveSample& sample, const std::vector<uint64_t>& tokens);

// The part of the articles, 0 to 1, whose text repeats most of an earlier one's, by their rarest hashes of five
// words.
double NearCopyShare(const ArchiveSample& sample);

}  // namespace dateline::bench::corpus

#endif  // DATELINE_BENCH_CORPUS_ARCHIVE_SAMPLE_H_
