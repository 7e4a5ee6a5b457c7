// A point in steady time after which work is no longer wanted; passed down explicitly and checked at loop boundaries.
//
// Thread-safety: an immutable value.
#ifndef DATELINE_CORE_BASE_DEADLINE_H_
#define DATELINE_CORE_BASE_DEADLINE_H_

#include <chrono>

namespace dateline::base {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  // Never expires.
  Deadline() = default;

  static Deadline After(std::chrono::microseconds span) { return Deadline(Clock::now() + span); }

  // When it expires; Clock::time_point::max() for never.
  Clock::time_point at() const { return at_; }

  bool Expired() const { return at_ != Clock::time_point::max() && Clock::now() >= at_; }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}

  Clock::time_point at_ = Clock::time_point::max();
};

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_DEADLINE_H_
