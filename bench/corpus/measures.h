// What an archive is like, in figures that can be set beside another's.
//
// Thread-safety: pure functions.
#ifndef DATELINE_BENCH_CORPUS_MEASURES_H_
#define DATELINE_BENCH_CORPUS_MEASURES_H_

#include <string>
#include <vector>

#include "bench/corpus/archive_sample.h"

namespace dateline::bench::corpus {

struct Measure {
  std::string name;  // says the unit; unique
  double value = 0;
};

// All measures of `sample`. Two samples may have different rows: words at 10 million tokens exist only in those that
// have as many. Places and pairs are drawn from a fixed seed.
std::vector<Measure> MeasureArchive(const ArchiveSample& sample);

// The part of MeasureArchive that is about words that stand together: phrases, pairs, distinct pairs of neighbours.
void MeasurePhrases(const ArchiveSample& sample, std::vector<Measure>& measures);

}  // namespace dateline::bench::corpus

#endif  // DATELINE_BENCH_CORPUS_MEASURES_H_
