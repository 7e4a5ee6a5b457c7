#include "searcher/rpc/search_service.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/deadline.h"
#include "core/base/status_macros.h"
#include "proto/dateline/v1/search.grpc.pb.h"
#include "proto/dateline/v1/search.pb.h"
#include "searcher/rpc/articles.h"
#include "searcher/rpc/errors.h"
#include "searcher/rpc/export_stream.h"
#include "searcher/rpc/requests.h"
#include "searcher/rpc/responses.h"

namespace dateline::rpc {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;
using serve::Engine;

class SearchServiceImpl final : public v1::SearchService::CallbackService {
 public:
  SearchServiceImpl(Engine* engine, WorkerPool* pool, ServiceOptions options)
      : engine_(engine), pool_(pool), options_(std::move(options)) {}

  ServerUnaryReactor* Search(CallbackServerContext* context, const v1::SearchRequest* request,
                             v1::SearchResponse* response) override {
    return Answer(context, !request->page_token().empty(), RequestFromProto(*request, options_.limits),
                  [this, response](const serve::SearchRequest& wanted, const base::Deadline& deadline) {
                    return Reply(engine_->Search(wanted, deadline), response);
                  });
  }

  ServerUnaryReactor* MultiSearch(CallbackServerContext* context, const v1::MultiSearchRequest* request,
                                  v1::MultiSearchResponse* response) override {
    return Answer(context, /*has_page_token=*/false, RequestFromProto(*request, options_.limits),
                  [this, response](const std::vector<serve::SearchRequest>& wanted, const base::Deadline& deadline) {
                    std::vector<absl::StatusOr<serve::SearchResponse>> results =
                        engine_->MultiSearch(wanted, deadline);
                    for (size_t i = 0; i < results.size(); ++i) {
                      const bool has_page_token = i < wanted.size() && !wanted[i].page_token.empty();
                      LogWithheld(results[i].status());
                      ResultToProto(std::move(results[i]), ContextOf(has_page_token), response->add_results());
                    }
                    return CheckSize(response->ByteSizeLong());
                  });
  }

  ServerUnaryReactor* CountMatches(CallbackServerContext* context, const v1::CountMatchesRequest* request,
                                   v1::CountMatchesResponse* response) override {
    return Answer(context, /*has_page_token=*/false, RequestFromProto(*request, options_.limits),
                  [this, response](const serve::CountRequest& wanted, const base::Deadline& deadline) {
                    return Reply(engine_->CountMatches(wanted, deadline), response);
                  });
  }

  ServerUnaryReactor* ListFacetValues(CallbackServerContext* context, const v1::ListFacetValuesRequest* request,
                                      v1::ListFacetValuesResponse* response) override {
    return Answer(context, !request->page_token().empty(), RequestFromProto(*request, options_.limits),
                  [this, response](const serve::ListFacetValuesRequest& wanted, const base::Deadline& deadline) {
                    return Reply(engine_->ListFacetValues(wanted, deadline), response);
                  });
  }

  ServerUnaryReactor* Suggest(CallbackServerContext* context, const v1::SuggestRequest* request,
                              v1::SuggestResponse* response) override {
    return Answer(context, /*has_page_token=*/false, RequestFromProto(*request, options_.limits),
                  [this, response](const serve::SuggestRequest& wanted, const base::Deadline& deadline) {
                    return Reply(engine_->Suggest(wanted, deadline), response);
                  });
  }

  ServerUnaryReactor* Explain(CallbackServerContext* context, const v1::ExplainRequest* request,
                              v1::ExplainResponse* response) override {
    return Answer(context, /*has_page_token=*/false, RequestFromProto(*request, options_.limits),
                  [this, response](const serve::ExplainRequest& wanted, const base::Deadline& deadline) {
                    return Reply(engine_->Explain(wanted, deadline), response);
                  });
  }

  ServerUnaryReactor* Analyze(CallbackServerContext* context, const v1::AnalyzeRequest* request,
                              v1::AnalyzeResponse* response) override {
    const absl::Status checked = CheckRequest(*request, options_.limits);
    if (!checked.ok()) return Refuse(context, checked);
    return AnswerOnWorker(context, /*has_page_token=*/false, [this, request, response](const base::Deadline&) {
      return Reply(engine_->Analyze(request->text(), request->language()), response);
    });
  }

  ServerUnaryReactor* GetArticle(CallbackServerContext* context, const v1::GetArticleRequest* request,
                                 v1::Article* response) override {
    if (request->id().empty()) return Refuse(context, FieldError("id", "must not be empty"));
    Work work = [this, request, response](const base::Deadline&) -> absl::Status {
      DL_ASSIGN_OR_RETURN(serve::FullArticle found, engine_->GetArticle(request->id()));
      ArticleToProto(std::move(found), response);
      return CheckSize(response->ByteSizeLong());
    };
    return AnswerOnWorker(context, /*has_page_token=*/false, std::move(work));
  }

  ServerUnaryReactor* BatchGetArticles(CallbackServerContext* context, const v1::BatchGetArticlesRequest* request,
                                       v1::BatchGetArticlesResponse* response) override {
    return Answer(context, /*has_page_token=*/false, RequestFromProto(*request, options_.limits),
                  [this, response](const std::vector<std::string>& ids, const base::Deadline&) -> absl::Status {
                    DL_ASSIGN_OR_RETURN(MaybeArticles found, engine_->BatchGetArticles(ids));
                    ArticlesToProto(ids, std::move(found), response);
                    return CheckSize(response->ByteSizeLong());
                  });
  }

  ServerUnaryReactor* GetStatus(CallbackServerContext* context, const v1::GetStatusRequest*,
                                v1::IndexStatus* response) override {
    const absl::Status status = RunGuarded(
        [this, response](const base::Deadline&) {
          StatusToProto(engine_->Status(), response);
          return absl::OkStatus();
        },
        base::Deadline());
    ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(ToRpc(status, /*has_page_token=*/false));
    return reactor;
  }

  ServerUnaryReactor* Reload(CallbackServerContext* context, const v1::ReloadRequest*,
                             v1::ReloadResponse* response) override {
    Work work = [this, response](const base::Deadline&) -> absl::Status {
      if (reloading_.exchange(true)) return absl::ResourceExhaustedError("the server is busy: a reload runs already");
      const auto done = absl::MakeCleanup([this] { reloading_ = false; });
      absl::StatusOr<serve::ReloadResult> result = engine_->Reload(serve::ReloadMode::kRetry);
      if (!result.ok() && options_.log) options_.log(result.status().ToString());
      ReloadToProto(std::move(result), engine_->Status().generation, response);
      return absl::OkStatus();
    };
    return AnswerOnWorker(context, /*has_page_token=*/false, std::move(work));
  }

  grpc::ServerWriteReactor<v1::ExportResponse>* Export(CallbackServerContext* context,
                                                       const v1::ExportRequest* request) override {
    ExportStreamOptions stream_options;
    stream_options.stall = std::chrono::milliseconds(options_.export_stall_ms);
    stream_options.max_message_bytes = options_.max_reply_bytes;
    auto* const stream = new ExportStream(context, stream_options);
    const absl::Status begun = BeginExport(context, *request, stream);
    if (!begun.ok()) stream->Finish(ToRpc(begun, /*has_page_token=*/false));
    return stream;
  }

 private:
  // Fills in the response of one call.
  using Work = std::function<absl::Status(const base::Deadline&)>;

  // Answers a request that was checked by what `ask` makes of it, on a worker.
  template <typename Request, typename Ask>
  ServerUnaryReactor* Answer(CallbackServerContext* context, bool has_page_token, absl::StatusOr<Request> request,
                             Ask ask) {
    if (!request.ok()) return Refuse(context, request.status());
    return AnswerOnWorker(context, has_page_token,
                          [ask = std::move(ask), wanted = *std::move(request)](const base::Deadline& deadline) {
                            return ask(wanted, deadline);
                          });
  }

  // The engine's answer as the response of a call.
  template <typename Response, typename Message>
  absl::Status Reply(absl::StatusOr<Response> found, Message* response) const {
    if (!found.ok()) return found.status();
    ResponseToProto(*std::move(found), response);
    return CheckSize(response->ByteSizeLong());
  }

  // gRPC keeps context, request and response until Finish; nothing of them may be touched after it.
  ServerUnaryReactor* AnswerOnWorker(CallbackServerContext* context, bool has_page_token, Work work) {
    ServerUnaryReactor* reactor = context->DefaultReactor();
    const base::Deadline deadline = DeadlineOf(*context, options_.default_deadline_ms, options_.max_deadline_ms);
    const bool accepted = pool_->TryPost([this, context, reactor, deadline, has_page_token, work = std::move(work)] {
      absl::Status status = StillWanted(*context, deadline);
      if (status.ok()) status = RunGuarded(work, deadline);
      reactor->Finish(ToRpc(status, has_page_token));
    });
    if (!accepted) reactor->Finish(ToRpc(BusyError(), has_page_token));
    return reactor;
  }

  ServerUnaryReactor* Refuse(CallbackServerContext* context, const absl::Status& error) {
    ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(ToRpc(error, /*has_page_token=*/false));
    return reactor;
  }

  // Has a worker fill `stream`, or says why not.
  absl::Status BeginExport(CallbackServerContext* context, const v1::ExportRequest& request, ExportStream* stream) {
    DL_ASSIGN_OR_RETURN(serve::ExportRequest wanted, RequestFromProto(request, options_.limits));
    if (exports_.fetch_add(1) >= MaxExports()) {
      --exports_;
      return absl::ResourceExhaustedError(absl::StrCat("the server is busy: ", MaxExports(), " exports run already"));
    }
    const base::Deadline deadline =
        DeadlineOf(*context, options_.max_export_deadline_ms, options_.max_export_deadline_ms);
    const bool accepted = pool_->TryPost([this, context, stream, deadline, wanted = std::move(wanted)] {
      absl::Status status = StillWanted(*context, deadline);
      if (status.ok()) status = RunExport(wanted, deadline, stream);
      const grpc::Status last = ToRpc(status, /*has_page_token=*/false);
      --exports_;  // before the end of the call, behind which the service may be gone
      stream->Finish(last);
    });
    if (accepted) return absl::OkStatus();
    --exports_;
    return BusyError();
  }

  absl::Status RunExport(const serve::ExportRequest& request, const base::Deadline& deadline, ExportStream* stream) {
    const absl::Status exported = RunGuarded(
        [this, &request, stream](const base::Deadline& until) {
          return engine_->Export(request, until, [stream, &until](serve::FullArticle article) {
            return stream->Put(std::move(article), until);
          });
        },
        deadline);
    if (exported.ok()) return stream->Drain(deadline);
    // What was sent before the error is let pass; whether the client takes it changes nothing.
    stream->WaitForClient(deadline).IgnoreError();
    return exported;
  }

  int MaxExports() const {
    if (options_.max_exports > 0) return options_.max_exports;
    return std::max(1, static_cast<int>(pool_->threads() / 2));
  }

  absl::Status BusyError() const {
    return absl::ResourceExhaustedError(
        absl::StrCat("the server is busy: ", pool_->max_queued_jobs(), " calls wait already"));
  }

  // From the wall clock of the call to steady time, which nobody can set back.
  static base::Deadline DeadlineOf(const CallbackServerContext& context, int default_ms, int max_ms) {
    using std::chrono::microseconds;
    using std::chrono::milliseconds;
    using std::chrono::system_clock;
    const system_clock::time_point at = context.deadline();
    if (at == system_clock::time_point::max()) return base::Deadline::After(milliseconds(default_ms));
    const auto left = std::chrono::duration_cast<microseconds>(at - system_clock::now());
    return base::Deadline::After(std::min<microseconds>(left, milliseconds(max_ms)));
  }

  static absl::Status StillWanted(const CallbackServerContext& context, const base::Deadline& deadline) {
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
    if (bytes <= options_.max_reply_bytes) return absl::OkStatus();
    return ReplyTooLargeError("the reply", bytes, options_.max_reply_bytes);
  }

  ErrorContext ContextOf(bool has_page_token) const {
    ErrorContext context;
    context.has_page_token = has_page_token;
    context.retry_after = absl::Milliseconds(options_.retry_after_ms);
    return context;
  }

  void LogWithheld(const absl::Status& status) const {
    if (status.ok() || !options_.log) return;
    if (TextIsWithheld(status)) options_.log(status.ToString());
  }

  grpc::Status ToRpc(const absl::Status& status, bool has_page_token) const {
    if (status.ok()) return grpc::Status::OK;
    LogWithheld(status);
    return ErrorToRpc(status, ContextOf(has_page_token));
  }

  Engine* const engine_;
  WorkerPool* const pool_;
  const ServiceOptions options_;
  std::atomic<int> exports_{0};  // queued or running
  std::atomic<bool> reloading_{false};
};

}  // namespace

std::unique_ptr<grpc::Service> MakeSearchService(Engine* engine, WorkerPool* pool, ServiceOptions options) {
  return std::make_unique<SearchServiceImpl>(engine, pool, std::move(options));
}

}  // namespace dateline::rpc
