// IndexedDocs to shards on disk.
//
// A shard is made of segments: small databases, each small enough that Xapian's in-memory inverter stays in cache,
// which threads write side by side and compaction merges in order. Where a segment ends depends on the documents
// alone, so the bytes of a shard do not depend on threads or memory.
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

namespace dateline::build {

class SegmentWriter {
 public:
  // `directory` must not exist. Nothing here is synced: segments are temporary.
  static absl::StatusOr<std::unique_ptr<SegmentWriter>> Create(const std::string& directory);
  ~SegmentWriter();

  // The document gets the next docid, from 1 on.
  absl::Status Add(const IndexedDoc& doc);
  absl::Status Finish();

 private:
  struct Database;
  explicit SegmentWriter(std::unique_ptr<Database> database);
  std::unique_ptr<Database> database_;
};

// Merges `segments` in order into the shard `name` below `generation_directory`, gives it a UUID made of its content,
// writes its columns, and syncs all of it. The segments are removed. Returns what the manifest says of the shard.
absl::StatusOr<index::ManifestShard> WriteShard(const std::string& generation_directory, const std::string& name,
                                                const std::vector<std::string>& segments,
                                                index::ColumnsBuilder columns);

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_SHARD_WRITER_H_
