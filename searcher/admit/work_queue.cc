#include "searcher/admit/work_queue.h"

#include <sched.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace dateline::admit {
namespace {

WorkQueueOptions Checked(WorkQueueOptions options) {
  options.threads = std::max(1, options.threads);
  options.max_jobs = std::max<size_t>(1, options.max_jobs);
  return options;
}

double SecondsLeft(const base::Deadline& deadline) {
  return std::chrono::duration<double>(deadline.at() - base::Deadline::Clock::now()).count();
}

// Threads that read calls may wait for this: under batch scheduling they do not break into a job. After each of many
// short jobs it would cost as much as the job.
void MakeWay() {
  constexpr std::chrono::milliseconds kOften(1);
  using Clock = std::chrono::steady_clock;
  static thread_local Clock::time_point last = Clock::now();
  if (Clock::now() - last < kOften) return;
  sched_yield();
  last = Clock::now();
}

}  // namespace

WorkQueue::WorkQueue(const WorkQueueOptions& options) : options_(Checked(options)) {
  threads_.reserve(static_cast<size_t>(options_.threads));
  for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { RunJobs(); });
}

WorkQueue::~WorkQueue() {
  {
    base::MutexLock lock(&mutex_);
    ending_ = true;
  }
  job_or_end_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

Refusal WorkQueue::Post(Job job) {
  std::deque<Job> evicted;  // refused without the lock
  bool wake = false;
  {
    base::MutexLock lock(&mutex_);
    const Refusal refusal = Judge(job, evicted);
    if (refusal != Refusal::kNone) return refusal;
    Enqueue(std::move(job));
    wake = waiting_threads_ > 0;
  }
  if (wake) job_or_end_.notify_one();
  for (Job& out : evicted) out.refuse(Refusal::kClientShare);
  return Refusal::kNone;
}

bool WorkQueue::IsFull(double more_s) const {
  if (queued_ >= options_.max_jobs) return true;
  // A thread that is free takes a job at once, however long it is expected to take.
  if (queued_ + running_ < static_cast<size_t>(options_.threads)) return false;
  return (queued_s_ + more_s) / options_.threads > options_.max_wait_s && queued_ > 0;
}

Refusal WorkQueue::Judge(const Job& job, std::deque<Job>& evicted) {
  if (ending_) return Refusal::kQueueFull;
  // Of what runs, half is taken to be done.
  const bool busy = queued_ + running_ >= static_cast<size_t>(options_.threads);
  const double wait_s = busy ? (queued_s_ + running_s_ / 2) / options_.threads : 0;
  // What has to wait for nothing is tried, for an expectation may be wrong.
  if (wait_s > 0 && job.deadline.at() != base::Deadline::Clock::time_point::max() &&
      SecondsLeft(job.deadline) < wait_s + job.expected_s) {
    return Refusal::kDeadOnArrival;
  }
  if (!IsFull(job.expected_s)) return Refusal::kNone;
  if (!options_.fair) return Refusal::kQueueFull;
  const auto own = clients_.find(job.client);
  const size_t of_client = own == clients_.end() ? 0 : own->second->jobs.size();
  const size_t clients = clients_.size() + (own == clients_.end() ? 1 : 0);
  if (clients == 1) return Refusal::kQueueFull;
  if ((of_client + 1) * clients > queued_) return Refusal::kClientShare;
  const auto most = std::max_element(turns_.begin(), turns_.end(),
                                     [](const Client& a, const Client& b) { return a.queued_s < b.queued_s; });
  if (most->name == job.client) return Refusal::kClientShare;
  evicted.push_back(std::move(most->jobs.back()));
  most->jobs.pop_back();
  Forget(most, evicted.back());
  return Refusal::kNone;
}

void WorkQueue::Enqueue(Job job) {
  const std::string& name = options_.fair ? job.client : std::string();
  auto [entry, added] = clients_.try_emplace(name);
  if (added) {
    turns_.emplace_back();
    turns_.back().name = name;
    entry->second = std::prev(turns_.end());
  }
  Client& client = *entry->second;
  ++queued_;
  queued_s_ += job.expected_s;
  client.queued_s += job.expected_s;
  client.jobs.push_back(std::move(job));
}

WorkQueue::Job WorkQueue::Dequeue() {
  const auto client = turns_.begin();
  Job job = std::move(client->jobs.front());
  client->jobs.pop_front();
  turns_.splice(turns_.end(), turns_, client);
  Forget(client, job);
  return job;
}

void WorkQueue::Forget(Turns::iterator client, const Job& job) {
  --queued_;
  client->queued_s -= job.expected_s;
  // Sums of many small numbers drift.
  queued_s_ = queued_ == 0 ? 0 : queued_s_ - job.expected_s;
  if (!client->jobs.empty()) return;
  clients_.erase(client->name);
  turns_.erase(client);
}

void WorkQueue::RunJobs() {
  mutex_.lock();
  for (;;) {
    while (queued_ == 0 && !ending_) {
      ++waiting_threads_;
      job_or_end_.wait(mutex_);
      --waiting_threads_;
    }
    if (queued_ == 0) break;
    Job job = Dequeue();
    const double expected_s = job.expected_s;
    ++running_;
    running_s_ += expected_s;
    mutex_.unlock();
    bool failed = false;
    try {
      job.run();
    } catch (...) {
      // An exception that leaves a thread ends the process, and one bad query must never do that.
      failed = true;
    }
    job = Job();  // what it holds goes without the lock
    MakeWay();
    mutex_.lock();
    --running_;
    running_s_ = running_ == 0 ? 0 : running_s_ - expected_s;
    failed_jobs_ += failed ? 1 : 0;
  }
  mutex_.unlock();
}

WorkQueue::Gauges WorkQueue::gauges() const {
  base::MutexLock lock(&mutex_);
  return Gauges{queued_, queued_s_, running_, failed_jobs_};
}

bool WorkQueue::IsIdle() const {
  base::MutexLock lock(&mutex_);
  return queued_ == 0;
}

}  // namespace dateline::admit
