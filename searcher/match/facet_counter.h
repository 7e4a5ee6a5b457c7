// Counts of facets and of a histogram over the matches of one shard.
//
// Thread-safety: belongs to one thread. Ownership: the facts must outlive the counters.
#ifndef DATELINE_SEARCHER_MATCH_FACET_COUNTER_H_
#define DATELINE_SEARCHER_MATCH_FACET_COUNTER_H_

#include <cstdint>
#include <vector>

#include "absl/types/optional.h"
#include "core/index/schema.h"
#include "searcher/match/match_result.h"
#include "searcher/match/shard_facts.h"
#include "searcher/match/time_buckets.h"
#include "searcher/plan/query_plan.h"

namespace dateline::match {

class FacetCounter {
 public:
  FacetCounter(plan::FacetField field, ShardFacts& facts);

  void Count(uint32_t docid);
  void AddTo(FacetCounts& counts) const;

 private:
  ShardFacts& facts_;
  const absl::optional<index::NameField> names_;  // else a facet of dates
  std::vector<uint32_t> numbers_;
  std::vector<uint64_t> counts_;  // by number
  uint64_t none_ = 0;
  TimeBuckets periods_;
};

// All that a plan asks to be counted of the matches under all its filters.
class MatchCounter {
 public:
  MatchCounter(const plan::QueryPlan& plan, ShardFacts& facts);

  void Count(uint32_t docid);
  void AddTo(MatchResult& result) const;

 private:
  struct Facet {
    size_t place;  // in MatchResult::facets
    FacetCounter counter;
  };

  ShardFacts& facts_;
  std::vector<Facet> counters_;
  absl::optional<TimeBuckets> histogram_;
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_FACET_COUNTER_H_
