// Sorted articles to shards on disk: analysed and written by several threads, a task of consecutive articles at a
// time. The result depends on the articles and the number of shards alone.
//
// Thread-safety: one call at a time for one directory.
#ifndef DATELINE_INDEXER_BUILD_INDEX_PASS_H_
#define DATELINE_INDEXER_BUILD_INDEX_PASS_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/index/manifest.h"
#include "indexer/build/article_stream.h"
#include "indexer/build/progress.h"
#include "indexer/build/shard_writer.h"
#include "indexer/build/stage_clock.h"
#include "indexer/build/totals.h"

namespace dateline::build {

// A shard never holds more documents than this, whatever the caller asks: it bounds the memory of its columns.
inline constexpr uint64_t kMaxShardDocuments = 1'000'000;
// Without a wish of the caller, a shard holds about this many.
inline constexpr uint64_t kDefaultShardDocuments = 250'000;

struct IndexOptions {
  std::string work_directory;        // for files between the steps
  std::string generation_directory;  // receives the shards
  std::string shard_kind = "shard";  // the first part of their names (index::ShardName)
  uint64_t shards = 0;               // 0: by kDefaultShardDocuments
  uint64_t threads = 1;
  DatabaseWriter writer = DatabaseWriter::kBulk;
  bool any_xapian = false;  // the bulk writer may work beside a library that its tests have not seen
  std::string default_language = "en";
  float average_length = 0;  // of the generation that the shards are for; 0: what these articles measure
  uint32_t pair_share = index::kDefaultPairShare;  // of the postings (PostingsOptions)
  Progress* progress = nullptr;                    // may be null
  const std::atomic<bool>* cancelled = nullptr;    // may be null; once true the pass ends with Cancelled
  StageTimes* times = nullptr;                     // may be null
};

struct IndexedShards {
  std::vector<index::ManifestShard> shards;  // complete, synced, in the order of the articles
  Totals totals;
  float average_length = 0;  // that the shards' postings were made for
};

// REQUIRES: there is at least one article.
absl::StatusOr<IndexedShards> IndexArticles(const IndexOptions& options, ArticleStream& articles);

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_INDEX_PASS_H_
