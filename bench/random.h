// Pseudo-random numbers that are the same on every machine and with every standard library: SplitMix64.
//
// Thread-safety: a Random belongs to one thread.
#ifndef DATELINE_BENCH_RANDOM_H_
#define DATELINE_BENCH_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace dateline::bench {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
  }

  // 0 to bound - 1. The bias is under bound / 2^64. REQUIRES: bound > 0.
  size_t Below(size_t bound) { return static_cast<size_t>(Next() % bound); }

  template <typename T>
  void Shuffle(std::vector<T>& values) {
    for (size_t left = values.size(); left > 1; --left) std::swap(values[left - 1], values[Below(left)]);
  }

 private:
  uint64_t state_;
};

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_RANDOM_H_
