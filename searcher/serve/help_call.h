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

// Completions of what was typed, at most 256 bytes of it; of each kind in turn. The last word is completed unless
// white space follows it; the others stand. Words by the number of articles that have them; headlines that have all
// the words, newest first; writers and outlets of whose names some word begins like what was typed.
absl::StatusOr<std::vector<Suggestion>> RunSuggest(const Call& call, const SuggestRequest& request);

// Queries like the one that found nothing, that find something under its filters; at most three. First those with
// other words: for a word that no article has, one of the archive that differs by one letter (by two from eight
// letters on) and begins alike, two words for one, one for two; where none finds anything, those without one part. In
// canonical form.
absl::StatusOr<std::vector<std::string>> OtherQueries(const Call& call, const QuerySpec& spec,
                                                      const Prepared& prepared);

// What each part of the query finds by itself, without the request's filters: the parts that AND joins, and in these
// the parts that OR joins. With filters the whole query is counted first: when it finds something, they are what is
// in the way. At most max_leaves parts, and none that the deadline leaves no time for.
absl::StatusOr<std::vector<ClauseCount>> CountClauses(const Call& call, const QuerySpec& spec,
                                                      const Prepared& prepared);

absl::StatusOr<AnalyzeResponse> RunAnalyze(const Call& call, absl::string_view text, absl::string_view language);

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_HELP_CALL_H_
