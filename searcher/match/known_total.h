// What the statistics tell of all matches of a plan, without a match.
//
// Thread-safety: pure functions.
#ifndef DATELINE_SEARCHER_MATCH_KNOWN_TOTAL_H_
#define DATELINE_SEARCHER_MATCH_KNOWN_TOTAL_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/types/optional.h"
#include "searcher/plan/query_plan.h"

namespace dateline::match {

// The matches of one word without filters are as many as it has documents, when only one of its stems has any.
// `frequency` tells how many living documents have a term.
inline absl::optional<uint64_t> KnownTotal(const plan::QueryPlan& plan,
                                           absl::FunctionRef<uint64_t(const std::string& term)> frequency) {
  const bool plain = plan.root.kind == plan::PlanNode::Kind::kWord && plan.filters.empty();
  if (!plain || plan.CountsMatches() || plan.order == plan::Order::kOldest) return absl::nullopt;
  uint64_t total = 0;
  for (const std::string& stem : plan.root.scored.front()) {
    const uint64_t documents = frequency(stem);
    if (documents > 0 && total > 0) return absl::nullopt;
    total += documents;
  }
  return total;
}

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_KNOWN_TOTAL_H_
