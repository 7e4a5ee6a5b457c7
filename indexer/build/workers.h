// Threads that work together until the first error.
//
// Thread-safety: a FirstError may be used from any thread; a Threads belongs to the thread that made it.
#ifndef DATELINE_INDEXER_BUILD_WORKERS_H_
#define DATELINE_INDEXER_BUILD_WORKERS_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "core/base/mutex.h"

namespace dateline::build {

// The first error of several threads.
class FirstError {
 public:
  void Set(absl::Status status) {
    base::MutexLock lock(&mutex_);
    if (status_.ok()) status_ = std::move(status);
  }
  absl::Status Get() const {
    base::MutexLock lock(&mutex_);
    return status_;
  }
  bool ok() const { return Get().ok(); }

 private:
  mutable base::Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

// Joins what it started at the end.
class Threads {
 public:
  ~Threads() { Join(); }
  template <typename Body>
  void Start(uint64_t count, Body body) {
    for (uint64_t i = 0; i < count; ++i) threads_.emplace_back(body);
  }
  void Join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::vector<std::thread> threads_;
};

// Calls `body` with every number below `count`, on `threads` threads at most, at least on one, and in no order, until
// one fails.
template <typename Body>
absl::Status InParallel(size_t count, uint64_t threads, Body body) {
  std::atomic<size_t> next{0};
  FirstError error;
  Threads workers;
  workers.Start(std::clamp<uint64_t>(threads, 1, std::max<size_t>(count, 1)), [&] {
    for (size_t i = next++; i < count && error.ok(); i = next++) error.Set(body(i));
  });
  workers.Join();
  return error.Get();
}

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_WORKERS_H_
