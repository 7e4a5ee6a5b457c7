// Explanations: every score taken apart adds up, and what does not match is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/index/score.h"
#include "searcher/serve/engine.h"
#include "tests/support/random_engine_test.h"

namespace dateline {
namespace {

using serve::ExplainRequest;
using serve::ExplainResponse;
using serve::Explanation;
using serve::SearchRequest;
using serve::SearchResponse;
using ::testing::HasSubstr;

class ExplainTest : public test::RandomEngineTest {
 protected:
  ExplainResponse Explain(const serve::QuerySpec& spec, const std::string& id) {
    ExplainRequest request;
    static_cast<serve::QuerySpec&>(request) = spec;
    request.id = id;
    const absl::StatusOr<ExplainResponse> response = engine_->Explain(request, base::Deadline());
    EXPECT_TRUE(response.ok()) << response.status() << " for " << spec.query << ", seed " << seed_;
    return response.ok() ? *response : ExplainResponse();
  }

  static void ExpectSums(const Explanation& explanation) {
    EXPECT_FALSE(explanation.detail.empty());
    if (explanation.children.empty()) return;
    int64_t sum = 0;
    for (const Explanation& child : explanation.children) {
      ExpectSums(child);
      sum += child.units;
    }
    EXPECT_EQ(sum, explanation.units) << explanation.detail;
  }
};

TEST_F(ExplainTest, TheScoreOfEveryHitAddsUp) {
  int explained = 0;
  for (int i = 0; i < test::Scaled(120); ++i) {
    SearchRequest request = test::RandomRequest(*random_);
    request.order = serve::Order::kRelevance;
    request.page_size = 3;
    request.query = RandomQueryText(3);
    if (random_->OneIn(5)) {
      request.match_any = true;
      request.query = test::RandomQuestion(*random_);
    }
    SCOPED_TRACE(absl::StrCat(request.query, ", seed ", seed_));
    for (const serve::Hit& hit : Search(request).hits) {
      const ExplainResponse response = Explain(request, hit.key);
      EXPECT_TRUE(response.matches);
      EXPECT_EQ(response.id, hit.id);
      EXPECT_EQ(response.explanation.units, static_cast<int64_t>(std::ldexp(hit.score, index::kScoreBits)));
      ExpectSums(response.explanation);
      ++explained;
    }
  }
  EXPECT_GT(explained, 50);
}

TEST_F(ExplainTest, ClausesTellWhatDoesNotMatch) {
  SearchRequest everything;
  everything.page_size = 20;
  for (const serve::Hit& hit : Search(everything).hits) {
    serve::QuerySpec spec;
    spec.query = "zzyzx -zzyzx";
    const ExplainResponse response = Explain(spec, hit.id);
    EXPECT_FALSE(response.matches);
    EXPECT_EQ(response.explanation.units, 0);
    ASSERT_EQ(response.clauses.size(), 2U);
    EXPECT_EQ(response.clauses[0].clause, "zzyzx");
    EXPECT_EQ(response.clauses[0].begin, 0U);
    EXPECT_EQ(response.clauses[0].end, 5U);
    EXPECT_EQ(response.clauses[0].count, 0U);
    EXPECT_EQ(response.clauses[1].count, 1U);
  }
}

TEST_F(ExplainTest, AnArticleThatIsNotThereIsNotFound) {
  ExplainRequest request;
  request.id = "no such id";
  EXPECT_TRUE(absl::IsNotFound(engine_->Explain(request, base::Deadline()).status()));
}

TEST_F(ExplainTest, SaysWhatANumberComesFrom) {
  SearchRequest request;
  request.query = "talks";
  request.recency = true;
  const SearchResponse found = Search(request);
  ASSERT_FALSE(found.hits.empty());
  const ExplainResponse response = Explain(request, found.hits[0].id);
  ASSERT_FALSE(response.explanation.children.empty());
  EXPECT_THAT(response.explanation.children[0].detail, HasSubstr("talk"));
  EXPECT_THAT(response.explanation.children[0].detail, HasSubstr(absl::StrCat(" of ", engine_->Status().documents, " articles) times ")));
}

}  // namespace
}  // namespace dateline
