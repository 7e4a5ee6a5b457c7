// dateline-bench corpus: makes archives, and says what archives are like.
//
// Errors: InvalidArgument and NotFound for what the user typed, else what failed.
#ifndef DATELINE_BENCH_CORPUS_BENCH_H_
#define DATELINE_BENCH_CORPUS_BENCH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "bench/report.h"

namespace dateline::bench {

struct CorpusOptions {
  uint64_t articles = 0;
  uint64_t seed = 1;
  std::string like;      // an archive whose shape is taken; "": the built-in shape
  double words = 0;      // mean length of a body; 0: that of the shape
  std::string output;    // a file, compressed when its name ends in .zst; "-": standard output
  unsigned threads = 0;  // 0: one a core
};

struct CorpusMeasureOptions {
  std::vector<std::string> inputs;
  OutputOptions output;
};

struct CorpusCompareOptions {
  std::string real;
  std::string generated;
  OutputOptions output;
};

absl::Status RunCorpus(const CorpusOptions& options);
absl::Status RunCorpusMeasure(const CorpusMeasureOptions& options);
absl::Status RunCorpusCompare(const CorpusCompareOptions& options);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_CORPUS_BENCH_H_
