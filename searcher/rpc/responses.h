// Answers of the engine as messages of proto/dateline/v1, and, for clients, the way back.
//
// All text that goes into a message is made valid UTF-8 first: gRPC drops a whole reply that is not.
//
// Thread-safety: pure functions. Errors: none; what another server adds that this program does not know (a facet, a
// kind of suggestion) is left out on the way back.
#ifndef DATELINE_SEARCHER_RPC_RESPONSES_H_
#define DATELINE_SEARCHER_RPC_RESPONSES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "searcher/rpc/errors.h"
#include "searcher/serve/api.h"

namespace dateline::v1 {
class AnalyzeResponse;
class BatchGetArticlesResponse;
class CountMatchesResponse;
class ExplainResponse;
class IndexStatus;
class ListFacetValuesResponse;
class MultiSearchResult;
class ReloadResponse;
class SearchResponse;
class SuggestResponse;
}  // namespace dateline::v1

namespace dateline::rpc {

void ResponseToProto(serve::SearchResponse response, v1::SearchResponse* proto);
serve::SearchResponse ResponseFromProto(const v1::SearchResponse& proto);

void ResultToProto(absl::StatusOr<serve::SearchResponse> result, const ErrorContext& context,
                   v1::MultiSearchResult* proto);
absl::StatusOr<serve::SearchResponse> ResultFromProto(const v1::MultiSearchResult& proto);

void ResponseToProto(serve::CountResponse response, v1::CountMatchesResponse* proto);
serve::CountResponse ResponseFromProto(const v1::CountMatchesResponse& proto);

void ResponseToProto(serve::ListFacetValuesResponse response, v1::ListFacetValuesResponse* proto);
serve::ListFacetValuesResponse ResponseFromProto(const v1::ListFacetValuesResponse& proto);

void ResponseToProto(std::vector<serve::Suggestion> suggestions, v1::SuggestResponse* proto);
std::vector<serve::Suggestion> ResponseFromProto(const v1::SuggestResponse& proto);

void ResponseToProto(serve::ExplainResponse response, v1::ExplainResponse* proto);
serve::ExplainResponse ResponseFromProto(const v1::ExplainResponse& proto);

void ResponseToProto(serve::AnalyzeResponse response, v1::AnalyzeResponse* proto);
serve::AnalyzeResponse ResponseFromProto(const v1::AnalyzeResponse& proto);

// One article, or nothing, for each of `ids`.
using MaybeArticles = std::vector<absl::optional<serve::FullArticle>>;
void ArticlesToProto(absl::Span<const std::string> ids, MaybeArticles articles, v1::BatchGetArticlesResponse* proto);
MaybeArticles ArticlesFromProto(absl::Span<const std::string> ids, const v1::BatchGetArticlesResponse& proto);

void StatusToProto(serve::IndexStatus status, v1::IndexStatus* proto);
serve::IndexStatus StatusFromProto(const v1::IndexStatus& proto);

// `served`: the generation that goes on being served when there is an error, whose text the caller is told: it is for
// the operator, who asked.
void ReloadToProto(absl::StatusOr<serve::ReloadResult> result, const std::string& served, v1::ReloadResponse* proto);
absl::StatusOr<serve::ReloadResult> ReloadFromProto(const v1::ReloadResponse& proto);

}  // namespace dateline::rpc

#endif  // DATELINE_SEARCHER_RPC_RESPONSES_H_
