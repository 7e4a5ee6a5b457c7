// Requests as messages of proto/dateline/v1 and as values of the engine, both ways: the server and the clients share
// these functions, so they cannot disagree.
//
// RequestFromProto refuses what can be refused without the index, by the name of the field, as FieldError says:
// numbers that are no value of an enumeration, negative sizes, empty lists, and more than `limits` allow. It takes
// well under a millisecond.
//
// Thread-safety: pure functions. Errors: InvalidArgument.
#ifndef DATELINE_SEARCHER_RPC_REQUESTS_H_
#define DATELINE_SEARCHER_RPC_REQUESTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "searcher/serve/api.h"
#include "searcher/serve/engine.h"

namespace dateline::v1 {
class AnalyzeRequest;
class BatchGetArticlesRequest;
class CountMatchesRequest;
class ExplainRequest;
class ExportRequest;
class ListFacetValuesRequest;
class MultiSearchRequest;
class SearchRequest;
class SuggestRequest;
}  // namespace dateline::v1

namespace dateline::rpc {

// The longest text that is completed.
inline constexpr size_t kMaxSuggestBytes = 256;

// The day that exactly "YYYY-MM-DD" spells, in the years 0001 to 9999; nothing for any other text.
absl::optional<absl::CivilDay> ParseDay(absl::string_view text);

using Limits = serve::EngineOptions;

absl::StatusOr<serve::SearchRequest> RequestFromProto(const v1::SearchRequest& proto, const Limits& limits);
absl::StatusOr<std::vector<serve::SearchRequest>> RequestFromProto(const v1::MultiSearchRequest& proto,
                                                                   const Limits& limits);
absl::StatusOr<serve::CountRequest> RequestFromProto(const v1::CountMatchesRequest& proto, const Limits& limits);
absl::StatusOr<serve::ExportRequest> RequestFromProto(const v1::ExportRequest& proto, const Limits& limits);
absl::StatusOr<serve::ListFacetValuesRequest> RequestFromProto(const v1::ListFacetValuesRequest& proto,
                                                               const Limits& limits);
absl::StatusOr<serve::SuggestRequest> RequestFromProto(const v1::SuggestRequest& proto, const Limits& limits);
absl::StatusOr<serve::ExplainRequest> RequestFromProto(const v1::ExplainRequest& proto, const Limits& limits);
// The ids.
absl::StatusOr<std::vector<std::string>> RequestFromProto(const v1::BatchGetArticlesRequest& proto,
                                                          const Limits& limits);
// There is no value for this one: the engine takes text and language as they are.
absl::Status CheckRequest(const v1::AnalyzeRequest& proto, const Limits& limits);

// Text becomes valid UTF-8. `proto` must be empty.
void RequestToProto(const serve::SearchRequest& request, v1::SearchRequest* proto);
void RequestToProto(absl::Span<const serve::SearchRequest> requests, v1::MultiSearchRequest* proto);
void RequestToProto(const serve::CountRequest& request, v1::CountMatchesRequest* proto);
void RequestToProto(const serve::ExportRequest& request, v1::ExportRequest* proto);
void RequestToProto(const serve::ListFacetValuesRequest& request, v1::ListFacetValuesRequest* proto);
void RequestToProto(const serve::SuggestRequest& request, v1::SuggestRequest* proto);
void RequestToProto(const serve::ExplainRequest& request, v1::ExplainRequest* proto);

}  // namespace dateline::rpc

#endif  // DATELINE_SEARCHER_RPC_REQUESTS_H_
