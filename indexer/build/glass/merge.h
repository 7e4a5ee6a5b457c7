// Runs to a database: its tables are written side by side, each from its own part of the runs, and synced; then the
// version file, synced too. The directory is the caller's to sync.
//
// Thread-safety: pure function; it starts threads of its own. Errors: those of files; InvalidArgument and
// ResourceExhausted for what no glass table can hold.
#ifndef DATELINE_INDEXER_BUILD_GLASS_MERGE_H_
#define DATELINE_INDEXER_BUILD_GLASS_MERGE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/base/checksum.h"
#include "indexer/build/stage_clock.h"

namespace dateline::build::glass {

// The files of a database that were written, by name, and what they hold.
using WrittenFiles = std::vector<std::pair<std::string, base::FileChecksum>>;

struct MergeOptions {
  uint64_t threads = 1;
  bool sync = true;             // the files
  StageTimes* times = nullptr;  // may be null
};

// Writes the documents of `runs`, in order, as docids from 1 on, into `directory`, which exists and is empty. The
// UUID is zero.
absl::StatusOr<WrittenFiles> MergeRuns(absl::Span<const std::string> runs, const std::string& directory,
                                       const MergeOptions& options);

}  // namespace dateline::build::glass

#endif  // DATELINE_INDEXER_BUILD_GLASS_MERGE_H_
