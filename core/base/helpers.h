// Threads that lend a hand to one that has more to do than it should do alone, as long as processors are idle: when
// as many threads are at work as there are processors, nobody helps, and each does its own.
//
// Thread-safety: any thread may ask at any time; whoever asked must have come back before Helpers ends.
#ifndef DATELINE_CORE_BASE_HELPERS_H_
#define DATELINE_CORE_BASE_HELPERS_H_

#include <atomic>
#include <cstddef>
#include <deque>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "core/base/mutex.h"

namespace dateline::base {

class Helpers {
 public:
  // With 1 processor nobody ever helps. Threads are started when they are first needed, one less than processors at
  // most.
  explicit Helpers(int processors);
  ~Helpers();
  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;

  // While it lives, the thread that made it counts as at work.
  class AtWork {
   public:
    explicit AtWork(Helpers* helpers) : helpers_(helpers) { ++helpers_->at_work_; }
    ~AtWork() { --helpers_->at_work_; }
    AtWork(const AtWork&) = delete;
    AtWork& operator=(const AtWork&) = delete;

   private:
    Helpers* const helpers_;
  };

  // Calls `task` with every number below `count`, each once, on this thread, which must be at work, and on idle ones,
  // and returns when all calls have. `task` must not throw.
  using Task = absl::FunctionRef<void(size_t number)>;
  void Run(size_t count, Task task);

 private:
  // What is left of one Run.
  struct Batch {
    Batch(size_t numbers, Task what) : count(numbers), task(what) {}
    void Work() {
      for (size_t number = next++; number < count; number = next++) task(number);
    }

    const size_t count;
    const Task task;
    std::atomic<size_t> next{0};
    size_t helping = 0;  // guarded by the mutex of Helpers
  };

  // So many helpers are now counted as at work.
  size_t Engage(size_t wanted);
  void Call(Batch& batch, size_t engaged);
  void Help();

  const int processors_;
  std::atomic<int> at_work_{0};  // callers, and those who help or were called to
  Mutex mutex_;
  Condition called_;
  Condition done_;
  std::deque<Batch*> calls_ ABSL_GUARDED_BY(mutex_);  // one for each helper that is to come
  size_t helping_ ABSL_GUARDED_BY(mutex_) = 0;        // threads that work on a batch
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_HELPERS_H_
