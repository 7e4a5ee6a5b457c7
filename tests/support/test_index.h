// Indexes for tests, built through the production pipeline.
#ifndef DATELINE_TESTS_SUPPORT_TEST_INDEX_H_
#define DATELINE_TESTS_SUPPORT_TEST_INDEX_H_

#include <string>
#include <vector>

#include "core/article/article.h"
#include "indexer/build/pipeline.h"

namespace dateline::test {

struct BuildSetup {
  uint64_t shards = 1;
  uint64_t threads = 1;
  uint64_t memory_mb = build::kMinMemoryMb;
  float average_length = 0;  // 0: the one measured
  build::DatabaseWriter writer = build::DatabaseWriter::kBulk;
};

// Builds and publishes; the directory of the index is `index_directory`. Every shard is checked by Xapian itself.
absl::StatusOr<build::BuildResult> BuildIndex(const std::vector<std::string>& inputs,
                                              const std::string& index_directory, const BuildSetup& setup);

// The same from articles.
absl::StatusOr<build::BuildResult> BuildIndex(const std::vector<article::Article>& articles,
                                              const std::string& index_directory, const BuildSetup& setup);

// Xapian's own check of every shard of the current generation.
absl::Status CheckShards(const std::string& index_directory);

// The directory of the current generation.
std::string CurrentGeneration(const std::string& index_directory);

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_TEST_INDEX_H_
