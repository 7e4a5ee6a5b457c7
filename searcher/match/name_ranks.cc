#include "searcher/match/name_ranks.h"

#include <algorithm>

namespace dateline::match {

absl::Span<const NameRank> NameRanks::Of(index::NameField field, size_t shard) const {
  base::MutexLock lock(&mutex_);
  OfShards& ranks = ranks_[static_cast<size_t>(field)];
  if (ranks.empty()) ranks = Find(field);
  return ranks[shard];
}

// The dictionaries ascend, and so are merged.
NameRanks::OfShards NameRanks::Find(index::NameField field) const {
  struct Next {
    const index::FacetName* name;
    size_t shard;
    uint32_t ordinal;
  };
  const auto is_behind = [](const Next& a, const Next& b) { return *b.name < *a.name; };
  OfShards ranks(shards_.size());
  std::vector<Next> heap;
  for (size_t shard = 0; shard < shards_.size(); ++shard) {
    const index::NameColumn& column = shards_[shard]->names(field);
    ranks[shard].resize(column.size());
    if (column.size() > 0) heap.push_back(Next{&column.name(1), shard, 1});
  }
  std::make_heap(heap.begin(), heap.end(), is_behind);
  NameRank rank;
  const index::FacetName* before = nullptr;
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), is_behind);
    Next& next = heap.back();
    if (before == nullptr || *before != *next.name) ++rank.name;
    if (before == nullptr || before->folded != next.name->folded) ++rank.fold;
    before = next.name;
    ranks[next.shard][next.ordinal - 1] = rank;
    const index::NameColumn& column = shards_[next.shard]->names(field);
    if (next.ordinal == column.size()) {
      heap.pop_back();
      continue;
    }
    ++next.ordinal;
    next.name = &column.name(next.ordinal);
    std::push_heap(heap.begin(), heap.end(), is_behind);
  }
  return ranks;
}

}  // namespace dateline::match
