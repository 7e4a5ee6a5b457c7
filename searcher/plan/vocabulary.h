// The words of the archive, for words of a query that stand for many: what the planner may know of the shards.
//
// Thread-safety: belongs to one thread. Errors: DeadlineExceeded; DataLoss when a shard is damaged.
#ifndef DATELINE_SEARCHER_PLAN_VOCABULARY_H_
#define DATELINE_SEARCHER_PLAN_VOCABULARY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace dateline::plan {

class Vocabulary {
 public:
  // A word without the prefix of its term, and how many articles have it.
  using Visitor = absl::FunctionRef<void(absl::string_view word, uint64_t documents)>;

  virtual ~Vocabulary() = default;

  // Every word below the term prefix `prefix` that begins with `beginning`, each once, ascending by bytes.
  virtual absl::Status Visit(absl::string_view prefix, absl::string_view beginning, Visitor visitor) = 0;

  // How many articles have `word` below the term prefix `prefix`.
  virtual absl::StatusOr<uint64_t> Count(absl::string_view prefix, absl::string_view word) = 0;

  // Do at least `articles` articles have these written words in a row?
  virtual absl::StatusOr<bool> HasRow(const std::vector<std::string>& words, uint64_t articles) = 0;
};

}  // namespace dateline::plan

#endif  // DATELINE_SEARCHER_PLAN_VOCABULARY_H_
