// Errors on their way to a client and back: the codes and details that proto/dateline/v1/search.proto promises.
//
// Thread-safety: pure functions.
#ifndef DATELINE_SEARCHER_RPC_ERRORS_H_
#define DATELINE_SEARCHER_RPC_ERRORS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace google::rpc {
class Status;
}  // namespace google::rpc

namespace grpc {
class Status;
}  // namespace grpc

namespace dateline::rpc {

// InvalidArgument about one field of a request, as "facets[0].max_values".
absl::Status FieldError(absl::string_view field, absl::string_view message);

// The error of a message that is itself the field `outer` of another: "requests[3]" and "facets[0].field" make
// "requests[3].facets[0].field".
absl::Status WithinField(absl::string_view outer, const absl::Status& error);

// ResourceExhausted: no call for the same thing will do better. `what` is "the reply" or an article.
absl::Status ReplyTooLargeError(absl::string_view what, size_t bytes, size_t max_bytes);

// ResourceExhausted: the quota of an API key is used up for now.
absl::Status QuotaError(absl::string_view message);

// What an error means depends on the call that met it.
struct ErrorContext {
  bool has_page_token = false;                           // FailedPrecondition means that the token has expired
  absl::Duration retry_after = absl::Milliseconds(100);  // advice to those who may try again
};

// Whether clients are not told the text of this error, so that somebody should write it down.
bool TextIsWithheld(const absl::Status& error);

// The error with the details that search.proto promises. Codes that the API does not name become INTERNAL, and the
// texts of INTERNAL and DATA_LOSS are withheld: they are the operator's. REQUIRES: not OK.
google::rpc::Status ErrorToProto(const absl::Status& error, const ErrorContext& context);

// The error, or OK, that a message holds: query::QueryErrorOffset and IsTooCostly tell what they told before. What it
// says is the server's word: escape it where it is displayed.
absl::Status ErrorFromProto(const google::rpc::Status& proto);

// The same two as the status of a whole call, with the details in its trailer.
grpc::Status ErrorToRpc(const absl::Status& error, const ErrorContext& context);
absl::Status ErrorFromRpc(const grpc::Status& status);

}  // namespace dateline::rpc

#endif  // DATELINE_SEARCHER_RPC_ERRORS_H_
