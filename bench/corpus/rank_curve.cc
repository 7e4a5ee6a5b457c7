#include "bench/corpus/rank_curve.h"

#include <algorithm>

#include "bench/corpus/portable_math.h"

namespace dateline::bench::corpus {
namespace {

constexpr uint64_t kSingleRanks = 512;  // beyond them a cell spans a 32nd of its first rank
constexpr uint64_t kCellsPerRank = 32;
constexpr int kTries = 6;

// Walks along the points as the rank ascends.
class Line {
 public:
  explicit Line(const std::vector<CurvePoint>& points) : points_(points) { Aim(); }

  double At(double rank) {
    while (next_ + 1 < points_.size() && rank > points_[next_].rank) {
      ++next_;
      Aim();
    }
    return points_[next_ - 1].frequency * Power(rank / points_[next_ - 1].rank, slope_);
  }

 private:
  void Aim() {
    const CurvePoint& from = points_[next_ - 1];
    const CurvePoint& to = points_[next_];
    slope_ = (Log2(to.frequency) - Log2(from.frequency)) / (Log2(to.rank) - Log2(from.rank));
  }

  const std::vector<CurvePoint>& points_;
  size_t next_ = 1;
  double slope_ = 0;
};

}  // namespace

RankCurve::RankCurve(const std::vector<CurvePoint>& points, uint64_t ranks) : ranks_(ranks) {
  Line line(points);
  double total = 0;
  for (uint64_t rank = 1; rank <= ranks;) {
    Cell cell;
    cell.first = rank - 1;
    cell.width = rank <= kSingleRanks ? 1 : std::min(rank / kCellsPerRank, ranks - rank + 1);
    const double middle = static_cast<double>(rank) + static_cast<double>(cell.width - 1) / 2;
    cell.share = line.At(middle) * static_cast<double>(cell.width);
    total += cell.share;
    rank += cell.width;
    cells_.push_back(cell);
  }
  for (Cell& cell : cells_) cell.share /= total;
  MakeAliases();
}

RankCurve RankCurve::Zipf(double exponent, uint64_t ranks, double shift) {
  std::vector<CurvePoint> points;
  for (double rank = 1; points.size() < 2 || rank < static_cast<double>(ranks); rank *= 2) {
    points.push_back({rank, Power(rank + shift, -exponent)});
  }
  return RankCurve(points, ranks);
}

// Vose's method: a cell with too little for a column takes the rest from one with too much.
void RankCurve::MakeAliases() {
  constexpr double kFull = 4294967295.0;
  std::vector<double> left;
  std::vector<uint32_t> small;
  std::vector<uint32_t> large;
  for (uint32_t k = 0; k < cells_.size(); ++k) {
    left.push_back(cells_[k].share * static_cast<double>(cells_.size()));
    (left.back() < 1 ? small : large).push_back(k);
    cells_[k].keep = static_cast<uint32_t>(kFull);
    cells_[k].other = k;
  }
  while (!small.empty() && !large.empty()) {
    const uint32_t little = small.back();
    small.pop_back();
    const uint32_t much = large.back();
    cells_[little].keep = static_cast<uint32_t>(left[little] * kFull);
    cells_[little].other = much;
    left[much] -= 1 - left[little];
    if (left[much] >= 1) continue;
    large.pop_back();
    small.push_back(much);
  }
}

uint64_t RankCurve::DrawBelow(uint64_t limit, Random& random) const {
  for (int tries = 0; tries < kTries; ++tries) {
    const uint64_t rank = Draw(random);
    if (rank < limit) return rank;
  }
  return random.Below(std::min(limit, ranks_));
}

double RankCurve::ExpectedDistinct(double draws) const {
  double expected = 0;
  for (const Cell& cell : cells_) {
    const auto width = static_cast<double>(cell.width);
    const double mean = draws * cell.share / width;  // occurrences of one rank
    // 1 - e^-mean; for small means by its series, which does not cancel.
    const double seen = mean < 1e-4 ? mean * (1 - mean / 2) : 1 - Exp2(-std::min(mean, 100.0) / kLn2);
    expected += width * seen;
  }
  return expected;
}

}  // namespace dateline::bench::corpus
