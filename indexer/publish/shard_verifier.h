// Does a freshly written shard hold what the manifest is about to promise?
//
// Thread-safety: pure functions over files.
#ifndef DATELINE_INDEXER_PUBLISH_SHARD_VERIFIER_H_
#define DATELINE_INDEXER_PUBLISH_SHARD_VERIFIER_H_

#include <string>

#include "absl/status/status.h"
#include "core/index/manifest.h"

namespace dateline::publish {

// Opens the shard through Xapian and its columns, and compares them with each other and with `shard`: numbers of
// documents, docids without gaps, and, for a sample of documents, length, key, instant and a readable stored article.
// DataLoss says what differs.
absl::Status VerifyShard(const std::string& generation_directory, const index::ManifestShard& shard);

}  // namespace dateline::publish

#endif  // DATELINE_INDEXER_PUBLISH_SHARD_VERIFIER_H_
