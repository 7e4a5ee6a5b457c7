// The calls that find and count articles.
//
// Thread-safety, errors: those of Engine.
#ifndef DATELINE_SEARCHER_SERVE_SEARCH_CALL_H_
#define DATELINE_SEARCHER_SERVE_SEARCH_CALL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "searcher/plan/planner.h"
#include "searcher/plan/query_plan.h"
#include "searcher/query/query_parser.h"
#include "searcher/serve/session.h"

namespace dateline::serve {

// A query, parsed and planned.
struct Prepared {
  query::ParsedQuery parsed;  // dates resolved
  plan::QueryPlan plan;
  std::string canonical_query;
  std::vector<std::string> warnings;
};

// What of a request determines the plan beside the query.
struct PlanWishes {
  Order order = Order::kRelevance;
  std::vector<plan::FacetWish> facets;
  bool exact_total = true;
  absl::optional<plan::Histogram> histogram = {};
};

absl::StatusOr<Prepared> Prepare(const Call& call, const QuerySpec& spec, const PlanWishes& wishes);

absl::StatusOr<SearchResponse> RunSearch(const Call& call, const SearchRequest& request);
absl::StatusOr<CountResponse> RunCount(const Call& call, const CountRequest& request);
absl::Status RunExport(const Call& call, const ExportRequest& request, Engine::RowVisitor row);

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_SEARCH_CALL_H_
