// The dead documents of one shard in one generation, and their share of the statistics. A shard is never written
// again: what was deleted or replaced since is named here, and every reader leaves it out of results, counts, facets
// and document frequencies. FORMAT.md, "Tombstones", is normative.
//
// Thread-safety: a Tombstones is immutable and may be read from any thread; EncodeTombstones is pure. Ownership:
// views live as long as the Tombstones.
#ifndef DATELINE_CORE_INDEX_TOMBSTONES_H_
#define DATELINE_CORE_INDEX_TOMBSTONES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/base/file.h"

namespace dateline::index {

// No shard has a document of a higher number; a file that names one is damaged. It bounds the memory of a bitmap.
inline constexpr uint32_t kMaxDeadDocid = 1U << 27;

class Tombstones {
 public:
  // Maps `path`. DataLoss when it is damaged or belongs to another shard (`shard_hash`), FailedPrecondition for an
  // unknown version. A missing file is NotFound, and damage too to who has a manifest that names it.
  static absl::StatusOr<std::unique_ptr<Tombstones>> Open(const std::string& path, uint64_t shard_hash);

  uint32_t count() const { return static_cast<uint32_t>(docids_.size()); }
  absl::Span<const uint32_t> docids() const { return docids_; }  // ascending
  bool IsDead(uint32_t docid) const {
    return docid / 64 < bitmap_.size() && (bitmap_[docid / 64] >> docid % 64 & 1) != 0;
  }

  // How many dead documents have `term`.
  uint64_t DeadWith(absl::string_view term) const;
  // Every term that a dead document has, ascending, with their number.
  const std::vector<std::pair<absl::string_view, uint64_t>>& terms() const { return terms_; }
  // The sum of the lengths of the dead.
  uint64_t total_length() const { return total_length_; }

 private:
  Tombstones() = default;
  absl::Status Parse(const std::string& path, uint64_t shard_hash);

  base::MappedFile file_;
  absl::Span<const uint32_t> docids_;
  std::vector<uint64_t> bitmap_;
  std::vector<std::pair<absl::string_view, uint64_t>> terms_;
  uint64_t total_length_ = 0;
};

// The bytes of the file. REQUIRES: `docids` ascends and is not empty, every number of `terms` is above 0.
std::string EncodeTombstones(uint64_t shard_hash, absl::Span<const uint32_t> docids,
                             const std::map<std::string, uint32_t>& terms, uint64_t total_length);

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_TOMBSTONES_H_
