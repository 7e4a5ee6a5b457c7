// Takes in what comes into a directory, for as long as it is let: files that lie there at the start, then each file
// once it was written to its end or moved in. Small batches are published at once; shards are merged when the policy
// asks for it. The lock is held only while a batch is published, so that other writers get their turn.
//
// Thread-safety: belongs to one thread; `cancelled` of the means may be set from any.
#ifndef DATELINE_INDEXER_LIFECYCLE_FOLLOW_H_
#define DATELINE_INDEXER_LIFECYCLE_FOLLOW_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "indexer/build/pipeline.h"
#include "indexer/lifecycle/operations.h"

namespace dateline::lifecycle {

struct FollowOptions {
  std::string directory;
  build::BuildOptions batch;  // as for Add; the inputs are set here, and the reject log is appended to
  int quiet_ms = 50;          // a batch is closed when nothing came for so long,
  int longest_ms = 500;       // or so long after its first file came,
  size_t most_files = 2000;   // or with so many files
  // After each batch, also of one without an article.
  std::function<void(const AddResult&)> on_added = [](const AddResult&) {};
  std::function<void(const MergeResult&)> on_merged = [](const MergeResult&) {};
};

// OK when `means.cancelled` became true; else the error that made going on impossible: nothing is lost then, and the
// next call goes on where this one ended. An index that is locked by another writer is waited for without end.
absl::Status Follow(const std::string& index_directory, const FollowOptions& options, const Means& means);

}  // namespace dateline::lifecycle

#endif  // DATELINE_INDEXER_LIFECYCLE_FOLLOW_H_
