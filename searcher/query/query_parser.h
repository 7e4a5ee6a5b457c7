// The user's text to a syntax tree. Our own grammar: nothing typed is dropped or changed in silence.
//
// A query either parses, perhaps with notes that say what may not have been meant, or is refused with
// InvalidArgument, whose message names what is wrong and what to write instead, and whose payload holds the byte
// offset of the place.
//
// Grammar (proximity binds tighter than NOT, NOT than AND, AND than OR; AND, OR and NOT in capitals only):
//   query   = or , with "sort:" ("date" | "newest" | "oldest" | "relevance") anywhere outside parentheses, once
//   or      = and { ("OR" | "|") and } ;      and = unary { ["AND"] unary } ;
//   unary   = [ "NOT" | "-" ] near ;    "-" is an operator only at the start, after white space or after "("
//   near    = primary { link primary } ;
//   link    = "NEAR" | ("NEAR/" | "NEAR" | "w/" | "/") n | ("PRE/" | "ADJ/" | "ADJ") n | ["w"] ("/s" | "/p") ;
//   primary = "(" or ")" | "*" | [field ":"] value | list | days | fact ;
//   value   = word | "=" word | letters "*" | letters "~" ["1"] | phrase [ "~" n ] | "(" or ")"
//           | "atleast" n "(" or ")" ;
//   phrase  = '"' text '"' , where a word of the text may end in "*" ;
//   list    = ("byline:" | "dateline:" | "outlet:" | "agency:" | "section:" | "lang:") value { "," value } ;
//             any of them
//   days    = "date:" ( day | day ".." day | ".." day | day ".." | "[" day "TO" day "]" )
//           | ("after:" | "before:") day | "when:" n ("d" | "w" | "m" | "y") ;    whole days, all ends included
//   day     = YYYY | YYYY-MM | YYYY-MM-DD ;      fact = "has:" ("byline" | "date" | "outlet") | "is:" ("wire" | "latest") ;
// A field before parentheses goes to every word and phrase in them, which then have none of their own. Curly and
// other double quotes are '"'; control characters are white space. Each link says how its two neighbours stand to
// each other; they are words, phrases, or groups of these joined by OR. Two values of a field of which an article has
// only one (outlet, section, lang) mean either, also when AND joins them. What is still to come (quote:, dup:) is
// refused, not searched for as text.
//
// ParseQuery(ToString(parsed)) under the same limits gives the same tree and order.
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
#include "searcher/query/query_error.h"
#include "searcher/query/query_limits.h"

namespace dateline::query {

struct Note {
  Span span;
  std::string message;
};

struct ParsedQuery {
  Node root;
  absl::optional<Sort> sort;
  std::vector<Note> notes;
};

// The canonical form of the root, and the order.
std::string ToString(const ParsedQuery& parsed);

// An empty or all-white text is an error: `*` asks for everything.
absl::StatusOr<ParsedQuery> ParseQuery(absl::string_view text, const QueryLimits& limits = QueryLimits());

}  // namespace dateline::query

#endif  // DATELINE_SEARCHER_QUERY_QUERY_PARSER_H_
