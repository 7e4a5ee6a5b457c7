#include "bench/searchers.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <utility>

#include "core/base/deadline.h"
#include "core/base/status_macros.h"
#include "proto/dateline/v1/search.grpc.pb.h"
#include "proto/dateline/v1/search.pb.h"
#include "searcher/rpc/errors.h"
#include "searcher/rpc/requests.h"
#include "searcher/rpc/responses.h"

namespace dateline::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kCallTimeout(60);

double MicrosSince(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

class EngineSearcher final : public Searcher {
 public:
  explicit EngineSearcher(serve::Engine* engine) : engine_(engine) {}

  absl::string_view name() const override { return "process"; }

  absl::StatusOr<double> Search(const serve::SearchRequest& request, v1::SearchResponse* response) override {
    // As in the server there is a deadline, and so its checks.
    const auto start = Clock::now();
    absl::StatusOr<serve::SearchResponse> answer = engine_->Search(request, base::Deadline::After(kCallTimeout));
    const double micros = MicrosSince(start);
    DL_RETURN_IF_ERROR(answer.status());
    if (response != nullptr) rpc::ResponseToProto(*std::move(answer), response);
    return micros;
  }

 private:
  serve::Engine* const engine_;
};

class GrpcSearcher final : public Searcher {
 public:
  explicit GrpcSearcher(const std::string& address) {
    grpc::ChannelArguments arguments;
    // A proxy that the environment names would be measured too.
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    stub_ =
        v1::SearchService::NewStub(grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  }

  absl::string_view name() const override { return "gRPC"; }

  absl::StatusOr<double> Search(const serve::SearchRequest& request, v1::SearchResponse* response) override {
    v1::SearchRequest message;
    rpc::RequestToProto(request, &message);
    v1::SearchResponse reply;
    const auto start = Clock::now();
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kCallTimeout);
    const grpc::Status status = stub_->Search(&context, message, &reply);
    const double micros = MicrosSince(start);
    if (!status.ok()) return rpc::ErrorFromRpc(status);
    if (response != nullptr) response->Swap(&reply);
    return micros;
  }

 private:
  std::unique_ptr<v1::SearchService::Stub> stub_;
};

}  // namespace

std::unique_ptr<Searcher> NewEngineSearcher(serve::Engine* engine) {
  return std::make_unique<EngineSearcher>(engine);
}

std::unique_ptr<Searcher> NewGrpcSearcher(const std::string& address) {
  return std::make_unique<GrpcSearcher>(address);
}

}  // namespace dateline::bench
