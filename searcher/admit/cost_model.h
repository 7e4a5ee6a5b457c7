// What calls of a class have lately cost: a moving mean by class, which follows the machine, the archive and the
// engine without being told of them.
//
// Thread-safety: all methods may be called from any thread; a lost update does no harm. Units: seconds.
#ifndef DATELINE_SEARCHER_ADMIT_COST_MODEL_H_
#define DATELINE_SEARCHER_ADMIT_COST_MODEL_H_

#include <array>
#include <atomic>
#include <cstddef>

namespace dateline::admit {

class CostModel {
 public:
  static constexpr size_t kClasses = 128;
  static constexpr double kUnknownS = 0.001;
  // How much of a new cost goes into the mean; a dearer one counts more, so that a class is not long thought cheap.
  static constexpr double kShare = 1.0 / 16;
  static constexpr double kShareOfDearer = 1.0 / 4;

  CostModel() {
    for (std::atomic<double>& mean : means_) mean = kUnknownS;
  }

  // REQUIRES: `cost_class` is below kClasses, here and below.
  double Expected(size_t cost_class) const { return means_[cost_class].load(std::memory_order_relaxed); }

  void Learn(size_t cost_class, double took_s) {
    const double mean = Expected(cost_class);
    const double share = took_s > mean ? kShareOfDearer : kShare;
    means_[cost_class].store(mean + share * (took_s - mean), std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<double>, kClasses> means_;
};

}  // namespace dateline::admit

#endif  // DATELINE_SEARCHER_ADMIT_COST_MODEL_H_
