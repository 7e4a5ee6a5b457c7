// What matching gives: plain values that merge, page and print.
//
// Thread-safety: plain values; pure functions.
#ifndef DATELINE_SEARCHER_MATCH_MATCH_RESULT_H_
#define DATELINE_SEARCHER_MATCH_MATCH_RESULT_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/article/article.h"
#include "core/base/ids.h"
#include "core/index/facet_name.h"
#include "searcher/plan/query_plan.h"

namespace dateline::match {

struct MatchHit {
  int64_t score = 0;  // in units of 2^-20; 0 when the order is by date
  int64_t instant = article::kUndated;
  base::DocKey key;
  uint32_t shard = 0;  // with docid: where the article lies in this generation, meaningless elsewhere
  uint32_t docid = 0;
  bool operator==(const MatchHit&) const = default;
};

// The one total order: no two articles tie.
inline bool ComesBefore(plan::Order order, const MatchHit& a, const MatchHit& b) {
  if (order == plan::Order::kRelevance && a.score != b.score) return a.score > b.score;
  if (a.instant != b.instant) {
    // Undated articles come last in both directions.
    if (a.instant == article::kUndated || b.instant == article::kUndated) return b.instant == article::kUndated;
    return order == plan::Order::kOldest ? a.instant < b.instant : a.instant > b.instant;
  }
  return a.key < b.key;
}

// Counts of one facet over all matches.
struct FacetCounts {
  plan::FacetField field = plan::FacetField::kOutlet;
  std::map<index::FacetName, uint64_t> names;  // by written form; of a facet of names
  std::map<int32_t, uint64_t> periods;         // by the first day, since 1970-01-01; of a facet of dates
  uint64_t none = 0;                           // matches without a value
  bool operator==(const FacetCounts&) const = default;
};

// Counts by stretches of time.
struct TimeCounts {
  std::map<int32_t, uint64_t> buckets;  // by the first day, since 1970-01-01; none is 0
  uint64_t undated = 0;
  bool operator==(const TimeCounts&) const = default;
};

struct MatchResult {
  std::vector<MatchHit> hits;  // in order, from the plan's best
  uint64_t total = 0;
  bool total_exact = true;
  std::vector<FacetCounts> facets;  // as the plan lists them
  TimeCounts histogram;             // when the plan has one
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_MATCH_RESULT_H_
