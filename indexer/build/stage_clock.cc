#include "indexer/build/stage_clock.h"

#include <time.h>

namespace dateline::build {
namespace {

double ThreadSeconds() {
  timespec used;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

}  // namespace

StageClock::StageClock(StageTimes* times) : times_(times) {
  if (times_ == nullptr) return;
  since_ = Clock::now();
  lap_begin_ = ThreadSeconds();
}

void StageClock::EndLap() {
  if (times_ == nullptr) return;
  Switch(stage_);
  Clock::duration in_stages{};
  for (size_t stage = 0; stage < kStages; ++stage) in_stages += elapsed_[stage];
  const double now = ThreadSeconds();
  if (in_stages.count() > 0) {
    const double each = (now - lap_begin_) / static_cast<double>(in_stages.count());
    for (size_t stage = 0; stage < kStages; ++stage) {
      if (elapsed_[stage].count() > 0) {
        times_->Add(static_cast<Stage>(stage), each * static_cast<double>(elapsed_[stage].count()));
      }
    }
  }
  elapsed_ = {};
  lap_begin_ = now;
}

}  // namespace dateline::build
