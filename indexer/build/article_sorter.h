// All articles of a build, newest first, each once: an external sort in bounded memory.
//
// The order is the one of decision 4 (publication instant descending, undated last, then key ascending), so it
// depends on the articles alone, never on threads or memory. Of the records with one key the one with the highest
// sequence number stays.
//
// Thread-safety: Add may be called from many threads; Sort and Next belong to one thread, after the last Add.
#ifndef DATELINE_INDEXER_BUILD_ARTICLE_SORTER_H_
#define DATELINE_INDEXER_BUILD_ARTICLE_SORTER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "core/article/article.h"
#include "core/base/mutex.h"
#include "indexer/build/article_stream.h"

namespace dateline::build {

class ArticleSorter : public ArticleStream {
 public:
  // Spills sorted runs of about `run_bytes` into `directory`, which must exist; at most two such buffers are in
  // memory at once.
  ArticleSorter(std::string directory, size_t run_bytes);
  ~ArticleSorter() override;

  absl::Status Add(uint64_t sequence, const article::Article& article);

  // Ends the input. After it, `articles()` and `replaced()` are known.
  absl::Status Sort();
  uint64_t articles() const override { return articles_; }
  uint64_t replaced() const { return replaced_; }

  absl::StatusOr<absl::optional<article::Article>> Next() override;

 private:
  struct Buffer;
  class ArticleRun;
  class KeyRun;
  absl::Status Spill(std::unique_ptr<Buffer> buffer, size_t run) ABSL_EXCLUSIVE_LOCKS_REQUIRED(spill_mutex_);
  absl::Status FindReplaced();

  const std::string directory_;
  const size_t run_bytes_;
  base::Mutex mutex_;
  std::unique_ptr<Buffer> buffer_ ABSL_GUARDED_BY(mutex_);
  size_t runs_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t records_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t highest_sequence_ ABSL_GUARDED_BY(mutex_) = 0;
  base::Mutex spill_mutex_ ABSL_ACQUIRED_AFTER(mutex_);  // held while a run is written

  uint64_t articles_ = 0;
  uint64_t replaced_ = 0;
  std::vector<bool> is_replaced_;                       // by sequence number
  std::vector<std::unique_ptr<ArticleRun>> run_heads_;  // a heap, the next article's run at the front
};

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_ARTICLE_SORTER_H_
