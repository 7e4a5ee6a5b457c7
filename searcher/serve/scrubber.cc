#include "searcher/serve/scrubber.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace dateline::serve {

Scrubber::Scrubber(Engine* engine, ScrubberOptions options)
    : engine_(engine), options_(std::move(options)), thread_([this] { Run(); }) {}

Scrubber::~Scrubber() {
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Scrubber::Run() {
  Clock::time_point begin = Clock::now();
  while (SleepUntil(begin + options_.pass_interval).ok()) {
    begin = Clock::now();
    OnePass(begin);
  }
}

void Scrubber::OnePass(Clock::time_point begin) {
  uint64_t read = 0;
  const absl::Status status = engine_->Scrub([&](size_t bytes) {
    read += bytes;
    const double seconds = static_cast<double>(read) / static_cast<double>(options_.bytes_per_s);
    return SleepUntil(begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds)));
  });
  if (status.ok() || absl::IsCancelled(status)) return;
  const std::string text(status.message());
  if (text == last_damage_) return;
  last_damage_ = text;
  if (options_.log) options_.log(absl::StrCat("files read again: ", text));
}

absl::Status Scrubber::SleepUntil(Clock::time_point time) {
  base::MutexLock lock(&mutex_);
  while (!stopping_ && Clock::now() < time) changed_.wait_until(mutex_, time);
  return stopping_ ? absl::CancelledError("stopping") : absl::OkStatus();
}

}  // namespace dateline::serve
