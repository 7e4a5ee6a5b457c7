// The calls that fetch articles.
//
// Thread-safety, errors: those of Engine.
#ifndef DATELINE_SEARCHER_SERVE_ARTICLE_CALL_H_
#define DATELINE_SEARCHER_SERVE_ARTICLE_CALL_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/index/stored_article.h"
#include "searcher/match/match_result.h"
#include "searcher/serve/session.h"

namespace dateline::serve {

// Where the article with this id or key lies; nothing when there is none.
absl::StatusOr<absl::optional<match::MatchHit>> FindArticle(const Call& call, absl::string_view id);

// Without `bodies`, deck, body, captions and what goes with texts stay empty, which is much cheaper.
absl::StatusOr<index::StoredArticle> LoadStored(const Call& call, const match::MatchHit& hit, bool bodies);
absl::StatusOr<FullArticle> LoadArticle(const Call& call, const match::MatchHit& hit, bool bodies);

absl::StatusOr<absl::optional<FullArticle>> RunGetArticle(const Call& call, absl::string_view id);

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_ARTICLE_CALL_H_
