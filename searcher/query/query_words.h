// What the letters of one word of a query mean: a proximity operator, `atleast3`, a word with '*' or '~', or itself.
// Private to this room: lexer and parser are the only users.
//
// Thread-safety: pure functions.
#ifndef DATELINE_SEARCHER_QUERY_QUERY_WORDS_H_
#define DATELINE_SEARCHER_QUERY_QUERY_WORDS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "searcher/query/query_ast.h"
#include "searcher/query/query_limits.h"

namespace dateline::query {

// NEAR, NEAR/5, NEAR5, w/5, /5, PRE/5, ADJ/5, ADJ5, w/s, /s, w/p, /p. Not w/o and w/out, which people write.
bool IsConnector(absl::string_view text);

// REQUIRES: IsConnector(text). Errors point into the query, where `text` stands at byte `offset`.
absl::StatusOr<Link> ParseConnector(absl::string_view text, size_t offset, const QueryLimits& limits);

// atleast3
bool IsAtLeast(absl::string_view text);

// REQUIRES: IsAtLeast(text).
absl::StatusOr<uint32_t> ParseAtLeast(absl::string_view text, size_t offset, const QueryLimits& limits);

struct WordParts {
  absl::string_view text;  // without '*' and '~'
  WordForm form = WordForm::kStem;
};

// Refuses what ToString could not print so that it is the same word again. The same for every place a word can stand,
// or a tree would not survive its canonical form.
absl::StatusOr<WordParts> ParseWord(absl::string_view text, size_t offset);

// Of the text between quotes: '*' only behind the letters of a word. `words` is increased by the words with one.
absl::Status CheckPhraseStars(absl::string_view phrase, size_t offset, size_t& words);

// 1 to `max`, without sign and leading zeros.
absl::StatusOr<uint32_t> ParseCount(absl::string_view digits, uint32_t max, size_t offset, absl::string_view what);

}  // namespace dateline::query

#endif  // DATELINE_SEARCHER_QUERY_QUERY_WORDS_H_
