// What changes an index: each operation takes the current generation, makes the next one and publishes it, or fails
// and leaves everything as it was.
//
// Thread-safety: a call belongs to one thread; one writer works on an index at a time, by its lock. Errors:
// Unavailable when there is no index or another writer is at work, FailedPrecondition with the remedy when the index
// does not allow it, InvalidArgument and NotFound for what the caller typed, DataLoss for damage with its place,
// ResourceExhausted for a full disk, Cancelled.
#ifndef DATELINE_INDEXER_LIFECYCLE_OPERATIONS_H_
#define DATELINE_INDEXER_LIFECYCLE_OPERATIONS_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/ids.h"
#include "core/index/manifest.h"
#include "indexer/build/pipeline.h"
#include "indexer/publish/publisher.h"

namespace dateline::lifecycle {

// What an operation may use, and how it waits and shows itself.
struct Means {
  publish::SessionOptions session;
  uint64_t threads = 1;
  uint64_t memory_mb = build::kDefaultMemoryMb;
  build::DatabaseWriter writer = build::DatabaseWriter::kBulk;
  bool any_xapian = false;                       // as build::IndexOptions
  build::Progress* progress = nullptr;           // may be null
  const std::atomic<bool>* cancelled = nullptr;  // may be null

  // Cancelled, when that was asked for.
  absl::Status CheckWanted() const;
  // For shards that the operation of `writing` writes again.
  build::IndexOptions IndexOptions(const publish::WriteSession& writing) const;
};

struct AddResult {
  std::string generation;  // "" when not one article could be taken in, and nothing was published
  uint64_t added = 0;      // articles taken in, those that replace others too
  uint64_t replaced = 0;   // articles of the index that a new one took the place of
  uint64_t rejected = 0;
  build::BuildResult batch;
  index::Manifest manifest;
};

// Reads `batch.inputs` and adds their articles; one with the key of an older one replaces it, in the same generation.
// Of `batch` the directories, threads, memory, progress and cancelled are set here.
absl::StatusOr<AddResult> Add(const std::string& index_directory, const build::BuildOptions& batch,
                              const Means& means);

struct Deleted {
  std::string asked;  // as the caller named it
  base::DocKey key;
  std::string headline;
};

struct DeleteResult {
  std::string generation;  // "" when nothing was published
  std::vector<Deleted> deleted;
  std::vector<std::string> missing;
  index::Manifest manifest;
};

// `ids` are what `PublicId` gives (supplied id, URL or path) or the 32 hexadecimal digits of a key. With `dry_run`,
// or when none of them is in the index, nothing is published.
absl::StatusOr<DeleteResult> Delete(const std::string& index_directory, const std::vector<std::string>& ids,
                                    bool dry_run, const Means& means);

struct MergeResult {
  std::string generation;  // "" when there was nothing to merge
  uint64_t shards_before = 0;
  uint64_t shards_after = 0;
  uint64_t articles = 0;  // written again
  uint64_t purged = 0;    // dead documents gone
  index::Manifest manifest;
};

struct MergeOptions {
  bool all = false;     // every shard into as few as may be; else by ChooseMerges
  uint64_t shards = 0;  // with `all`: how many; 0: by size
};

// Writes shards again from their stored articles, without the dead.
absl::StatusOr<MergeResult> Merge(const std::string& index_directory, const MergeOptions& options,
                                  const Means& means);

struct RebuildResult {
  std::string generation;
  index::Manifest manifest;
};

// Makes the articles of `from` into `index_directory` (which may be the same) as a build would: analysed anew, with a
// newly measured average length. Reads indexes of another analyzer and of Format 2 too.
absl::StatusOr<RebuildResult> Rebuild(const std::string& from, const std::string& index_directory, uint64_t shards,
                                      const Means& means);

// Makes an older generation the current one, after every byte of it was verified: `to`, or the newest before the
// current one. Returns its name.
absl::StatusOr<std::string> Rollback(const std::string& index_directory, const std::string& to, const Means& means);

// Removes what nobody reads beyond the `keep` newest generations; returns their names.
absl::StatusOr<std::vector<std::string>> CollectGarbage(const std::string& index_directory, uint64_t keep,
                                                        const Means& means);

struct AccelerateResult {
  std::string generation;  // "" when every sidecar was sound
  uint64_t rebuilt = 0;    // shards whose sidecars were made anew
};

struct AccelerateOptions {
  bool all = false;                     // sound ones too
  absl::optional<uint32_t> pair_share;  // from now on; another one than before makes all anew
};

// Makes sidecars anew from the shards: those that are missing or damaged, or more.
absl::StatusOr<AccelerateResult> Accelerate(const std::string& index_directory, const AccelerateOptions& wanted,
                                            const Means& means);

}  // namespace dateline::lifecycle

#endif  // DATELINE_INDEXER_LIFECYCLE_OPERATIONS_H_
