// `dateline-bench load`: what a server bears. An open loop: calls begin when their time has come, at random moments
// of a given mean rate (a Poisson process), whether or not earlier ones were answered, and each latency counts from
// the moment when the call was due. So a server that stalls cannot slow down what measures it.
//
// Errors: Unavailable when the server does not answer the first calls; InvalidArgument for bad queries.
#ifndef DATELINE_BENCH_LOAD_BENCH_H_
#define DATELINE_BENCH_LOAD_BENCH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "bench/queries/query_drawer.h"
#include "bench/report.h"

namespace dateline::bench {

struct LoadBenchOptions {
  std::string server;   // "HOST:PORT"
  std::string queries;  // a file of them; "": drawn from `index`
  std::string index;
  DrawOptions draw;
  std::string mode = "top10_count";
  std::vector<double> rates;  // calls a second, one step after another; empty: a ramp
  double seconds = 10;        // of each step, after warming up
  double warm_up_seconds = 2;
  uint64_t channels = 8;
  double deadline_ms = 1000;  // of each call
  uint64_t max_in_flight = 20000;
  // The ramp begins at `first_rate` and goes up by `growth` until a step fails: less than 99 % of its calls are
  // answered, or the 99th percentile is above `p99_limit_ms`. Capacity is the last that did not.
  double first_rate = 100;
  double growth = 1.25;
  double p99_limit_ms = 100;
  OutputOptions output;
};

absl::Status RunLoadBench(const LoadBenchOptions& options);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_LOAD_BENCH_H_
