// Which shards should be written again as one? Pure arithmetic over their sizes, so that it can be shown in tables.
//
// Shards lie in tiers by their number of living documents: the smallest tier reaches to kSmallestTier, each further
// one is kTierFactor times as wide. Once a tier holds kTierFactor shards they become one, which lies in a higher
// tier: an article is written again about once a tier, and an index has few shards. A shard of which more than a
// fifth is dead is written again whatever its tier.
//
// Thread-safety: pure functions.
#ifndef DATELINE_INDEXER_LIFECYCLE_MERGE_POLICY_H_
#define DATELINE_INDEXER_LIFECYCLE_MERGE_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dateline::lifecycle {

inline constexpr uint64_t kTierFactor = 8;
inline constexpr uint64_t kSmallestTier = 64;
inline constexpr double kMaxDeadShare = 0.2;
// A shard of this many living documents is full: it is written again only for its dead.
inline constexpr uint64_t kFullShardDocuments = 200'000;

struct ShardSize {
  uint64_t documents = 0;  // dead or alive
  uint64_t dead = 0;
};

// 0 for up to kSmallestTier documents, then one more for each factor.
uint32_t TierOf(uint64_t live);

// Groups of numbers of `shards`, each to be written again as one; ascending, no shard twice; empty: nothing to do.
// Groups may bring others about: ask again with the sizes that come of them.
std::vector<std::vector<size_t>> ChooseMerges(const std::vector<ShardSize>& shards);

}  // namespace dateline::lifecycle

#endif  // DATELINE_INDEXER_LIFECYCLE_MERGE_POLICY_H_
