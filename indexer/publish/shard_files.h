// The files of one shard on their way from generation to generation. A generation is whole in its own directory, and
// shares bytes with others through hard links; where the file system refuses these, bytes are copied and synced.
//
// Thread-safety: one call at a time for one directory. Nothing here syncs the generation's own directory.
#ifndef DATELINE_INDEXER_PUBLISH_SHARD_FILES_H_
#define DATELINE_INDEXER_PUBLISH_SHARD_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/index/manifest.h"

namespace dateline::publish {

// A file that may be a hard link of `from`. The directory of `to` is the caller's to sync.
absl::Status LinkFile(const std::string& from, const std::string& to);

// Puts the shard of one generation under `name` into another, tombstones and sidecars too, and gives its entry for
// the manifest. A sidecar that is gone is left out.
absl::StatusOr<index::ManifestShard> LinkShard(const std::string& from_generation, const index::ManifestShard& shard,
                                               const std::string& to_generation, const std::string& name);

// Renames a shard that has not been published, and gives its entry for the manifest. It has no tombstones.
absl::StatusOr<index::ManifestShard> RenameShard(const std::string& generation, const index::ManifestShard& shard,
                                                 const std::string& name);

}  // namespace dateline::publish

#endif  // DATELINE_INDEXER_PUBLISH_SHARD_FILES_H_
