#include "searcher/serve/article_call.h"

#include <string>
#include <utility>

#include "core/article/article.h"
#include "core/base/status_macros.h"
#include "core/index/stored_article.h"

namespace dateline::serve {

absl::StatusOr<absl::optional<match::MatchHit>> FindArticle(const Call& call, absl::string_view id) {
  for (const base::DocKey& key : article::KeysNamed(id)) {
    DL_ASSIGN_OR_RETURN(const absl::optional<match::MatchHit> found, call.matcher().Find(key));
    if (found) return found;
  }
  return absl::optional<match::MatchHit>();
}

absl::StatusOr<FullArticle> LoadArticle(const Call& call, const match::MatchHit& hit, bool bodies) {
  std::string scratch;
  DL_ASSIGN_OR_RETURN(const absl::string_view bytes, call.matcher().StoredBytes(hit.shard, hit.docid, scratch));
  index::StoredArticle stored;
  if (bodies) {
    DL_ASSIGN_OR_RETURN(stored, index::DecodeStoredArticle(bytes));
  } else {
    DL_ASSIGN_OR_RETURN(stored.article, index::DecodeStoredHead(bytes));
  }
  FullArticle full;
  full.id = article::PublicId(stored.article);
  full.generation = call.generation();
  full.article = std::move(stored.article);
  return full;
}

absl::StatusOr<absl::optional<FullArticle>> RunGetArticle(const Call& call, absl::string_view id) {
  DL_ASSIGN_OR_RETURN(const absl::optional<match::MatchHit> found, FindArticle(call, id));
  if (!found) return absl::optional<FullArticle>();
  DL_ASSIGN_OR_RETURN(FullArticle full, LoadArticle(call, *found, /*bodies=*/true));
  return full;
}

}  // namespace dateline::serve
