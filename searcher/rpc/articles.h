// Hits and whole articles as messages of proto/dateline/v1, both ways.
//
// Thread-safety: pure functions. Errors: none. Text is made valid UTF-8.
#ifndef DATELINE_SEARCHER_RPC_ARTICLES_H_
#define DATELINE_SEARCHER_RPC_ARTICLES_H_

#include "searcher/serve/api.h"

namespace dateline::v1 {
class Article;
class Hit;
}  // namespace dateline::v1

namespace dateline::rpc {

void HitToProto(serve::Hit hit, v1::Hit* proto);
serve::Hit HitFromProto(const v1::Hit& proto);

void ArticleToProto(serve::FullArticle full, v1::Article* proto);
serve::FullArticle ArticleFromProto(const v1::Article& proto);

}  // namespace dateline::rpc

#endif  // DATELINE_SEARCHER_RPC_ARTICLES_H_
