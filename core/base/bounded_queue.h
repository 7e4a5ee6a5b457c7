// A first-in, first-out queue between threads, bounded by the cost of what waits in it, so that a fast producer waits
// for a slow consumer instead of filling memory.
//
// Thread-safety: all methods may be called from any thread. Ownership: values move in and out.
#ifndef DATELINE_CORE_BASE_BOUNDED_QUEUE_H_
#define DATELINE_CORE_BASE_BOUNDED_QUEUE_H_

#include <cstddef>
#include <deque>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/types/optional.h"
#include "core/base/mutex.h"

namespace dateline::base {

template <typename T>
class BoundedQueue {
 public:
  // `max_cost` is in the unit that Push is given, usually bytes.
  explicit BoundedQueue(size_t max_cost) : max_cost_(max_cost) {}

  // Waits for room; one value always fits into an empty queue, however costly. False when the queue was closed or
  // cancelled, and `value` is dropped.
  bool Push(T value, size_t cost) {
    MutexLock lock(&mutex_);
    changed_.wait(mutex_, [this, cost]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      return closed_ || items_.empty() || cost_ + cost <= max_cost_;
    });
    if (closed_) return false;
    cost_ += cost;
    items_.emplace_back(std::move(value), cost);
    changed_.notify_all();
    return true;
  }

  // Waits for a value; nothing when the queue is closed and empty.
  absl::optional<T> Pop() {
    MutexLock lock(&mutex_);
    changed_.wait(mutex_, [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return closed_ || !items_.empty(); });
    if (items_.empty()) return absl::nullopt;
    auto [value, cost] = std::move(items_.front());
    items_.pop_front();
    cost_ -= cost;
    changed_.notify_all();
    return std::move(value);
  }

  // No more values come; those that wait are still handed out.
  void Close() {
    MutexLock lock(&mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  // As Close, and what waits is dropped: for giving up.
  void Cancel() {
    MutexLock lock(&mutex_);
    closed_ = true;
    items_.clear();
    cost_ = 0;
    changed_.notify_all();
  }

 private:
  const size_t max_cost_;
  Mutex mutex_;
  Condition changed_;
  std::deque<std::pair<T, size_t>> items_ ABSL_GUARDED_BY(mutex_);
  size_t cost_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_BOUNDED_QUEUE_H_
