// What every matcher does alike, whatever it matches with.
//
// Thread-safety: pure functions.
#ifndef DATELINE_SEARCHER_MATCH_COMMON_STEPS_H_
#define DATELINE_SEARCHER_MATCH_COMMON_STEPS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/optional.h"
#include "searcher/match/match_result.h"
#include "searcher/plan/query_plan.h"

namespace dateline::match {

// What the statistics tell of all matches, without a match: those of one word without filters are as many as it has
// documents, when only one of its stems has any. `frequency` tells how many living documents have a term.
absl::optional<uint64_t> KnownTotal(const plan::QueryPlan& plan,
                                    absl::FunctionRef<uint64_t(const std::string& term)> frequency);

// Does it ask for the latest of a story anywhere? Then all articles must be looked at once (Census).
bool NeedsStories(const plan::QueryPlan& plan);

// What is matched to count a facet that lifts a filter: the plan without that filter, counting nothing else.
// REQUIRES: the facet lifts one.
plan::QueryPlan WithLiftedFilter(const plan::QueryPlan& plan, size_t facet);

// A result of no matches, with a place for each facet of the plan.
MatchResult EmptyResult(const plan::QueryPlan& plan);

// Puts the hits of all shards in order and keeps the first; an inexact total is no less than these.
void Complete(plan::Order order, uint64_t max_hits, MatchResult& result);

absl::Status DeadlinePassedError();

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_COMMON_STEPS_H_
