#include "searcher/serve/article_call.h"

#include <cstdint>
#include <string>
#include <utility>

#include "core/article/article.h"
#include "core/base/status_macros.h"

namespace dateline::serve {

absl::StatusOr<absl::optional<match::MatchHit>> FindArticle(const Call& call, absl::string_view id) {
  for (const base::DocKey& key : article::KeysNamed(id)) {
    DL_ASSIGN_OR_RETURN(const absl::optional<match::MatchHit> found, call.matcher().Find(key));
    if (found) return found;
  }
  return absl::optional<match::MatchHit>();
}

absl::StatusOr<index::StoredArticle> LoadStored(const Call& call, const match::MatchHit& hit, bool bodies) {
  constexpr size_t kMostHeads = 1024;  // bytes: few heads take more
  std::string scratch;
  const auto read = [&](size_t least) { return call.matcher().StoredBytes(hit.shard, hit.docid, least, scratch); };
  if (bodies) {
    DL_ASSIGN_OR_RETURN(const absl::string_view bytes, read(SIZE_MAX));
    return index::DecodeStoredArticle(bytes);
  }
  index::StoredArticle stored;
  DL_ASSIGN_OR_RETURN(const absl::string_view beginning, read(kMostHeads));
  absl::StatusOr<article::Article> head = index::DecodeStoredHead(beginning);
  if (!head.ok()) {
    DL_ASSIGN_OR_RETURN(const absl::string_view bytes, read(SIZE_MAX));
    head = index::DecodeStoredHead(bytes);
    DL_RETURN_IF_ERROR(head.status());
  }
  stored.article = *std::move(head);
  return stored;
}

absl::StatusOr<FullArticle> LoadArticle(const Call& call, const match::MatchHit& hit, bool bodies) {
  DL_ASSIGN_OR_RETURN(index::StoredArticle stored, LoadStored(call, hit, bodies));
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
