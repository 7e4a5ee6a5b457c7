#include "indexer/lifecycle/live_articles.h"

#include <algorithm>
#include <utility>

#include "core/base/status_macros.h"

namespace dateline::lifecycle {

LiveArticles::LiveArticles(std::vector<const ShardReader*> shards) : unopened_(std::move(shards)) {
  for (const ShardReader* shard : unopened_) articles_ += shard->shard().live();
}

// Puts the first living document from `docid` on among the heads.
absl::Status LiveArticles::Advance(const ShardReader* shard, uint32_t docid) {
  while (docid <= shard->shard().documents && shard->IsDead(docid)) ++docid;
  if (docid > shard->shard().documents) return absl::OkStatus();
  DL_ASSIGN_OR_RETURN(const DocumentFacts facts, shard->Facts(docid));
  heads_.push_back(Head{shard, docid, facts});
  std::push_heap(heads_.begin(), heads_.end(), &ComesLater);
  return absl::OkStatus();
}

absl::StatusOr<absl::optional<article::Article>> LiveArticles::Next() {
  for (const ShardReader* shard : std::exchange(unopened_, {})) DL_RETURN_IF_ERROR(Advance(shard, 1));
  if (heads_.empty()) return absl::optional<article::Article>();
  std::pop_heap(heads_.begin(), heads_.end(), &ComesLater);
  const Head head = heads_.back();
  heads_.pop_back();
  DL_ASSIGN_OR_RETURN(index::StoredArticle stored, head.shard->Article(head.docid));
  DL_RETURN_IF_ERROR(Advance(head.shard, head.docid + 1));
  return absl::optional<article::Article>(std::move(stored.article));
}

}  // namespace dateline::lifecycle
