// The postings of a shard (core/index/postings.h): from the runs that the shard was made of, or from the shard alone.
// Both give the same bytes.
//
// Thread-safety: belongs to one thread at a time. Errors: those of files; DataLoss for what cannot be read back.
#ifndef DATELINE_INDEXER_BUILD_POSTINGS_WRITER_H_
#define DATELINE_INDEXER_BUILD_POSTINGS_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "core/index/manifest.h"
#include "core/index/postings_builder.h"
#include "indexer/build/postings_source.h"

namespace dateline::build {

struct PostingsOptions {
  std::string generation_directory;
  std::string work_directory;  // for files between the steps
  std::string shard_name;
  float average_length = 0;                        // of the generation
  uint32_t pair_share = index::kDefaultPairShare;  // of the generation; 0: no pairs
  absl::Span<const std::string> runs;              // of the bulk writer, in order; none: the shard's database is read
  absl::Span<const uint32_t> lengths;              // of the shard's columns
  uint64_t threads = 1;                            // for FindPairs
  StageTimes* times = nullptr;                     // may be null
};

// In three steps, so that the first may be done by many threads, and the second before the shard is complete, beside
// the writing of it.
class PostingsWriter {
 public:
  // Everything that the options point to must outlive Finish.
  explicit PostingsWriter(const PostingsOptions& options) : options_(options) {}

  // Finds the frequent words, and where they follow each other.
  absl::Status FindPairs();
  // Writes all terms. Once, after FindPairs.
  absl::Status Write();
  // Completes and syncs the file, and takes it into the sidecars of `shard`, in the place of one that may be there.
  // The directory is the caller's to sync. Once, after Write.
  absl::Status Finish(index::ManifestShard& shard);

 private:
  const PostingsOptions options_;
  std::unique_ptr<PostingsSource> source_;
  FrequentWords words_{{}};
  std::vector<PairSpill> spills_;
  absl::optional<index::PostingsBuilder> builder_;
};

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_POSTINGS_WRITER_H_
