// Is a generation what it says? The quick check compares every byte with the checksums of the manifest; the deep one
// reads every structure again and compares what says the same thing twice, in a child process, since Xapian's own
// check may crash on what it checks.
//
// Thread-safety: Verify forks for the deep check, so it belongs to a process without other threads.
#ifndef DATELINE_INDEXER_LIFECYCLE_VERIFY_H_
#define DATELINE_INDEXER_LIFECYCLE_VERIFY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace dateline::lifecycle {

struct VerifyOptions {
  std::string generation;  // "": the current one
  bool deep = false;
};

struct VerifyResult {
  std::string generation;
  uint64_t files = 0;
  uint64_t bytes = 0;
  uint64_t documents = 0;             // dead ones too
  std::vector<std::string> problems;  // each names a file and what is wrong; empty: sound
  std::vector<std::string> notes;     // sidecars that are missing: answers stay the same
};

// Fails when the manifest cannot be read; any other damage is a problem of the result.
absl::StatusOr<VerifyResult> Verify(const std::string& index_directory, const VerifyOptions& options);

}  // namespace dateline::lifecycle

#endif  // DATELINE_INDEXER_LIFECYCLE_VERIFY_H_
