// How long it is since the last look, in steady time.
//
// Thread-safety: belongs to one thread at a time. Units: seconds.
#ifndef DATELINE_CORE_BASE_STOP_WATCH_H_
#define DATELINE_CORE_BASE_STOP_WATCH_H_

#include <chrono>
#include <utility>

namespace dateline::base {

class StopWatch {
 public:
  using Clock = std::chrono::steady_clock;

  // Since the last lap, or since it was made.
  double Lap() {
    const Clock::time_point now = Clock::now();
    return Seconds(now - std::exchange(last_, now));
  }

  // Since it was made, whatever the laps.
  double Total() const { return Seconds(Clock::now() - made_); }

 private:
  static double Seconds(Clock::duration span) { return std::chrono::duration<double>(span).count(); }

  Clock::time_point made_ = Clock::now();
  Clock::time_point last_ = made_;
};

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_STOP_WATCH_H_
