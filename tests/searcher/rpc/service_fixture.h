// A real gRPC server on the loopback over an engine that does what each test tells it.
#ifndef DATELINE_TESTS_SEARCHER_RPC_SERVICE_FIXTURE_H_
#define DATELINE_TESTS_SEARCHER_RPC_SERVICE_FIXTURE_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "proto/dateline/v1/search.grpc.pb.h"
#include "proto/google/rpc/error_details.pb.h"
#include "proto/google/rpc/status.pb.h"
#include "searcher/rpc/search_service.h"

namespace dateline::rpc {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class FakeEngine : public serve::Engine {
 public:
  using SearchFunction =
      std::function<absl::StatusOr<serve::SearchResponse>(const serve::SearchRequest&, const base::Deadline&)>;

  absl::StatusOr<serve::SearchResponse> Search(const serve::SearchRequest& request,
                                               const base::Deadline& deadline) override {
    ++searches;
    return on_search(request, deadline);
  }

  std::vector<absl::StatusOr<serve::SearchResponse>> MultiSearch(absl::Span<const serve::SearchRequest> requests,
                                                                 const base::Deadline& deadline) override {
    std::vector<absl::StatusOr<serve::SearchResponse>> responses;
    for (const serve::SearchRequest& request : requests) responses.push_back(Search(request, deadline));
    return responses;
  }
  absl::StatusOr<serve::CountResponse> CountMatches(const serve::CountRequest& request,
                                                    const base::Deadline&) override {
    serve::CountResponse response;
    response.total = 9;
    response.canonical_query = request.query;
    return response;
  }
  absl::Status Export(const serve::ExportRequest& request, const base::Deadline& deadline, RowVisitor row) override {
    return on_export(request, deadline, row);
  }
  absl::StatusOr<serve::ListFacetValuesResponse> ListFacetValues(const serve::ListFacetValuesRequest&,
                                                                 const base::Deadline&) override {
    return serve::ListFacetValuesResponse{{{"AFP", false, 4, false}}, 1, "", "gen"};
  }
  absl::StatusOr<std::vector<serve::Suggestion>> Suggest(const serve::SuggestRequest&,
                                                         const base::Deadline&) override {
    return std::vector<serve::Suggestion>{{serve::SuggestionKind::kWord, "kim", 2}};
  }
  absl::StatusOr<serve::ExplainResponse> Explain(const serve::ExplainRequest& request,
                                                 const base::Deadline&) override {
    if (request.id != "a") return absl::NotFoundError("no article has this id");
    serve::ExplainResponse response;
    response.matches = true;
    response.explanation.units = 12;
    return response;
  }
  absl::StatusOr<serve::AnalyzeResponse> Analyze(absl::string_view text, absl::string_view language) override {
    serve::AnalyzeResponse response;
    response.tokens.push_back({0, static_cast<uint32_t>(text.size()), std::string(text), std::string(text), 1});
    response.language = std::string(language);
    return response;
  }
  absl::StatusOr<std::vector<absl::optional<serve::FullArticle>>> BatchGetArticles(
      absl::Span<const std::string> ids) override {
    std::vector<absl::optional<serve::FullArticle>> articles;
    for (const std::string& id : ids) {
      absl::StatusOr<serve::FullArticle> found = GetArticle(id);
      articles.push_back(found.ok() ? absl::make_optional(*std::move(found)) : absl::nullopt);
    }
    return articles;
  }

  absl::StatusOr<serve::FullArticle> GetArticle(absl::string_view id) override {
    if (id == "throws") throw std::runtime_error("secret");
    if (id != "a" && id != "long") return absl::NotFoundError(absl::StrCat("no article has the id ", id));
    serve::FullArticle full;
    full.id = std::string(id);
    full.article.body = id == "long" ? std::string(70000, 'x') : "one\ntwo";
    return full;
  }

  serve::IndexStatus Status() const override {
    serve::IndexStatus status;
    status.generation = "gen";
    status.documents = 42;
    return status;
  }

  absl::StatusOr<serve::ReloadResult> Reload(serve::ReloadMode) override { return on_reload(); }

  absl::Status Scrub(ScrubPace) override { return absl::OkStatus(); }
  absl::Status ReloadTables() override { return absl::OkStatus(); }

  uint64_t answer_epoch() const override { return epoch; }
  bool GiveOutTokenAgain(uint64_t of_epoch) override {
    ++tokens_given_again;
    return of_epoch == epoch;
  }

  std::atomic<uint64_t> epoch{1};
  std::atomic<int> tokens_given_again{0};

  using ExportFunction = std::function<absl::Status(const serve::ExportRequest&, const base::Deadline&, RowVisitor)>;

  std::atomic<int> searches{0};
  SearchFunction on_search = [](const serve::SearchRequest&, const base::Deadline&) {
    return serve::SearchResponse();
  };
  std::function<absl::StatusOr<serve::ReloadResult>()> on_reload = [] {
    return serve::ReloadResult{true, "next"};
  };
  ExportFunction on_export = [](const serve::ExportRequest&, const base::Deadline&, RowVisitor) {
    return absl::OkStatus();
  };
};

// Holds whoever passes until it is opened.
class Barrier {
 public:
  void Pass() {
    std::unique_lock<std::mutex> lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void WaitFor(int waiting) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= waiting; });
  }
  void Open() {
    std::lock_guard<std::mutex> lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

struct ErrorDetails {
  std::string reason;
  std::string domain;
  std::string offset;
  std::string field;
  std::string description;
  bool retry = false;
};

inline ErrorDetails DetailsOf(const grpc::Status& status) {
  ErrorDetails result;
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad_request;
    google::rpc::RetryInfo retry;
    if (detail.UnpackTo(&info)) {
      EXPECT_EQ(result.reason, "") << "more than one ErrorInfo";
      result.reason = info.reason();
      result.domain = info.domain();
      if (info.metadata().count("offset") > 0) result.offset = info.metadata().at("offset");
    } else if (detail.UnpackTo(&bad_request)) {
      result.field = bad_request.field_violations(0).field();
      result.description = bad_request.field_violations(0).description();
    } else if (detail.UnpackTo(&retry)) {
      result.retry = true;
    }
  }
  return result;
}

class ServiceTest : public testing::Test {
 protected:
  void Start(int threads, size_t max_queued, ServiceOptions options = ServiceOptions()) {
    options.log = [this](absl::string_view line) {
      std::lock_guard<std::mutex> lock(log_mutex_);
      log_.emplace_back(line);
    };
    admit::WorkQueueOptions queue;
    queue.threads = threads;
    queue.max_jobs = max_queued;
    queue.max_wait_s = 60;
    queue_ = std::make_unique<admit::WorkQueue>(queue);
    service_ = MakeSearchService(&engine_, queue_.get(), options);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(service_.service.get());
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    stub_ = v1::SearchService::NewStub(
        grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials(), arguments));
  }

  void TearDown() override {
    if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(5));
    server_.reset();
    service_.service.reset();
    queue_.reset();
  }

  grpc::Status Search(const v1::SearchRequest& request, v1::SearchResponse* response, int deadline_ms = 20000) {
    grpc::ClientContext context;
    if (deadline_ms > 0) context.set_deadline(std::chrono::system_clock::now() + milliseconds(deadline_ms));
    return stub_->Search(&context, request, response);
  }

  grpc::Status Search(const std::string& query, int deadline_ms = 20000) {
    v1::SearchRequest request;
    request.set_query(query);
    v1::SearchResponse response;
    return Search(request, &response, deadline_ms);
  }

  grpc::Status SearchMeets(const absl::Status& error, const std::string& page_token = "") {
    engine_.on_search = [error](const serve::SearchRequest&, const base::Deadline&) { return error; };
    v1::SearchRequest request;
    request.set_query("kim");
    request.set_page_token(page_token);
    v1::SearchResponse response;
    return Search(request, &response);
  }

  std::vector<std::string> Log() {
    std::lock_guard<std::mutex> lock(log_mutex_);
    return log_;
  }

  FakeEngine engine_;
  std::mutex log_mutex_;
  std::vector<std::string> log_;
  std::unique_ptr<admit::WorkQueue> queue_;
  SearchService service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::SearchService::Stub> stub_;
};

}  // namespace dateline::rpc

#endif  // DATELINE_TESTS_SEARCHER_RPC_SERVICE_FIXTURE_H_
