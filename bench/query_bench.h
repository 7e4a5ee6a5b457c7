// `dateline-bench query`: how long does a search take, by kind of query, and how many does one machine answer?
//
// Thread-safety: belongs to one thread. Errors: Internal when answers disagree; else those of the engine and the
// server.
#ifndef DATELINE_BENCH_QUERY_BENCH_H_
#define DATELINE_BENCH_QUERY_BENCH_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "bench/query_set.h"
#include "bench/report.h"

namespace dateline::bench {

struct QueryBenchOptions {
  std::string index;
  std::string server;  // "HOST:PORT" of a server of the same index; "": in process only
  QuerySetOptions draw;
  uint64_t repeat = 5;  // timings of each query, of which the median counts
  OutputOptions output;
};

absl::Status RunQueryBench(const QueryBenchOptions& options);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_QUERY_BENCH_H_
