// Calls that are answered once, over a real connection.
#include "searcher/rpc/search_service.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "searcher/query/query_error.h"
#include "tests/searcher/rpc/service_fixture.h"

namespace dateline::rpc {
namespace {

using serve::Engine;
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
    others.emplace_back([&, i] {
      const grpc::Status status = Search(absl::StrCat("other ", i));
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

// ---- what is kept

ServiceOptions Keeping() {
  ServiceOptions options;
  options.cache.max_bytes = 1 << 20;
  return options;
}

SearchResponse Numbered(int number, const std::string& token = "") {
  SearchResponse response;
  response.hits.resize(2);
  response.hits[1].headline = absl::StrCat("answer ", number);
  response.total = static_cast<uint64_t>(number);
  response.generation = "gen";
  response.next_page_token = token;
  response.stages.match_s = 0.001;
  return response;
}

TEST_F(SearchServiceTest, AnAnswerAtHandIsGivenAgain) {
  Start(1, 8, Keeping());
  engine_.on_search = [this](const SearchRequest&, const base::Deadline&) { return Numbered(engine_.searches); };
  v1::SearchRequest request;
  request.set_query("kim");
  request.set_page_size(2);
  v1::SearchResponse first;
  v1::SearchResponse second;
  ASSERT_TRUE(Search(request, &first).ok());
  ASSERT_TRUE(Search(request, &second).ok());
  EXPECT_EQ(engine_.searches, 1);
  EXPECT_FALSE(first.from_cache());
  EXPECT_EQ(first.timings().match_us(), 1000U);
  EXPECT_TRUE(second.from_cache());
  EXPECT_FALSE(second.has_timings());
  first.clear_timings();
  second.clear_from_cache();
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(service_.gauges().cache_hits, 1U);
  EXPECT_EQ(service_.gauges().cache_entries, 1U);

  request.set_page_size(3);
  ASSERT_TRUE(Search(request, &second).ok());
  EXPECT_EQ(second.total(), 2U) << "another request";
  engine_.epoch = 2;
  ASSERT_TRUE(Search(request, &second).ok());
  EXPECT_EQ(second.total(), 3U) << "another generation";
}

TEST_F(SearchServiceTest, CountsAreKeptApartFromSearches) {
  Start(1, 8, Keeping());
  engine_.on_search = [](const SearchRequest&, const base::Deadline&) { return Numbered(1); };
  ASSERT_TRUE(Search("kim").ok());
  v1::CountMatchesRequest request;
  request.set_query("kim");
  for (const bool from_cache : {false, true}) {
    grpc::ClientContext context;
    v1::CountMatchesResponse response;
    ASSERT_TRUE(stub_->CountMatches(&context, request, &response).ok());
    EXPECT_EQ(response.total(), 9U);
    EXPECT_EQ(response.from_cache(), from_cache);
  }
}

TEST_F(SearchServiceTest, ErrorsAreNotKept) {
  Start(1, 8, Keeping());
  engine_.on_search = [this](const SearchRequest&, const base::Deadline&) -> absl::StatusOr<SearchResponse> {
    if (engine_.searches == 1) return absl::UnavailableError("not yet");
    return Numbered(2);
  };
  EXPECT_EQ(Search("kim").error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(Search("kim").ok());
}

TEST_F(SearchServiceTest, APageTokenThatIsGivenAgainKeepsItsGeneration) {
  Start(1, 8, Keeping());
  engine_.on_search = [this](const SearchRequest&, const base::Deadline&) {
    return Numbered(engine_.searches, "token");
  };
  v1::SearchRequest request;
  request.set_query("kim");
  v1::SearchResponse response;
  ASSERT_TRUE(Search(request, &response).ok());
  EXPECT_EQ(engine_.tokens_given_again, 0);
  ASSERT_TRUE(Search(request, &response).ok());
  EXPECT_EQ(response.next_page_token(), "token");
  EXPECT_TRUE(response.from_cache());
  EXPECT_EQ(engine_.tokens_given_again, 1);
  request.set_page_token("token");
  for (const uint64_t total : {2U, 3U}) {
    ASSERT_TRUE(Search(request, &response).ok());
    EXPECT_EQ(response.total(), total) << "later pages are not kept";
  }
}

TEST_F(SearchServiceTest, WhoAsksTheSameAtOnceWaitsForOneAnswer) {
  Start(/*threads=*/2, 64, Keeping());
  Barrier barrier;
  engine_.on_search = [&](const SearchRequest&, const base::Deadline&) -> absl::StatusOr<SearchResponse> {
    barrier.Pass();
    if (engine_.searches == 1) return absl::InternalError("the first one fails");
    return Numbered(engine_.searches);
  };
  std::atomic<int> answered{0};
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] { Search("kim").ok() ? ++answered : ++failed; });
  }
  barrier.WaitFor(1);
  std::this_thread::sleep_for(milliseconds(200));
  EXPECT_EQ(engine_.searches, 1) << "the others wait";
  barrier.Open();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 1) << "a failure is only of whoever met it";
  EXPECT_EQ(answered, 5);
  EXPECT_TRUE(Search("kim").ok());
}

TEST_F(SearchServiceTest, SeveralSearchesTakeWhatIsAtHandAndKeepTheRest) {
  Start(1, 8, Keeping());
  engine_.on_search = [this](const SearchRequest& request, const base::Deadline&) -> absl::StatusOr<SearchResponse> {
    if (request.query == "bad") return absl::InvalidArgumentError("bad");
    return Numbered(engine_.searches);
  };
  ASSERT_TRUE(Search("one").ok());
  v1::MultiSearchRequest request;
  for (const char* query : {"two", "one", "bad"}) request.add_requests()->set_query(query);
  const auto ask = [&] {
    grpc::ClientContext context;
    v1::MultiSearchResponse response;
    EXPECT_TRUE(stub_->MultiSearch(&context, request, &response).ok());
    EXPECT_EQ(response.results_size(), 3);
    EXPECT_EQ(response.results(0).response().total(), 2U);
    EXPECT_EQ(response.results(1).response().total(), 1U);
    EXPECT_TRUE(response.results(1).response().from_cache());
    EXPECT_EQ(response.results(2).error().code(), 3);
    return response.results(0).response().from_cache();
  };
  EXPECT_FALSE(ask());
  EXPECT_TRUE(ask());
  EXPECT_EQ(engine_.searches, 4) << "one, two and twice bad";
  request.mutable_requests()->RemoveLast();
  grpc::ClientContext context;
  v1::MultiSearchResponse response;
  ASSERT_TRUE(stub_->MultiSearch(&context, request, &response).ok());
  EXPECT_EQ(response.results_size(), 2);
  EXPECT_EQ(engine_.searches, 4) << "all were at hand";
}

TEST_F(SearchServiceTest, SeveralSearchesAreOfOneGeneration) {
  Start(1, 8, Keeping());
  engine_.on_search = [this](const SearchRequest&, const base::Deadline&) {
    if (engine_.searches == 2) engine_.epoch = 2;  // another one takes over
    return Numbered(static_cast<int>(engine_.epoch.load()));
  };
  ASSERT_TRUE(Search("one").ok());
  v1::MultiSearchRequest request;
  for (const char* query : {"one", "two"}) request.add_requests()->set_query(query);
  grpc::ClientContext context;
  v1::MultiSearchResponse response;
  ASSERT_TRUE(stub_->MultiSearch(&context, request, &response).ok());
  EXPECT_EQ(response.results(0).response().total(), 2U);
  EXPECT_EQ(response.results(1).response().total(), 2U);
}

TEST_F(SearchServiceTest, CheapCallsAreAnsweredWhereTheyArrive) {
  ServiceOptions options;
  options.cache.max_bytes = 0;
  options.max_inline_s = 3600;
  Start(1, 8, options);
  Barrier barrier;
  std::thread::id worker;
  engine_.on_export = [&](const serve::ExportRequest&, const base::Deadline&, Engine::RowVisitor) {
    worker = std::this_thread::get_id();
    barrier.Pass();
    return absl::OkStatus();
  };
  grpc::ClientContext context;
  const auto reader = stub_->Export(&context, v1::ExportRequest());
  barrier.WaitFor(1);
  engine_.on_search = [&](const SearchRequest&, const base::Deadline& deadline) -> absl::StatusOr<SearchResponse> {
    EXPECT_NE(std::this_thread::get_id(), worker) << "the only worker is busy";
    // Not cheap after all: it is to go on elsewhere.
    while (engine_.searches == 2 && !deadline.TimeIsUp()) std::this_thread::sleep_for(milliseconds(1));
    if (deadline.TimeIsUp()) return absl::DeadlineExceededError("slow");
    return Numbered(1);
  };
  EXPECT_TRUE(Search("kim").ok());
  std::thread slow([&] { EXPECT_TRUE(Search("slow").ok()) << "begun anew by the worker"; });
  const auto give_up = steady_clock::now() + std::chrono::seconds(10);
  while (service_.gauges().calls_queued == 0 && steady_clock::now() < give_up) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_EQ(service_.gauges().calls_queued, 1U);
  engine_.on_search = [](const SearchRequest&, const base::Deadline&) { return Numbered(1); };
  barrier.Open();
  slow.join();
  v1::ExportResponse part;
  while (reader->Read(&part)) {
  }
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_F(SearchServiceTest, WorkStopsWhenTheClientGivesUp) {
  Start(1, 8);
  std::atomic<bool> running{false};
  std::atomic<bool> stopped{false};
  engine_.on_search = [&](const SearchRequest&, const base::Deadline& deadline) -> absl::StatusOr<SearchResponse> {
    running = true;
    const auto give_up = steady_clock::now() + std::chrono::seconds(10);
    while (!deadline.Expired() && steady_clock::now() < give_up) std::this_thread::sleep_for(milliseconds(1));
    stopped = deadline.Expired();
    return absl::DeadlineExceededError("stopped");
  };
  grpc::ClientContext context;
  std::thread caller([&] {
    v1::SearchResponse response;
    EXPECT_EQ(stub_->Search(&context, v1::SearchRequest(), &response).error_code(), grpc::StatusCode::CANCELLED);
  });
  while (!running) std::this_thread::sleep_for(milliseconds(1));
  context.TryCancel();
  caller.join();
  const auto give_up = steady_clock::now() + std::chrono::seconds(5);
  while (!stopped && steady_clock::now() < give_up) std::this_thread::sleep_for(milliseconds(1));
  EXPECT_TRUE(stopped) << "long before its deadline";
}

// ---- who may call, and what is told of it

class Recorder : public CallObserver {
 public:
  void CallEnded(const CallRecord& record) override {
    std::lock_guard<std::mutex> lock(mutex_);
    lines_.push_back(absl::StrCat(
        record.method, " ", absl::StatusCodeToString(record.code), " '", record.client, "' '", record.query, "' '",
        record.plan, "' ", record.generation, record.from_cache ? " cache" : "",
        record.refusal == Refusal::kNone ? "" : absl::StrCat(" refusal ", static_cast<int>(record.refusal)),
        record.traceparent.empty() ? "" : " traced"));
    EXPECT_LE(record.stages.Sum(), record.total_s + 1e-3);
  }
  std::vector<std::string> Take() {
    std::lock_guard<std::mutex> lock(mutex_);
    return std::exchange(lines_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

TEST_F(SearchServiceTest, TellsItsObserverOfEveryCall) {
  Recorder recorder;
  ServiceOptions options = Keeping();
  options.observer = &recorder;
  Start(1, 8, options);
  engine_.on_search = [](const SearchRequest& request, const base::Deadline&) -> absl::StatusOr<SearchResponse> {
    if (request.query == "bad") return absl::InvalidArgumentError("bad");
    SearchResponse response = Numbered(1);
    response.stages.plan = "Zkim";
    response.stages.match_s = 0;
    return response;
  };
  EXPECT_TRUE(Search("kim").ok());
  EXPECT_TRUE(Search("kim").ok());
  EXPECT_FALSE(Search("bad").ok());
  EXPECT_THAT(recorder.Take(), testing::ElementsAre("Search OK '127.0.0.1' 'kim' 'Zkim' gen",
                                                    "Search OK '127.0.0.1' 'kim' '' gen cache",
                                                    "Search INVALID_ARGUMENT '127.0.0.1' 'bad' '' "));
}

TEST_F(SearchServiceTest, KnowsClientsBehindAProxyWhenToldTo) {
  for (const bool trusts : {false, true}) {
    Recorder recorder;
    ServiceOptions options;
    options.observer = &recorder;
    options.forwarded_clients = trusts;
    Start(1, 8, options);
    for (const char* forwarded : {"192.0.2.7", "10.1.1.1, 192.0.2.7", "10.1.1.1 , 192.0.2.7 "}) {
      grpc::ClientContext context;
      context.AddMetadata("x-forwarded-for", forwarded);
      v1::SearchResponse response;
      ASSERT_TRUE(stub_->Search(&context, v1::SearchRequest(), &response).ok());
      const char* const client = trusts ? "Search OK '192.0.2.7'" : "Search OK '127.0.0.1'";
      EXPECT_THAT(recorder.Take(), testing::ElementsAre(testing::StartsWith(client))) << forwarded;
    }
    TearDown();
  }
}

// Behind the end of a call the server may be gone, so whoever waits for its reply is seen to first.
TEST_F(SearchServiceTest, WhoWaitsForAReplyIsToldBeforeTheCallEnds) {
  class Looker : public CallObserver {
   public:
    explicit Looker(const SearchService& service) : service_(service) {}
    void CallEnded(const CallRecord& record) override {
      if (record.code == absl::StatusCode::kInternal) queued_at_failure = service_.gauges().calls_queued;
      if (record.code == absl::StatusCode::kOk) waited_s = record.stages.queue_s;
    }
    std::atomic<uint64_t> queued_at_failure{99};
    std::atomic<double> waited_s{0};

   private:
    const SearchService& service_;
  };
  Looker looker(service_);
  ServiceOptions options = Keeping();
  options.observer = &looker;
  Start(/*threads=*/1, 8, options);
  Barrier barrier;
  engine_.on_search = [&](const SearchRequest&, const base::Deadline&) -> absl::StatusOr<SearchResponse> {
    barrier.Pass();
    if (engine_.searches == 1) return absl::InternalError("the first one fails");
    return Numbered(1);
  };
  std::thread leads([this] { EXPECT_EQ(Search("kim").error_code(), grpc::StatusCode::INTERNAL); });
  barrier.WaitFor(1);
  std::thread follows([this] { EXPECT_TRUE(Search("kim").ok()); });
  const auto give_up = steady_clock::now() + std::chrono::seconds(10);
  while (service_.gauges().cache_hits == 0 && steady_clock::now() < give_up) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  std::this_thread::sleep_for(milliseconds(30));
  barrier.Open();
  leads.join();
  follows.join();
  EXPECT_GE(looker.waited_s, 0.03) << "for the reply of another is waiting, too";
  EXPECT_EQ(looker.queued_at_failure, 1U) << "who waited has been sent to work";
}

TEST_F(SearchServiceTest, EchoesATraceParent) {
  Recorder recorder;
  ServiceOptions options;
  options.observer = &recorder;
  Start(1, 8, options);
  const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const std::vector<std::pair<std::string, bool>> cases = {
      {good, true},
      {"01" + good.substr(2), false},
      {good + "0", false},
      {"00-00000000000000000000000000000000-00f067aa0ba902b7-01", false},
      {"00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false},
      {"junk", false},
  };
  for (const auto& [sent, echoed] : cases) {
    grpc::ClientContext context;
    context.AddMetadata("traceparent", sent);
    v1::SearchResponse response;
    ASSERT_TRUE(stub_->Search(&context, v1::SearchRequest(), &response).ok());
    const auto& trailers = context.GetServerTrailingMetadata();
    const auto found = trailers.find("traceparent");
    EXPECT_EQ(found != trailers.end(), echoed) << sent;
    if (echoed) {
      EXPECT_EQ(std::string(found->second.data(), found->second.size()), sent);
    }
    EXPECT_EQ(absl::EndsWith(recorder.Take().at(0), "traced"), echoed) << sent;
  }
}

TEST_F(SearchServiceTest, WantsAKeyWithTheScopeWhereThereAreKeys) {
  const auto searcher = admit::MakeKey("desk", "search", 0);
  const auto exporter = admit::MakeKey("archive", "search,export,admin", 0);
  const auto slow = admit::MakeKey("slow", "search", 0.5);
  const std::string file = absl::StrCat(searcher->line, "\n", exporter->line, "\n", slow->line);
  const std::shared_ptr<admit::ApiKeys> keys = admit::ApiKeys::Parse(file, "keys").value();
  Recorder recorder;
  ServiceOptions options;
  options.keys = [keys] { return keys; };
  options.observer = &recorder;
  Start(1, 8, options);
  const auto search_with = [this](const std::string& authorization) {
    grpc::ClientContext context;
    if (!authorization.empty()) context.AddMetadata("authorization", authorization);
    v1::SearchResponse response;
    return stub_->Search(&context, v1::SearchRequest(), &response);
  };
  for (const std::string& wrong : {std::string(), std::string("Bearer"), "Bearer x" + searcher->key, searcher->key}) {
    const grpc::Status status = search_with(wrong);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << wrong;
    EXPECT_EQ(DetailsOf(status).reason, "API_KEY_INVALID");
  }
  recorder.Take();
  EXPECT_TRUE(search_with("Bearer " + searcher->key).ok());
  EXPECT_THAT(recorder.Take(), testing::ElementsAre(testing::StartsWith("Search OK 'desk'")));

  const auto export_with = [this](const std::string& key) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + key);
    const auto reader = stub_->Export(&context, v1::ExportRequest());
    v1::ExportResponse part;
    while (reader->Read(&part)) {
    }
    return reader->Finish();
  };
  const grpc::Status refused = export_with(searcher->key);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(DetailsOf(refused).reason, "SCOPE_MISSING");
  EXPECT_THAT(recorder.Take(), testing::ElementsAre("Export PERMISSION_DENIED 'desk' '' ''  refusal 4"));
  EXPECT_TRUE(export_with(exporter->key).ok());
  EXPECT_THAT(recorder.Take(), testing::ElementsAre("Export OK 'archive' '' '' "));

  EXPECT_TRUE(search_with("Bearer " + slow->key).ok());
  const grpc::Status often = search_with("Bearer " + slow->key);
  EXPECT_EQ(often.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(DetailsOf(often).reason, "QUOTA_EXCEEDED");
  EXPECT_TRUE(DetailsOf(often).retry);
}

}  // namespace
}  // namespace dateline::rpc
