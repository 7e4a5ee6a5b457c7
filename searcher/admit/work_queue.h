// Threads that run jobs, and the queue before them, which is bounded in time: a job that would wait longer than
// callers have patience is refused at once, while that can still be said cheaply, instead of waiting until nobody
// wants its answer.
//
// How long a job would wait is the work that is queued and half of what runs, as its owners expect it, over the
// number of threads. Clients take turns. When the queue is full, a client that has less than its share of it may
// still come in, in the place of the youngest job of the client that has most.
//
// Thread-safety: Post and Gauges may be called from any thread, jobs included. Ownership: a job and what it holds
// live until it has run or was refused; each accepted job is one or the other, in the destructor at the latest.
// Units: seconds. Errors: a job should catch its own exceptions; one that escapes ends that job only, and is counted.
#ifndef DATELINE_SEARCHER_ADMIT_WORK_QUEUE_H_
#define DATELINE_SEARCHER_ADMIT_WORK_QUEUE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "core/base/deadline.h"
#include "core/base/mutex.h"
#include "searcher/admit/refusal.h"

namespace dateline::admit {

struct WorkQueueOptions {
  int threads = 1;        // less than 1 is taken as 1
  size_t max_jobs = 256;  // queued, not run; less than 1 is taken as 1
  double max_wait_s = 0.05;
  bool fair = true;  // clients take turns
};

class WorkQueue {
 public:
  struct Job {
    std::function<void()> run;
    // Called, in place of `run`, for an accepted job that had to make room; must not block, nor call the queue.
    std::function<void(Refusal)> refuse;
    std::string client;
    double expected_s = 0;  // of a thread's time
    base::Deadline deadline;
  };

  struct Gauges {
    size_t queued = 0;
    double queued_s = 0;
    size_t running = 0;
    uint64_t failed_jobs = 0;  // ended by an exception
  };

  explicit WorkQueue(const WorkQueueOptions& options);
  // Runs what is queued, then ends the threads. Do not call from a job.
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  // Queues the job, or says why not, without waiting; a job that is not accepted is not called in any way.
  Refusal Post(Job job);

  Gauges gauges() const;
  size_t threads() const { return threads_.size(); }
  const WorkQueueOptions& options() const { return options_; }

  // Is nothing queued?
  bool IsIdle() const;

 private:
  struct Client {
    std::string name;
    std::deque<Job> jobs;  // never empty while it stands in `turns_`
    double queued_s = 0;
  };
  using Turns = std::list<Client>;

  // May the job wait? If not, `evicted` may get a job that is to be refused in its place.
  Refusal Judge(const Job& job, std::deque<Job>& evicted) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsFull(double more_s) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Enqueue(Job job) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The next job, by turns. REQUIRES: there is one.
  Job Dequeue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(Turns::iterator client, const Job& job) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RunJobs();

  const WorkQueueOptions options_;
  mutable base::Mutex mutex_;
  base::Condition job_or_end_;
  Turns turns_ ABSL_GUARDED_BY(mutex_);  // whose turn it is comes first
  absl::flat_hash_map<std::string, Turns::iterator> clients_ ABSL_GUARDED_BY(mutex_);
  size_t queued_ ABSL_GUARDED_BY(mutex_) = 0;
  double queued_s_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t running_ ABSL_GUARDED_BY(mutex_) = 0;
  double running_s_ ABSL_GUARDED_BY(mutex_) = 0;  // what they were expected to take
  size_t waiting_threads_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t failed_jobs_ ABSL_GUARDED_BY(mutex_) = 0;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;  // last, so that a thread finds everything else constructed
};

}  // namespace dateline::admit

#endif  // DATELINE_SEARCHER_ADMIT_WORK_QUEUE_H_
