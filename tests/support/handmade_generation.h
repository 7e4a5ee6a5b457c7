// Generations put together by hand from the shards of built ones: with dead documents, and with shards that overlap in
// time. What an indexer makes in steps, a test of readers makes at once.
#ifndef DATELINE_TESTS_SUPPORT_HANDMADE_GENERATION_H_
#define DATELINE_TESTS_SUPPORT_HANDMADE_GENERATION_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "core/index/manifest.h"

namespace dateline::test {

struct HandmadeSetup {
  // Directories of indexes whose shards are taken. Of two articles with one key the one of the later index lives.
  std::vector<std::string> indexes;
  std::set<base::DocKey> dead;
  float average_length = 1;
  bool columns = true;  // and postings, made for this average length
};

// Publishes it in the index at `target`, which may be one of `indexes`.
absl::StatusOr<index::Manifest> PublishByHand(const HandmadeSetup& setup, const std::string& target);

// The manifest of the current generation.
absl::StatusOr<index::Manifest> CurrentManifest(const std::string& index_directory);

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_HANDMADE_GENERATION_H_
