// Is there room for what is about to be written? Asked before the work begins, so that a full disk is an answer after
// a second and not after an hour.
//
// Thread-safety: pure functions over the file system. Errors: ResourceExhausted, with what is needed and what is
// free.
#ifndef DATELINE_INDEXER_PUBLISH_DISK_SPACE_H_
#define DATELINE_INDEXER_PUBLISH_DISK_SPACE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/index/manifest.h"

namespace dateline::publish {

// What inputs of these sizes need at the peak: sorted runs, segments and shards lie side by side. A megabyte of plain
// text makes about two of shards; compressed inputs are taken to hold four times their size. Standard input counts
// nothing.
uint64_t BytesToBuild(const std::vector<std::string>& inputs);

// What these shards need when they are written again: segments and shards lie side by side.
uint64_t BytesToMerge(const std::vector<index::ManifestShard>& shards);

// OK when `directory` has `needed_bytes` and a reserve of 16 MB free. `work` is what the message calls it ("add").
absl::Status CheckSpace(const std::string& directory, uint64_t needed_bytes, const std::string& work);

}  // namespace dateline::publish

#endif  // DATELINE_INDEXER_PUBLISH_DISK_SPACE_H_
