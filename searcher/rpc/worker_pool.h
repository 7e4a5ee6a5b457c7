// A fixed number of threads that run jobs from a queue of bounded length.
//
// It is where the server sheds load: the queue is short, and a job that does not fit is refused at once, while the
// caller can still say so cheaply, instead of waiting until nobody wants its answer.
//
// Thread-safety: TryPost and the counters may be called from any thread, jobs included. Ownership: a job and what it
// holds live until it has run; every job that was accepted does run, in the destructor at the latest.
// Errors: a job should catch its own exceptions; one that escapes ends that job only, and is counted.
#ifndef DATELINE_SEARCHER_RPC_WORKER_POOL_H_
#define DATELINE_SEARCHER_RPC_WORKER_POOL_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace dateline::rpc {

class WorkerPool {
 public:
  // `threads` and `max_queued_jobs` of less than 1 are taken as 1. A job being run is not queued.
  WorkerPool(int threads, size_t max_queued_jobs);
  // Runs the queued jobs, then ends the threads. Do not call from a job.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Queues `job` and returns true, or returns false, without waiting, when the queue is full or the pool is ending.
  bool TryPost(std::function<void()> job);

  size_t threads() const { return threads_.size(); }
  size_t max_queued_jobs() const { return max_queued_jobs_; }
  // Jobs that ended in an exception.
  uint64_t failed_jobs() const;

 private:
  void RunJobs();
  // Waits for a job; an empty function means that the pool is ending and the queue is empty.
  std::function<void()> TakeJob();
  void CountFailure();

  const size_t max_queued_jobs_;
  mutable std::mutex mutex_;
  std::condition_variable job_or_end_;
  std::deque<std::function<void()>> queue_;
  bool ending_ = false;
  uint64_t failed_jobs_ = 0;
  std::vector<std::thread> threads_;  // last, so that a thread finds everything else constructed
};

}  // namespace dateline::rpc

#endif  // DATELINE_SEARCHER_RPC_WORKER_POOL_H_
