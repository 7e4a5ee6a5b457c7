// Articles in the order of a shard (newest first, undated last, then by key), each key once, to be indexed.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_INDEXER_BUILD_ARTICLE_STREAM_H_
#define DATELINE_INDEXER_BUILD_ARTICLE_STREAM_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "core/article/article.h"

namespace dateline::build {

class ArticleStream {
 public:
  virtual ~ArticleStream() = default;

  // How many there are; known before the first is taken.
  virtual uint64_t articles() const = 0;

  // The next article, or nothing after the last.
  virtual absl::StatusOr<absl::optional<article::Article>> Next() = 0;
};

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_ARTICLE_STREAM_H_
