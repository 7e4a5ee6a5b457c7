#include "searcher/rpc/worker_pool.h"

#include <algorithm>
#include <utility>

namespace dateline::rpc {

WorkerPool::WorkerPool(int threads, size_t max_queued_jobs) : max_queued_jobs_(std::max<size_t>(max_queued_jobs, 1)) {
  const int count = std::max(threads, 1);
  threads_.reserve(count);
  for (int i = 0; i < count; ++i) threads_.emplace_back([this] { RunJobs(); });
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  job_or_end_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::TryPost(std::function<void()> job) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (ending_ || queue_.size() >= max_queued_jobs_) return false;
    queue_.push_back(std::move(job));
  }
  job_or_end_.notify_one();
  return true;
}

uint64_t WorkerPool::failed_jobs() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return failed_jobs_;
}

void WorkerPool::RunJobs() {
  for (;;) {
    std::function<void()> job = TakeJob();
    if (!job) return;
    try {
      job();
    } catch (...) {
      // An exception that leaves a thread ends the process, and one bad query must never do that.
      CountFailure();
    }
  }
}

std::function<void()> WorkerPool::TakeJob() {
  std::unique_lock<std::mutex> lock(mutex_);
  job_or_end_.wait(lock, [this] { return ending_ || !queue_.empty(); });
  if (queue_.empty()) return nullptr;
  std::function<void()> job = std::move(queue_.front());
  queue_.pop_front();
  return job;
}

void WorkerPool::CountFailure() {
  std::lock_guard<std::mutex> lock(mutex_);
  ++failed_jobs_;
}

}  // namespace dateline::rpc
