// The query text cut into tokens. Private to this room: query_parser.cc is the only user.
//
// All that depends on neighbouring characters is settled here: where a word ends, which '-' is an operator, which
// letters before a colon are a field. Views point into the text, which must outlive them.
//
// Thread-safety: pure functions.
#ifndef DATELINE_SEARCHER_QUERY_QUERY_LEXER_H_
#define DATELINE_SEARCHER_QUERY_QUERY_LEXER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "searcher/query/query_ast.h"
#include "searcher/query/query_parser.h"

namespace dateline::query {

enum class TokenKind {
  kEnd,     // always the last token, and only there
  kOpen,    // (
  kClose,   // )
  kOr,      // OR or |
  kAnd,     // AND
  kNot,     // NOT
  kNear,    // NEAR/5 and its like
  kMinus,   // - with its operand directly behind it
  kField,   // `text` is the name without its colon
  kPhrase,  // `text` is what stands between the quotes
  kWord,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  Span span;
  absl::string_view text;
};

struct TokenList {
  std::vector<Token> tokens;
  std::vector<Note> notes;  // what was passed over
};

// REQUIRES: `text` is valid UTF-8.
absl::StatusOr<TokenList> Tokenize(absl::string_view text);

// The letters of `text` up to its first colon, or "" when it does not begin like a field.
absl::string_view LeadingFieldName(absl::string_view text);

// `text` without white space at its ends, and with one space for every run of white space inside.
std::string CollapseSpace(absl::string_view text);

// `text` between single quotes and cut to what fits into a message.
std::string Shown(absl::string_view text);

}  // namespace dateline::query

#endif  // DATELINE_SEARCHER_QUERY_QUERY_LEXER_H_
