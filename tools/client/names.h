// What people type and programs read for the values of the API: "outlet", "month", "headline".
//
// Thread-safety: pure functions. Errors: nothing comes back for a name that is none.
#ifndef DATELINE_TOOLS_CLIENT_NAMES_H_
#define DATELINE_TOOLS_CLIENT_NAMES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "searcher/serve/api.h"

namespace dateline::client {

// The names in --facet and in JSON.
absl::string_view FacetName(serve::FacetField field);
absl::optional<serve::FacetField> FacetFromName(absl::string_view name);
std::vector<std::string> FacetNames();

absl::string_view IntervalName(serve::Interval interval);
absl::optional<serve::Interval> IntervalFromName(absl::string_view name);
std::vector<std::string> IntervalNames();

absl::string_view SuggestionKindName(serve::SuggestionKind kind);
absl::optional<serve::SuggestionKind> SuggestionKindFromName(absl::string_view name);
std::vector<std::string> SuggestionKindNames();

}  // namespace dateline::client

#endif  // DATELINE_TOOLS_CLIENT_NAMES_H_
