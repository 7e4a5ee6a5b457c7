// Figures to say about a series of measurements.
//
// Thread-safety: pure functions.
#ifndef DATELINE_BENCH_STATS_H_
#define DATELINE_BENCH_STATS_H_

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace dateline::bench {

// The value below which the part `fraction` (0 to 1) of `values` lies, by straight line between two; 0 for none.
inline double Percentile(std::vector<double> values, double fraction) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const double rank = fraction * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(rank);
  const size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (values[above] - values[below]) * (rank - static_cast<double>(below));
}

inline double Median(std::vector<double> values) { return Percentile(std::move(values), 0.5); }

inline double Mean(const std::vector<double>& values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_STATS_H_
