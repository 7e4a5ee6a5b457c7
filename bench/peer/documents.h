// An index as the file of documents that other engines take (bench/peers/README.md, Documents).
//
// The number of a document counts the shards in the order of the manifest, and docids within.
//
// Thread-safety: pure function. Errors: those of opening the index; FailedPrecondition when articles in it are
// deleted; DataLoss for a document whose words do not add up to its length.
#ifndef DATELINE_BENCH_PEER_DOCUMENTS_H_
#define DATELINE_BENCH_PEER_DOCUMENTS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace dateline::bench {

// How many were written.
absl::StatusOr<uint64_t> WriteDocuments(const std::string& index_directory, const std::string& output);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_PEER_DOCUMENTS_H_
