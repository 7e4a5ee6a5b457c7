// A fixture with an engine over three shards of random articles.
#ifndef DATELINE_TESTS_SUPPORT_RANDOM_ENGINE_TEST_H_
#define DATELINE_TESTS_SUPPORT_RANDOM_ENGINE_TEST_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "searcher/query/query_parser.h"
#include "searcher/serve/engine.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/random_corpus.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_index.h"

namespace dateline::test {

class RandomEngineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    seed_ = TestSeed(4711);
    random_ = std::make_unique<Random>(seed_);
    articles_ = RandomArticles(*random_, 300);
    ASSERT_TRUE(BuildIndex(articles_, directory_.Path("index"), BuildSetup{3, 2, build::kMinMemoryMb}).ok());
    absl::StatusOr<std::unique_ptr<serve::Engine>> engine =
        serve::Engine::Open(directory_.Path("index"), OptionsUnderTest());
    ASSERT_TRUE(engine.ok()) << engine.status();
    engine_ = *std::move(engine);
  }

  serve::SearchResponse Search(const serve::SearchRequest& request) {
    const absl::StatusOr<serve::SearchResponse> response = engine_->Search(request, base::Deadline());
    EXPECT_TRUE(response.ok()) << response.status() << " for " << request.query << ", seed " << seed_;
    return response.ok() ? *response : serve::SearchResponse();
  }

  std::string RandomQueryText(int depth) {
    for (;;) {
      std::string text = query::ToString(RandomQuery(*random_, depth));
      if (query::ParseQuery(text).ok()) return text;
    }
  }

  // The articles as one input: stored articles remember the path that they came from.
  std::string WriteArticles() const {
    std::string lines;
    for (const article::Article& article : articles_) lines += ToJsonLine(article);
    return directory_.Write("articles.jsonl", lines);
  }

  static std::vector<std::string> Keys(const serve::SearchResponse& response) {
    std::vector<std::string> keys;
    for (const serve::Hit& hit : response.hits) keys.push_back(hit.key);
    return keys;
  }

  std::vector<std::string> AllKeys(serve::SearchRequest request) {
    std::vector<std::string> keys;
    do {
      const serve::SearchResponse response = Search(request);
      for (std::string& key : Keys(response)) keys.push_back(std::move(key));
      request.page_token = response.next_page_token;
    } while (!request.page_token.empty());
    return keys;
  }

  uint64_t seed_ = 0;
  std::unique_ptr<Random> random_;
  std::vector<article::Article> articles_;
  TempDir directory_;
  std::unique_ptr<serve::Engine> engine_;
};

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_RANDOM_ENGINE_TEST_H_
