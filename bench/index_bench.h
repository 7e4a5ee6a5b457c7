// `dateline-bench index`: how fast is the pipeline, against a bare loop over add_document?
//
// Thread-safety: to be called from a process with one thread (it forks). Errors: Internal when the two did not make
// the same index; else those of the parts.
#ifndef DATELINE_BENCH_INDEX_BENCH_H_
#define DATELINE_BENCH_INDEX_BENCH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "bench/report.h"

namespace dateline::bench {

struct IndexBenchOptions {
  std::vector<std::string> inputs;
  std::vector<uint64_t> threads = {1, 2};  // of the pipeline, one measurement each
  uint64_t repeat = 3;
  uint64_t limit = 0;  // records; 0: all. The bare loop holds them all in memory
  std::string work;    // a directory for databases, made when needed; "": the system's for temporary files
  OutputOptions output;
};

absl::Status RunIndexBench(const IndexBenchOptions& options);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_INDEX_BENCH_H_
