// Page tokens: opaque, URL-safe, bound to one generation and one plan.
//
// Thread-safety: pure functions. Errors: InvalidArgument for text that is no token or belongs to another request,
// FailedPrecondition for one of another generation.
#ifndef DATELINE_SEARCHER_SERVE_PAGE_TOKEN_H_
#define DATELINE_SEARCHER_SERVE_PAGE_TOKEN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace dateline::serve {

// `plan` is the canonical text of the plan; `offset` the number of hits that came before.
std::string MakePageToken(absl::string_view generation, absl::string_view plan, uint64_t offset);

absl::StatusOr<uint64_t> ReadPageToken(absl::string_view token, absl::string_view generation, absl::string_view plan);

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_PAGE_TOKEN_H_
