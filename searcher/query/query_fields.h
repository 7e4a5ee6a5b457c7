// What stands before a colon. Private to this room: query_parser.cc is the only user.
//
// Thread-safety: pure functions.
#ifndef DATELINE_SEARCHER_QUERY_QUERY_FIELDS_H_
#define DATELINE_SEARCHER_QUERY_QUERY_FIELDS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "searcher/query/query_ast.h"
#include "searcher/query/query_lexer.h"

namespace dateline::query {

struct FieldAlias {
  enum class Takes { kWords, kDays, kFrom, kUntil, kAgo, kHas, kIs, kSort };
  absl::string_view name;  // in lower case
  Takes takes = Takes::kWords;
  Field field = Field::kText;  // of kWords
};

// The field with this name, in lower case; null when there is none.
const FieldAlias* FindField(absl::string_view name);

// The error for `token`, whose lower-case name is no field's: what may have been meant.
absl::Status UnknownField(const Token& token, absl::string_view name);

absl::optional<Fact> FindHas(absl::string_view value);
absl::optional<Fact> FindIs(absl::string_view value);
absl::optional<Sort> FindSort(absl::string_view value);

}  // namespace dateline::query

#endif  // DATELINE_SEARCHER_QUERY_QUERY_FIELDS_H_
