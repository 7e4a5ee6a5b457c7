// The values of `date:`, `after:`, `before:` and `when:` to whole days. Private to this room: query_parser.cc is the
// only user.
//
// Thread-safety: pure functions.
#ifndef DATELINE_SEARCHER_QUERY_QUERY_DAYS_H_
#define DATELINE_SEARCHER_QUERY_QUERY_DAYS_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "searcher/query/query_ast.h"

namespace dateline::query {

// `text` is `D`, `D..D`, `..D` or `D..`, where D is YYYY, YYYY-MM or YYYY-MM-DD. The right end of a range reaches to
// the end of its month or year. Errors point into the query, where `text` stands at byte `offset`.
absl::StatusOr<DayRange> ParseDays(absl::string_view text, size_t offset);

// `text` is one D, with its first and last day.
absl::StatusOr<DayRange> ParseDay(absl::string_view text, size_t offset);

// `text` is a number and one of d, w, m, y.
absl::StatusOr<Ago> ParseAgo(absl::string_view text, size_t offset);

// Is `text` a valid D by itself?
bool IsDate(absl::string_view text);

}  // namespace dateline::query

#endif  // DATELINE_SEARCHER_QUERY_QUERY_DAYS_H_
