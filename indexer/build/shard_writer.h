// Documents to shards on disk.
//
// A shard is made of segments, which threads write side by side and which are merged in order. Where a segment ends
// depends on the documents alone, so the bytes of a shard do not depend on threads or memory.
//
// Thread-safety: a SegmentWriter belongs to one thread; several may work at once. After an error only destruction is
// legal.
#ifndef DATELINE_INDEXER_BUILD_SHARD_WRITER_H_
#define DATELINE_INDEXER_BUILD_SHARD_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/index/columns.h"
#include "core/index/manifest.h"
#include "indexer/build/indexed_doc.h"
#include "indexer/build/stage_clock.h"

namespace dateline::build {

// Who writes the database: both make one that compares equal, table by table (tests/support/glass_compare.h).
enum class DatabaseWriter {
  kBulk,     // indexer/build/glass: many times faster
  kLibrary,  // Xapian: small databases, compacted; what the other is judged by
};

class SegmentWriter {
 public:
  // `path` must not exist. Nothing here is synced: segments are temporary. `dictionary` must outlive the writer and
  // keep its terms until Finish.
  static absl::StatusOr<std::unique_ptr<SegmentWriter>> Create(DatabaseWriter writer, const std::string& path,
                                                               const TermDictionary& dictionary);
  virtual ~SegmentWriter() = default;

  // The document gets the next docid, from 1 on. Its terms are of the dictionary.
  virtual absl::Status Add(const InternedDoc& doc) = 0;
  virtual absl::Status Finish() = 0;
};

struct ShardOptions {
  std::string generation_directory;
  std::string name;  // of the shard, below it
  DatabaseWriter writer = DatabaseWriter::kBulk;
  uint64_t threads = 1;
  StageTimes* times = nullptr;  // may be null
};

// Merges `segments` in order, gives the database a UUID made of its content, writes its columns, and syncs all of it.
// Returns what the manifest says of the shard.
absl::StatusOr<index::ManifestShard> WriteShard(const ShardOptions& options, const std::vector<std::string>& segments,
                                                index::ColumnsBuilder columns);

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_SHARD_WRITER_H_
