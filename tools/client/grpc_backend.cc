#include <grpcpp/grpcpp.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "proto/dateline/v1/search.grpc.pb.h"
#include "proto/dateline/v1/search.pb.h"
#include "searcher/rpc/articles.h"
#include "searcher/rpc/errors.h"
#include "searcher/rpc/requests.h"
#include "searcher/rpc/responses.h"
#include "tools/client/backend.h"

namespace dateline::client {
namespace {

class GrpcBackend final : public Backend {
 public:
  GrpcBackend(absl::string_view address, std::chrono::microseconds timeout) : address_(address), timeout_(timeout) {
    grpc::ChannelArguments arguments;
    // The server is named by the user; an http_proxy of the environment would carry the call somewhere else.
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    stub_ = v1::SearchService::NewStub(
        grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(), arguments));
  }

  absl::StatusOr<serve::SearchResponse> Search(const serve::SearchRequest& request) override {
    v1::SearchRequest message;
    rpc::RequestToProto(request, &message);
    v1::SearchResponse reply;
    grpc::ClientContext context;
    SetDeadline(&context);
    const absl::Status status = ErrorOf(stub_->Search(&context, message, &reply));
    if (!status.ok()) return status;
    return rpc::ResponseFromProto(reply);
  }

  absl::StatusOr<serve::FullArticle> GetArticle(absl::string_view id) override {
    v1::GetArticleRequest message;
    message.set_id(std::string(id));
    v1::Article reply;
    grpc::ClientContext context;
    SetDeadline(&context);
    const absl::Status status = ErrorOf(stub_->GetArticle(&context, message, &reply));
    if (!status.ok()) return status;
    return rpc::ArticleFromProto(reply);
  }

  absl::StatusOr<serve::IndexStatus> Status() override {
    v1::IndexStatus reply;
    grpc::ClientContext context;
    SetDeadline(&context);
    const absl::Status status = ErrorOf(stub_->GetStatus(&context, v1::GetStatusRequest(), &reply));
    if (!status.ok()) return status;
    return rpc::StatusFromProto(reply);
  }

 private:
  void SetDeadline(grpc::ClientContext* context) const {
    context->set_deadline(std::chrono::system_clock::now() + timeout_);
  }

  absl::Status ErrorOf(const grpc::Status& status) const {
    // The client's own deadline says nothing of where it passed; a server's error has details.
    if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED && status.error_details().empty()) {
      return absl::DeadlineExceededError(absl::StrCat("no answer from ", address_, " in time"));
    }
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE) return rpc::ErrorFromRpc(status);
    return absl::UnavailableError(absl::StrCat("no answer from ", address_, "; is dateline-searcher running there? (",
                                               status.error_message(), ")"));
  }

  const std::string address_;
  const std::chrono::microseconds timeout_;
  std::unique_ptr<v1::SearchService::Stub> stub_;
};

}  // namespace

std::unique_ptr<Backend> MakeGrpcBackend(absl::string_view address, std::chrono::microseconds timeout) {
  return std::make_unique<GrpcBackend>(address, timeout);
}

}  // namespace dateline::client
