#include "searcher/rpc/search_service.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/deadline.h"
#include "core/base/status_macros.h"
#include "core/base/stop_watch.h"
#include "proto/dateline/v1/search.grpc.pb.h"
#include "proto/dateline/v1/search.pb.h"
#include "searcher/admit/cost_model.h"
#include "searcher/rpc/articles.h"
#include "searcher/rpc/call.h"
#include "searcher/rpc/caller.h"
#include "searcher/rpc/cost_class.h"
#include "searcher/rpc/errors.h"
#include "searcher/rpc/export_stream.h"
#include "searcher/rpc/kept_calls.h"
#include "searcher/rpc/reply_bytes.h"
#include "searcher/rpc/requests.h"
#include "searcher/rpc/responses.h"

namespace dateline::rpc {
namespace {

using admit::ReplyCache;
using admit::Scope;
using admit::WorkQueue;
using grpc::ByteBuffer;
using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;
using serve::Engine;

// Only a call that has waited longer is judged once more when its turn comes: what did not wait was judged just now.
constexpr double kNoticedWaitS = 0.0005;
// A call that was expected to be cheap and is not goes to a worker after this time, and begins anew there.
constexpr std::chrono::milliseconds kInlineLimit(2);

// The calls of the hot path take and give bytes, all others messages.
using Base = v1::SearchService::WithRawCallbackMethod_Search<v1::SearchService::WithRawCallbackMethod_MultiSearch<
    v1::SearchService::WithRawCallbackMethod_CountMatches<v1::SearchService::CallbackService>>>;

class SearchServiceImpl final : public Base {
 public:
  SearchServiceImpl(Engine* engine, WorkQueue* queue, ServiceOptions options)
      : engine_(engine),
        queue_(queue),
        options_(std::move(options)),
        callers_(options_.keys, options_.forwarded_clients),
        busy_(ContextOf(/*has_page_token=*/false)),
        cache_(options_.cache) {}

  ServerUnaryReactor* Search(CallbackServerContext* context, const ByteBuffer* request, ByteBuffer* reply) override {
    return Answer<SearchKind>(context, *request, reply);
  }

  ServerUnaryReactor* CountMatches(CallbackServerContext* context, const ByteBuffer* request,
                                   ByteBuffer* reply) override {
    return Answer<CountKind>(context, *request, reply);
  }

  ServerUnaryReactor* MultiSearch(CallbackServerContext* context, const ByteBuffer* request,
                                  ByteBuffer* reply) override {
    Call* const call = NewCall(context, "MultiSearch");
    if (!Enter(*call, Scope::kSearch)) return call;
    v1::MultiSearchRequest message;
    if (!ParseRequest(*request, &message)) return Fail(call, UnreadableError());
    call->record.request_bytes = request->Length();
    absl::StatusOr<std::vector<serve::SearchRequest>> wanted = RequestFromProto(message, options_.limits);
    if (!wanted.ok()) return Fail(call, wanted.status());
    auto asked = std::make_shared<ManySearches>();
    asked->requests = *std::move(wanted);
    call->epoch = engine_->answer_epoch();
    bool all = true;
    double expected_s = 0;
    for (const v1::SearchRequest& one : message.requests()) {
      const bool kept = KeepsReplies() && one.page_token().empty();
      asked->keys.push_back(kept ? CacheKey<SearchKind>(one) : std::string());
      asked->bodies.push_back(kept ? PeekAt(call->epoch, asked->keys.back()) : nullptr);
      if (asked->bodies.back() != nullptr) continue;
      all = false;
      expected_s += costs_.Expected(CostClassOf(one));
    }
    call->record.stages.parse_s = call->Lap();
    if (all) {
      call->record.from_cache = true;
      return EndWithResults(call, *asked, {}, reply);
    }
    Post(call, expected_s, [this, call, asked, reply] { RunMany(call, *asked, reply); });
    return call;
  }

  ServerUnaryReactor* ListFacetValues(CallbackServerContext* context, const v1::ListFacetValuesRequest* request,
                                      v1::ListFacetValuesResponse* response) override {
    Call* const call = NewCall(context, "ListFacetValues");
    call->has_page_token = !request->page_token().empty();
    return AnswerMessage(
        call, RequestFromProto(*request, options_.limits),
        [this, response](const serve::ListFacetValuesRequest& wanted, const base::Deadline& deadline) {
          return Reply(engine_->ListFacetValues(wanted, deadline), response);
        });
  }

  ServerUnaryReactor* Suggest(CallbackServerContext* context, const v1::SuggestRequest* request,
                              v1::SuggestResponse* response) override {
    return AnswerMessage(NewCall(context, "Suggest"), RequestFromProto(*request, options_.limits),
                         [this, response](const serve::SuggestRequest& wanted, const base::Deadline& deadline) {
                           return Reply(engine_->Suggest(wanted, deadline), response);
                         });
  }

  ServerUnaryReactor* Explain(CallbackServerContext* context, const v1::ExplainRequest* request,
                              v1::ExplainResponse* response) override {
    Call* const call = NewCall(context, "Explain");
    call->query = request->query();
    return AnswerMessage(call, RequestFromProto(*request, options_.limits),
                         [this, response](const serve::ExplainRequest& wanted, const base::Deadline& deadline) {
                           return Reply(engine_->Explain(wanted, deadline), response);
                         });
  }

  ServerUnaryReactor* Analyze(CallbackServerContext* context, const v1::AnalyzeRequest* request,
                              v1::AnalyzeResponse* response) override {
    return AnswerOnWorker(NewCall(context, "Analyze"), CheckRequest(*request, options_.limits),
                          [this, request, response](const base::Deadline&) {
                            return Reply(engine_->Analyze(request->text(), request->language()), response);
                          });
  }

  ServerUnaryReactor* GetArticle(CallbackServerContext* context, const v1::GetArticleRequest* request,
                                 v1::Article* response) override {
    const absl::Status checked = request->id().empty() ? FieldError("id", "must not be empty") : absl::OkStatus();
    return AnswerOnWorker(NewCall(context, "GetArticle"), checked,
                          [this, request, response](const base::Deadline&) -> absl::Status {
                            DL_ASSIGN_OR_RETURN(serve::FullArticle found, engine_->GetArticle(request->id()));
                            ArticleToProto(std::move(found), response);
                            return CheckSize(response->ByteSizeLong());
                          });
  }

  ServerUnaryReactor* BatchGetArticles(CallbackServerContext* context, const v1::BatchGetArticlesRequest* request,
                                       v1::BatchGetArticlesResponse* response) override {
    return AnswerMessage(
        NewCall(context, "BatchGetArticles"), RequestFromProto(*request, options_.limits),
        [this, response](const std::vector<std::string>& ids, const base::Deadline&) -> absl::Status {
          DL_ASSIGN_OR_RETURN(MaybeArticles found, engine_->BatchGetArticles(ids));
          ArticlesToProto(ids, std::move(found), response);
          return CheckSize(response->ByteSizeLong());
        });
  }

  ServerUnaryReactor* GetStatus(CallbackServerContext* context, const v1::GetStatusRequest*,
                                v1::IndexStatus* response) override {
    Call* const call = NewCall(context, "GetStatus");
    if (!Enter(*call, Scope::kSearch)) return call;
    End(call, RunGuarded(
                  [this, response](const base::Deadline&) {
                    StatusToProto(engine_->Status(), response);
                    return absl::OkStatus();
                  },
                  base::Deadline()));
    return call;
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
    return AnswerOnWorker(NewCall(context, "Reload"), absl::OkStatus(), std::move(work), Scope::kAdmin);
  }

  grpc::ServerWriteReactor<v1::ExportResponse>* Export(CallbackServerContext* context,
                                                       const v1::ExportRequest* request) override {
    ExportStreamOptions stream_options;
    stream_options.stall = std::chrono::milliseconds(options_.export_stall_ms);
    stream_options.max_message_bytes = options_.max_reply_bytes;
    auto* const stream = new ExportStream(context, stream_options, &open_);
    admit::ApiKeys::Verdict caller = callers_.Identify(*context, Scope::kExport);
    const ExportRecord told{caller.client, request->query(), {}};
    const absl::Status begun =
        caller.refusal == Refusal::kNone ? BeginExport(context, *request, told, stream) : caller.error;
    if (!begun.ok()) {
      Tell(told, begun, caller.refusal);
      stream->Finish(ToRpc(begun, ErrorContext()));
    }
    return stream;
  }

  ServiceGauges Gauges() const {
    const WorkQueue::Gauges queue = queue_->gauges();
    const ReplyCache::Gauges cache = cache_.gauges();
    ServiceGauges gauges;
    gauges.calls_open = static_cast<uint64_t>(std::max<int64_t>(0, open_));
    gauges.calls_queued = queue.queued;
    gauges.queued_work_s = queue.queued_s;
    gauges.calls_running = queue.running + (inline_taken_ ? 1 : 0);
    gauges.exports_running = static_cast<uint64_t>(std::max(0, exports_.load()));
    gauges.cache_entries = cache.entries;
    gauges.cache_bytes = cache.bytes;
    gauges.cache_evictions = cache.evictions;
    gauges.cache_hits = cache.hits;
    gauges.cache_misses = cache.misses;
    return gauges;
  }

 private:
  // Fills in the response of one call.
  using Work = std::function<absl::Status(const base::Deadline&)>;

  struct ManySearches {
    std::vector<serve::SearchRequest> requests;
    std::vector<std::string> keys;          // "": its reply is not kept
    std::vector<ReplyCache::Reply> bodies;  // null: not at hand
  };

  // ---- how a call begins and ends

  Call* NewCall(CallbackServerContext* context, absl::string_view method) {
    Call* const call = new Call(context, method, options_.observer, &open_);
    call->set_deadline(DeadlineOf(*context, options_.default_deadline_ms, options_.max_deadline_ms));
    call->cost_class = CostClassOfMethod(method);
    return call;
  }

  // Who calls, and may he? If not, the call is ended.
  bool Enter(Call& call, Scope scope) const {
    admit::ApiKeys::Verdict verdict = callers_.Identify(call.context(), scope);
    call.client = std::move(verdict.client);
    if (verdict.refusal == Refusal::kNone) return true;
    call.record.refusal = verdict.refusal;
    End(&call, verdict.error, verdict.retry_after_s);
    return false;
  }

  // Gives the call, for a method to return.
  ServerUnaryReactor* Fail(Call* call, const absl::Status& error) {
    End(call, error);
    return call;
  }

  void End(Call* call, const absl::Status& status, double retry_after_s = 0) const {
    ErrorContext context = ContextOf(call->has_page_token);
    context.retry_after = std::max(context.retry_after, absl::Seconds(retry_after_s));
    call->End(ToRpc(status, context), status.code());
  }

  void EndWithReply(Call* call, ReplyCache::Reply body, absl::string_view tail, ByteBuffer* reply) const {
    call->record.reply_bytes = body->bytes.size() + tail.size();
    SetReply(std::move(body), tail, reply);
    call->End(grpc::Status::OK, absl::StatusCode::kOk);
  }

  // Thousands of these a second must not cost what answers do.
  void Refuse(Call* call, Refusal refusal) {
    call->record.refusal = refusal;
    Settle(call, nullptr);
    call->End(busy_.For(refusal), absl::StatusCode::kResourceExhausted);
  }

  void Post(Call* call, double expected_s, std::function<void()> run) {
    WorkQueue::Job job;
    job.run = [this, call, expected_s, run = std::move(run)] {
      call->on_worker = true;
      const double waited_s = call->Lap();
      call->record.stages.queue_s += waited_s;
      const absl::Status wanted = call->StillWanted();
      // It has waited longer than was thought when it was queued.
      if (wanted.ok() && waited_s > kNoticedWaitS && call->SecondsLeft() < expected_s) {
        return Refuse(call, Refusal::kDeadOnArrival);
      }
      if (wanted.ok()) return run();
      call->record.refusal = Refusal::kDeadOnArrival;
      EndSearch(call, wanted);
    };
    job.refuse = [this, call](Refusal refusal) { Refuse(call, refusal); };
    job.client = call->client;
    job.expected_s = expected_s;
    job.deadline = call->deadline();
    const Refusal refusal = queue_->Post(std::move(job));
    if (refusal != Refusal::kNone) Refuse(call, refusal);
  }

  // ---- searches and counts

  template <typename Kind>
  ServerUnaryReactor* Answer(CallbackServerContext* context, const ByteBuffer& bytes, ByteBuffer* reply) {
    Call* const call = NewCall(context, Kind::kMethod);
    if (!Enter(*call, Scope::kSearch)) return call;
    typename Kind::Message message;
    if (!ParseRequest(bytes, &message)) return Fail(call, UnreadableError());
    call->record.request_bytes = bytes.Length();
    call->query = message.query();
    call->has_page_token = !Kind::PageToken(message).empty();
    call->cost_class = CostClassOf(message);
    absl::StatusOr<typename Kind::Request> wanted = RequestFromProto(message, options_.limits);
    if (!wanted.ok()) return Fail(call, wanted.status());
    auto request = std::make_shared<const typename Kind::Request>(*std::move(wanted));
    call->record.stages.parse_s = call->Lap();
    if (KeepsReplies() && !call->has_page_token) {
      message.DiscardUnknownFields();
      std::string key = CacheKey<Kind>(message);
      call->epoch = engine_->answer_epoch();
      const ReplyCache::Found found = cache_.Get(call->epoch, key, [=, this](const ReplyCache::Reply& body) {
        call->record.stages.queue_s = call->Lap();
        if (body != nullptr && MayGiveAgain(*body, call->epoch)) {
          EndFromCache(call, body, reply);
        } else {
          Start<Kind>(call, request, reply);
        }
      });
      if (found.role == ReplyCache::Role::kFollow) return call;
      if (found.role == ReplyCache::Role::kHit && MayGiveAgain(*found.reply, call->epoch)) {
        EndFromCache(call, found.reply, reply);
        return call;
      }
      if (found.role == ReplyCache::Role::kLead) call->leads_key = std::move(key);
    }
    Start<Kind>(call, std::move(request), reply);
    return call;
  }

  bool KeepsReplies() const { return options_.cache.max_bytes > 0; }

  // A page token that is given out once more must keep its generation alive.
  bool MayGiveAgain(const admit::CachedReply& body, uint64_t epoch) const {
    return !body.gives_page_token || engine_->GiveOutTokenAgain(epoch);
  }

  ReplyCache::Reply PeekAt(uint64_t epoch, const std::string& key) {
    ReplyCache::Reply body = cache_.Peek(epoch, key);
    return body != nullptr && MayGiveAgain(*body, epoch) ? body : nullptr;
  }

  void EndFromCache(Call* call, ReplyCache::Reply body, ByteBuffer* reply) const {
    call->record.from_cache = true;
    call->record.total_hits = body->total_hits;
    call->generation = body->generation;
    EndWithReply(call, std::move(body), FromCacheTail(), reply);
  }

  template <typename Kind>
  void Start(Call* call, std::shared_ptr<const typename Kind::Request> request, ByteBuffer* reply) {
    const double expected_s = costs_.Expected(call->cost_class);
    if (expected_s <= options_.max_inline_s && queue_->IsIdle() && !inline_taken_.exchange(true)) {
      const bool ended = Run<Kind>(call, *request, call->deadline().Within(kInlineLimit), reply);
      inline_taken_ = false;
      if (ended) return;
    }
    Post(call, expected_s,
         [this, call, request = std::move(request), reply] { Run<Kind>(call, *request, call->deadline(), reply); });
  }

  // Asks the engine and ends the call; false when `deadline` was shorter than that of the call, and did not suffice.
  template <typename Kind>
  bool Run(Call* call, const typename Kind::Request& request, const base::Deadline& deadline, ByteBuffer* reply) {
    const base::StopWatch watch;
    auto found = Guarded([&] { return Kind::Ask(*engine_, request, deadline); });
    costs_.Learn(call->cost_class, watch.Total());
    if (absl::IsDeadlineExceeded(found.status())) {
      if (call->given_up()) {
        found = absl::CancelledError("the client gave up");
      } else if (deadline.at() < call->deadline().at()) {
        return false;
      }
    }
    if (!found.ok()) {
      EndSearch(call, found.status());
      return true;
    }
    Note(*found, call);
    call->Lap();
    absl::StatusOr<ReplyCache::Reply> body = EncodeReply<Kind>(*std::move(found), options_.max_reply_bytes);
    call->record.stages.encode_s = call->Lap();
    if (!body.ok()) {
      EndSearch(call, body.status());
      return true;
    }
    Settle(call, *body);
    EndWithReply(call, *std::move(body), TimesTail(call->record.stages), reply);
    return true;
  }

  // Ends a call that others may wait for, with an error.
  void EndSearch(Call* call, const absl::Status& error) {
    Settle(call, nullptr);
    End(call, error);
  }

  // Tells those who wait for the reply of this call. Before its end, behind which the service may be gone.
  void Settle(Call* call, ReplyCache::Reply reply) {
    if (!call->leads_key.empty()) cache_.Settle(call->epoch, call->leads_key, std::move(reply));
  }

  static void AddStages(const serve::AnswerStages& answer, CallStages& stages) {
    stages.plan_s = answer.plan_s;
    stages.match_s = answer.match_s;
    stages.present_s = answer.present_s;
  }

  template <typename Response>
  static void Note(Response& response, Call* call) {
    AddStages(response.stages, call->record.stages);
    call->record.total_hits = response.total;
    call->plan = std::move(response.stages.plan);
    call->generation = response.generation;
  }

  // ---- several searches

  // Works out what is not at hand. All answers come from one generation, so when another one has taken over since,
  // all are worked out.
  void RunMany(Call* call, ManySearches& asked, ByteBuffer* reply) {
    using Results = std::vector<absl::StatusOr<serve::SearchResponse>>;
    std::vector<serve::SearchRequest> missing;
    for (size_t i = 0; i < asked.requests.size(); ++i) {
      if (asked.bodies[i] == nullptr) missing.push_back(asked.requests[i]);
    }
    const auto ask = [&](const std::vector<serve::SearchRequest>& requests) {
      return Guarded([&]() -> absl::StatusOr<Results> { return engine_->MultiSearch(requests, call->deadline()); });
    };
    absl::StatusOr<Results> results = ask(missing);
    if (results.ok() && engine_->answer_epoch() != call->epoch && missing.size() < asked.requests.size()) {
      std::fill(asked.bodies.begin(), asked.bodies.end(), nullptr);
      std::fill(asked.keys.begin(), asked.keys.end(), "");
      results = ask(asked.requests);
    }
    if (!results.ok()) return End(call, results.status());
    EndWithResults(call, asked, *std::move(results), reply);
  }

  // `results`: of those that are not at hand, in their order.
  ServerUnaryReactor* EndWithResults(Call* call, ManySearches& asked,
                                     std::vector<absl::StatusOr<serve::SearchResponse>> results, ByteBuffer* reply) {
    auto encoded = std::make_shared<admit::CachedReply>();
    size_t next = 0;
    for (size_t i = 0; i < asked.bodies.size(); ++i) {
      if (asked.bodies[i] != nullptr) {
        AppendResult(*asked.bodies[i], FromCacheTail(), encoded->bytes);
      } else {
        const bool has_page_token = !asked.requests[i].page_token.empty();
        AppendWorkedOut(std::move(results[next++]), has_page_token, call->epoch, asked.keys[i], encoded->bytes);
      }
    }
    const absl::Status fits = CheckSize(encoded->bytes.size());
    if (!fits.ok()) return Fail(call, fits);
    EndWithReply(call, std::move(encoded), "", reply);
    return call;
  }

  void AppendWorkedOut(absl::StatusOr<serve::SearchResponse> result, bool has_page_token, uint64_t epoch,
                       const std::string& key, std::string& encoded) {
    absl::Status error = result.status();
    if (result.ok()) {
      CallStages stages;
      AddStages(result->stages, stages);
      const absl::StatusOr<ReplyCache::Reply> body =
          EncodeReply<SearchKind>(*std::move(result), options_.max_reply_bytes);
      error = body.status();
      if (body.ok()) {
        AppendResult(**body, TimesTail(stages), encoded);
        if (!key.empty()) cache_.Settle(epoch, key, *body);
        return;
      }
    }
    LogWithheld(error);
    v1::MultiSearchResult failed;
    ResultToProto(error, ContextOf(has_page_token), &failed);
    AppendResultMessage(failed.SerializeAsString(), encoded);
  }

  // ---- the other calls

  // Answers a request that was checked by what `ask` makes of it, on a worker.
  template <typename Request, typename Ask>
  ServerUnaryReactor* AnswerMessage(Call* call, absl::StatusOr<Request> request, Ask ask) {
    const absl::Status checked = request.status();
    Work work;
    if (checked.ok()) {
      work = [ask = std::move(ask), wanted = *std::move(request)](const base::Deadline& deadline) {
        return ask(wanted, deadline);
      };
    }
    return AnswerOnWorker(call, checked, std::move(work));
  }

  // gRPC keeps context, request and response until the call has ended; nothing of them may be touched after it.
  ServerUnaryReactor* AnswerOnWorker(Call* call, const absl::Status& checked, Work work,
                                     Scope scope = Scope::kSearch) {
    if (!Enter(*call, scope)) return call;
    if (!checked.ok()) return Fail(call, checked);
    Post(call, costs_.Expected(call->cost_class), [this, call, work = std::move(work)] {
      const base::StopWatch watch;
      const absl::Status status = RunGuarded(work, call->deadline());
      costs_.Learn(call->cost_class, watch.Total());
      End(call, status);
    });
    return call;
  }

  // The engine's answer as the response of a call.
  template <typename Response, typename Message>
  absl::Status Reply(absl::StatusOr<Response> found, Message* response) const {
    if (!found.ok()) return found.status();
    ResponseToProto(*std::move(found), response);
    return CheckSize(response->ByteSizeLong());
  }

  // ---- exports

  // What is told of an export when it has ended.
  struct ExportRecord {
    std::string client;
    std::string query;
    base::StopWatch watch;
  };

  // Has a worker fill `stream`, or says why not.
  absl::Status BeginExport(CallbackServerContext* context, const v1::ExportRequest& request, const ExportRecord& told,
                           ExportStream* stream) {
    DL_ASSIGN_OR_RETURN(serve::ExportRequest wanted, RequestFromProto(request, options_.limits));
    if (exports_.fetch_add(1) >= MaxExports()) {
      --exports_;
      return absl::ResourceExhaustedError(absl::StrCat("the server is busy: ", MaxExports(), " exports run already"));
    }
    const base::Deadline deadline =
        DeadlineOf(*context, options_.max_export_deadline_ms, options_.max_export_deadline_ms);
    const auto end = [this, stream, told](const absl::Status& status) {
      Tell(told, status, Refusal::kNone);
      const grpc::Status last = ToRpc(status, ErrorContext());
      --exports_;  // before the end of the call, behind which the service may be gone
      stream->Finish(last);
    };
    WorkQueue::Job job;
    job.run = [this, context, stream, deadline, wanted = std::move(wanted), end] {
      absl::Status status = absl::OkStatus();
      if (deadline.TimeIsUp()) status = absl::DeadlineExceededError("the time was up before the call's turn came");
      if (context->IsCancelled()) status = absl::CancelledError("the client gave up");
      if (status.ok()) status = RunExport(wanted, deadline, stream);
      end(status);
    };
    job.refuse = [end](Refusal) { end(absl::ResourceExhaustedError("the server is busy: other clients wait")); };
    job.client = told.client;
    job.deadline = deadline;
    if (queue_->Post(std::move(job)) == Refusal::kNone) return absl::OkStatus();
    --exports_;
    return absl::ResourceExhaustedError("the server is busy: too many calls wait");
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

  void Tell(const ExportRecord& told, const absl::Status& status, Refusal refusal) const {
    if (options_.observer == nullptr) return;
    CallRecord record;
    record.method = "Export";
    record.code = status.code();
    record.refusal = refusal;
    record.client = told.client;
    record.query = told.query;
    record.total_s = told.watch.Total();
    options_.observer->CallEnded(record);
  }

  int MaxExports() const {
    if (options_.max_exports > 0) return options_.max_exports;
    return std::max(1, static_cast<int>(queue_->threads() / 2));
  }

  // ---- errors

  static absl::Status UnreadableError() {
    return absl::InvalidArgumentError("the bytes of the request are no message");
  }

  template <typename Ask>
  static auto Guarded(Ask ask) -> decltype(ask()) {
    try {
      return ask();
    } catch (const std::exception& e) {
      return absl::InternalError(absl::StrCat("exception: ", e.what()));
    } catch (...) {
      return absl::InternalError("exception of unknown type");
    }
  }

  static absl::Status RunGuarded(const Work& work, const base::Deadline& deadline) {
    return Guarded([&]() -> absl::Status { return work(deadline); });
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

  grpc::Status ToRpc(const absl::Status& status, const ErrorContext& context) const {
    if (status.ok()) return grpc::Status::OK;
    LogWithheld(status);
    return ErrorToRpc(status, context);
  }

  Engine* const engine_;
  WorkQueue* const queue_;
  const ServiceOptions options_;
  const CallerCheck callers_;
  const BusyStatuses busy_;
  ReplyCache cache_;
  admit::CostModel costs_;
  std::atomic<int64_t> open_{0};
  std::atomic<bool> inline_taken_{false};  // a call is being answered on a thread of gRPC
  std::atomic<int> exports_{0};            // queued or running
  std::atomic<bool> reloading_{false};
};

}  // namespace

SearchService MakeSearchService(Engine* engine, WorkQueue* queue, ServiceOptions options) {
  auto service = std::make_unique<SearchServiceImpl>(engine, queue, std::move(options));
  const SearchServiceImpl* const raw = service.get();
  return SearchService{std::move(service), [raw] { return raw->Gauges(); }};
}

}  // namespace dateline::rpc
