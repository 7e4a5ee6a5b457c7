// What matching gives: values that merge, page and print.
//
// Thread-safety: plain values; pure functions. Ownership: the names of facets are those of the matcher that counted
// them and live as long as it does; everything else is a plain value.
#ifndef DATELINE_SEARCHER_MATCH_MATCH_RESULT_H_
#define DATELINE_SEARCHER_MATCH_MATCH_RESULT_H_

#include <cstdint>
#include <vector>

#include "core/article/article.h"
#include "core/base/ids.h"
#include "core/index/facet_name.h"
#include "searcher/match/name_ranks.h"
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

// How many matches have a name, as written.
struct CountedName {
  const index::FacetName* name = nullptr;  // never null in a result; see Ownership
  uint64_t count = 0;
  bool same_fold = false;  // as the name before it in the list: both are one value. Follows from the names
  NameRank rank = {};      // in the generation; 0 where it is not known. Of all names of a list or of none
  friend bool operator==(const CountedName& a, const CountedName& b) {
    return *a.name == *b.name && a.count == b.count;
  }
};

// How many matches lie in a stretch of time.
struct CountedPeriod {
  int32_t first_day = 0;  // since 1970-01-01
  uint64_t count = 0;
  bool operator==(const CountedPeriod&) const = default;
};

// Counts of one facet over all matches. Lists ascend, name each of theirs once, and have no count of 0.
struct FacetCounts {
  plan::FacetField field = plan::FacetField::kOutlet;
  std::vector<CountedName> names;      // of a facet of names
  std::vector<CountedPeriod> periods;  // of a facet of dates
  uint64_t none = 0;                   // matches without a value
  bool operator==(const FacetCounts&) const = default;
};

// Counts by stretches of time.
struct TimeCounts {
  std::vector<CountedPeriod> buckets;  // as FacetCounts::periods
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
