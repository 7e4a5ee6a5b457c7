// The two things that the index bench compares, each one whole run that is to be called in a process of its own, and
// the proof that they made the same.
//
// The bare loop is what Xapian's documentation teaches: add_document with Xapian's defaults, on one thread, and a
// commit at the end. It is given everything for nothing: analysed documents in memory, in the order of the pipeline,
// and no fsync. The pipeline starts from the input files and ends with a generation that is verified, synced and
// published.
//
// Thread-safety: one call at a time for one directory.
#ifndef DATELINE_BENCH_BUILD_RUNS_H_
#define DATELINE_BENCH_BUILD_RUNS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace dateline::bench {

struct BuildRun {
  double seconds = 0;
  double cpu_seconds = 0;
  uint64_t documents = 0;
  uint64_t text_bytes = 0;
  uint64_t index_bytes = 0;   // on disk
  uint64_t peak_bytes = 0;    // of memory; of the bare loop, above the documents that it is given
  uint64_t given_bytes = 0;   // of memory, for the documents that the bare loop is given
  uint64_t content_hash = 0;  // of the generation; 0 for the bare loop
  uint64_t threads = 1;       // used
};

// Makes the database `database` from `inputs`; `scratch` is an empty directory for files between the steps.
absl::StatusOr<BuildRun> RunBareLoop(const std::vector<std::string>& inputs, const std::string& scratch,
                                     const std::string& database);

// Makes the index `index_directory`, which must not exist.
absl::StatusOr<BuildRun> RunPipeline(const std::vector<std::string>& inputs, const std::string& index_directory,
                                     uint64_t threads);

// OK when both hold the same number of documents of the same total length, and `max_terms` terms drawn from each of
// them by `seed` have the same document and collection frequencies in the other. Returns how many terms were
// compared.
absl::StatusOr<uint64_t> CompareIndexes(const std::string& database, const std::string& index_directory,
                                        size_t max_terms, uint64_t seed);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_BUILD_RUNS_H_
