// `dateline-bench engine`: how long does a search take, by kind of query, and how many does one machine answer?
//
// Thread-safety: belongs to one thread. Errors: Internal when answers disagree; else those of the engine and the
// server.
#ifndef DATELINE_BENCH_ENGINE_BENCH_H_
#define DATELINE_BENCH_ENGINE_BENCH_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "bench/queries/query_drawer.h"
#include "bench/report.h"
#include "searcher/match/fast/fast_matcher.h"

namespace dateline::bench {

struct EngineBenchOptions {
  std::string index;
  std::string server;   // "HOST:PORT" of a server of the same index; "": in process only
  match::fast::MatchEngine engine = match::fast::MatchEngine::kFast;
  std::string queries;  // a file of them (bench/queries/bench_query.h); "": drawn from the index
  DrawOptions draw;
  uint64_t repeat = 5;  // timings of each query, of which the median counts
  OutputOptions output;
};

absl::Status RunEngineBench(const EngineBenchOptions& options);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_ENGINE_BENCH_H_
