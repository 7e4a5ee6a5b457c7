// A real gRPC server on the loopback over an engine that does what each test tells it.
#include "searcher/serve/search_service.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "proto/dateline/v1/search.grpc.pb.h"
#include "proto/google/rpc/error_details.pb.h"
#include "proto/google/rpc/status.pb.h"
#include "searcher/query/query_parser.h"

namespace dateline::serve {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class FakeEngine : public Engine {
 public:
  using SearchFunction =
      std::function<absl::StatusOr<SearchResponse>(const SearchRequest&, const base::Deadline&)>;

  absl::StatusOr<SearchResponse> Search(const SearchRequest& request, const base::Deadline& deadline) override {
    ++searches;
    return on_search(request, deadline);
  }

  std::vector<absl::StatusOr<SearchResponse>> MultiSearch(absl::Span<const SearchRequest> requests,
                                                          const base::Deadline& deadline) override {
    std::vector<absl::StatusOr<SearchResponse>> responses;
    for (const SearchRequest& request : requests) responses.push_back(Search(request, deadline));
    return responses;
  }
  absl::StatusOr<CountResponse> CountMatches(const CountRequest&, const base::Deadline&) override {
    return CountResponse();
  }
  absl::Status Export(const ExportRequest&, const base::Deadline&, RowVisitor) override { return absl::OkStatus(); }
  absl::StatusOr<ListFacetValuesResponse> ListFacetValues(const ListFacetValuesRequest&,
                                                          const base::Deadline&) override {
    return ListFacetValuesResponse();
  }
  absl::StatusOr<std::vector<Suggestion>> Suggest(const SuggestRequest&, const base::Deadline&) override {
    return std::vector<Suggestion>();
  }
  absl::StatusOr<ExplainResponse> Explain(const ExplainRequest&, const base::Deadline&) override {
    return ExplainResponse();
  }
  absl::StatusOr<AnalyzeResponse> Analyze(absl::string_view, absl::string_view) override { return AnalyzeResponse(); }
  absl::StatusOr<std::vector<absl::optional<FullArticle>>> BatchGetArticles(
      absl::Span<const std::string> ids) override {
    return std::vector<absl::optional<FullArticle>>(ids.size());
  }

  absl::StatusOr<FullArticle> GetArticle(absl::string_view id) override {
    if (id == "throws") throw std::runtime_error("secret");
    if (id != "a" && id != "long") return absl::NotFoundError(absl::StrCat("no article has the id ", id));
    FullArticle full;
    full.id = std::string(id);
    full.article.body = id == "long" ? std::string(70000, 'x') : "one\ntwo";
    return full;
  }

  IndexStatus Status() const override {
    IndexStatus status;
    status.generation = "gen";
    status.documents = 42;
    return status;
  }

  std::atomic<int> searches{0};
  SearchFunction on_search = [](const SearchRequest&, const base::Deadline&) { return SearchResponse(); };
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

ErrorDetails DetailsOf(const grpc::Status& status) {
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

class SearchServiceTest : public testing::Test {
 protected:
  void Start(int threads, size_t max_queued, ServiceOptions options = ServiceOptions()) {
    options.log = [this](absl::string_view line) {
      std::lock_guard<std::mutex> lock(log_mutex_);
      log_.emplace_back(line);
    };
    pool_ = std::make_unique<WorkerPool>(threads, max_queued);
    service_ = MakeSearchService(&engine_, pool_.get(), options);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    stub_ = v1::SearchService::NewStub(grpc::CreateCustomChannel(
        absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials(), arguments));
  }

  void TearDown() override {
    if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(5));
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
    engine_.on_search = [error](const SearchRequest&, const base::Deadline&) { return error; };
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
  std::unique_ptr<WorkerPool> pool_;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::SearchService::Stub> stub_;
};

TEST_F(SearchServiceTest, CarriesRequestAndResponse) {
  Start(2, 8);
  SearchRequest seen;
  engine_.on_search = [&seen](const SearchRequest& request, const base::Deadline&) {
    seen = request;
    SearchResponse response;
    response.hits.resize(1);
    response.hits[0].headline = "Kim meets Putin";
    response.hits[0].score = 1.5;
    response.total = 7;
    response.canonical_query = "(kim AND \xFF)";  // as an engine might echo a query
    response.next_page_token = "next";
    return response;
  };
  v1::SearchRequest request;
  request.set_query("kim");
  request.mutable_filters()->add_outlets("Reuters");
  request.mutable_filters()->mutable_date_range()->set_first_day("2019-04-01");
  request.add_facets()->set_field(v1::FACET_FIELD_OUTLET);
  request.set_order(v1::ORDER_NEWEST);
  request.set_page_size(5);
  v1::SearchResponse response;
  const grpc::Status status = Search(request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(seen.query, "kim");
  EXPECT_EQ(seen.filters.outlets, std::vector<std::string>{"Reuters"});
  EXPECT_EQ(seen.filters.first_day, absl::CivilDay(2019, 4, 1));
  EXPECT_EQ(seen.order, Order::kNewest);
  EXPECT_EQ(seen.page_size, 5);
  ASSERT_EQ(seen.facets.size(), 1u);
  EXPECT_EQ(response.hits(0).headline(), "Kim meets Putin");
  EXPECT_EQ(response.hits(0).score(), 1.5);
  EXPECT_EQ(response.total(), 7u);
  EXPECT_EQ(response.query(), "(kim AND \uFFFD)");
  EXPECT_EQ(response.next_page_token(), "next");
}

TEST_F(SearchServiceTest, PointsAtTheByteOfABadQuery) {
  Start(1, 8);
  const grpc::Status status = SearchMeets(query::QueryError(3, "a quote is not closed"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "a quote is not closed");
  const ErrorDetails details = DetailsOf(status);
  EXPECT_EQ(details.reason, "QUERY_INVALID");
  EXPECT_EQ(details.domain, "dateline");
  EXPECT_EQ(details.offset, "3");
  EXPECT_EQ(details.field, "query");
  EXPECT_EQ(details.description, "byte 3: a quote is not closed");
}

TEST_F(SearchServiceTest, TellsABadPageTokenFromAnExpiredOne) {
  Start(1, 8);
  const grpc::Status invalid = SearchMeets(absl::InvalidArgumentError("not a page token"), "garbage");
  EXPECT_EQ(invalid.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(DetailsOf(invalid).reason, "REQUEST_INVALID");
  const grpc::Status expired = SearchMeets(absl::FailedPreconditionError("start again"), "old");
  EXPECT_EQ(expired.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(DetailsOf(expired).reason, "PAGE_TOKEN_EXPIRED");
}

TEST_F(SearchServiceTest, RefusesAWrongFieldWithoutAskingTheEngine) {
  Start(1, 8);
  v1::SearchRequest request;
  request.set_page_size(-5);
  v1::SearchResponse response;
  const grpc::Status status = Search(request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(DetailsOf(status).field, "page_size");
  EXPECT_EQ(engine_.searches, 0);
}

TEST_F(SearchServiceTest, ExceptionsBecomeInternalAndAreLogged) {
  Start(1, 8);
  engine_.on_search = [](const SearchRequest&, const base::Deadline&) -> absl::StatusOr<SearchResponse> {
    throw std::runtime_error("secret");
  };
  grpc::Status status = Search("kim");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(status.error_message().find("secret"), std::string::npos);
  EXPECT_EQ(DetailsOf(status).reason, "INTERNAL");
  engine_.on_search = [](const SearchRequest&, const base::Deadline&) -> absl::StatusOr<SearchResponse> { throw 42; };
  status = Search("kim");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  ASSERT_EQ(Log().size(), 2u);
  EXPECT_NE(Log()[0].find("secret"), std::string::npos);
  engine_.on_search = [](const SearchRequest&, const base::Deadline&) { return SearchResponse(); };
  EXPECT_TRUE(Search("kim").ok()) << "the worker lives on";
}

// Runs until its time is up, like a costly query.
absl::StatusOr<SearchResponse> RunOutOfTime(const SearchRequest&, const base::Deadline& deadline) {
  const auto give_up = steady_clock::now() + std::chrono::seconds(15);
  while (!deadline.Expired() && steady_clock::now() < give_up) std::this_thread::sleep_for(milliseconds(1));
  return absl::DeadlineExceededError("the time was up");
}

TEST_F(SearchServiceTest, CallsWithoutADeadlineGetTheDefault) {
  ServiceOptions options;
  options.default_deadline_ms = 80;
  Start(1, 8, options);
  engine_.on_search = RunOutOfTime;
  const auto begin = steady_clock::now();
  const grpc::Status status = Search("slow", /*deadline_ms=*/0);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(DetailsOf(status).reason, "DEADLINE_EXCEEDED");
  EXPECT_GE(steady_clock::now() - begin, milliseconds(79));
  EXPECT_LT(steady_clock::now() - begin, milliseconds(5000));
}

TEST_F(SearchServiceTest, LongDeadlinesAreCut) {
  ServiceOptions options;
  options.max_deadline_ms = 80;
  Start(1, 8, options);
  engine_.on_search = RunOutOfTime;
  const auto begin = steady_clock::now();
  EXPECT_EQ(Search("slow", /*deadline_ms=*/60000).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_LT(steady_clock::now() - begin, milliseconds(5000));
}

TEST_F(SearchServiceTest, ShortDeadlinesReachTheEngine) {
  Start(1, 8);
  std::atomic<bool> expired{false};
  engine_.on_search = [&expired](const SearchRequest& request, const base::Deadline& deadline) {
    auto result = RunOutOfTime(request, deadline);
    expired = true;
    return result;
  };
  EXPECT_EQ(Search("slow", /*deadline_ms=*/60).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  const auto give_up = steady_clock::now() + milliseconds(1500);  // below the default of 2 s
  while (!expired && steady_clock::now() < give_up) std::this_thread::sleep_for(milliseconds(1));
  EXPECT_TRUE(expired);
}

TEST_F(SearchServiceTest, AFullQueueRefusesAtOnceAndStatusStillAnswers) {
  Start(/*threads=*/1, /*max_queued=*/1);
  Barrier barrier;
  engine_.on_search = [&barrier](const SearchRequest&, const base::Deadline&) {
    barrier.Pass();
    return SearchResponse();
  };
  std::thread running([this] { EXPECT_TRUE(Search("first").ok()); });
  barrier.WaitFor(1);
  // One of these two waits in the queue, the other is refused; which one is up to the network.
  std::atomic<int> answered{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> others;
  for (int i = 0; i < 2; ++i) {
    others.emplace_back([&] {
      const grpc::Status status = Search("other");
      if (status.ok()) {
        ++answered;
        return;
      }
      EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
      EXPECT_EQ(DetailsOf(status).reason, "OVERLOADED");
      EXPECT_TRUE(DetailsOf(status).retry);
      ++refused;
    });
  }
  const auto give_up = steady_clock::now() + std::chrono::seconds(10);
  while (refused == 0 && steady_clock::now() < give_up) std::this_thread::sleep_for(milliseconds(1));
  EXPECT_EQ(refused, 1) << "refused while the worker is still busy";

  grpc::ClientContext context;
  v1::IndexStatus index_status;
  EXPECT_TRUE(stub_->GetStatus(&context, v1::GetStatusRequest(), &index_status).ok());
  EXPECT_EQ(index_status.documents(), 42u);

  barrier.Open();
  running.join();
  for (std::thread& other : others) other.join();
  EXPECT_EQ(answered, 1);
  EXPECT_EQ(engine_.searches, 2);
}

TEST_F(SearchServiceTest, CallsGivenUpInTheQueueNeverReachTheEngine) {
  Start(/*threads=*/1, /*max_queued=*/8);
  Barrier barrier;
  engine_.on_search = [&barrier](const SearchRequest&, const base::Deadline&) {
    barrier.Pass();
    return SearchResponse();
  };
  std::thread running([this] { EXPECT_TRUE(Search("first").ok()); });
  barrier.WaitFor(1);

  grpc::ClientContext cancelled;
  std::thread queued([&] {
    v1::SearchRequest request;
    v1::SearchResponse response;
    EXPECT_EQ(stub_->Search(&cancelled, request, &response).error_code(), grpc::StatusCode::CANCELLED);
  });
  std::this_thread::sleep_for(milliseconds(100));
  cancelled.TryCancel();
  queued.join();
  EXPECT_EQ(Search("late", /*deadline_ms=*/50).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);

  std::this_thread::sleep_for(milliseconds(100));  // until the server has heard of it
  barrier.Open();
  running.join();
  EXPECT_TRUE(Search("last").ok());  // has passed the queue behind the others
  EXPECT_EQ(engine_.searches, 2);
}

TEST_F(SearchServiceTest, FetchesArticles) {
  ServiceOptions options;
  options.max_reply_bytes = 65536;
  Start(1, 8, options);
  const struct {
    const char* id;
    grpc::StatusCode code;
    const char* reason;
  } kCases[] = {
      {"a", grpc::StatusCode::OK, ""},
      {"b", grpc::StatusCode::NOT_FOUND, "NOT_FOUND"},
      {"", grpc::StatusCode::INVALID_ARGUMENT, "REQUEST_INVALID"},
      {"throws", grpc::StatusCode::INTERNAL, "INTERNAL"},
      {"long", grpc::StatusCode::RESOURCE_EXHAUSTED, "REPLY_TOO_LARGE"},
  };
  for (const auto& c : kCases) {
    grpc::ClientContext context;
    v1::GetArticleRequest request;
    request.set_id(c.id);
    v1::Article article;
    const grpc::Status status = stub_->GetArticle(&context, request, &article);
    EXPECT_EQ(status.error_code(), c.code) << c.id;
    EXPECT_EQ(status.ok() ? "" : DetailsOf(status).reason, c.reason) << c.id;
    if (status.ok()) {
      EXPECT_EQ(article.body(), "one\ntwo");
    }
  }
}

TEST_F(SearchServiceTest, ManyCallsFromManyThreads) {
  Start(2, 64);
  engine_.on_search = [](const SearchRequest& request, const base::Deadline&) {
    SearchResponse response;
    response.canonical_query = request.query;
    return response;
  };
  std::vector<std::thread> clients;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&, i] {
      for (int j = 0; j < 100; ++j) {
        v1::SearchRequest request;
        request.set_query(absl::StrCat("q", i, "-", j));
        v1::SearchResponse response;
        if (Search(request, &response).ok() && response.query() == request.query()) ++right;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(right, 800);
}

}  // namespace
}  // namespace dateline::serve
