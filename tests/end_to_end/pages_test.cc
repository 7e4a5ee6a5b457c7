// Every way to get more than a page: cursors, exports, counts, several searches in one call.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "searcher/serve/engine.h"
#include "searcher/serve/page_token.h"
#include "tests/support/random_engine_test.h"

namespace dateline {
namespace {

using serve::Engine;
using serve::ExportRequest;
using serve::FullArticle;
using serve::PageCursor;
using serve::SearchRequest;
using serve::SearchResponse;
using test::BuildIndex;
using test::BuildSetup;

class PagesTest : public test::RandomEngineTest {
 protected:
  std::vector<std::string> ExportedKeys(const ExportRequest& request) {
    std::vector<std::string> keys;
    const absl::Status status = engine_->Export(request, base::Deadline(), [&](FullArticle row) {
      keys.push_back(base::ToHex(row.article.key));
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status << " for " << request.query << ", seed " << seed_;
    return keys;
  }

  SearchRequest RandomSearch() {
    SearchRequest request = test::RandomRequest(*random_);
    request.query = RandomQueryText(3);
    request.snippets = false;
    return request;
  }
};

TEST_F(PagesTest, AnExportDeliversWhatThePagesDo) {
  for (int i = 0; i < test::Scaled(60); ++i) {
    SearchRequest request = RandomSearch();
    request.page_size = static_cast<int>(1 + random_->Below(40));
    SCOPED_TRACE(absl::StrCat(request.query, ", order ", static_cast<int>(request.order), ", seed ", seed_));
    ExportRequest all;
    static_cast<serve::QuerySpec&>(all) = request;
    all.order = request.order;
    const std::vector<std::string> keys = AllKeys(request);
    EXPECT_EQ(ExportedKeys(all), keys);
    EXPECT_EQ(Search(request).total, keys.size());
    serve::CountRequest count;
    static_cast<serve::QuerySpec&>(count) = request;
    EXPECT_EQ(engine_->CountMatches(count, base::Deadline())->total, keys.size());
  }
}

TEST_F(PagesTest, KeysAloneAreThoseOfWholePages) {
  for (int i = 0; i < test::Scaled(60); ++i) {
    SearchRequest request = RandomSearch();
    request.page_size = static_cast<int>(1 + random_->Below(40));
    SCOPED_TRACE(absl::StrCat(request.query, ", order ", static_cast<int>(request.order), ", seed ", seed_));
    const serve::SearchResponse whole = Search(request);
    request.keys_only = true;
    request.snippets = random_->OneIn(2);  // means nothing
    const serve::SearchResponse keys = Search(request);
    ASSERT_EQ(Keys(keys), Keys(whole));
    EXPECT_EQ(keys.total, whole.total);
    EXPECT_EQ(keys.next_page_token, whole.next_page_token);
    for (size_t hit = 0; hit < keys.hits.size(); ++hit) {
      EXPECT_EQ(keys.hits[hit].score, whole.hits[hit].score);
      EXPECT_EQ(keys.hits[hit].headline + keys.hits[hit].id + keys.hits[hit].snippet.text, "");
    }
  }
}

// Without snippets only the beginning of a stored article is read, where most heads end.
TEST_F(PagesTest, LongHeadsAreWhole) {
  std::string lines;
  std::vector<std::string> urls;
  for (const size_t length : {30, 500, 1700, 1800, 1900, 2000, 2043, 2100, 4000, 9000}) {
    std::string url = absl::StrCat("https://example.com/", length, "/");
    while (url.size() < length) absl::StrAppend(&url, random_->Below(10));
    absl::StrAppend(&lines, R"({"headline": "Ferry strike", "body": "Nothing sailed.", "url": ")", url, "\"}\n");
    urls.push_back(std::move(url));
  }
  const std::string index = directory_.Path("long");
  const auto built = BuildIndex({directory_.Write("long.jsonl", lines)}, index, BuildSetup());
  ASSERT_TRUE(built.ok()) << built.status();
  engine_ = *Engine::Open(index, test::OptionsUnderTest());
  SearchRequest request;
  request.query = "ferry";
  request.snippets = false;
  std::vector<std::string> found;
  for (const serve::Hit& hit : Search(request).hits) found.push_back(hit.url);
  EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(urls));
}

TEST_F(PagesTest, TheSizeOfThePagesChangesNothing) {
  for (int i = 0; i < test::Scaled(20); ++i) {
    SearchRequest request = RandomSearch();
    request.page_size = 100;
    const std::vector<std::string> expected = AllKeys(request);
    request.page_size = 1 + i;
    EXPECT_EQ(AllKeys(request), expected) << request.query << ", seed " << seed_;
  }
}

TEST_F(PagesTest, LaterPagesRepeatTheTotal) {
  SearchRequest request;
  request.page_size = 9;
  for (const serve::TotalMode mode : {serve::TotalMode::kExact, serve::TotalMode::kLowerBound}) {
    request.total_mode = mode;
    request.page_token.clear();
    const SearchResponse first = Search(request);
    request.page_token = first.next_page_token;
    const SearchResponse second = Search(request);
    EXPECT_EQ(second.total, first.total);
    EXPECT_EQ(second.total_exact, first.total_exact);
    EXPECT_EQ(second.total_exact, mode == serve::TotalMode::kExact);
  }
}

TEST_F(PagesTest, TokensAreBoundToTheRequest) {
  SearchRequest request;
  request.page_size = 5;
  request.page_token = Search(request).next_page_token;
  ASSERT_FALSE(request.page_token.empty());
  request.page_size = 7;
  EXPECT_EQ(Search(request).hits.size(), 7U) << "the page size may change";
  const auto refused = [&](const SearchRequest& other) {
    return absl::IsInvalidArgument(engine_->Search(other, base::Deadline()).status());
  };
  SearchRequest other = request;
  other.query = "talks";
  EXPECT_TRUE(refused(other));
  other = request;
  other.order = serve::Order::kOldest;
  EXPECT_TRUE(refused(other));
  other = request;
  other.filters.outlets = {"Norpress"};
  EXPECT_TRUE(refused(other));
  for (size_t i = 0; i < request.page_token.size(); ++i) {
    other = request;
    other.page_token[i] = other.page_token[i] == 'A' ? 'B' : 'A';
    EXPECT_TRUE(refused(other)) << "byte " << i;
  }
  for (const std::string& text : {std::string("x"), std::string(5000, 'A'), request.page_token + "AAAA"}) {
    other = request;
    other.page_token = text;
    EXPECT_TRUE(refused(other)) << text;
  }
}

TEST_F(PagesTest, TokensOutliveTheServerAndTravelWithTheIndexButNotToAnother) {
  SearchRequest request;
  request.page_size = 5;
  const std::string token = Search(request).next_page_token;
  request.page_token = token;
  const std::vector<std::string> expected = Keys(Search(request));

  const std::unique_ptr<Engine> again = Engine::Open(directory_.Path("index")).value();
  EXPECT_EQ(Keys(again->Search(request, base::Deadline()).value()), expected) << "after a restart";
  std::filesystem::copy(directory_.Path("index"), directory_.Path("copy"), std::filesystem::copy_options::recursive);
  const std::unique_ptr<Engine> copy = Engine::Open(directory_.Path("copy")).value();
  EXPECT_EQ(Keys(copy->Search(request, base::Deadline()).value()), expected) << "on a copy";

  ASSERT_TRUE(BuildIndex(articles_, directory_.Path("other"), BuildSetup{3, 2, build::kMinMemoryMb}).ok());
  const std::unique_ptr<Engine> other = Engine::Open(directory_.Path("other")).value();
  EXPECT_TRUE(absl::IsInvalidArgument(other->Search(request, base::Deadline()).status()))
      << "another index has another key";

  articles_.pop_back();
  ASSERT_TRUE(BuildIndex(articles_, directory_.Path("copy"), BuildSetup()).ok());
  const std::unique_ptr<Engine> next = Engine::Open(directory_.Path("copy")).value();
  EXPECT_TRUE(absl::IsFailedPrecondition(next->Search(request, base::Deadline()).status()))
      << "a new generation of the same index";
}

TEST_F(PagesTest, TheKeyOfTokensIsSecretAndNeverMadeAgain) {
  const std::string path = directory_.Path("index/TOKEN_KEY");
  const std::string key = base::ReadFile(path).value();
  EXPECT_EQ(key.size(), 32U);
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path).permissions(), perms::owner_read | perms::owner_write);
  ASSERT_TRUE(BuildIndex(articles_, directory_.Path("index"), BuildSetup()).ok());
  EXPECT_EQ(base::ReadFile(path).value(), key);
}

TEST_F(PagesTest, ATokenHoldsItsCursor) {
  const serve::PageTokenScope scope{"key", "generation", "plan"};
  for (int i = 0; i < 200; ++i) {
    PageCursor cursor;
    cursor.before = random_->Below(1'000'000);
    cursor.last.score = static_cast<int64_t>(random_->Below(1U << 30));
    cursor.last.instant =
        random_->OneIn(5) ? article::kUndated : static_cast<int64_t>(random_->Below(1U << 31)) - 1000;
    cursor.last.key = base::DocKey{random_->Below(~uint64_t{0}), random_->Below(~uint64_t{0})};
    cursor.total = random_->Below(1'000'000);
    cursor.total_exact = random_->OneIn(2);
    const std::string token = MakePageToken(scope, cursor);
    EXPECT_THAT(token, ::testing::MatchesRegex("[A-Za-z0-9_=-]+"));
    EXPECT_EQ(serve::ReadPageToken(token, scope).value(), cursor);
    EXPECT_TRUE(absl::IsInvalidArgument(serve::ReadPageToken(token, {"other", "generation", "plan"}).status()));
    EXPECT_TRUE(absl::IsFailedPrecondition(serve::ReadPageToken(token, {"key", "other", "plan"}).status()));
    EXPECT_TRUE(absl::IsInvalidArgument(serve::ReadPageToken(token, {"key", "generation", "other"}).status()));
  }
}

TEST_F(PagesTest, AnExportStopsWhereItsReaderDoes) {
  int rows = 0;
  const absl::Status status = engine_->Export(ExportRequest(), base::Deadline(), [&](FullArticle) {
    return ++rows == 7 ? absl::CancelledError("enough") : absl::OkStatus();
  });
  EXPECT_TRUE(absl::IsCancelled(status));
  EXPECT_EQ(rows, 7);
  EXPECT_TRUE(
      absl::IsDeadlineExceeded(engine_->Export(ExportRequest(), base::Deadline::After(std::chrono::microseconds(-1)),
                                               [](FullArticle) { return absl::OkStatus(); })));
}

TEST_F(PagesTest, AnExportHoldsBodiesWhenAskedTo) {
  for (const bool bodies : {false, true}) {
    ExportRequest request;
    request.bodies = bodies;
    size_t with_body = 0;
    ASSERT_TRUE(engine_
                    ->Export(request, base::Deadline(),
                             [&](FullArticle row) {
                               with_body += row.article.body.empty() ? 0 : 1;
                               if (bodies) {
                                 const FullArticle whole = engine_->GetArticle(row.id).value();
                                 EXPECT_EQ(row.article.body, whole.article.body);
                                 EXPECT_EQ(row.article.headline, whole.article.headline);
                               }
                               return absl::OkStatus();
                             })
                    .ok());
    EXPECT_EQ(with_body > 0, bodies);
  }
}

TEST_F(PagesTest, SeveralSearchesAnswerLikeEachAlone) {
  std::vector<SearchRequest> requests;
  for (int i = 0; i < 10; ++i) requests.push_back(RandomSearch());
  requests[4].query = "(";
  const auto responses = engine_->MultiSearch(requests, base::Deadline());
  ASSERT_EQ(responses.size(), requests.size());
  for (size_t i = 0; i < requests.size(); ++i) {
    const absl::StatusOr<SearchResponse> alone = engine_->Search(requests[i], base::Deadline());
    ASSERT_EQ(responses[i].status(), alone.status()) << requests[i].query;
    if (!alone.ok()) continue;
    EXPECT_EQ(Keys(*responses[i]), Keys(*alone));
    EXPECT_EQ(responses[i]->total, alone->total);
  }
  EXPECT_FALSE(responses[4].ok());
}

TEST_F(PagesTest, ABatchOfArticlesKeepsTheOrderAndSaysWhatIsMissing) {
  const SearchResponse some = Search(SearchRequest());
  const std::vector<std::string> ids = {some.hits[3].id, "no such id", some.hits[1].key, some.hits[3].id};
  const auto articles = engine_->BatchGetArticles(ids).value();
  ASSERT_EQ(articles.size(), 4U);
  EXPECT_EQ(articles[0]->id, some.hits[3].id);
  EXPECT_FALSE(articles[1].has_value());
  EXPECT_EQ(articles[2]->id, some.hits[1].id);
  EXPECT_EQ(articles[3]->id, some.hits[3].id);
  const serve::EngineOptions defaults;
  const std::vector<std::string> many(static_cast<size_t>(defaults.max_batch_articles) + 1, "x");
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->BatchGetArticles(many).status()));
}

}  // namespace
}  // namespace dateline
