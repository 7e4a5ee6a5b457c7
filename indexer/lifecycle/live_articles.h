// The stored articles of several shards, living ones only, as one stream in the order of documents.
//
// Thread-safety: belongs to one thread. Ownership: the readers must outlive it.
#ifndef DATELINE_INDEXER_LIFECYCLE_LIVE_ARTICLES_H_
#define DATELINE_INDEXER_LIFECYCLE_LIVE_ARTICLES_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "indexer/build/article_stream.h"
#include "indexer/lifecycle/shard_reader.h"

namespace dateline::lifecycle {

class LiveArticles : public build::ArticleStream {
 public:
  explicit LiveArticles(std::vector<const ShardReader*> shards);

  uint64_t articles() const override { return articles_; }
  absl::StatusOr<absl::optional<article::Article>> Next() override;

 private:
  // The next living document of a shard.
  struct Head {
    const ShardReader* shard = nullptr;
    uint32_t docid = 0;
    DocumentFacts facts;
  };
  static bool ComesLater(const Head& a, const Head& b) { return ComesBefore(b.facts, a.facts); }
  absl::Status Advance(const ShardReader* shard, uint32_t docid);

  std::vector<const ShardReader*> unopened_;
  std::vector<Head> heads_;  // a heap, the next article at the front
  uint64_t articles_ = 0;
};

}  // namespace dateline::lifecycle

#endif  // DATELINE_INDEXER_LIFECYCLE_LIVE_ARTICLES_H_
