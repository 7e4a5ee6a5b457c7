#include "searcher/rpc/errors.h"

#include <grpcpp/support/status.h>

#include <string>

#include "gtest/gtest.h"
#include "proto/google/rpc/error_details.pb.h"
#include "proto/google/rpc/status.pb.h"
#include "searcher/query/query_error.h"

namespace dateline::rpc {
namespace {

struct Details {
  std::string reason;
  std::string offset;
  std::string field;
  bool retry = false;
  int infos = 0;
};

Details Open(const grpc::Status& status) {
  Details opened;
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.code(), static_cast<int>(status.error_code()));
  EXPECT_EQ(details.message(), status.error_message());
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad_request;
    google::rpc::RetryInfo retry;
    if (detail.UnpackTo(&info)) {
      ++opened.infos;
      opened.reason = info.reason();
      EXPECT_EQ(info.domain(), "dateline");
      const auto offset = info.metadata().find("offset");
      if (offset != info.metadata().end()) opened.offset = offset->second;
    } else if (detail.UnpackTo(&bad_request)) {
      opened.field = bad_request.field_violations(0).field();
    } else if (detail.UnpackTo(&retry)) {
      opened.retry = true;
      EXPECT_EQ(retry.retry_delay().seconds(), 1);
      EXPECT_EQ(retry.retry_delay().nanos(), 500000000);
    }
  }
  return opened;
}

TEST(ErrorTest, EachCodeHasItsReason) {
  const struct {
    absl::Status error;
    bool has_page_token;
    grpc::StatusCode code;
    const char* reason;
    bool retry;
  } kCases[] = {
      {query::QueryError(4, "x"), false, grpc::StatusCode::INVALID_ARGUMENT, "QUERY_INVALID", false},
      {query::TooCostlyError("x"), false, grpc::StatusCode::INVALID_ARGUMENT, "QUERY_TOO_COSTLY", false},
      {absl::InvalidArgumentError("x"), true, grpc::StatusCode::INVALID_ARGUMENT, "REQUEST_INVALID", false},
      {absl::NotFoundError("x"), false, grpc::StatusCode::NOT_FOUND, "NOT_FOUND", false},
      {absl::FailedPreconditionError("x"), true, grpc::StatusCode::FAILED_PRECONDITION, "PAGE_TOKEN_EXPIRED", false},
      {absl::FailedPreconditionError("x"), false, grpc::StatusCode::FAILED_PRECONDITION, "INDEX_UNREADABLE", false},
      {absl::ResourceExhaustedError("x"), false, grpc::StatusCode::RESOURCE_EXHAUSTED, "OVERLOADED", true},
      {ReplyTooLargeError("the reply", 9, 8), false, grpc::StatusCode::RESOURCE_EXHAUSTED, "REPLY_TOO_LARGE", false},
      {absl::UnavailableError("x"), false, grpc::StatusCode::UNAVAILABLE, "NOT_READY", true},
      {absl::DeadlineExceededError("x"), false, grpc::StatusCode::DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", false},
      {absl::CancelledError("x"), false, grpc::StatusCode::CANCELLED, "CANCELLED", false},
      {absl::DataLossError("x"), false, grpc::StatusCode::DATA_LOSS, "INDEX_DAMAGED", false},
      {absl::InternalError("x"), false, grpc::StatusCode::INTERNAL, "INTERNAL", false},
      {absl::UnknownError("x"), false, grpc::StatusCode::INTERNAL, "INTERNAL", false},
      {absl::AbortedError("x"), false, grpc::StatusCode::INTERNAL, "INTERNAL", false},
  };
  for (const auto& c : kCases) {
    ErrorContext context;
    context.has_page_token = c.has_page_token;
    context.retry_after = absl::Milliseconds(1500);
    const grpc::Status status = ErrorToRpc(c.error, context);
    const Details details = Open(status);
    EXPECT_EQ(status.error_code(), c.code) << c.error;
    EXPECT_EQ(details.reason, c.reason) << c.error;
    EXPECT_EQ(details.retry, c.retry) << c.error;
    EXPECT_EQ(details.infos, 1) << c.error;
  }
}

TEST(ErrorTest, OffsetOfAQueryErrorSurvivesTheWayOverTheWire) {
  const grpc::Status status = ErrorToRpc(query::QueryError(17, "a closing parenthesis is missing"), ErrorContext());
  const Details details = Open(status);
  EXPECT_EQ(details.field, "query");
  EXPECT_EQ(details.offset, "17");
  const absl::Status again = ErrorFromRpc(status);
  EXPECT_EQ(again.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(query::QueryErrorOffset(again), absl::optional<size_t>(17));
  EXPECT_EQ(again.message(), "a closing parenthesis is missing");
}

TEST(ErrorTest, ATooCostlyQueryStaysOneOverTheWire) {
  const grpc::Status status = ErrorToRpc(query::TooCostlyError("'nego*' costs too much"), ErrorContext());
  EXPECT_EQ(Open(status).field, "query");
  const absl::Status again = ErrorFromRpc(status);
  EXPECT_TRUE(query::IsTooCostly(again));
  EXPECT_FALSE(query::QueryErrorOffset(again).has_value());
  EXPECT_EQ(again.message(), "'nego*' costs too much");
}

TEST(ErrorTest, TellsNothingOfTheInside) {
  const grpc::Status status = ErrorToRpc(absl::InternalError("file xyz went wrong"), ErrorContext());
  EXPECT_EQ(status.error_message().find("xyz"), std::string::npos);
  EXPECT_EQ(status.error_details().find("xyz"), std::string::npos);
}

TEST(ErrorTest, LongAndDamagedTextsAreMadeFit) {
  const grpc::Status status = ErrorToRpc(absl::NotFoundError("\xFF" + std::string(100000, 'x')), ErrorContext());
  EXPECT_LT(status.error_message().size(), 600u);
  EXPECT_LT(status.error_details().size(), 2000u);
  EXPECT_EQ(status.error_message().substr(0, 4), "\uFFFDx");
}

TEST(ErrorTest, ReadsWhatOtherServersSay) {
  EXPECT_TRUE(ErrorFromRpc(grpc::Status::OK).ok());
  const absl::Status plain = ErrorFromRpc(grpc::Status(grpc::StatusCode::UNAVAILABLE, "no route"));
  EXPECT_EQ(plain, absl::UnavailableError("no route"));
  const absl::Status garbage = ErrorFromRpc(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "m", "\xFF\xFF\xFF"));
  EXPECT_EQ(garbage.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(query::QueryErrorOffset(garbage).has_value());
}

TEST(ErrorTest, AFieldOfAFieldIsNamedInWhole) {
  const struct {
    absl::Status inner;
    const char* field;
    const char* message;
  } kCases[] = {
      {FieldError("page_size", "must not be negative"), "requests[1].page_size",
       "requests[1].page_size: must not be negative"},
      {absl::InvalidArgumentError("wrong"), "requests[1]", "requests[1]: wrong"},
  };
  for (const auto& c : kCases) {
    const absl::Status error = WithinField("requests[1]", c.inner);
    EXPECT_EQ(error.message(), c.message);
    EXPECT_EQ(Open(ErrorToRpc(error, ErrorContext())).field, c.field);
  }
}

TEST(ErrorTest, TellsWhatNobodyElseIsTold) {
  EXPECT_TRUE(TextIsWithheld(absl::InternalError("x")));
  EXPECT_TRUE(TextIsWithheld(absl::DataLossError("x")));
  EXPECT_TRUE(TextIsWithheld(absl::UnimplementedError("x")));
  EXPECT_FALSE(TextIsWithheld(absl::NotFoundError("x")));
  EXPECT_FALSE(TextIsWithheld(query::QueryError(1, "x")));
}

}  // namespace
}  // namespace dateline::rpc
