#include "searcher/query/query_ast.h"

#include "absl/strings/str_cat.h"

namespace dateline::query {
namespace {

void AppendDays(const DayRange& days, std::string& out) {
  absl::StrAppend(&out, "date:");
  if (days.first.has_value()) absl::StrAppend(&out, absl::FormatCivilTime(*days.first));
  if (days.first.has_value() && days.first == days.last) return;
  absl::StrAppend(&out, "..");
  if (days.last.has_value()) absl::StrAppend(&out, absl::FormatCivilTime(*days.last));
}

void AppendField(Field field, std::string& out) {
  if (field != Field::kText) absl::StrAppend(&out, FieldName(field), ":");
}

void AppendNode(const Node& node, std::string& out) {
  switch (node.kind) {
    case Kind::kMatchAll:
      out.push_back('*');
      return;
    case Kind::kWord:
      AppendField(node.field, out);
      out.append(node.text);
      return;
    case Kind::kPhrase:
      AppendField(node.field, out);
      absl::StrAppend(&out, "\"", node.text, "\"");
      return;
    case Kind::kDate:
      AppendDays(node.days, out);
      return;
    case Kind::kAnd:
    case Kind::kOr: {
      absl::string_view separator = "(";
      for (const Node& child : node.children) {
        out.append(separator.data(), separator.size());
        AppendNode(child, out);
        separator = node.kind == Kind::kAnd ? " AND " : " OR ";
      }
      out.push_back(')');
      return;
    }
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
    case Field::kByline:
      return "byline";
    case Field::kOutlet:
      return "outlet";
  }
  return "";
}

std::string ToString(const Node& node) {
  std::string out;
  AppendNode(node, out);
  return out;
}

}  // namespace dateline::query
