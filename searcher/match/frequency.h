// How many articles of a generation have a term.
//
// Thread-safety: that of the handles. Exceptions: Xapian's may pass through.
#ifndef DATELINE_SEARCHER_MATCH_FREQUENCY_H_
#define DATELINE_SEARCHER_MATCH_FREQUENCY_H_

#include <xapian.h>

#include <cstdint>
#include <string>
#include <vector>

#include "searcher/match/snapshot.h"

namespace dateline::match {

// Dead articles with `term`.
inline uint64_t DeadWith(const Snapshot& snapshot, const std::string& term) {
  uint64_t dead = 0;
  for (size_t shard = 0; shard < snapshot.manifest().shards.size(); ++shard) {
    if (const index::Tombstones* tombstones = snapshot.tombstones(shard)) dead += tombstones->DeadWith(term);
  }
  return dead;
}

// Live articles with `term`. `shards` are all shards of the generation.
inline uint64_t LiveWith(const std::vector<Xapian::Database>& shards, const Snapshot& snapshot,
                         const std::string& term) {
  uint64_t all = 0;
  for (const Xapian::Database& shard : shards) all += shard.get_termfreq(term);
  return all - DeadWith(snapshot, term);
}

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_FREQUENCY_H_
