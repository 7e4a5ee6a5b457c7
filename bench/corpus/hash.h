// One 64-bit hash, the same on every machine.
//
// Thread-safety: pure functions.
#ifndef DATELINE_BENCH_CORPUS_HASH_H_
#define DATELINE_BENCH_CORPUS_HASH_H_

#include <cstdint>

namespace dateline::bench::corpus {

// Mixes `value` into `hash`: the finish of SplitMix64.
inline uint64_t Mix(uint64_t hash, uint64_t value) {
  uint64_t z = (hash ^ (value + 1) * 0x9E3779B97F4A7C15) + 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return z ^ z >> 31;
}

}  // namespace dateline::bench::corpus

#endif  // DATELINE_BENCH_CORPUS_HASH_H_
