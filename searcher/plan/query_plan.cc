#include "searcher/plan/query_plan.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace dateline::plan {
namespace {

std::string Quoted(const std::vector<std::string>& terms, absl::string_view separator) {
  return absl::StrJoin(terms, separator, [](std::string* out, const std::string& term) {
    absl::StrAppend(out, "'", absl::CEscape(term), "'");
  });
}

std::string Scored(const std::vector<Alternatives>& scored) {
  if (scored.empty()) return "";
  return absl::StrCat(" scores ", absl::StrJoin(scored, "+", [](std::string* out, const Alternatives& alternatives) {
                        absl::StrAppend(out, "best(", Quoted(alternatives, " "), ")");
                      }));
}

std::string Children(const PlanNode& node, absl::string_view separator) {
  return absl::StrJoin(node.children, separator,
                       [](std::string* out, const PlanNode& child) { out->append(ToString(child)); });
}

absl::string_view OrderName(Order order) {
  switch (order) {
    case Order::kRelevance:
      return "relevance";
    case Order::kNewest:
      return "newest";
    case Order::kOldest:
      return "oldest";
  }
  return "";
}

absl::string_view FieldName(FacetField field) {
  switch (field) {
    case FacetField::kOutlet:
      return "outlet";
    case FacetField::kByline:
      return "byline";
    case FacetField::kYear:
      return "year";
    case FacetField::kMonth:
      return "month";
    case FacetField::kDay:
      return "day";
  }
  return "";
}

}  // namespace

std::string ToString(const PlanNode& node) {
  switch (node.kind) {
    case PlanNode::Kind::kAll:
      return "all";
    case PlanNode::Kind::kWord:
      return absl::StrCat("word(", Quoted(node.scored.front(), " "), ")",
                          node.times == 1 ? "" : absl::StrCat("x", node.times));
    case PlanNode::Kind::kAny:
      return absl::StrCat("any(", Quoted(node.terms, " "), Scored(node.scored), ")");
    case PlanNode::Kind::kPhrase:
      return absl::StrCat("phrase(", Quoted(node.terms, " "), Scored(node.scored), ")");
    case PlanNode::Kind::kPrefixed:
      return absl::StrCat("prefixed(", Quoted(node.terms, ""), ")");
    case PlanNode::Kind::kPlaces:
      return absl::StrCat("places(", ToString(node.positions), Scored(node.scored), ")");
    case PlanNode::Kind::kEither:
      return absl::StrCat("either(", Children(node, " or "), Scored(node.scored), ")");
    case PlanNode::Kind::kAnd:
      return absl::StrCat("(", Children(node, " and "), ")");
    case PlanNode::Kind::kOr:
      return absl::StrCat("(", Children(node, " or "), ")");
    case PlanNode::Kind::kNot:
      return absl::StrCat("not ", Children(node, ""));
  }
  return "";
}

std::string ToString(const QueryPlan& plan) {
  std::string out = ToString(plan.root);
  for (const PlanNode& filter : plan.filters) absl::StrAppend(&out, " filter ", ToString(filter));
  absl::StrAppend(&out, " order ", OrderName(plan.order), plan.recency ? " with recency" : "",
                  plan.exact_total ? "" : " any-total");
  for (FacetField facet : plan.facets) absl::StrAppend(&out, " facet ", FieldName(facet));
  return out;
}

}  // namespace dateline::plan
