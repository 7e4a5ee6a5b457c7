#include "searcher/match/common_steps.h"

#include <algorithm>

namespace dateline::match {
namespace {

using plan::PlanNode;
using plan::QueryPlan;

bool HasLatest(const PlanNode& node) {
  return node.kind == PlanNode::Kind::kLatest || std::any_of(node.children.begin(), node.children.end(), HasLatest);
}

}  // namespace

absl::optional<uint64_t> KnownTotal(const QueryPlan& plan,
                                    absl::FunctionRef<uint64_t(const std::string& term)> frequency) {
  const bool plain = plan.root.kind == PlanNode::Kind::kWord && plan.filters.empty();
  if (!plain || plan.CountsMatches() || plan.order == plan::Order::kOldest) return absl::nullopt;
  uint64_t total = 0;
  for (const std::string& stem : plan.root.scored.front()) {
    const uint64_t documents = frequency(stem);
    if (documents > 0 && total > 0) return absl::nullopt;
    total += documents;
  }
  return total;
}

bool NeedsStories(const QueryPlan& plan) {
  return HasLatest(plan.root) || std::any_of(plan.filters.begin(), plan.filters.end(), HasLatest);
}

QueryPlan WithLiftedFilter(const QueryPlan& plan, size_t facet) {
  QueryPlan wider = plan;
  wider.filters.erase(wider.filters.begin() + static_cast<ptrdiff_t>(plan.facets[facet].lifted));
  wider.facets = {plan::Facet{plan.facets[facet].field}};
  wider.histogram.reset();
  return wider;
}

MatchResult EmptyResult(const QueryPlan& plan) {
  MatchResult result;
  for (const plan::Facet& facet : plan.facets) result.facets.push_back(FacetCounts{facet.field, {}, {}, 0});
  return result;
}

void Complete(plan::Order order, uint64_t max_hits, MatchResult& result) {
  const auto before = [order](const MatchHit& a, const MatchHit& b) { return ComesBefore(order, a, b); };
  // Those of one shard mostly are in order already.
  if (!std::is_sorted(result.hits.begin(), result.hits.end(), before)) {
    std::sort(result.hits.begin(), result.hits.end(), before);
  }
  if (result.hits.size() > max_hits) result.hits.resize(max_hits);
  if (!result.total_exact) result.total = std::max<uint64_t>(result.total, result.hits.size());
}

absl::Status DeadlinePassedError() {
  return absl::DeadlineExceededError("the query took longer than its deadline allows");
}

}  // namespace dateline::match
