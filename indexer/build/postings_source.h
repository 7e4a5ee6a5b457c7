// Where the postings of a shard come from: the runs that it was made of, or the shard alone.
//
// Thread-safety: belongs to one thread. Errors: those of files; DataLoss for what cannot be read back.
#ifndef DATELINE_INDEXER_BUILD_POSTINGS_SOURCE_H_
#define DATELINE_INDEXER_BUILD_POSTINGS_SOURCE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/index/postings_builder.h"
#include "core/index/text_starts.h"
#include "indexer/build/stage_clock.h"
#include "indexer/build/word_pairs.h"

namespace dateline::build {

class PostingsSource {
 public:
  virtual ~PostingsSource() = default;

  // Shows every term, ascending, with the documents that have it.
  using FrequencyVisitor = absl::FunctionRef<void(absl::string_view term, uint64_t documents)>;
  virtual absl::Status VisitFrequencies(FrequencyVisitor visitor) = 0;

  // Finds the pairs of the words, stretch by stretch, and spills them to files whose names begin with `path`. Whoever
  // can works with so many threads, and tells `times`, which may be null.
  virtual absl::StatusOr<std::vector<PairSpill>> SpillPairs(const FrequentWords& words, const std::string& path,
                                                            uint64_t threads, StageTimes* times) = 0;

  // Shows where sentences and paragraphs of every document begin, in the order of rows.
  using StartsVisitor = absl::FunctionRef<void(const index::TextStarts& starts)>;
  virtual absl::Status VisitStarts(StartsVisitor visitor) = 0;

  // Gives `builder` every term.
  virtual absl::Status WriteTerms(index::PostingsBuilder& builder) = 0;
};

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_POSTINGS_SOURCE_H_
