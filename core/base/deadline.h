// A point in steady time after which work is no longer wanted, and maybe an amount of processor time that it may use,
// or somebody who may give it up; passed down explicitly and checked at loop boundaries.
//
// Thread-safety: an immutable value. A budget is about the thread that made it: Expired() must be called there.
#ifndef DATELINE_CORE_BASE_DEADLINE_H_
#define DATELINE_CORE_BASE_DEADLINE_H_

#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>

namespace dateline::base {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  // Never expires.
  Deadline() = default;

  static Deadline After(std::chrono::microseconds span) { return Deadline(Clock::now() + span); }

  // When the time is up, whatever the budget; Clock::time_point::max() for never.
  Clock::time_point at() const { return at_; }

  // The same, and at most `budget` of the calling thread's processor time from now on.
  Deadline WithBudget(std::chrono::microseconds budget) const {
    Deadline limited = *this;
    limited.processor_ns_ = ThreadNs() + std::chrono::nanoseconds(budget).count();
    return limited;
  }

  // The same on another thread, which may use as much processor time as the calling thread may now: call it here, and
  // the result there.
  auto ForOtherThread() const {
    const bool limited = processor_ns_ != kNoBudget;
    return [deadline = *this, left_ns = limited ? processor_ns_ - ThreadNs() : 0, limited] {
      return limited ? deadline.WithBudget(std::chrono::microseconds(left_ns / 1000)) : deadline;
    };
  }

  // The same, and over as soon as `given_up` is true, which may be set by any thread and must outlive the result.
  Deadline Until(const std::atomic<bool>* given_up) const {
    Deadline limited = *this;
    limited.given_up_ = given_up;
    return limited;
  }

  // The same, and not after `span` from now on.
  Deadline Within(std::chrono::microseconds span) const {
    Deadline limited = *this;
    limited.at_ = std::min(at_, Clock::now() + span);
    return limited;
  }

  bool Expired() const { return TimeIsUp() || BudgetIsSpent(); }

  bool TimeIsUp() const {
    if (given_up_ != nullptr && given_up_->load(std::memory_order_relaxed)) return true;
    return at_ != Clock::time_point::max() && Clock::now() >= at_;
  }
  bool BudgetIsSpent() const { return processor_ns_ != kNoBudget && ThreadNs() >= processor_ns_; }

 private:
  static constexpr int64_t kNoBudget = std::numeric_limits<int64_t>::max();

  explicit Deadline(Clock::time_point at) : at_(at) {}

  static int64_t ThreadNs() {
    timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
  }

  Clock::time_point at_ = Clock::time_point::max();
  const std::atomic<bool>* given_up_ = nullptr;
  int64_t processor_ns_ = kNoBudget;  // on the thread's own clock
};

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_DEADLINE_H_
