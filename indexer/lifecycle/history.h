// The generations that lie in an index directory.
//
// Thread-safety: a pure function over files, safe beside a writer: a generation that goes meanwhile is left out.
#ifndef DATELINE_INDEXER_LIFECYCLE_HISTORY_H_
#define DATELINE_INDEXER_LIFECYCLE_HISTORY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace dateline::lifecycle {

struct HistoryEntry {
  std::string generation;
  std::string problem;  // why its manifest cannot be read; what follows is empty then
  std::string operation;
  std::string parent;
  int64_t created = 0;  // seconds since the epoch
  uint64_t documents = 0;
  uint64_t dead = 0;  // documents of its shards that are deleted or replaced
  uint64_t shards = 0;
  uint64_t own_bytes = 0;     // what its removal would free
  uint64_t shared_bytes = 0;  // files that other generations have too
  bool current = false;
};

// Newest first.
absl::StatusOr<std::vector<HistoryEntry>> History(const std::string& index_directory);

}  // namespace dateline::lifecycle

#endif  // DATELINE_INDEXER_LIFECYCLE_HISTORY_H_
