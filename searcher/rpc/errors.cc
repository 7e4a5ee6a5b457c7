#include "searcher/rpc/errors.h"

#include <grpcpp/support/status.h>

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "core/base/utf8.h"
#include "proto/google/rpc/error_details.pb.h"
#include "proto/google/rpc/status.pb.h"
#include "searcher/query/query_error.h"

namespace dateline::rpc {
namespace {

constexpr char kDomain[] = "dateline";
constexpr char kOffsetKey[] = "offset";
constexpr char kFieldPayload[] = "dateline/field";
constexpr char kReasonPayload[] = "dateline/reason";
constexpr char kReplyTooLarge[] = "REPLY_TOO_LARGE";
constexpr char kQuotaExceeded[] = "QUOTA_EXCEEDED";
constexpr char kQueryInvalid[] = "QUERY_INVALID";
constexpr char kQueryTooCostly[] = "QUERY_TOO_COSTLY";
constexpr char kRequestInvalid[] = "REQUEST_INVALID";

// An error travels in trailers, which gRPC limits to 8 KiB by default, and its text up to three times.
constexpr size_t kMaxErrorBytes = 512;

std::string PayloadText(const absl::Status& error, absl::string_view url) {
  const absl::optional<absl::Cord> payload = error.GetPayload(url);
  return payload.has_value() ? std::string(*payload) : std::string();
}

std::string ErrorText(absl::string_view text) {
  return base::ValidUtf8(std::string(base::TruncateUtf8(text, kMaxErrorBytes)));
}

// What of a request an InvalidArgument is about.
struct Fault {
  std::string reason;
  std::string field;  // "" where it is not known
  std::string place;  // in front of the description of the violation
};

Fault FaultOf(const absl::Status& error) {
  if (const absl::optional<size_t> offset = query::QueryErrorOffset(error); offset.has_value()) {
    return {kQueryInvalid, "query", absl::StrCat("byte ", *offset, ": ")};
  }
  if (query::IsTooCostly(error)) return {kQueryTooCostly, "query", ""};
  return {kRequestInvalid, PayloadText(error, kFieldPayload), ""};
}

// How an error shows on the wire.
struct Face {
  absl::StatusCode code;
  std::string reason;
  std::string message;
  bool retry = false;
};

Face FaceOf(const absl::Status& error, const ErrorContext& context) {
  const std::string message = ErrorText(error.message());
  switch (error.code()) {
    case absl::StatusCode::kInvalidArgument:
      return {error.code(), FaultOf(error).reason, message};
    case absl::StatusCode::kNotFound:
      return {error.code(), "NOT_FOUND", message};
    case absl::StatusCode::kFailedPrecondition:
      return {error.code(), context.has_page_token ? "PAGE_TOKEN_EXPIRED" : "INDEX_UNREADABLE", message};
    case absl::StatusCode::kUnauthenticated:
      return {error.code(), "API_KEY_INVALID", message};
    case absl::StatusCode::kPermissionDenied:
      return {error.code(), "SCOPE_MISSING", message};
    case absl::StatusCode::kResourceExhausted: {
      const std::string reason = PayloadText(error, kReasonPayload);
      if (reason == kQuotaExceeded) return {error.code(), reason, message, /*retry=*/true};
      if (!reason.empty()) return {error.code(), reason, message};
      return {error.code(), "OVERLOADED", message, /*retry=*/true};
    }
    case absl::StatusCode::kUnavailable:
      return {error.code(), "NOT_READY", message, /*retry=*/true};
    case absl::StatusCode::kDeadlineExceeded:
      return {error.code(), "DEADLINE_EXCEEDED", message};
    case absl::StatusCode::kCancelled:
      return {error.code(), "CANCELLED", message};
    case absl::StatusCode::kDataLoss:
      return {error.code(), "INDEX_DAMAGED", "the index is damaged; the server's log says where"};
    default:
      return {absl::StatusCode::kInternal, "INTERNAL", "internal error; the server's log says more"};
  }
}

// Names the field at fault, where it is known.
void AddFieldViolation(const absl::Status& error, const Face& face, google::rpc::Status* details) {
  if (error.code() != absl::StatusCode::kInvalidArgument) return;
  const Fault fault = FaultOf(error);
  if (fault.field.empty()) return;
  google::rpc::BadRequest bad_request;
  google::rpc::BadRequest::FieldViolation* violation = bad_request.add_field_violations();
  violation->set_field(ErrorText(fault.field));
  violation->set_description(absl::StrCat(fault.place, face.message));
  details->add_details()->PackFrom(bad_request);
}

void AddRetryInfo(absl::Duration retry_after, google::rpc::Status* details) {
  google::rpc::RetryInfo retry_info;
  const int64_t nanos = absl::ToInt64Nanoseconds(retry_after);
  retry_info.mutable_retry_delay()->set_seconds(nanos / 1000000000);
  retry_info.mutable_retry_delay()->set_nanos(static_cast<int32_t>(nanos % 1000000000));
  details->add_details()->PackFrom(retry_info);
}

// The InvalidArgument that a server's details tell apart from others; nothing for any other error.
absl::optional<absl::Status> QueryErrorIn(const google::rpc::Status& details, const std::string& message) {
  for (const google::protobuf::Any& detail : details.details()) {
    google::rpc::ErrorInfo info;
    if (!detail.UnpackTo(&info)) continue;
    if (info.reason() == kQueryTooCostly) return query::TooCostlyError(message);
    if (info.reason() != kQueryInvalid) continue;
    const auto found = info.metadata().find(kOffsetKey);
    uint64_t offset = 0;
    if (found != info.metadata().end() && absl::SimpleAtoi(found->second, &offset)) {
      return query::QueryError(offset, message);
    }
  }
  return absl::nullopt;
}

absl::Status ErrorOf(int code, const std::string& message, const google::rpc::Status& details) {
  if (absl::optional<absl::Status> error = QueryErrorIn(details, message); error.has_value())
    return *std::move(error);
  // The codes of Abseil are those of gRPC, number for number.
  return absl::Status(static_cast<absl::StatusCode>(code), message);
}

}  // namespace

absl::Status FieldError(absl::string_view field, absl::string_view message) {
  absl::Status error = absl::InvalidArgumentError(absl::StrCat(field, ": ", message));
  error.SetPayload(kFieldPayload, absl::Cord(field));
  return error;
}

absl::Status WithinField(absl::string_view outer, const absl::Status& error) {
  const std::string inner = PayloadText(error, kFieldPayload);
  absl::Status within(error.code(), absl::StrCat(outer, inner.empty() ? ": " : ".", error.message()));
  within.SetPayload(kFieldPayload, absl::Cord(inner.empty() ? std::string(outer) : absl::StrCat(outer, ".", inner)));
  return within;
}

absl::Status ReplyTooLargeError(absl::string_view what, size_t bytes, size_t max_bytes) {
  absl::Status error =
      absl::ResourceExhaustedError(absl::StrCat(what, " has ", bytes, " bytes, and the limit is ", max_bytes));
  error.SetPayload(kReasonPayload, absl::Cord(kReplyTooLarge));
  return error;
}

absl::Status QuotaError(absl::string_view message) {
  absl::Status error = absl::ResourceExhaustedError(message);
  error.SetPayload(kReasonPayload, absl::Cord(kQuotaExceeded));
  return error;
}

bool TextIsWithheld(const absl::Status& error) {
  const absl::StatusCode code = FaceOf(error, ErrorContext()).code;
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kDataLoss;
}

google::rpc::Status ErrorToProto(const absl::Status& error, const ErrorContext& context) {
  const Face face = FaceOf(error, context);
  google::rpc::Status details;
  details.set_code(static_cast<int>(face.code));
  details.set_message(face.message);
  google::rpc::ErrorInfo info;
  info.set_reason(face.reason);
  info.set_domain(kDomain);
  if (const absl::optional<size_t> offset = query::QueryErrorOffset(error); offset.has_value()) {
    (*info.mutable_metadata())[kOffsetKey] = absl::StrCat(*offset);
  }
  details.add_details()->PackFrom(info);
  AddFieldViolation(error, face, &details);
  if (face.retry) AddRetryInfo(context.retry_after, &details);
  return details;
}

absl::Status ErrorFromProto(const google::rpc::Status& proto) {
  if (proto.code() == 0) return absl::OkStatus();
  return ErrorOf(proto.code(), proto.message(), proto);
}

grpc::Status ErrorToRpc(const absl::Status& error, const ErrorContext& context) {
  const google::rpc::Status details = ErrorToProto(error, context);
  return grpc::Status(static_cast<grpc::StatusCode>(details.code()), details.message(), details.SerializeAsString());
}

absl::Status ErrorFromRpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) details.Clear();
  return ErrorOf(status.error_code(), status.error_message(), details);
}

}  // namespace dateline::rpc
