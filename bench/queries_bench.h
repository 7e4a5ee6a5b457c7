// dateline-bench queries: writes the file of queries that engines are asked.
#ifndef DATELINE_BENCH_QUERIES_BENCH_H_
#define DATELINE_BENCH_QUERIES_BENCH_H_

#include <string>

#include "absl/status/status.h"
#include "bench/queries/query_drawer.h"

namespace dateline::bench {

struct QueriesBenchOptions {
  std::string index;
  DrawOptions draw;
  std::string from;    // a set to read instead of drawing; "": none
  std::string format;  // of it: "game", "titles" or "log"
  std::string output;  // "-": standard output
};

absl::Status RunQueriesBench(const QueriesBenchOptions& options);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_QUERIES_BENCH_H_
