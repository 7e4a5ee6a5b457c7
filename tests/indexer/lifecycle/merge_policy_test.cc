#include "indexer/lifecycle/merge_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace dateline::lifecycle {
namespace {

using Groups = std::vector<std::vector<size_t>>;

std::vector<ShardSize> Same(size_t count, uint64_t documents) {
  return std::vector<ShardSize>(count, {documents, 0});
}

TEST(MergePolicyTest, Tiers) {
  const struct {
    uint64_t live;
    uint32_t tier;
  } cases[] = {{0, 0}, {1, 0}, {64, 0}, {65, 1}, {512, 1}, {513, 2}, {4096, 2}, {4097, 3}, {32'768, 3}, {32'769, 4}};
  for (const auto& c : cases) EXPECT_EQ(TierOf(c.live), c.tier) << c.live;
}

TEST(MergePolicyTest, Table) {
  const struct {
    const char* what;
    std::vector<ShardSize> shards;
    Groups groups;
  } cases[] = {
      {"nothing", {}, {}},
      {"one shard", {{40'000, 0}}, {}},
      {"seven alike", Same(7, 100), {}},
      {"eight alike", Same(8, 100), {{0, 1, 2, 3, 4, 5, 6, 7}}},
      {"nine alike", Same(9, 100), {{0, 1, 2, 3, 4, 5, 6, 7, 8}}},
      {"seven small beside a large one",
       {{40'000, 0}, {100, 0}, {100, 0}, {100, 0}, {100, 0}, {100, 0}, {100, 0}, {100, 0}},
       {}},
      {"eight small ones around a large one",
       {{100, 0}, {100, 0}, {40'000, 0}, {90, 0}, {70, 0}, {100, 0}, {100, 0}, {100, 0}, {300, 0}},
       {{0, 1, 3, 4, 5, 6, 7, 8}}},
      {"a fifth dead is kept", {{1000, 200}}, {}},
      {"more is not", {{1000, 201}}, {{0}}},
      {"the dead do not count for the tier", {{100'000, 99'950}, {100, 0}}, {{0}}},
      {"full shards are left alone", Same(9, kFullShardDocuments), {}},
      {"but for their dead", {{300'000, 0}, {300'000, 90'000}}, {{1}}},
      {"a shard with many dead merges with its tier, once",
       {{100, 30}, {100, 0}, {100, 0}, {100, 0}, {100, 0}, {100, 0}, {100, 0}, {100, 0}},
       {{0, 1, 2, 3, 4, 5, 6, 7}}},
  };
  for (const auto& c : cases) EXPECT_EQ(ChooseMerges(c.shards), c.groups) << c.what;
}

// A year of daily additions to an archive, merged whenever the policy asks for it.
TEST(MergePolicyTest, AYearOfDailyAdditionsIsWrittenFewTimesOver) {
  for (const uint64_t daily : {10, 100, 1000}) {
    std::vector<ShardSize> shards = {{40'000, 0}};
    uint64_t written = 0;
    size_t most_shards = 0;
    for (int day = 0; day < 365; ++day) {
      shards.push_back({daily, 0});
      written += daily;
      for (Groups groups = ChooseMerges(shards); !groups.empty(); groups = ChooseMerges(shards)) {
        ShardSize merged;
        std::vector<ShardSize> left;
        for (size_t i = 0; i < shards.size(); ++i) {
          const bool chosen = std::find(groups[0].begin(), groups[0].end(), i) != groups[0].end();
          if (chosen) merged.documents += shards[i].documents - shards[i].dead;
          if (!chosen) left.push_back(shards[i]);
        }
        written += merged.documents;
        left.push_back(merged);
        shards = left;
      }
      most_shards = std::max(most_shards, shards.size());
    }
    const double amplification = static_cast<double>(written) / static_cast<double>(365 * daily);
    RecordProperty("amplification_" + std::to_string(daily), std::to_string(amplification));
    std::printf("%d a day: every article is written %.2f times, at most %d shards\n", static_cast<int>(daily),
                amplification, static_cast<int>(most_shards));
    EXPECT_LT(amplification, 5) << daily;
    EXPECT_LE(most_shards, 29U) << daily;
  }
}

}  // namespace
}  // namespace dateline::lifecycle
