#include "searcher/admit/work_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/random.h"

namespace dateline::admit {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A queue with one thread, which a first job holds until Release, so that what is posted stays queued.
class WorkQueueTest : public ::testing::Test {
 protected:
  void Start(WorkQueueOptions options, double holder_expected_s = 0) {
    options.threads = 1;
    queue_ = std::make_unique<WorkQueue>(options);
    std::mutex mutex;
    std::condition_variable running;
    bool runs = false;
    WorkQueue::Job holder;
    holder.expected_s = holder_expected_s;
    holder.run = [&, this] {
      {
        std::lock_guard<std::mutex> lock(mutex);
        runs = true;
      }
      running.notify_one();
      std::unique_lock<std::mutex> lock(mutex_);
      released_.wait(lock, [this] { return free_; });
    };
    ASSERT_EQ(queue_->Post(std::move(holder)), Refusal::kNone);
    std::unique_lock<std::mutex> lock(mutex);
    running.wait(lock, [&runs] { return runs; });
  }

  // Runs what is queued, to its end.
  std::vector<std::string> Release() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      free_ = true;
    }
    released_.notify_one();
    queue_.reset();
    return ran_;
  }

  Refusal Post(const std::string& name, double expected_s, const std::string& client = "",
               base::Deadline deadline = {}) {
    WorkQueue::Job job;
    job.run = [this, name] { ran_.push_back(name); };
    job.refuse = [this, name](Refusal) { refused_.push_back(name); };
    job.client = client;
    job.expected_s = expected_s;
    job.deadline = deadline;
    return queue_->Post(std::move(job));
  }

  void TearDown() override {
    if (queue_ != nullptr) Release();
  }

  std::vector<std::string> ran_;  // by the one thread
  std::vector<std::string> refused_;
  std::unique_ptr<WorkQueue> queue_;
  std::mutex mutex_;
  std::condition_variable released_;
  bool free_ = false;
};

TEST_F(WorkQueueTest, JobsRunInTheirOrder) {
  Start({});
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(Post(name, 0.001), Refusal::kNone);
  EXPECT_EQ(queue_->gauges().queued, 3U);
  EXPECT_NEAR(queue_->gauges().queued_s, 0.003, 1e-9);
  EXPECT_EQ(queue_->gauges().running, 1U);
  EXPECT_THAT(Release(), ElementsAre("a", "b", "c"));
}

TEST_F(WorkQueueTest, IsBoundedInNumber) {
  WorkQueueOptions options;
  options.max_jobs = 2;
  Start(options);
  EXPECT_EQ(Post("a", 0), Refusal::kNone);
  EXPECT_EQ(Post("b", 0), Refusal::kNone);
  EXPECT_EQ(Post("c", 0), Refusal::kQueueFull);
  EXPECT_THAT(Release(), ElementsAre("a", "b"));
}

TEST_F(WorkQueueTest, IsBoundedInTime) {
  WorkQueueOptions options;
  options.max_wait_s = 0.05;
  Start(options);
  EXPECT_EQ(Post("long", 0.2), Refusal::kNone) << "nothing waits before it";
  EXPECT_EQ(Post("short", 0.001), Refusal::kQueueFull) << "it would wait 200 ms";
  EXPECT_THAT(Release(), ElementsAre("long"));
}

TEST_F(WorkQueueTest, WhatCannotBeInTimeIsNotQueued) {
  WorkQueueOptions options;
  options.max_wait_s = 10;
  Start(options);
  const auto in = [](int ms) { return base::Deadline::After(std::chrono::milliseconds(ms)); };
  EXPECT_EQ(Post("first", 0.5, "", in(100)), Refusal::kNone) << "nothing waits before it";
  EXPECT_EQ(Post("late", 0.001, "", in(100)), Refusal::kDeadOnArrival);
  EXPECT_EQ(Post("patient", 0.001, "", in(5000)), Refusal::kNone);
  EXPECT_THAT(Release(), ElementsAre("first", "patient"));
}

TEST_F(WorkQueueTest, WhatRunsIsWaitedForToo) {
  WorkQueueOptions options;
  options.max_wait_s = 10;
  Start(options, /*holder_expected_s=*/0.2);
  const auto in = [](int ms) { return base::Deadline::After(std::chrono::milliseconds(ms)); };
  EXPECT_EQ(Post("late", 0.01, "", in(50)), Refusal::kDeadOnArrival) << "half of 200 ms are still to come";
  EXPECT_EQ(Post("patient", 0.01, "", in(5000)), Refusal::kNone);
  EXPECT_THAT(Release(), ElementsAre("patient"));
}

TEST_F(WorkQueueTest, ClientsTakeTurns) {
  Start({});
  for (const char* name : {"a1", "a2", "a3"}) ASSERT_EQ(Post(name, 0.001, "a"), Refusal::kNone);
  for (const char* name : {"b1", "b2"}) ASSERT_EQ(Post(name, 0.001, "b"), Refusal::kNone);
  ASSERT_EQ(Post("c1", 0.001, "c"), Refusal::kNone);
  EXPECT_THAT(Release(), ElementsAre("a1", "b1", "c1", "a2", "b2", "a3"));
}

TEST_F(WorkQueueTest, WithoutFairnessTheyDoNot) {
  WorkQueueOptions options;
  options.fair = false;
  options.max_jobs = 3;
  Start(options);
  for (const char* name : {"a1", "a2"}) ASSERT_EQ(Post(name, 0.001, "a"), Refusal::kNone);
  ASSERT_EQ(Post("b1", 0.001, "b"), Refusal::kNone);
  EXPECT_EQ(Post("c1", 0.001, "c"), Refusal::kQueueFull);
  EXPECT_THAT(Release(), ElementsAre("a1", "a2", "b1"));
}

TEST_F(WorkQueueTest, AFullQueueMakesRoomForWhoHasLessThanHisShare) {
  WorkQueueOptions options;
  options.max_jobs = 4;
  Start(options);
  for (const char* name : {"a1", "a2", "a3", "a4"}) ASSERT_EQ(Post(name, 0.001, "a"), Refusal::kNone);
  EXPECT_EQ(Post("a5", 0.001, "a"), Refusal::kQueueFull);
  EXPECT_EQ(Post("b1", 0.001, "b"), Refusal::kNone);
  EXPECT_EQ(Post("b2", 0.001, "b"), Refusal::kNone);
  EXPECT_THAT(refused_, ElementsAre("a4", "a3")) << "the youngest of whoever has most";
  EXPECT_EQ(Post("b3", 0.001, "b"), Refusal::kClientShare) << "two of four are its share";
  EXPECT_EQ(Post("a6", 0.001, "a"), Refusal::kClientShare);
  EXPECT_EQ(queue_->gauges().queued, 4U);
  EXPECT_THAT(Release(), ElementsAre("a1", "b1", "a2", "b2"));
}

TEST_F(WorkQueueTest, AJobThatThrowsEndsAlone) {
  Start({});
  WorkQueue::Job job;
  job.run = [] { throw std::runtime_error("a fault"); };
  ASSERT_EQ(queue_->Post(std::move(job)), Refusal::kNone);
  ASSERT_EQ(Post("next", 0), Refusal::kNone);
  EXPECT_THAT(Release(), ElementsAre("next"));
}

// Each job that was accepted is run or refused, once; each that was not is neither; and the sums come back to
// nothing.
TEST(WorkQueueLawsTest, NoJobIsLostOrRunTwice) {
  const uint64_t seed = test::TestSeed(20261122);
  test::Random random(seed);
  WorkQueueOptions options;
  options.threads = 3;
  options.max_jobs = 20;
  std::atomic<int> ran = 0;
  std::atomic<int> evicted = 0;
  int accepted = 0;
  constexpr int kJobs = 20'000;
  {
    WorkQueue queue(options);
    for (int i = 0; i < kJobs; ++i) {
      WorkQueue::Job job;
      job.run = [&ran] { ++ran; };
      job.refuse = [&evicted](Refusal) { ++evicted; };
      job.client = std::string(1, static_cast<char>('a' + random.Below(5)));
      job.expected_s = static_cast<double>(random.Below(100)) * 1e-5;
      if (queue.Post(std::move(job)) == Refusal::kNone) {
        ++accepted;
      } else {
        std::this_thread::yield();
      }
      const WorkQueue::Gauges gauges = queue.gauges();
      ASSERT_LE(gauges.queued, 20U);
      ASSERT_GE(gauges.queued_s, -1e-9);
    }
  }
  EXPECT_EQ(ran + evicted, accepted) << "seed " << seed;
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace dateline::admit
