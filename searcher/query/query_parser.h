// The user's text to a syntax tree. Our own grammar: nothing typed is dropped or changed in silence.
//
// A query either parses, perhaps with notes that say what may not have been meant, or is refused with
// InvalidArgument, whose message names what is wrong and what to write instead, and whose payload holds the byte
// offset of the place.
//
// Grammar (AND binds tighter than OR; operators in capitals only):
//   query   = or ;            or  = and { ("OR" | "|") and } ;      and = unary { ["AND"] unary } ;
//   unary   = [ "NOT" | "-" ] primary ;    "-" is an operator only at the start, after white space or after "("
//   primary = "(" or ")" | "*" | [field ":"] ( word | '"' text '"' | "(" or ")" ) | "date:" days | list ;
//   list    = ("byline:" | "outlet:") ( word | '"' text '"' ) { "," ( word | '"' text '"' ) } ;    any of them
//   days    = day | day ".." day | ".." day | day ".." ;  day = YYYY | YYYY-MM | YYYY-MM-DD   (whole days, inclusive)
// A field before parentheses goes to every word and phrase in them, which then have none of their own. Curly and
// other double quotes are '"'; control characters are white space. Wildcards, fuzziness, proximity, `=word` and the
// fields that are still to come are refused, not searched for as text.
//
// For every tree this parser makes, ParseQuery(ToString(tree)) under the same limits gives the same tree.
//
// Thread-safety: pure functions.
#ifndef DATELINE_SEARCHER_QUERY_QUERY_PARSER_H_
#define DATELINE_SEARCHER_QUERY_QUERY_PARSER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "searcher/query/query_ast.h"
#include "searcher/query/query_limits.h"

namespace dateline::query {

struct Note {
  Span span;
  std::string message;
};

struct ParsedQuery {
  Node root;
  std::vector<Note> notes;
};

// An empty or all-white text is an error: `*` asks for everything.
absl::StatusOr<ParsedQuery> ParseQuery(absl::string_view text, const QueryLimits& limits = QueryLimits());

// InvalidArgument at `offset` (a byte of the query text), with the payload that QueryErrorOffset reads.
absl::Status QueryError(size_t offset, absl::string_view message);

// The byte offset of an error made by QueryError; nothing for any other status.
absl::optional<size_t> QueryErrorOffset(const absl::Status& status);

}  // namespace dateline::query

#endif  // DATELINE_SEARCHER_QUERY_QUERY_PARSER_H_
