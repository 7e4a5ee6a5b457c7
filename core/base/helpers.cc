#include "core/base/helpers.h"

#include <algorithm>
#include <system_error>

namespace dateline::base {

Helpers::Helpers(int processors) : processors_(processors) {}

Helpers::~Helpers() {
  std::vector<std::thread> threads;
  {
    MutexLock lock(&mutex_);
    ending_ = true;
    threads.swap(threads_);
  }
  called_.notify_all();
  for (std::thread& thread : threads) thread.join();
}

size_t Helpers::Engage(size_t wanted) {
  int at_work = at_work_;
  for (;;) {
    const size_t free = static_cast<size_t>(std::max(0, processors_ - at_work));
    const size_t engaged = std::min(free, wanted);
    if (engaged == 0 || at_work_.compare_exchange_weak(at_work, at_work + static_cast<int>(engaged))) return engaged;
  }
}

void Helpers::Run(size_t count, Task task) {
  Batch batch(count, task);
  const size_t engaged = count < 2 ? 0 : Engage(count - 1);
  if (engaged > 0) Call(batch, engaged);
  batch.Work();
  if (engaged == 0) return;
  MutexLock lock(&mutex_);
  // Those who have not come by now need not.
  const auto others = std::remove(calls_.begin(), calls_.end(), &batch);
  at_work_ -= static_cast<int>(calls_.end() - others);
  calls_.erase(others, calls_.end());
  done_.wait(mutex_, [&batch] { return batch.helping == 0; });
}

void Helpers::Call(Batch& batch, size_t engaged) {
  {
    MutexLock lock(&mutex_);
    calls_.insert(calls_.end(), engaged, &batch);
    const size_t needed = std::min(static_cast<size_t>(processors_ - 1), helping_ + calls_.size());
    try {
      while (threads_.size() < needed) threads_.emplace_back([this] { Help(); });
    } catch (const std::system_error&) {
      // There are no more threads to be had: who called does the work.
    }
  }
  called_.notify_all();
}

void Helpers::Help() {
  mutex_.lock();
  for (;;) {
    while (calls_.empty() && !ending_) called_.wait(mutex_);
    if (calls_.empty()) break;
    Batch& batch = *calls_.front();
    calls_.pop_front();
    ++helping_;
    ++batch.helping;
    mutex_.unlock();
    batch.Work();
    mutex_.lock();
    --helping_;
    --at_work_;
    if (--batch.helping == 0) done_.notify_all();
  }
  mutex_.unlock();
}

}  // namespace dateline::base
