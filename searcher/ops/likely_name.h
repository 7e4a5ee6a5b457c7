// What an operator may have meant by a name that is none of ours.
//
// Thread-safety: pure functions.
#ifndef DATELINE_SEARCHER_OPS_LIKELY_NAME_H_
#define DATELINE_SEARCHER_OPS_LIKELY_NAME_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::ops {

// The one of `names` for which fewest letters, at most a third of them, must be changed, added, left out or swapped,
// or that goes on where `written` ends; "": none.
std::string LikelyName(absl::string_view written, const std::vector<std::string>& names);

bool IsSection(absl::string_view name);

// `no setting "quee" in [admission]; did you mean "queue"?`, and the like for the other two.
std::string NoSuchSetting(absl::string_view section, absl::string_view name);
std::string NoSuchSection(absl::string_view name);
// For what stands before any section.
std::string NoSuchTopLevel(absl::string_view name);

}  // namespace dateline::ops

#endif  // DATELINE_SEARCHER_OPS_LIKELY_NAME_H_
