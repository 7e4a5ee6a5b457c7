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
    case FacetField::kAgency:
      return "agency";
    case FacetField::kDateline:
      return "dateline";
    case FacetField::kSection:
      return "section";
    case FacetField::kLanguage:
      return "language";
    case FacetField::kYear:
      return "year";
    case FacetField::kMonth:
      return "month";
    case FacetField::kDay:
      return "day";
  }
  return "";
}

absl::string_view IntervalName(Interval interval) {
  switch (interval) {
    case Interval::kDay:
      return "day";
    case Interval::kWeek:
      return "week";
    case Interval::kMonth:
      return "month";
    case Interval::kYear:
      return "year";
  }
  return "";
}

}  // namespace

absl::optional<index::NameField> NamesOf(FacetField field) {
  switch (field) {
    case FacetField::kOutlet:
      return index::NameField::kOutlet;
    case FacetField::kByline:
      return index::NameField::kByline;
    case FacetField::kAgency:
      return index::NameField::kAgency;
    case FacetField::kDateline:
      return index::NameField::kDateline;
    case FacetField::kSection:
      return index::NameField::kSection;
    case FacetField::kLanguage:
      return index::NameField::kLanguage;
    case FacetField::kYear:
    case FacetField::kMonth:
    case FacetField::kDay:
      return absl::nullopt;
  }
  return absl::nullopt;
}

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
    case PlanNode::Kind::kLatest:
      return "latest";
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
  for (const Facet& facet : plan.facets) {
    absl::StrAppend(&out, " facet ", FieldName(facet.field));
    if (facet.lifted != kNoFilter) absl::StrAppend(&out, " without filter ", facet.lifted);
  }
  if (plan.histogram) {
    absl::StrAppend(&out, " histogram ", IntervalName(plan.histogram->interval), " ", plan.histogram->zone.name());
  }
  return out;
}

}  // namespace dateline::plan
