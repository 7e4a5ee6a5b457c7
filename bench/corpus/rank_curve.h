// Draws ranks from a distribution that is given by its frequencies at some ranks: words, outlets, writers and phrases
// of real archives are all like that, and their logarithms lie on lines that bend slowly.
//
// Thread-safety: immutable; any thread may draw with a Random of its own.
#ifndef DATELINE_BENCH_CORPUS_RANK_CURVE_H_
#define DATELINE_BENCH_CORPUS_RANK_CURVE_H_

#include <cstdint>
#include <vector>

#include "bench/random.h"

namespace dateline::bench::corpus {

// How frequent the thing of a rank is, in any unit.
struct CurvePoint {
  double rank = 1;  // from 1
  double frequency = 0;
  bool operator==(const CurvePoint&) const = default;
};

class RankCurve {
 public:
  // Between two points the logarithm of the frequency is a straight line over that of the rank, and it goes on like
  // that up to `ranks`, which is also the number of things. REQUIRES: two points or more, ranks ascending from 1,
  // frequencies above 0; ranks > 0.
  RankCurve(const std::vector<CurvePoint>& points, uint64_t ranks);

  // Frequency (rank + shift) ^ -exponent.
  static RankCurve Zipf(double exponent, uint64_t ranks, double shift = 0);

  // A rank from 0.
  uint64_t Draw(Random& random) const {
    const uint64_t bits = random.Next();
    size_t cell = static_cast<size_t>((bits >> 32) * cells_.size() >> 32);
    if (static_cast<uint32_t>(bits) >= cells_[cell].keep) cell = cells_[cell].other;
    const Cell& drawn = cells_[cell];
    return drawn.width == 1 ? drawn.first : drawn.first + random.Below(drawn.width);
  }

  // A rank from 0 that is below `limit`, distributed as Draw is (nearly: after some tries it takes any).
  uint64_t DrawBelow(uint64_t limit, Random& random) const;

  uint64_t ranks() const { return ranks_; }

  // How many different ranks `draws` draws give on average.
  double ExpectedDistinct(double draws) const;

 private:
  // Neighbouring ranks that are taken as equally frequent, as one column of an alias table.
  struct Cell {
    uint64_t first = 0;  // from 0
    uint64_t width = 1;
    double share = 0;    // of all draws
    uint32_t keep = 0;   // of 2^32, the part of the column that is the cell's own
    uint32_t other = 0;  // the cell that has the rest
  };
  void MakeAliases();

  const uint64_t ranks_;
  std::vector<Cell> cells_;
};

}  // namespace dateline::bench::corpus

#endif  // DATELINE_BENCH_CORPUS_RANK_CURVE_H_
