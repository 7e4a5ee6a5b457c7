// The standard mutex with the annotations that clang's thread-safety analysis reads. (Abseil's own is compiled into
// Debian's library without ThreadSanitizer's hooks, which would then see races where there are none.)
//
// Thread-safety: what it is for.
#ifndef DATELINE_CORE_BASE_MUTEX_H_
#define DATELINE_CORE_BASE_MUTEX_H_

#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"

namespace dateline::base {

class ABSL_LOCKABLE Mutex {
 public:
  void lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex* mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : mutex_(mutex) { mutex_->lock(); }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_->unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex* const mutex_;
};

// Waits while a Mutex is held: condition.wait(mutex, predicate).
using Condition = std::condition_variable_any;

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_MUTEX_H_
