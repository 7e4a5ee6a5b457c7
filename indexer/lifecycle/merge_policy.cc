#include "indexer/lifecycle/merge_policy.h"

#include <map>
#include <utility>

namespace dateline::lifecycle {

uint32_t TierOf(uint64_t live) {
  uint32_t tier = 0;
  for (uint64_t limit = kSmallestTier; live > limit; limit *= kTierFactor) ++tier;
  return tier;
}

std::vector<std::vector<size_t>> ChooseMerges(const std::vector<ShardSize>& shards) {
  std::map<uint32_t, std::vector<size_t>> tiers;
  std::vector<size_t> full;
  for (size_t i = 0; i < shards.size(); ++i) {
    const uint64_t live = shards[i].documents - shards[i].dead;
    if (live >= kFullShardDocuments) {
      full.push_back(i);
    } else {
      tiers[TierOf(live)].push_back(i);
    }
  }
  const auto wasteful = [&shards](size_t i) {
    return static_cast<double>(shards[i].dead) > kMaxDeadShare * static_cast<double>(shards[i].documents);
  };
  std::vector<std::vector<size_t>> groups;
  std::vector<size_t> alone = std::move(full);
  for (auto& [tier, members] : tiers) {
    if (members.size() >= kTierFactor) {
      groups.push_back(std::move(members));
    } else {
      alone.insert(alone.end(), members.begin(), members.end());
    }
  }
  for (const size_t i : alone) {
    if (wasteful(i)) groups.push_back({i});
  }
  return groups;
}

}  // namespace dateline::lifecycle
