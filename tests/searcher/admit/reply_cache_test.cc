#include "searcher/admit/reply_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "searcher/admit/cost_model.h"

namespace dateline::admit {
namespace {

using ::testing::ElementsAre;
using Role = ReplyCache::Role;

ReplyCache::Reply Make(const std::string& text) { return std::make_shared<const CachedReply>(CachedReply{text}); }

ReplyCacheOptions OneShard(size_t bytes) {
  ReplyCacheOptions options;
  options.max_bytes = bytes;
  options.shards = 1;
  return options;
}

// What Get gives: "hit TEXT", "lead" or "follow".
std::string Ask(ReplyCache& cache, uint64_t epoch, const std::string& key, ReplyCache::Waiter waiter = nullptr) {
  const ReplyCache::Found found = cache.Get(epoch, key, std::move(waiter));
  if (found.role == Role::kHit) return absl::StrCat("hit ", found.reply->bytes);
  return found.role == Role::kLead ? "lead" : "follow";
}

TEST(ReplyCacheTest, KeepsWhatIsSettled) {
  ReplyCache cache(OneShard(1 << 20));
  EXPECT_EQ(Ask(cache, 1, "q"), "lead");
  cache.Settle(1, "q", Make("a"));
  EXPECT_EQ(Ask(cache, 1, "q"), "hit a");
  EXPECT_EQ(cache.Peek(1, "q")->bytes, "a");
  EXPECT_EQ(cache.Peek(1, "r"), nullptr);
  EXPECT_EQ(cache.gauges().entries, 1U);
  EXPECT_EQ(cache.gauges().hits, 2U);
  EXPECT_EQ(cache.gauges().misses, 2U);
}

TEST(ReplyCacheTest, AFailureIsNotKept) {
  ReplyCache cache(OneShard(1 << 20));
  EXPECT_EQ(Ask(cache, 1, "q"), "lead");
  cache.Settle(1, "q", nullptr);
  EXPECT_EQ(Ask(cache, 1, "q"), "lead") << "the next one tries again";
}

TEST(ReplyCacheTest, OthersWaitForTheFirst) {
  ReplyCache cache(OneShard(1 << 20));
  std::vector<std::string> told;
  const auto waiter = [&told](const ReplyCache::Reply& reply) {
    told.push_back(reply == nullptr ? "-" : reply->bytes);
  };
  EXPECT_EQ(Ask(cache, 1, "q", waiter), "lead");
  EXPECT_EQ(Ask(cache, 1, "q", waiter), "follow");
  EXPECT_EQ(Ask(cache, 1, "q", waiter), "follow");
  EXPECT_EQ(Ask(cache, 1, "other", waiter), "lead");
  cache.Settle(1, "q", Make("a"));
  EXPECT_THAT(told, ElementsAre("a", "a"));
  cache.Settle(1, "other", nullptr);
  EXPECT_EQ(told.size(), 2U) << "nobody waited";
  EXPECT_EQ(Ask(cache, 1, "r"), "lead");
  EXPECT_EQ(Ask(cache, 1, "r", waiter), "follow");
  cache.Settle(1, "r", nullptr);
  EXPECT_THAT(told, ElementsAre("a", "a", "-"));
}

TEST(ReplyCacheTest, AnotherEpochForgetsAll) {
  ReplyCache cache(OneShard(1 << 20));
  std::vector<std::string> told;
  Ask(cache, 1, "q");
  cache.Settle(1, "q", Make("old"));
  EXPECT_EQ(Ask(cache, 1, "slow"), "lead");
  EXPECT_EQ(Ask(cache, 2, "q"), "lead");
  EXPECT_EQ(Ask(cache, 2, "slow", [&told](const ReplyCache::Reply& reply) { told.push_back(reply->bytes); }), "lead")
      << "what was begun before is not waited for";
  cache.Settle(1, "slow", Make("old"));
  EXPECT_EQ(cache.Peek(2, "slow"), nullptr) << "nor kept";
  cache.Settle(2, "slow", Make("new"));
  EXPECT_EQ(cache.Peek(2, "slow")->bytes, "new");
  EXPECT_EQ(Ask(cache, 1, "q"), "lead") << "who comes late with the old epoch works alone";
  cache.Settle(1, "q", Make("old"));
  EXPECT_EQ(cache.Peek(2, "q"), nullptr);
  EXPECT_TRUE(told.empty());
}

TEST(ReplyCacheTest, IsBoundedInBytesAndForgetsTheLeastRecentlyUsed) {
  const std::string big(1000, 'x');
  ReplyCache cache(OneShard(10 * (1000 + 2 + ReplyCache::kEntryBytes)));
  for (int i = 10; i < 20; ++i) {
    Ask(cache, 1, absl::StrCat(i));
    cache.Settle(1, absl::StrCat(i), Make(big));
  }
  EXPECT_EQ(cache.gauges().entries, 10U);
  EXPECT_NE(cache.Peek(1, "10"), nullptr);  // used again
  Ask(cache, 1, "20");
  cache.Settle(1, "20", Make(big));
  EXPECT_EQ(cache.gauges().entries, 10U);
  EXPECT_EQ(cache.gauges().evictions, 1U);
  EXPECT_NE(cache.Peek(1, "10"), nullptr);
  EXPECT_EQ(cache.Peek(1, "11"), nullptr);
  Ask(cache, 1, "huge");
  cache.Settle(1, "huge", Make(std::string(3000, 'x')));
  EXPECT_EQ(cache.Peek(1, "huge"), nullptr) << "one reply never takes the place of many";
  EXPECT_EQ(cache.gauges().entries, 10U);
}

TEST(ReplyCacheTest, OfNoBytesKeepsNothing) {
  ReplyCache cache(OneShard(0));
  Ask(cache, 1, "q");
  cache.Settle(1, "q", Make("a"));
  EXPECT_EQ(Ask(cache, 1, "q"), "lead");
}

TEST(ReplyCacheTest, ManyThreadsGetTheRightReplyAndWorkOnce) {
  ReplyCache cache(ReplyCacheOptions{});
  constexpr int kKeys = 50;
  constexpr int kRounds = 4000;
  std::atomic<int> led = 0;
  std::atomic<int> wrong = 0;
  std::atomic<int> answered = 0;
  const auto run = [&](int first) {
    for (int i = 0; i < kRounds; ++i) {
      const std::string key = absl::StrCat("key ", (first + i) % kKeys);
      const auto check = [&, key](const ReplyCache::Reply& reply) {
        ++answered;
        if (reply == nullptr || reply->bytes != "answer to " + key) ++wrong;
      };
      ReplyCache::Found found = cache.Get(1, key, check);
      if (found.role == Role::kHit) check(found.reply);
      if (found.role != Role::kLead) continue;
      ++led;
      ++answered;
      cache.Settle(1, key, Make("answer to " + key));
    }
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) threads.emplace_back(run, t * 7);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 4 * kRounds);
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(led, kKeys) << "each answer is worked out once";
}

TEST(CostModelTest, FollowsWhatCallsCost) {
  CostModel model;
  EXPECT_EQ(model.Expected(3), CostModel::kUnknownS);
  for (int i = 0; i < 200; ++i) model.Learn(3, 0.0001);
  EXPECT_NEAR(model.Expected(3), 0.0001, 1e-5);
  EXPECT_EQ(model.Expected(4), CostModel::kUnknownS) << "another class";
  for (int i = 0; i < 10; ++i) model.Learn(3, 0.02);
  EXPECT_GT(model.Expected(3), 0.015) << "what becomes dearer is soon known";
}

}  // namespace
}  // namespace dateline::admit
