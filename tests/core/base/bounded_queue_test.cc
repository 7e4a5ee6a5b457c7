#include "core/base/bounded_queue.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace dateline::base {
namespace {

// Long enough for a thread that can go on to have gone on.
void LetOthersRun() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }

TEST(BoundedQueueTest, FirstInFirstOut) {
  BoundedQueue<int> queue(100);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(queue.Push(i, 1));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(queue.Pop(), i);
}

TEST(BoundedQueueTest, ValuesMoveThrough) {
  BoundedQueue<std::unique_ptr<std::string>> queue(100);
  EXPECT_TRUE(queue.Push(std::make_unique<std::string>("news"), 4));
  absl::optional<std::unique_ptr<std::string>> value = queue.Pop();
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(**value, "news");
}

TEST(BoundedQueueTest, CloseHandsOutWhatWaits) {
  BoundedQueue<int> queue(100);
  EXPECT_TRUE(queue.Push(1, 1));
  EXPECT_TRUE(queue.Push(2, 1));
  queue.Close();
  EXPECT_FALSE(queue.Push(3, 1));
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_EQ(queue.Pop(), 2);
  EXPECT_EQ(queue.Pop(), absl::nullopt);
  EXPECT_EQ(queue.Pop(), absl::nullopt);  // and again
}

TEST(BoundedQueueTest, CancelDropsWhatWaits) {
  BoundedQueue<std::shared_ptr<int>> queue(100);
  const auto value = std::make_shared<int>(1);
  EXPECT_TRUE(queue.Push(value, 1));
  EXPECT_EQ(value.use_count(), 2);
  queue.Cancel();
  EXPECT_EQ(value.use_count(), 1);
  EXPECT_FALSE(queue.Push(value, 1));
  EXPECT_EQ(value.use_count(), 1);
  EXPECT_EQ(queue.Pop(), absl::nullopt);
}

TEST(BoundedQueueTest, OneValueAlwaysFitsIntoAnEmptyQueue) {
  BoundedQueue<int> queue(10);
  EXPECT_TRUE(queue.Push(1, 1000));
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_TRUE(queue.Push(2, 1000));  // its cost went with it
  EXPECT_EQ(queue.Pop(), 2);
}

TEST(BoundedQueueTest, PushWaitsForRoom) {
  BoundedQueue<int> queue(10);
  EXPECT_TRUE(queue.Push(1, 6));
  EXPECT_TRUE(queue.Push(2, 4));  // just full
  std::atomic<bool> pushed{false};
  std::thread producer([&] {
    EXPECT_TRUE(queue.Push(3, 5));
    pushed = true;
  });
  LetOthersRun();
  EXPECT_FALSE(pushed);
  EXPECT_EQ(queue.Pop(), 1);  // 4 of 10 wait now
  producer.join();
  EXPECT_TRUE(pushed);
  EXPECT_EQ(queue.Pop(), 2);
  EXPECT_EQ(queue.Pop(), 3);
}

TEST(BoundedQueueTest, CloseAndCancelWakeWhoWaits) {
  for (const bool cancel : {false, true}) {
    BoundedQueue<int> full(1);
    BoundedQueue<int> empty(1);
    EXPECT_TRUE(full.Push(1, 1));
    std::thread producer([&] { EXPECT_FALSE(full.Push(2, 1)); });
    std::thread consumer([&] { EXPECT_EQ(empty.Pop(), absl::nullopt); });
    LetOthersRun();
    for (BoundedQueue<int>* queue : {&full, &empty}) cancel ? queue->Cancel() : queue->Close();
    producer.join();
    consumer.join();
  }
}

TEST(BoundedQueueTest, ManyThreadsHandOverEveryValueOnceWithinTheBound) {
  constexpr int kProducers = 6;
  constexpr int kConsumers = 5;
  constexpr int kValuesEach = 4000;
  constexpr int kMaxCost = 64;
  constexpr int kMaxValueCost = 16;
  BoundedQueue<int> queue(kMaxCost);
  const auto cost_of = [](int value) { return 1 + value % kMaxValueCost; };
  std::atomic<int> waiting{0};  // counted after a push and before a pop ends: never more than what the queue holds
  std::atomic<int> most{0};
  std::vector<std::thread> threads;
  for (int p = 0; p < kProducers; ++p) {
    threads.emplace_back([&, p] {
      for (int i = 0; i < kValuesEach; ++i) {
        const int value = i * kProducers + p;
        ASSERT_TRUE(queue.Push(value, static_cast<size_t>(cost_of(value))));
        const int now = waiting += cost_of(value);
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
      }
    });
  }
  std::vector<std::vector<int>> got(kConsumers);
  std::vector<std::thread> consumers;
  for (int c = 0; c < kConsumers; ++c) {
    consumers.emplace_back([&, c] {
      while (absl::optional<int> value = queue.Pop()) {
        waiting -= cost_of(*value);
        got[static_cast<size_t>(c)].push_back(*value);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  queue.Close();
  for (std::thread& thread : consumers) thread.join();
  std::vector<int> all;
  for (const std::vector<int>& part : got) {
    // What one producer pushed comes out in its order, whoever takes it.
    for (int p = 0; p < kProducers; ++p) {
      std::vector<int> of_producer;
      std::copy_if(part.begin(), part.end(), std::back_inserter(of_producer),
                   [&](int value) { return value % kProducers == p; });
      EXPECT_TRUE(std::is_sorted(of_producer.begin(), of_producer.end()));
    }
    all.insert(all.end(), part.begin(), part.end());
  }
  std::sort(all.begin(), all.end());
  std::vector<int> expected(kProducers * kValuesEach);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(all, expected);
  // A consumer may be late in counting what it took, once each.
  EXPECT_LE(most, kMaxCost + kConsumers * kMaxValueCost);
}

}  // namespace
}  // namespace dateline::base
