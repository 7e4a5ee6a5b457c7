#include "core/base/helpers.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "core/base/deadline.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::base {
namespace {

TEST(HelpersTest, EveryNumberOnce) {
  for (const int processors : {0, 1, 2, 4}) {
    Helpers helpers(processors);
    const Helpers::AtWork at_work(&helpers);
    for (const size_t count : {0, 1, 2, 3, 17, 100}) {
      std::vector<std::atomic<int>> called(count);
      helpers.Run(count, [&called](size_t number) { ++called[number]; });
      for (size_t number = 0; number < count; ++number) EXPECT_EQ(called[number], 1) << processors << " " << number;
    }
  }
}

// Waits until `count` threads are here, at most ten seconds; true when they are.
class Meeting {
 public:
  explicit Meeting(int count) : missing_(count) {}
  bool Come() {
    --missing_;
    for (int i = 0; i < 10'000 && missing_ > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return missing_ <= 0;
  }

 private:
  std::atomic<int> missing_;
};

TEST(HelpersTest, IdleProcessorsHelp) {
  Helpers helpers(3);
  const Helpers::AtWork at_work(&helpers);
  for (int round = 0; round < 3; ++round) {
    Meeting meeting(3);  // which they can only be together
    std::atomic<int> met{0};
    helpers.Run(3, [&](size_t) { met += meeting.Come() ? 1 : 0; });
    EXPECT_EQ(met, 3);
  }
}

TEST(HelpersTest, NobodyHelpsWhileAllAreAtWork) {
  Helpers helpers(2);
  const Helpers::AtWork at_work(&helpers);
  const Helpers::AtWork another(&helpers);
  const std::thread::id own = std::this_thread::get_id();
  helpers.Run(50, [own](size_t) { EXPECT_EQ(std::this_thread::get_id(), own); });
}

// One is helped while another's helper is at work: a thread is started for it.
TEST(HelpersTest, TwoCallersAreHelpedByTwo) {
  Helpers helpers(4);
  Meeting meeting(4);
  std::atomic<int> met{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 2; ++i) {
    callers.emplace_back([&] {
      const Helpers::AtWork at_work(&helpers);
      helpers.Run(2, [&](size_t) { met += meeting.Come() ? 1 : 0; });
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(met, 4);
}

TEST(HelpersTest, ManyCallersAtOnce) {
  const uint64_t seed = test::TestSeed(77);
  SCOPED_TRACE(seed);
  Helpers helpers(3);
  std::atomic<uint64_t> sum{0};
  std::atomic<uint64_t> expected{0};
  std::vector<std::thread> callers;
  for (uint64_t i = 0; i < 4; ++i) {
    callers.emplace_back([&, i] {
      test::Random random(seed + i);
      for (int round = 0; round < 500; ++round) {
        const Helpers::AtWork at_work(&helpers);
        const size_t count = random.Below(6);
        expected += count * (count + 1) / 2;
        helpers.Run(count, [&sum](size_t number) { sum += number + 1; });
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(sum, expected);
}

void UseProcessor(std::chrono::milliseconds time) {
  const Deadline used = Deadline().WithBudget(time);
  while (!used.Expired()) continue;
}

// What a helper may use of a query's processor time does not depend on what it used for others.
TEST(DeadlineTest, GivesAnotherThreadTheBudgetThatIsLeft) {
  const Deadline budget = Deadline().WithBudget(std::chrono::milliseconds(60));
  UseProcessor(std::chrono::milliseconds(20));
  const auto there = budget.ForOtherThread();
  std::thread helper([&there] {
    UseProcessor(std::chrono::milliseconds(80));
    const Deadline own = there();
    EXPECT_FALSE(own.Expired());
    UseProcessor(std::chrono::milliseconds(45));
    EXPECT_TRUE(own.Expired());
  });
  helper.join();
  EXPECT_FALSE(Deadline().ForOtherThread()().Expired());
  const auto over = Deadline::After(std::chrono::milliseconds(0)).ForOtherThread();
  EXPECT_TRUE(over().Expired());
}

}  // namespace
}  // namespace dateline::base
