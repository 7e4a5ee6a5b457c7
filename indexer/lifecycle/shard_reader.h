// What a writer wants to know of a shard that exists: where a key is, what a document holds, who is dead. Everything
// comes from the Xapian database itself, nothing from sidecars, which may be missing.
//
// Thread-safety: belongs to one thread. Errors: DataLoss for a damaged shard. What is read is not checked against
// checksums here; who copies whole shards verifies them first (Generation::VerifyFiles).
#ifndef DATELINE_INDEXER_LIFECYCLE_SHARD_READER_H_
#define DATELINE_INDEXER_LIFECYCLE_SHARD_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/ids.h"
#include "core/index/columns.h"
#include "core/index/manifest.h"
#include "core/index/stored_article.h"
#include "core/index/tombstones.h"

namespace dateline::lifecycle {

// What orders documents, and the length.
struct DocumentFacts {
  int64_t instant = 0;  // article::kUndated when not known
  base::DocKey key;
  uint32_t length = 0;
};

// In the order of shards: newest first, undated last, then by key.
bool ComesBefore(const DocumentFacts& a, const DocumentFacts& b);

class ShardReader {
 public:
  static absl::StatusOr<std::unique_ptr<ShardReader>> Open(const std::string& generation_directory,
                                                           const index::ManifestShard& shard);
  ~ShardReader();

  const index::ManifestShard& shard() const { return shard_; }
  const index::Tombstones* tombstones() const { return tombstones_.get(); }  // null when nobody is dead
  bool IsDead(uint32_t docid) const { return tombstones_ != nullptr && tombstones_->IsDead(docid); }

  // The number of the document with this key, dead or alive; 0 when there is none.
  absl::StatusOr<uint32_t> Find(const base::DocKey& key) const;
  // How many documents have `term`, dead or alive.
  absl::StatusOr<uint64_t> Frequency(absl::string_view term) const;

  absl::StatusOr<DocumentFacts> Facts(uint32_t docid) const;
  absl::StatusOr<index::StoredArticle> Article(uint32_t docid) const;
  absl::StatusOr<index::ColumnRow> Row(uint32_t docid) const;
  absl::Status ForEachTerm(uint32_t docid, absl::FunctionRef<void(const std::string&)> use) const;

 private:
  struct Database;
  ShardReader();

  index::ManifestShard shard_;
  std::string path_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<index::Tombstones> tombstones_;
};

}  // namespace dateline::lifecycle

#endif  // DATELINE_INDEXER_LIFECYCLE_SHARD_READER_H_
