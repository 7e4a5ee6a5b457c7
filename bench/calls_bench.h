// `dateline-bench calls`: what a call costs a server, beside an empty one of the same server in the same run. A
// closed loop: each connection holds a number of calls, and one that is answered is followed by the next, so that the
// server is always busy and the rate is the most that it bears.
//
// Kinds of calls take turns, round after round, and the medians of the rounds are told.
//
// Errors: Unavailable when the server does not answer; InvalidArgument for bad queries.
#ifndef DATELINE_BENCH_CALLS_BENCH_H_
#define DATELINE_BENCH_CALLS_BENCH_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "bench/queries/query_drawer.h"
#include "bench/report.h"

namespace dateline::bench {

struct CallsBenchOptions {
  std::string server;   // "HOST:PORT"
  std::string queries;  // a file of them; "": drawn from `index`
  std::string index;
  DrawOptions draw;
  std::string modes = "top10,snippets,count,top10_facets";  // of searches, with commas between
  uint64_t pid = 0;     // of the server, on this machine, to tell its processor time; 0: unknown
  uint64_t batch = 16;  // searches in one MultiSearch
  uint64_t rounds = 3;
  double seconds = 1;  // of each kind in each round
  uint64_t channels = 8;
  uint64_t calls_per_channel = 8;
  OutputOptions output;
};

absl::Status RunCallsBench(const CallsBenchOptions& options);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_CALLS_BENCH_H_
