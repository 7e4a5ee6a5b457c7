// How many living articles of a generation have a term: told once for the price of a query, its weights and its
// explanation, and for the queries that follow.
//
// Thread-safety: belongs to one thread, as the handles do. Exceptions: Xapian's may pass through.
#ifndef DATELINE_SEARCHER_MATCH_FREQUENCY_H_
#define DATELINE_SEARCHER_MATCH_FREQUENCY_H_

#include <xapian.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "searcher/match/snapshot.h"

namespace dateline::match {

class FrequencyTable {
 public:
  // A generation never changes, so nothing here grows stale; beyond so many terms it begins anew.
  static constexpr size_t kMaxTerms = 4096;

  // `shards` are all shards of the generation of `snapshot`; both must outlive the table.
  FrequencyTable(const std::vector<Xapian::Database>& shards, const Snapshot& snapshot)
      : shards_(shards), snapshot_(snapshot) {}

  uint64_t Of(const std::string& term) {
    if (terms_.size() >= kMaxTerms) terms_.clear();
    const auto [entry, added] = terms_.try_emplace(term, 0);
    if (added) {
      for (const Xapian::Database& shard : shards_) entry->second += shard.get_termfreq(term);
      entry->second -= DeadWith(term);
    }
    return entry->second;
  }

  // Dead articles with `term`.
  uint64_t DeadWith(const std::string& term) const {
    uint64_t dead = 0;
    for (size_t shard = 0; shard < shards_.size(); ++shard) {
      if (const index::Tombstones* tombstones = snapshot_.tombstones(shard)) dead += tombstones->DeadWith(term);
    }
    return dead;
  }

 private:
  const std::vector<Xapian::Database>& shards_;
  const Snapshot& snapshot_;
  absl::flat_hash_map<std::string, uint64_t> terms_;
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_FREQUENCY_H_
