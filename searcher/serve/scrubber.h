// A thread that reads the files of the served generation again and again, at a limited rate, and compares their
// checksums: bytes go bad on disks and in memory, and Xapian's own have no checksums.
//
// A pass begins at most every `pass_interval`, and each byte is read again within that time plus what reading all
// takes: an index of 100 GB at 20 MB/s is through in 1.4 hours.
//
// Thread-safety: start and end belong to one thread. Ownership: the engine must outlive the scrubber.
#ifndef DATELINE_SEARCHER_SERVE_SCRUBBER_H_
#define DATELINE_SEARCHER_SERVE_SCRUBBER_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/base/mutex.h"
#include "searcher/serve/engine.h"

namespace dateline::serve {

struct ScrubberOptions {
  uint64_t bytes_per_s = 20'000'000;                                // not 0
  std::chrono::milliseconds pass_interval = std::chrono::hours(1);  // from the begin of one pass to that of the next
  // Told of damage, once for each, on the scrubber's thread.
  std::function<void(absl::string_view)> log;
};

class Scrubber {
 public:
  // The first pass begins after an interval: the engine has just read everything.
  Scrubber(Engine* engine, ScrubberOptions options);
  // Does not wait for the pass that runs.
  ~Scrubber();

 private:
  using Clock = std::chrono::steady_clock;

  void Run();
  void OnePass(Clock::time_point begin);
  // Cancelled when the scrubber is to stop.
  absl::Status SleepUntil(Clock::time_point time);

  Engine* const engine_;
  const ScrubberOptions options_;
  base::Mutex mutex_;
  base::Condition changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::string last_damage_;  // of the thread
  std::thread thread_;
};

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_SCRUBBER_H_
