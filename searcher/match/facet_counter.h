// Counts of facets and of a histogram over the matches of one shard.
//
// Thread-safety: belongs to one thread. Ownership: the facts must outlive the counters, and the names of the results
// are theirs. Exceptions: Xapian's may pass through.
#ifndef DATELINE_SEARCHER_MATCH_FACET_COUNTER_H_
#define DATELINE_SEARCHER_MATCH_FACET_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "core/index/columns.h"
#include "core/index/schema.h"
#include "searcher/match/match_result.h"
#include "searcher/match/shard_facts.h"
#include "searcher/match/time_buckets.h"
#include "searcher/plan/query_plan.h"

namespace dateline::match {

// Counts documents by the names of one field.
class NameCounter {
 public:
  NameCounter(index::NameField field, ShardFacts& facts);

  void Count(absl::Span<const uint32_t> docids);
  // Adds to counts in the order of FacetCounts::names.
  // Once, after all was counted.
  void AddTo(std::vector<CountedName>& names, uint64_t& none);

 private:
  void CountValues(absl::Span<const uint32_t> docids);
  std::vector<CountedName> NamesOfValues() const;

  void BeginCounts();
  template <bool in_lanes>
  void CountHeads(absl::Span<const uint32_t> docids);
  // Of those without a name, of each ordinal, and of each set of names.
  size_t LaneSize() const { return size_t{column_->size()} + column_->sets() + 1; }
  // By head, how often it was counted.
  uint32_t* SumLanes();
  // Names instead of sets of names.
  std::vector<uint32_t> OrdinalsOfFew() const;
  std::vector<CountedName> NamesOfFew(uint64_t& none) const;
  void ShareOutSets(uint32_t* counts) const;
  std::vector<CountedName> NamesOfColumn(const uint32_t* counts) const;
  // `before`: the ordinal that stands before it in the list, 0 for none.
  CountedName NameOf(uint32_t ordinal, uint64_t count, uint32_t before) const;

  ShardFacts& facts_;
  const index::NameField field_;
  const index::NameColumn* const column_;   // null: the values
  const absl::Span<const NameRank> ranks_;  // of the column, where they are known
  // Of values: by number. Of a column: kLanes counts of each head, one array behind the other, for what is counted
  // next may be the same name, and would wait for it; in large dictionaries, where only documents without a name
  // follow each other often, kLanes counts of those, then one of each other head.
  static constexpr size_t kLanes = 4;
  static constexpr uint32_t kMostHeadsInLanes = 2048;
  std::vector<uint32_t> counts_;
  bool in_lanes_ = false;
  uint64_t none_ = 0;  // documents without a name that are not in counts_
  // Of a column: beside a large dictionary the heads of few documents are kept until they are many, then counts_
  // begin.
  const size_t few_limit_;
  std::vector<uint32_t> few_;
};

// All that a plan asks to be counted of the matches under all its filters.
class MatchCounter {
 public:
  MatchCounter(const plan::QueryPlan& plan, ShardFacts& facts);

  // Matches that live: ascending, and behind all that came before.
  void Count(absl::Span<const uint32_t> docids);
  // Once, after all was counted.
  void AddTo(MatchResult& result);

 private:
  template <typename Counter>
  struct Facet {
    size_t place;  // in MatchResult::facets
    Counter counter;
  };

  ShardFacts& facts_;
  std::vector<Facet<NameCounter>> names_;
  std::vector<Facet<TimeBuckets>> periods_;
  absl::optional<TimeBuckets> histogram_;
};

// Adds the counts of other matches, of the same plan.
void AddCounts(MatchResult from, MatchResult& to);

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_FACET_COUNTER_H_
