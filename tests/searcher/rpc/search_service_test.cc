// Calls that are answered once, over a real connection.
#include "searcher/rpc/search_service.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "searcher/query/query_error.h"
#include "tests/searcher/rpc/service_fixture.h"

namespace dateline::rpc {
namespace {

using serve::FacetField;
using serve::Order;
using serve::SearchRequest;
using serve::SearchResponse;

class SearchServiceTest : public ServiceTest {};

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

TEST_F(SearchServiceTest, ReloadsRunOneAtATimeAndTellWhatWentWrong) {
  Start(/*threads=*/2, /*max_queued=*/8);
  Barrier barrier;
  engine_.on_reload = [&barrier]() -> absl::StatusOr<serve::ReloadResult> {
    barrier.Pass();
    return absl::DataLossError("shard-000: damaged");
  };
  const auto reload = [this](v1::ReloadResponse* response) {
    grpc::ClientContext context;
    return stub_->Reload(&context, v1::ReloadRequest(), response);
  };
  v1::ReloadResponse first;
  std::thread running([&] { EXPECT_TRUE(reload(&first).ok()); });
  barrier.WaitFor(1);
  v1::ReloadResponse second;
  EXPECT_EQ(reload(&second).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  barrier.Open();
  running.join();
  EXPECT_FALSE(first.replaced());
  EXPECT_EQ(first.generation(), "gen");
  EXPECT_EQ(first.error(), "shard-000: damaged");
  EXPECT_TRUE(reload(&second).ok()) << "the next one may";
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

TEST_F(SearchServiceTest, OneCallAnswersManySearches) {
  Start(1, 8);
  engine_.on_search = [](const SearchRequest& request, const base::Deadline&) -> absl::StatusOr<SearchResponse> {
    if (request.query == "(a") return query::QueryError(2, "a parenthesis is not closed");
    if (request.query == "broken") return absl::InternalError("secret");
    SearchResponse response;
    response.canonical_query = request.query;
    return response;
  };
  v1::MultiSearchRequest request;
  for (const char* query : {"kim", "(a", "broken", "putin"}) request.add_requests()->set_query(query);
  v1::MultiSearchResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->MultiSearch(&context, request, &response).ok());
  ASSERT_EQ(response.results_size(), 4);
  EXPECT_EQ(response.results(0).response().query(), "kim");
  EXPECT_EQ(response.results(1).error().code(), 3);
  EXPECT_EQ(response.results(1).error().details_size(), 2);
  EXPECT_EQ(response.results(2).error().code(), 13);
  EXPECT_EQ(response.results(2).error().message().find("secret"), std::string::npos);
  EXPECT_EQ(response.results(3).response().query(), "putin");
  ASSERT_EQ(Log().size(), 1u);
  EXPECT_NE(Log()[0].find("secret"), std::string::npos);

  v1::MultiSearchRequest wrong;
  for (int i = 0; i < 4; ++i) wrong.add_requests();
  wrong.mutable_requests(3)->add_facets();
  grpc::ClientContext wrong_context;
  const grpc::Status status = stub_->MultiSearch(&wrong_context, wrong, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(DetailsOf(status).field, "requests[3].facets[0].field");
  EXPECT_EQ(engine_.searches, 4);
}

TEST_F(SearchServiceTest, CarriesTheOtherCalls) {
  Start(1, 8);
  {
    grpc::ClientContext context;
    v1::CountMatchesRequest request;
    request.set_query("kim");
    v1::CountMatchesResponse response;
    ASSERT_TRUE(stub_->CountMatches(&context, request, &response).ok());
    EXPECT_EQ(response.total(), 9u);
    EXPECT_EQ(response.query(), "kim");
  }
  {
    grpc::ClientContext context;
    v1::ListFacetValuesRequest request;
    request.set_field(v1::FACET_FIELD_AGENCY);
    v1::ListFacetValuesResponse response;
    ASSERT_TRUE(stub_->ListFacetValues(&context, request, &response).ok());
    EXPECT_EQ(response.values(0).value(), "AFP");
  }
  {
    grpc::ClientContext context;
    v1::SuggestRequest request;
    request.set_text("ki");
    v1::SuggestResponse response;
    ASSERT_TRUE(stub_->Suggest(&context, request, &response).ok());
    EXPECT_EQ(response.suggestions(0).text(), "kim");
  }
  {
    grpc::ClientContext context;
    v1::ExplainRequest request;
    request.set_id("a");
    v1::ExplainResponse response;
    ASSERT_TRUE(stub_->Explain(&context, request, &response).ok());
    EXPECT_EQ(response.explanation().units(), 12);
  }
  {
    grpc::ClientContext context;
    v1::ExplainRequest request;
    request.set_id("b");
    v1::ExplainResponse response;
    EXPECT_EQ(stub_->Explain(&context, request, &response).error_code(), grpc::StatusCode::NOT_FOUND);
  }
  {
    grpc::ClientContext context;
    v1::AnalyzeRequest request;
    request.set_text("Kims");
    request.set_language("fr");
    v1::AnalyzeResponse response;
    ASSERT_TRUE(stub_->Analyze(&context, request, &response).ok());
    EXPECT_EQ(response.tokens(0).word(), "Kims");
    EXPECT_EQ(response.language(), "fr");
  }
  {
    grpc::ClientContext context;
    v1::BatchGetArticlesRequest request;
    for (const char* id : {"a", "no", "a"}) request.add_ids(id);
    v1::BatchGetArticlesResponse response;
    ASSERT_TRUE(stub_->BatchGetArticles(&context, request, &response).ok());
    EXPECT_EQ(response.articles_size(), 2);
    EXPECT_EQ(response.missing_ids(0), "no");
  }
}

}  // namespace
}  // namespace dateline::rpc
