// Syntax tree and request to plan: words are analysed by the index's own analyzer, in each language that it lists.
//
// Thread-safety: a Planner belongs to one thread. Errors: InvalidArgument, with a byte offset where there is one.
#ifndef DATELINE_SEARCHER_PLAN_PLANNER_H_
#define DATELINE_SEARCHER_PLAN_PLANNER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/index/manifest.h"
#include "core/text/analyzer.h"
#include "searcher/plan/query_plan.h"
#include "searcher/query/query_ast.h"

namespace dateline::plan {

struct PlanRequest {
  std::vector<std::string> outlets;  // whole names; any of them
  std::vector<std::string> bylines;
  query::DayRange days;
  Order order = Order::kRelevance;
  std::vector<FacetField> facets;
  bool exact_total = true;
};

struct PlannedQuery {
  QueryPlan plan;
  std::vector<std::string> warnings;  // what of the query could not be used
};

class Planner {
 public:
  // `analyzer` and `manifest` must outlive the planner.
  Planner(text::Analyzer& analyzer, const index::Manifest& manifest) : analyzer_(analyzer), manifest_(manifest) {}

  absl::StatusOr<PlannedQuery> Plan(const query::Node& root, const PlanRequest& request);

 private:
  // The words of a text as the index writes them, and the stems of each in every language.
  struct Analysed {
    std::vector<std::string> words;
    std::vector<Alternatives> stems;  // without prefix
  };

  Analysed Analyse(absl::string_view text);
  absl::optional<PlanNode> Lower(const query::Node& node, bool highlighted);
  absl::optional<PlanNode> LowerLeaf(const query::Node& node, bool highlighted);
  absl::optional<PlanNode> LowerGroup(const query::Node& node, PlanNode::Kind kind, bool highlighted);
  void NoteTwoOutlets(const query::Node& conjunction);
  PlanNode LowerDays(const query::DayRange& days) const;

  text::Analyzer& analyzer_;
  const index::Manifest& manifest_;

  // Of the query at hand.
  HighlightRules highlights_;
  std::vector<std::string> warnings_;
};

}  // namespace dateline::plan

#endif  // DATELINE_SEARCHER_PLAN_PLANNER_H_
