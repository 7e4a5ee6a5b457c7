// A look at the clock once in so many steps of a match. What it throws passes through Xapian, and is caught where the
// match was started.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_SEARCHER_MATCH_DEADLINE_CHECK_H_
#define DATELINE_SEARCHER_MATCH_DEADLINE_CHECK_H_

#include <cstdint>

#include "core/base/deadline.h"

namespace dateline::match {

struct DeadlinePassed {};

class DeadlineCheck {
 public:
  // `deadline` must outlive this.
  explicit DeadlineCheck(const base::Deadline& deadline) : deadline_(deadline) {}

  // `weight`: how many documents this step is worth; from 1 on.
  void Step(uint32_t weight = 1) {
    steps_ += weight;
    if (steps_ < kStepsBetweenLooks) return;
    steps_ = 0;
    if (deadline_.Expired()) throw DeadlinePassed();
  }

 private:
  static constexpr uint32_t kStepsBetweenLooks = 1024;

  const base::Deadline& deadline_;
  uint32_t steps_ = 0;
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_DEADLINE_CHECK_H_
