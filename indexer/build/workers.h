// Threads that work together until the first error.
//
// Thread-safety: a FirstError may be used from any thread; a Threads belongs to the thread that made it.
#ifndef DATELINE_INDEXER_BUILD_WORKERS_H_
#define DATELINE_INDEXER_BUILD_WORKERS_H_

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

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_WORKERS_H_
