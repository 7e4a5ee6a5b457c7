#include <grpcpp/grpcpp.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "proto/dateline/v1/search.grpc.pb.h"
#include "proto/dateline/v1/search.pb.h"
#include "searcher/rpc/articles.h"
#include "searcher/rpc/errors.h"
#include "searcher/rpc/requests.h"
#include "searcher/rpc/responses.h"
#include "tools/client/backend.h"

namespace dateline::client {
namespace {

using Stub = v1::SearchService::Stub;

class GrpcBackend final : public Backend {
 public:
  GrpcBackend(const ServerAccess& access, std::chrono::microseconds timeout)
      : address_(access.address), api_key_(access.api_key), timeout_(timeout) {
    grpc::ChannelArguments arguments;
    // The server is named by the user; an http_proxy of the environment would carry the call somewhere else.
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    stub_ = v1::SearchService::NewStub(grpc::CreateCustomChannel(address_, CredentialsOf(access), arguments));
  }

  absl::StatusOr<serve::SearchResponse> Search(const serve::SearchRequest& request) override {
    return Ask(&Stub::Search, Message<v1::SearchRequest>(request));
  }

  absl::StatusOr<serve::CountResponse> CountMatches(const serve::CountRequest& request) override {
    return Ask(&Stub::CountMatches, Message<v1::CountMatchesRequest>(request));
  }

  absl::Status Export(const serve::ExportRequest& request, serve::Engine::RowVisitor row) override {
    grpc::ClientContext context;
    Prepare(&context);
    const auto reader = stub_->Export(&context, Message<v1::ExportRequest>(request));
    v1::ExportResponse batch;
    while (reader->Read(&batch)) {
      for (const v1::Article& article : batch.articles()) {
        const absl::Status taken = row(rpc::ArticleFromProto(article));
        if (taken.ok()) continue;
        context.TryCancel();
        reader->Finish();
        return taken;
      }
    }
    return ErrorOf(context, reader->Finish());
  }

  absl::StatusOr<serve::ListFacetValuesResponse> ListFacetValues(
      const serve::ListFacetValuesRequest& request) override {
    return Ask(&Stub::ListFacetValues, Message<v1::ListFacetValuesRequest>(request));
  }

  absl::StatusOr<std::vector<serve::Suggestion>> Suggest(const serve::SuggestRequest& request) override {
    return Ask(&Stub::Suggest, Message<v1::SuggestRequest>(request));
  }

  absl::StatusOr<serve::ExplainResponse> Explain(const serve::ExplainRequest& request) override {
    return Ask(&Stub::Explain, Message<v1::ExplainRequest>(request));
  }

  absl::StatusOr<serve::AnalyzeResponse> Analyze(absl::string_view text, absl::string_view language) override {
    v1::AnalyzeRequest message;
    message.set_text(base::ValidUtf8(std::string(text)));
    message.set_language(base::ValidUtf8(std::string(language)));
    return Ask(&Stub::Analyze, message);
  }

  absl::StatusOr<std::vector<absl::optional<serve::FullArticle>>> GetArticles(
      const std::vector<std::string>& ids) override {
    v1::BatchGetArticlesRequest message;
    for (const std::string& id : ids) message.add_ids(base::ValidUtf8(id));
    v1::BatchGetArticlesResponse reply;
    DL_RETURN_IF_ERROR(Call(&Stub::BatchGetArticles, message, &reply));
    return rpc::ArticlesFromProto(ids, reply);
  }

  absl::StatusOr<serve::IndexStatus> Status() override {
    v1::IndexStatus reply;
    DL_RETURN_IF_ERROR(Call(&Stub::GetStatus, v1::GetStatusRequest(), &reply));
    return rpc::StatusFromProto(reply);
  }

  absl::StatusOr<serve::ReloadResult> Reload() override {
    v1::ReloadResponse reply;
    DL_RETURN_IF_ERROR(Call(&Stub::Reload, v1::ReloadRequest(), &reply));
    return rpc::ReloadFromProto(reply);
  }

 private:
  template <typename Proto, typename Reply>
  using Method = grpc::Status (Stub::*)(grpc::ClientContext*, const Proto&, Reply*);

  template <typename Proto, typename Request>
  static Proto Message(const Request& request) {
    Proto message;
    rpc::RequestToProto(request, &message);
    return message;
  }

  template <typename Proto, typename Reply>
  absl::Status Call(Method<Proto, Reply> method, const Proto& message, Reply* reply) {
    grpc::ClientContext context;
    Prepare(&context);
    return ErrorOf(context, (stub_.get()->*method)(&context, message, reply));
  }

  // The answer to `message` as the engine would give it.
  template <typename Proto, typename Reply>
  auto Ask(Method<Proto, Reply> method, const Proto& message)
      -> absl::StatusOr<decltype(rpc::ResponseFromProto(Reply()))> {
    Reply reply;
    DL_RETURN_IF_ERROR(Call(method, message, &reply));
    return rpc::ResponseFromProto(reply);
  }

  static std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const ServerAccess& access) {
    if (!access.tls) return grpc::InsecureChannelCredentials();
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = access.ca_pem;
    options.pem_cert_chain = access.certificate_pem;
    options.pem_private_key = access.key_pem;
    return grpc::SslCredentials(options);
  }

  void Prepare(grpc::ClientContext* context) const {
    context->set_deadline(std::chrono::system_clock::now() + timeout_);
    if (!api_key_.empty()) context->AddMetadata("authorization", absl::StrCat("Bearer ", api_key_));
  }

  absl::Status ErrorOf(const grpc::ClientContext& context, const grpc::Status& status) const {
    // The client's own deadline says nothing of where it passed; a server says what took too long.
    const bool own = status.error_details().empty() && context.deadline() <= std::chrono::system_clock::now();
    if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED && own) {
      return absl::DeadlineExceededError(
          absl::StrCat("no answer from ", address_, " in time; --timeout allows more"));
    }
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE) return rpc::ErrorFromRpc(status);
    return absl::UnavailableError(absl::StrCat("no answer from ", address_, "; is dateline-searcher running there? (",
                                               status.error_message(), ")"));
  }

  const std::string address_;
  const std::string api_key_;
  const std::chrono::microseconds timeout_;
  std::unique_ptr<Stub> stub_;
};

}  // namespace

std::unique_ptr<Backend> MakeGrpcBackend(const ServerAccess& access, std::chrono::microseconds timeout) {
  return std::make_unique<GrpcBackend>(access, timeout);
}

}  // namespace dateline::client
