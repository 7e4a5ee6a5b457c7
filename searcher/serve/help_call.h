// The calls that help to ask: completions, other spellings, why an article matches, what a text's tokens are.
//
// Thread-safety, errors: those of Engine.
#ifndef DATELINE_SEARCHER_SERVE_HELP_CALL_H_
#define DATELINE_SEARCHER_SERVE_HELP_CALL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "searcher/serve/search_call.h"
#include "searcher/serve/session.h"

namespace dateline::serve {

absl::StatusOr<std::vector<Suggestion>> RunSuggest(const Call& call, const SuggestRequest& request);

// Queries like the one that found nothing, that find something; best first.
absl::StatusOr<std::vector<std::string>> OtherQueries(const Call& call, const QuerySpec& spec,
                                                      const Prepared& prepared);

// What each part of the query finds by itself.
absl::StatusOr<std::vector<ClauseCount>> CountClauses(const Call& call, const QuerySpec& spec,
                                                      const Prepared& prepared);

absl::StatusOr<AnalyzeResponse> RunAnalyze(const Call& call, absl::string_view text, absl::string_view language);

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_HELP_CALL_H_
