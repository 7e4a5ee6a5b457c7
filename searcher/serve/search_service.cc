#include "searcher/serve/search_service.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/deadline.h"
#include "core/base/status_macros.h"
#include "proto/dateline/v1/search.grpc.pb.h"
#include "proto/dateline/v1/search.pb.h"
#include "searcher/serve/convert.h"

namespace dateline::serve {
namespace {

class SearchServiceImpl final : public v1::SearchService::CallbackService {
 public:
  SearchServiceImpl(Engine* engine, WorkerPool* pool, ServiceOptions options)
      : engine_(engine), pool_(pool), options_(std::move(options)) {}

  grpc::ServerUnaryReactor* Search(grpc::CallbackServerContext* context, const v1::SearchRequest* request,
                                   v1::SearchResponse* response) override {
    const bool has_page_token = !request->page_token().empty();
    absl::StatusOr<SearchRequest> parsed = RequestFromProto(*request);
    if (!parsed.ok()) return Refuse(context, parsed.status());
    Work work = [this, response, wanted = std::move(*parsed)](const base::Deadline& deadline) -> absl::Status {
      DL_ASSIGN_OR_RETURN(SearchResponse found, engine_->Search(wanted, deadline));
      ResponseToProto(std::move(found), response);
      return CheckSize(response->ByteSizeLong());
    };
    return AnswerOnWorker(context, has_page_token, std::move(work));
  }

  grpc::ServerUnaryReactor* GetArticle(grpc::CallbackServerContext* context, const v1::GetArticleRequest* request,
                                       v1::Article* response) override {
    if (request->id().empty()) return Refuse(context, FieldError("id", "must not be empty"));
    Work work = [this, request, response](const base::Deadline&) -> absl::Status {
      DL_ASSIGN_OR_RETURN(FullArticle found, engine_->GetArticle(request->id()));
      ArticleToProto(std::move(found), response);
      return CheckSize(response->ByteSizeLong());
    };
    return AnswerOnWorker(context, /*has_page_token=*/false, std::move(work));
  }

  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context, const v1::GetStatusRequest*,
                                      v1::IndexStatus* response) override {
    const absl::Status status = RunGuarded(
        [this, response](const base::Deadline&) {
          StatusToProto(engine_->Status(), response);
          return absl::OkStatus();
        },
        base::Deadline());
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(ToRpc(status, /*has_page_token=*/false));
    return reactor;
  }

 private:
  // Fills in the response of one call.
  using Work = std::function<absl::Status(const base::Deadline&)>;

  // gRPC keeps context, request and response until Finish; nothing of them may be touched after it.
  grpc::ServerUnaryReactor* AnswerOnWorker(grpc::CallbackServerContext* context, bool has_page_token, Work work) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    const base::Deadline deadline = DeadlineOf(*context);
    const bool accepted = pool_->TryPost([this, context, reactor, deadline, has_page_token, work = std::move(work)] {
      absl::Status status = StillWanted(*context, deadline);
      if (status.ok()) status = RunGuarded(work, deadline);
      reactor->Finish(ToRpc(status, has_page_token));
    });
    if (!accepted) {
      reactor->Finish(ToRpc(absl::ResourceExhaustedError(absl::StrCat(
                                "the server is busy: ", pool_->max_queued_jobs(), " calls wait already")),
                            has_page_token));
    }
    return reactor;
  }

  grpc::ServerUnaryReactor* Refuse(grpc::CallbackServerContext* context, const absl::Status& error) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(ToRpc(error, /*has_page_token=*/false));
    return reactor;
  }

  // From the wall clock of the call to steady time, which nobody can set back.
  base::Deadline DeadlineOf(const grpc::CallbackServerContext& context) const {
    using std::chrono::microseconds;
    using std::chrono::milliseconds;
    using std::chrono::system_clock;
    const system_clock::time_point at = context.deadline();
    if (at == system_clock::time_point::max()) {
      return base::Deadline::After(milliseconds(options_.default_deadline_ms));
    }
    const auto left = std::chrono::duration_cast<microseconds>(at - system_clock::now());
    return base::Deadline::After(std::min<microseconds>(left, milliseconds(options_.max_deadline_ms)));
  }

  static absl::Status StillWanted(const grpc::CallbackServerContext& context, const base::Deadline& deadline) {
    if (deadline.Expired()) return absl::DeadlineExceededError("the time was up before the call's turn came");
    if (context.IsCancelled()) return absl::CancelledError("the client gave up");
    return absl::OkStatus();
  }

  static absl::Status RunGuarded(const Work& work, const base::Deadline& deadline) {
    try {
      return work(deadline);
    } catch (const std::exception& e) {
      return absl::InternalError(absl::StrCat("exception: ", e.what()));
    } catch (...) {
      return absl::InternalError("exception of unknown type");
    }
  }

  // gRPC's own limit would end the call without a word on why.
  absl::Status CheckSize(size_t bytes) const {
    return bytes <= options_.max_reply_bytes ? absl::OkStatus() : ReplyTooLargeError(bytes, options_.max_reply_bytes);
  }

  grpc::Status ToRpc(const absl::Status& status, bool has_page_token) const {
    if (status.ok()) return grpc::Status::OK;
    ErrorContext context;
    context.has_page_token = has_page_token;
    context.retry_after = absl::Milliseconds(options_.retry_after_ms);
    const grpc::Status rpc = ErrorToRpc(status, context);
    const bool withheld =
        rpc.error_code() == grpc::StatusCode::INTERNAL || rpc.error_code() == grpc::StatusCode::DATA_LOSS;
    if (withheld && options_.log) options_.log(status.ToString());
    return rpc;
  }

  Engine* const engine_;
  WorkerPool* const pool_;
  const ServiceOptions options_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeSearchService(Engine* engine, WorkerPool* pool, ServiceOptions options) {
  return std::make_unique<SearchServiceImpl>(engine, pool, std::move(options));
}

}  // namespace dateline::serve
