// Early return on error, which the Abseil of Debian 12 does not offer.
#ifndef DATELINE_CORE_BASE_STATUS_MACROS_H_
#define DATELINE_CORE_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

// Evaluates `expr` (an absl::Status) and returns it from the enclosing function unless it is OK.
#define DL_RETURN_IF_ERROR(expr)             \
  do {                                       \
    absl::Status dl_status_ = (expr);        \
    if (!dl_status_.ok()) return dl_status_; \
  } while (false)

#define DL_CONCAT_INNER_(a, b) a##b
#define DL_CONCAT_(a, b) DL_CONCAT_INNER_(a, b)

// DL_ASSIGN_OR_RETURN(auto x, F()) declares x from an absl::StatusOr, or returns its error.
#define DL_ASSIGN_OR_RETURN(lhs, expr) DL_ASSIGN_OR_RETURN_(DL_CONCAT_(dl_statusor_, __LINE__), lhs, expr)
#define DL_ASSIGN_OR_RETURN_(tmp, lhs, expr) \
  auto tmp = (expr);                         \
  if (!tmp.ok()) return tmp.status();        \
  lhs = std::move(tmp).value()

namespace dateline::base {

// The same error with `context` and a colon before its message; OK stays OK.
inline absl::Status Annotate(const absl::Status& status, absl::string_view context) {
  if (status.ok()) return status;
  absl::Status annotated(status.code(), absl::StrCat(context, ": ", status.message()));
  status.ForEachPayload(
      [&annotated](absl::string_view url, const absl::Cord& payload) { annotated.SetPayload(url, payload); });
  return annotated;
}

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_STATUS_MACROS_H_
