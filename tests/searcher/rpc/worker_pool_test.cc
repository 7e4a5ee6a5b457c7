#include "searcher/rpc/worker_pool.h"

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace dateline::rpc {
namespace {

// A job that tells when it has begun and ends when it is told to.
class Gate {
 public:
  std::function<void()> Job() {
    return [this] {
      begun_.set_value();
      open_.get_future().wait();
    };
  }
  void WaitUntilBegun() { begun_.get_future().wait(); }
  void Open() { open_.set_value(); }

 private:
  std::promise<void> begun_;
  std::promise<void> open_;
};

TEST(WorkerPoolTest, RunsEveryAcceptedJobOnce) {
  std::atomic<int> runs{0};
  int accepted = 0;
  {
    WorkerPool pool(3, 16);
    for (int i = 0; i < 2000; ++i) accepted += pool.TryPost([&runs] { ++runs; }) ? 1 : 0;
  }
  EXPECT_EQ(runs, accepted);
  EXPECT_GE(accepted, 16);
}

TEST(WorkerPoolTest, RefusesWhatDoesNotFitAndAcceptsAgainLater) {
  Gate gate;
  std::promise<void> last_ran;
  WorkerPool pool(1, 2);
  ASSERT_TRUE(pool.TryPost(gate.Job()));
  gate.WaitUntilBegun();  // the worker is busy and the queue is empty
  EXPECT_TRUE(pool.TryPost([] {}));
  EXPECT_TRUE(pool.TryPost([&last_ran] { last_ran.set_value(); }));
  EXPECT_FALSE(pool.TryPost([] { ADD_FAILURE() << "a refused job ran"; }));
  gate.Open();
  last_ran.get_future().wait();
  EXPECT_TRUE(pool.TryPost([] {}));
}

TEST(WorkerPoolTest, RunsJobsInOrderOnOneThread) {
  std::vector<int> order;
  {
    Gate gate;
    WorkerPool pool(1, 100);
    ASSERT_TRUE(pool.TryPost(gate.Job()));
    gate.WaitUntilBegun();
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(pool.TryPost([&order, i] { order.push_back(i); }));
    gate.Open();
  }
  ASSERT_EQ(order.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[i], i);
}

TEST(WorkerPoolTest, UsesAllThreadsAtOnce) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  std::vector<std::unique_ptr<Gate>> gates;
  WorkerPool pool(4, 4);
  for (int i = 0; i < 4; ++i) {
    gates.push_back(std::make_unique<Gate>());
    ASSERT_TRUE(pool.TryPost([&, gate = gates.back()->Job()] {
      {
        std::lock_guard<std::mutex> lock(mutex);
        threads.insert(std::this_thread::get_id());
      }
      gate();
    }));
  }
  for (auto& gate : gates) gate->WaitUntilBegun();  // would wait for ever if they ran one after the other
  for (auto& gate : gates) gate->Open();
  std::lock_guard<std::mutex> lock(mutex);
  EXPECT_EQ(threads.size(), 4u);
}

TEST(WorkerPoolTest, SurvivesExceptions) {
  std::promise<void> done;
  WorkerPool pool(1, 8);
  ASSERT_TRUE(pool.TryPost([] { throw std::runtime_error("no"); }));
  ASSERT_TRUE(pool.TryPost([] { throw 42; }));
  ASSERT_TRUE(pool.TryPost([&done] { done.set_value(); }));
  done.get_future().wait();
  EXPECT_EQ(pool.failed_jobs(), 2u);
}

TEST(WorkerPoolTest, DestructorRunsQueuedJobs) {
  std::atomic<int> runs{0};
  Gate gate;
  auto pool = std::make_unique<WorkerPool>(1, 8);
  ASSERT_TRUE(pool->TryPost(gate.Job()));
  gate.WaitUntilBegun();
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(pool->TryPost([&runs] { ++runs; }));
  std::thread opener([&gate] { gate.Open(); });
  pool.reset();
  opener.join();
  EXPECT_EQ(runs, 8);
}

TEST(WorkerPoolTest, TakesNonsenseSizesAsOne) {
  std::promise<void> done;
  WorkerPool pool(-3, 0);
  EXPECT_EQ(pool.max_queued_jobs(), 1u);
  ASSERT_TRUE(pool.TryPost([&done] { done.set_value(); }));
  done.get_future().wait();
}

}  // namespace
}  // namespace dateline::rpc
