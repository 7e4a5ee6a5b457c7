#include "searcher/query/query_ast.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace dateline::query {
namespace {

void AppendDate(const Node& node, std::string& out) {
  if (node.ago.has_value()) {
    absl::StrAppend(&out, "when:", node.ago->count, std::string(1, node.ago->unit));
    return;
  }
  const DayRange& days = node.days;
  absl::StrAppend(&out, "date:");
  if (days.first.has_value()) absl::StrAppend(&out, absl::FormatCivilTime(*days.first));
  if (days.first.has_value() && days.first == days.last) return;
  absl::StrAppend(&out, "..");
  if (days.last.has_value()) absl::StrAppend(&out, absl::FormatCivilTime(*days.last));
}

// The first of the days that `ago` counts back from `newest`, which is one of them. Months and years keep the day of
// the month where there is one: civil days carry the 31st of a short month over into the next.
absl::CivilDay CountBack(const Ago& ago, absl::CivilDay newest) {
  switch (ago.unit) {
    case 'w':
      return newest - 7 * ago.count + 1;
    case 'm':
      return absl::CivilDay(newest.year(), newest.month() - ago.count, newest.day()) + 1;
    case 'y':
      return absl::CivilDay(newest.year() - ago.count, newest.month(), newest.day()) + 1;
    default:
      return newest - ago.count + 1;
  }
}

// Never before the first day that a query can name.
absl::CivilDay FirstDay(const Ago& ago, absl::CivilDay newest) {
  return std::max(CountBack(ago, newest), absl::CivilDay(1000, 1, 1));
}

void AppendField(Field field, std::string& out) {
  if (field != Field::kText) absl::StrAppend(&out, FieldName(field), ":");
}

void AppendNode(const Node& node, std::string& out);

void AppendGroup(const Node& node, std::string& out) {
  out.push_back('(');
  for (size_t i = 0; i < node.children.size(); ++i) {
    if (i > 0) {
      absl::StrAppend(&out, " ",
                      node.kind == Kind::kAnd  ? "AND"
                      : node.kind == Kind::kOr ? "OR"
                                               : ToString(node.links[i - 1]),
                      " ");
    }
    AppendNode(node.children[i], out);
  }
  out.push_back(')');
}

bool IsGroup(const Node& node) {
  return node.kind == Kind::kAnd || node.kind == Kind::kOr || node.kind == Kind::kNear;
}

void AppendParenthesized(const Node& node, std::string& out) {
  if (!IsGroup(node)) out.push_back('(');
  AppendNode(node, out);
  if (!IsGroup(node)) out.push_back(')');
}

void AppendNode(const Node& node, std::string& out) {
  switch (node.kind) {
    case Kind::kMatchAll:
      out.push_back('*');
      return;
    case Kind::kWord:
      AppendField(node.field, out);
      out.append(node.text);
      if (node.form == WordForm::kPrefix) out.push_back('*');
      if (node.form == WordForm::kFuzzy) out.append("~1");
      return;
    case Kind::kPhrase:
      AppendField(node.field, out);
      absl::StrAppend(&out, "\"", node.text, "\"");
      if (node.slop > 0) absl::StrAppend(&out, "~", node.slop);
      return;
    case Kind::kDate:
      AppendDate(node, out);
      return;
    case Kind::kFact:
      absl::StrAppend(&out, FactText(node.fact));
      return;
    case Kind::kAnd:
    case Kind::kOr:
    case Kind::kNear:
      AppendGroup(node, out);
      return;
    case Kind::kAtLeast:
      absl::StrAppend(&out, "atleast", node.count);
      AppendParenthesized(node.children.front(), out);
      return;
    case Kind::kNot: {
      // The parser refuses two negations in a row as a likely slip; parentheses show that they are meant.
      const Node& child = node.children.front();
      const bool parenthesized = child.kind == Kind::kNot;
      absl::StrAppend(&out, "NOT ", parenthesized ? "(" : "");
      AppendNode(child, out);
      if (parenthesized) out.push_back(')');
      return;
    }
  }
}

}  // namespace

absl::string_view FieldName(Field field) {
  switch (field) {
    case Field::kText:
      return "";
    case Field::kHeadline:
      return "headline";
    case Field::kBody:
      return "body";
    case Field::kLead:
      return "lead";
    case Field::kCaption:
      return "caption";
    case Field::kByline:
      return "byline";
    case Field::kDateline:
      return "dateline";
    case Field::kOutlet:
      return "outlet";
    case Field::kAgency:
      return "agency";
    case Field::kSection:
      return "section";
    case Field::kLanguage:
      return "lang";
  }
  return "";
}

bool IsTextField(Field field) {
  return field == Field::kText || field == Field::kHeadline || field == Field::kBody || field == Field::kLead ||
         field == Field::kCaption;
}

bool IsNameField(Field field) {
  return field == Field::kOutlet || field == Field::kAgency || field == Field::kSection || field == Field::kLanguage;
}

absl::string_view FactText(Fact fact) {
  switch (fact) {
    case Fact::kByline:
      return "has:byline";
    case Fact::kDate:
      return "has:date";
    case Fact::kOutlet:
      return "has:outlet";
    case Fact::kLatest:
      return "is:latest";
    case Fact::kWire:
      return "is:wire";
  }
  return "";
}

absl::string_view SortText(Sort sort) {
  switch (sort) {
    case Sort::kRelevance:
      return "sort:relevance";
    case Sort::kNewest:
      return "sort:newest";
    case Sort::kOldest:
      return "sort:oldest";
  }
  return "";
}

std::string ToString(const Link& link) {
  switch (link.kind) {
    case Link::Kind::kNear:
      return absl::StrCat("NEAR/", link.distance);
    case Link::Kind::kBefore:
      return absl::StrCat("PRE/", link.distance);
    case Link::Kind::kSentence:
      return "/s";
    case Link::Kind::kParagraph:
      return "/p";
  }
  return "";
}

std::string ToString(const Node& node) {
  std::string out;
  AppendNode(node, out);
  return out;
}

void Resolve(const absl::optional<absl::CivilDay>& newest, Node& node) {
  for (Node& child : node.children) Resolve(newest, child);
  if (!node.ago.has_value() || !newest.has_value()) return;
  node.days.last = *newest;
  node.days.first = FirstDay(*node.ago, *newest);
  node.ago.reset();
}

}  // namespace dateline::query
