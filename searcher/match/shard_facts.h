// What facets, dates, stories and keys need to know about a document: from the columns where there are any, else from
// the values that the shard itself holds. Both say the same.
//
// Thread-safety: belongs to one thread, as the database handle it reads. Exceptions: Xapian's may pass through.
#ifndef DATELINE_SEARCHER_MATCH_SHARD_FACTS_H_
#define DATELINE_SEARCHER_MATCH_SHARD_FACTS_H_

#include <xapian.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/optional.h"
#include "core/base/ids.h"
#include "core/index/columns.h"
#include "core/index/facet_name.h"
#include "core/index/schema.h"
#include "core/index/story.h"
#include "core/index/tombstones.h"
#include "searcher/match/name_ranks.h"

namespace dateline::match {

// Neighbouring documents of one bucket of time.
struct TimeStretch {
  uint32_t first_docid = 1;
  absl::optional<int32_t> first_day;  // of the bucket, since 1970-01-01; nothing for the undated
};

class ShardFacts {
 public:
  // `tombstones`: null for none; else they must outlive this.
  explicit ShardFacts(const index::Tombstones* tombstones) : tombstones_(tombstones) {}
  virtual ~ShardFacts() = default;

  // Dead documents have facts like others; whoever counts leaves them out.
  bool IsDead(uint32_t docid) const { return tombstones_ != nullptr && tombstones_->IsDead(docid); }
  // How many of the documents from `first` to `last` live.
  uint32_t LiveIn(uint32_t first, uint32_t last) const;

  // Where all this is read from, for those who count many documents; null when it is the values.
  virtual const index::Columns* columns() const { return nullptr; }

  virtual uint32_t Documents() = 0;             // docids are 1 to this, dead ones included
  virtual int64_t Instant(uint32_t docid) = 0;  // article::kUndated when not known
  virtual base::DocKey Key(uint32_t docid) = 0;
  virtual index::Story Story(uint32_t docid) = 0;

  // Names by number, so that counting touches no strings. Numbers are dense, of each field by itself, and belong to
  // this object; `numbers` is cleared first and stays empty when the document has none.
  virtual void Names(index::NameField field, uint32_t docid, std::vector<uint32_t>& numbers) = 0;
  virtual const index::FacetName& Name(index::NameField field, uint32_t number) const = 0;

  // Where names stand in the whole generation, by ordinal less 1; empty when that is not known.
  void SetRanks(const NameRanks* ranks, size_t shard) {
    ranks_ = ranks;
    shard_ = shard;
  }
  absl::Span<const NameRank> RanksOf(index::NameField field) const {
    return ranks_ == nullptr ? absl::Span<const NameRank>() : ranks_->Of(field, shard_);
  }

  // For TimeBuckets: what it found out about the documents of this shard, by interval and time zone, the last few.
  absl::flat_hash_map<std::string, std::vector<TimeStretch>>& stretches() { return stretches_; }

 private:
  const index::Tombstones* const tombstones_;
  const NameRanks* ranks_ = nullptr;
  size_t shard_ = 0;  // in ranks_
  absl::flat_hash_map<std::string, std::vector<TimeStretch>> stretches_;
};

// `columns` must outlive the result.
std::unique_ptr<ShardFacts> FactsFromColumns(const index::Columns& columns, const index::Tombstones* tombstones);
std::unique_ptr<ShardFacts> FactsFromValues(const Xapian::Database& database, const index::Tombstones* tombstones);

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_SHARD_FACTS_H_
