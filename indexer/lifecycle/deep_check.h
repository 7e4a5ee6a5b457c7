// Every structure of a generation, read again and compared: the body of `verify --deep`.
//
// Thread-safety: pure functions over files. They may crash on damage that Xapian does not expect, so they run in a
// child process.
#ifndef DATELINE_INDEXER_LIFECYCLE_DEEP_CHECK_H_
#define DATELINE_INDEXER_LIFECYCLE_DEEP_CHECK_H_

#include <string>
#include <vector>

#include "core/index/manifest.h"

namespace dateline::lifecycle {

// Xapian's own check; for every document its order, length, key, values, columns and stored article; the sums of the
// shard; its tombstones against the term lists of the dead; its postings, which were made for `average_length`. Gives
// what is wrong, a line each.
std::vector<std::string> DeepCheckShard(const std::string& generation_directory, const index::ManifestShard& shard,
                                        float average_length);

// What concerns several shards: their order, no key alive twice, the totals of the manifest.
std::vector<std::string> DeepCheckTogether(const std::string& generation_directory, const index::Manifest& manifest);

}  // namespace dateline::lifecycle

#endif  // DATELINE_INDEXER_LIFECYCLE_DEEP_CHECK_H_
