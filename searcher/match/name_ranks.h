// Where the names of each shard stand among those of a whole generation, so that counts of several shards are added
// up without a look at a name.
//
// Thread-safety: any thread; the ranks of a field are found out when they are first asked for. Ownership: the columns
// must outlive this, spans live as long as this.
#ifndef DATELINE_SEARCHER_MATCH_NAME_RANKS_H_
#define DATELINE_SEARCHER_MATCH_NAME_RANKS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/types/span.h"
#include "core/base/mutex.h"
#include "core/index/columns.h"
#include "core/index/schema.h"

namespace dateline::match {

// Both ascend with the names, from 1 on. Of equal names, whatever their shards, both are equal; of names that fold to
// one, `fold` is.
struct NameRank {
  uint32_t name = 0;
  uint32_t fold = 0;
  bool operator==(const NameRank&) const = default;
};

class NameRanks {
 public:
  // The columns of all shards.
  explicit NameRanks(std::vector<const index::Columns*> shards) : shards_(std::move(shards)) {}

  // Of the ordinals of a shard, from 1 on: [0] is that of the first.
  absl::Span<const NameRank> Of(index::NameField field, size_t shard) const;

 private:
  using OfShards = std::vector<std::vector<NameRank>>;
  OfShards Find(index::NameField field) const;

  const std::vector<const index::Columns*> shards_;
  mutable base::Mutex mutex_;
  // By field; empty until they are known.
  mutable std::array<OfShards, index::kNameFieldCount> ranks_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_NAME_RANKS_H_
