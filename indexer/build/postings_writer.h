// The postings of a shard (core/index/postings.h): from the runs that the shard was made of, or from the shard alone.
// Both give the same bytes.
//
// Thread-safety: pure functions. Errors: those of files; DataLoss for what cannot be read back.
#ifndef DATELINE_INDEXER_BUILD_POSTINGS_WRITER_H_
#define DATELINE_INDEXER_BUILD_POSTINGS_WRITER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "core/index/manifest.h"

namespace dateline::build {

struct PostingsOptions {
  std::string generation_directory;
  std::string work_directory;          // for files between the steps
  float average_length = 0;            // of the generation
  absl::Span<const std::string> runs;  // of the bulk writer, in order; none: the shard's database is read
};

// Writes and syncs the postings of `shard`, whose columns are there, and takes the file into its sidecars, in the
// place of one that may be there. The directory is the caller's to sync.
absl::Status WritePostings(const PostingsOptions& options, index::ManifestShard& shard);

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_POSTINGS_WRITER_H_
