// Between the engine's values and the messages of proto/dateline/v1: requests in, responses and errors out, and, for
// clients, the way back. The server and the clients share these functions, so they cannot disagree.
//
// All text that goes into a message is made valid UTF-8 first: gRPC drops a whole reply that is not.
//
// Thread-safety: pure functions. Errors: InvalidArgument with the name of the field, see FieldError.
#ifndef DATELINE_SEARCHER_SERVE_CONVERT_H_
#define DATELINE_SEARCHER_SERVE_CONVERT_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "searcher/serve/engine.h"

namespace grpc {
class Status;
}  // namespace grpc

namespace dateline::v1 {
class Article;
class IndexStatus;
class SearchRequest;
class SearchResponse;
}  // namespace dateline::v1

namespace dateline::serve {

// The day that exactly "YYYY-MM-DD" spells, in the years 0001 to 9999; nothing for any other text.
absl::optional<absl::CivilDay> ParseDay(absl::string_view text);
std::string FormatDay(absl::CivilDay day);

// Checks what can be checked without the index; limits are the engine's to check, except that each facet field may be
// asked for only once.
absl::StatusOr<SearchRequest> RequestFromProto(const v1::SearchRequest& proto);
void RequestToProto(const SearchRequest& request, v1::SearchRequest* proto);

void ResponseToProto(SearchResponse response, v1::SearchResponse* proto);
// Facets of a kind that this program does not know are left out.
SearchResponse ResponseFromProto(const v1::SearchResponse& proto);

void ArticleToProto(FullArticle article, v1::Article* proto);
FullArticle ArticleFromProto(const v1::Article& proto);

void StatusToProto(IndexStatus status, v1::IndexStatus* proto);
IndexStatus StatusFromProto(const v1::IndexStatus& proto);

// InvalidArgument about one field of a request, as "facets[0].max_values".
absl::Status FieldError(absl::string_view field, absl::string_view message);

// ResourceExhausted: no call for the same thing will do better.
absl::Status ReplyTooLargeError(size_t bytes, size_t max_bytes);

// What an error means depends on the call that met it.
struct ErrorContext {
  bool has_page_token = false;                           // FailedPrecondition means that the token has expired
  absl::Duration retry_after = absl::Milliseconds(100);  // advice to those who may try again
};

// The error as it goes over the wire, with the details that search.proto promises. Codes that the API does not name
// become INTERNAL, and the texts of INTERNAL and DATA_LOSS are withheld: they are the operator's. REQUIRES: not OK.
grpc::Status ErrorToRpc(const absl::Status& error, const ErrorContext& context);

// The error, or OK, that came over the wire: query::QueryErrorOffset finds the offset again. What it says is the
// server's word: escape it where it is displayed.
absl::Status ErrorFromRpc(const grpc::Status& status);

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_CONVERT_H_
