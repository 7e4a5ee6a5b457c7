// Errors about a query: InvalidArgument with a payload that says what kind it is, which crosses rooms and the wire.
//
// Thread-safety: pure functions.
#ifndef DATELINE_SEARCHER_QUERY_QUERY_ERROR_H_
#define DATELINE_SEARCHER_QUERY_QUERY_ERROR_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace dateline::query {

// InvalidArgument at `offset` (a byte of the query text), with the payload that QueryErrorOffset reads.
absl::Status QueryError(size_t offset, absl::string_view message);

// The byte offset of an error made by QueryError; nothing for any other status.
absl::optional<size_t> QueryErrorOffset(const absl::Status& status);

// InvalidArgument: the query is sound, but would cost or has cost more than is spent on one.
absl::Status TooCostlyError(absl::string_view message);

// Was the error made by TooCostlyError?
bool IsTooCostly(const absl::Status& status);

}  // namespace dateline::query

#endif  // DATELINE_SEARCHER_QUERY_QUERY_ERROR_H_
