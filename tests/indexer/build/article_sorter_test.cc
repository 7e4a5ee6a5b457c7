#include "indexer/build/article_sorter.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/temp_dir.h"

namespace dateline::build {
namespace {

using article::Article;

Article Make(int64_t instant, base::DocKey key, std::string body) {
  Article article;
  article.key = key;
  article.publication.instant = instant;
  article.body = std::move(body);
  article.notes = {"a note travels too"};
  return article;
}

// Few instants and few keys, so that both collide.
std::vector<Article> RandomArticles(test::Random& random, size_t count) {
  std::vector<Article> articles;
  for (size_t i = 0; i < count; ++i) {
    const int64_t instant = random.OneIn(6) ? article::kUndated : static_cast<int64_t>(random.Below(20)) - 10;
    const base::DocKey key{random.Below(3), random.Below(1 + count / 2)};
    const std::string text = random.Text(random.Below(random.OneIn(20) ? 2000 : 20));
    articles.push_back(Make(instant, key, absl::StrCat("version ", i, " ", text)));
  }
  return articles;
}

// What must come out: of each key the last, newest first, undated last, then by key.
std::vector<Article> Expected(const std::vector<Article>& articles) {
  std::map<base::DocKey, Article> by_key;
  for (const Article& article : articles) by_key[article.key] = article;
  std::vector<Article> sorted;
  for (const auto& [key, article] : by_key) sorted.push_back(article);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Article& a, const Article& b) {
    if (a.publication.dated() != b.publication.dated()) return a.publication.dated();
    return a.publication.instant > b.publication.instant;
  });
  return sorted;
}

std::vector<Article> Drain(ArticleSorter& sorter) {
  std::vector<Article> articles;
  for (;;) {
    absl::StatusOr<absl::optional<Article>> next = sorter.Next();
    EXPECT_TRUE(next.ok()) << next.status();
    if (!next.ok() || !next->has_value()) break;
    articles.push_back(**std::move(next));
  }
  const absl::StatusOr<absl::optional<Article>> after = sorter.Next();
  EXPECT_TRUE(after.ok() && !after->has_value());  // the end is the end
  return articles;
}

TEST(ArticleSorterTest, NothingInNothingOut) {
  const test::TempDir dir;
  ArticleSorter sorter(dir.path(), 1000);
  ASSERT_TRUE(sorter.Sort().ok());
  EXPECT_EQ(sorter.articles(), 0U);
  EXPECT_EQ(sorter.replaced(), 0U);
  EXPECT_TRUE(Drain(sorter).empty());
}

TEST(ArticleSorterTest, TheOrder) {
  const test::TempDir dir;
  ArticleSorter sorter(dir.path(), 1 << 20);
  const std::vector<Article> articles = {
      Make(article::kUndated, {0, 1}, "undated, first key"),
      Make(100, {9, 0}, "same instant, later key"),
      Make(-5, {0, 3}, "before the epoch"),
      Make(100, {2, 7}, "same instant, earlier key"),
      Make(200, {5, 5}, "newest"),
      Make(article::kUndated, {0, 0}, "undated, key zero"),
      Make(100, {2, 6}, "same instant, the low half decides"),
  };
  for (size_t i = 0; i < articles.size(); ++i) ASSERT_TRUE(sorter.Add(i, articles[i]).ok());
  ASSERT_TRUE(sorter.Sort().ok());
  std::vector<std::string> bodies;
  for (const Article& article : Drain(sorter)) bodies.push_back(article.body);
  EXPECT_EQ(bodies, std::vector<std::string>({"newest", "same instant, the low half decides",
                                              "same instant, earlier key", "same instant, later key", "before the epoch", "undated, key zero",
                                              "undated, first key"}));
}

TEST(ArticleSorterTest, TheHighestSequenceNumberStaysWhateverTheOrderOfArrival) {
  const test::TempDir dir;
  for (const bool later_first : {false, true}) {
    // The later version is older and undated by turns: what the key says counts, not where the version would stand.
    for (const int64_t instant : {int64_t{50}, int64_t{500}, article::kUndated}) {
      ArticleSorter sorter(dir.path(), 1);
      const Article early = Make(100, {1, 1}, "early");
      const Article late = Make(instant, {1, 1}, "late");
      ASSERT_TRUE(sorter.Add(later_first ? 8 : 3, later_first ? late : early).ok());
      ASSERT_TRUE(sorter.Add(later_first ? 3 : 8, later_first ? early : late).ok());
      ASSERT_TRUE(sorter.Sort().ok());
      EXPECT_EQ(sorter.articles(), 1U);
      EXPECT_EQ(sorter.replaced(), 1U);
      const std::vector<Article> out = Drain(sorter);
      ASSERT_EQ(out.size(), 1U);
      EXPECT_TRUE(out[0] == late);
    }
  }
}

TEST(ArticleSorterTest, RandomArticlesInManyRunsAgreeWithAPlainSort) {
  const uint64_t seed = test::TestSeed(161);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const std::vector<size_t> run_sizes = {1, 2000, 20'000, 64 << 20};  // a run for each article up to one for all
  for (int round = 0; round < test::Scaled(16); ++round) {
    const test::TempDir dir;
    const std::vector<Article> articles = RandomArticles(random, random.Below(300));
    const std::vector<Article> expected = Expected(articles);
    const size_t run_bytes = random.Pick(run_sizes);
    SCOPED_TRACE(absl::StrCat("round ", round, ", ", articles.size(), " articles, runs of ", run_bytes));
    ArticleSorter sorter(dir.path(), run_bytes);
    for (size_t i = 0; i < articles.size(); ++i) ASSERT_TRUE(sorter.Add(i, articles[i]).ok());
    ASSERT_TRUE(sorter.Sort().ok());
    EXPECT_EQ(sorter.articles(), expected.size());
    EXPECT_EQ(sorter.replaced(), articles.size() - expected.size());
    EXPECT_TRUE(Drain(sorter) == expected);
  }
}

TEST(ArticleSorterTest, ManyThreads) {
  const uint64_t seed = test::TestSeed(162);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const test::TempDir dir;
  const std::vector<Article> articles = RandomArticles(random, 3000);
  ArticleSorter sorter(dir.path(), 30'000);
  std::atomic<size_t> next{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      for (size_t at = next++; at < articles.size(); at = next++) EXPECT_TRUE(sorter.Add(at, articles[at]).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(sorter.Sort().ok());
  const std::vector<Article> expected = Expected(articles);
  EXPECT_EQ(sorter.articles(), expected.size());
  EXPECT_EQ(sorter.replaced(), articles.size() - expected.size());
  EXPECT_TRUE(Drain(sorter) == expected);
}

TEST(ArticleSorterTest, AMissingDirectoryIsTold) {
  const test::TempDir dir;
  ArticleSorter sorter(dir.Path("absent"), 1);
  const absl::Status status = sorter.Add(0, Make(1, {1, 1}, "body"));
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), dir.Path("absent"))) << status;
}

TEST(ArticleSorterTest, ARunThatWasCutShortIsTold) {
  const test::TempDir dir;
  ArticleSorter sorter(dir.path(), 1);
  for (uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(sorter.Add(i, Make(1, {i, 1}, "body")).ok());
  const absl::StatusOr<std::vector<std::string>> names = base::ListDirectory(dir.path());
  ASSERT_TRUE(names.ok() && !names->empty());
  const absl::StatusOr<std::string> bytes = base::ReadFile(dir.Path(names->front()));
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  dir.Write(names->front(), bytes->substr(0, bytes->size() - 1));
  EXPECT_FALSE(sorter.Sort().ok());
}

}  // namespace
}  // namespace dateline::build
