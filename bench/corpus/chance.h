// Draws of chance that are the same on every machine; the distributions of the standard library are not.
//
// Thread-safety: as the Random.
#ifndef DATELINE_BENCH_CORPUS_CHANCE_H_
#define DATELINE_BENCH_CORPUS_CHANCE_H_

#include <cstdint>

#include "bench/random.h"

namespace dateline::bench::corpus {

// 0 <= value < 1, a multiple of 2^-53.
inline double Chance(Random& random) { return static_cast<double>(random.Next() >> 11) * 0x1p-53; }

inline bool Happens(double probability, Random& random) { return Chance(random) < probability; }

// How often something happens in a row that goes on with `probability` each time, at most `most`.
inline uint64_t RunLength(double probability, uint64_t most, Random& random) {
  uint64_t length = 0;
  while (length < most && Happens(probability, random)) ++length;
  return length;
}

}  // namespace dateline::bench::corpus

#endif  // DATELINE_BENCH_CORPUS_CHANCE_H_
