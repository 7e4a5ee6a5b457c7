// The syntax tree of a query: what the user typed, before any analysis of words.
//
// A Node is a plain value that knows which bytes of the user's text it came from. ToString prints one canonical form,
// and parsing that form gives the same tree again; so tests are tables of strings.
//
// Thread-safety: plain values; free functions are pure.
#ifndef DATELINE_SEARCHER_QUERY_QUERY_AST_H_
#define DATELINE_SEARCHER_QUERY_QUERY_AST_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/types/optional.h"

namespace dateline::query {

// A half-open range of bytes of the query text.
struct Span {
  size_t begin = 0;
  size_t end = 0;
  bool operator==(const Span&) const = default;
};

enum class Field { kText, kHeadline, kByline, kOutlet };
absl::string_view FieldName(Field field);  // "headline", "byline", "outlet"; "" for kText

// Whole UTC days, both ends included; a missing end is open.
struct DayRange {
  absl::optional<absl::CivilDay> first;
  absl::optional<absl::CivilDay> last;
  bool operator==(const DayRange&) const = default;
};

enum class Kind {
  kMatchAll,  // every article
  kWord,      // `text` as typed, without white space
  kPhrase,    // `text` as typed between the quotes, its ends trimmed and its white space made single spaces
  kDate,      // `days`
  kAnd,       // two or more children
  kOr,        // two or more children
  kNot,       // one child
};

struct Node {
  Kind kind = Kind::kMatchAll;
  Field field = Field::kText;  // of a word or phrase
  std::string text;
  DayRange days;
  std::vector<Node> children;
  Span span;

  // Spans do not count: two trees are equal when they mean the same query.
  friend bool operator==(const Node& a, const Node& b) {
    return a.kind == b.kind && a.field == b.field && a.text == b.text && a.days == b.days && a.children == b.children;
  }
};

// The canonical form: `(kim AND "closer ties" AND NOT headline:talks)`, `date:2019-04-01..2019-04-30`, `*`.
// Groups within groups of the same kind and groups of one do not come from the parser; they print, but parse as flat.
std::string ToString(const Node& node);

}  // namespace dateline::query

#endif  // DATELINE_SEARCHER_QUERY_QUERY_AST_H_
