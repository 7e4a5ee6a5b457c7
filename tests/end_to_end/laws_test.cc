// Laws that need no oracle: they hold whatever the right answer is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/index/generation.h"
#include "core/text/normalizer.h"
#include "searcher/query/query_parser.h"
#include "searcher/serve/engine.h"
#include "tests/support/random_corpus.h"
#include "tests/support/random_engine_test.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_index.h"

namespace dateline {
namespace {

using serve::Engine;
using serve::SearchRequest;
using serve::SearchResponse;
using test::BuildIndex;
using test::BuildSetup;
using test::TempDir;

// The bytes of every file of the current generation but the manifest, which holds the time of publication.
std::map<std::string, std::string> GenerationBytes(const std::string& index_directory) {
  std::map<std::string, std::string> files;
  const std::string generation = test::CurrentGeneration(index_directory);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(generation)) {
    if (!entry.is_regular_file() || entry.path().filename() == "MANIFEST") continue;
    files[std::filesystem::relative(entry.path(), generation).string()] = base::ReadFile(entry.path().string()).value();
  }
  return files;
}

std::vector<std::string> FoldedNames(const std::vector<article::Credit>& credits) {
  std::vector<std::string> names;
  for (const article::Credit& credit : credits) names.push_back(text::FoldName(credit.name));
  return names;
}

class LawsTest : public test::RandomEngineTest {};

TEST_F(LawsTest, ThreadsAndMemoryChangeNoByte) {
  const std::vector<std::string> inputs = {WriteArticles()};
  std::map<std::string, std::string> first;
  for (uint64_t threads : {1, 2, 8}) {
    const std::string index = directory_.Path(absl::StrCat("threads-", threads));
    ASSERT_TRUE(BuildIndex(inputs, index, BuildSetup{2, threads, threads * 1024}).ok());
    const std::map<std::string, std::string> bytes = GenerationBytes(index);
    ASSERT_GT(bytes.size(), 6U);
    if (first.empty()) first = bytes;
    for (const auto& [file, content] : first) {
      const auto other = bytes.find(file);
      ASSERT_NE(other, bytes.end()) << file;
      const size_t same = static_cast<size_t>(
          std::mismatch(content.begin(), content.end(), other->second.begin(), other->second.end()).first - content.begin());
      EXPECT_TRUE(content == other->second)
          << file << ": " << threads << " threads made other bytes from " << same << " on, seed " << seed_;
    }
    EXPECT_EQ(bytes.size(), first.size());
  }
}

TEST_F(LawsTest, BuildingAgainGivesTheSameContentUnderTheNextNumber) {
  const std::vector<std::string> inputs = {WriteArticles()};
  const std::string index = directory_.Path("again");
  std::vector<std::string> names;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(BuildIndex(inputs, index, BuildSetup()).ok());
    names.push_back(index::ReadCurrent(index).value());
  }
  EXPECT_NE(names[0], names[1]);
  EXPECT_EQ(names[0].substr(names[0].find('-')), names[1].substr(names[1].find('-'))) << "the content hash";
}

TEST_F(LawsTest, ShortPagesAreBeginningsOfLongOnes) {
  for (int i = 0; i < test::Scaled(100); ++i) {
    SearchRequest request = test::RandomRequest(*random_);
    request.query = RandomQueryText(3);
    request.page_size = 100;
    const std::vector<std::string> many = Keys(Search(request));
    request.page_size = 10;
    std::vector<std::string> few = many;
    if (few.size() > 10) few.resize(10);
    EXPECT_EQ(Keys(Search(request)), few) << request.query;
  }
}

TEST_F(LawsTest, PagesNeitherRepeatNorSkip) {
  for (int i = 0; i < test::Scaled(60); ++i) {
    SearchRequest request = test::RandomRequest(*random_);
    request.query = RandomQueryText(3);
    request.page_size = static_cast<int>(1 + random_->Below(40));
    const std::vector<std::string> keys = AllKeys(request);
    EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), keys.size()) << request.query;
    EXPECT_EQ(keys.size(), Search(request).total) << request.query;
  }
}

TEST_F(LawsTest, AFilterYieldsASubset) {
  for (int i = 0; i < test::Scaled(60); ++i) {
    SearchRequest request;
    request.query = RandomQueryText(3);
    request.order = serve::Order::kNewest;
    const std::vector<std::string> all = AllKeys(request);
    request.filters.outlets = {"norpress"};
    const std::vector<std::string> some = AllKeys(request);
    size_t at = 0;
    for (const std::string& key : some) {
      at = static_cast<size_t>(std::find(all.begin() + static_cast<ptrdiff_t>(at), all.end(), key) - all.begin());
      ASSERT_LT(at, all.size()) << "a filter may take away, never add or reorder: " << request.query;
    }
  }
}

TEST_F(LawsTest, AndAndOrCommute) {
  for (int i = 0; i < test::Scaled(60); ++i) {
    const std::string a = RandomQueryText(2);
    const std::string b = RandomQueryText(2);
    for (const absl::string_view op : {"AND", "OR"}) {
      SearchRequest one;
      SearchRequest other;
      one.query = absl::StrCat("(", a, ") ", op, " (", b, ")");
      other.query = absl::StrCat("(", b, ") ", op, " (", a, ")");
      if (!query::ParseQuery(one.query).ok() || !query::ParseQuery(other.query).ok()) continue;  // NOT NOT
      EXPECT_EQ(AllKeys(one), AllKeys(other)) << one.query;
    }
  }
}

TEST_F(LawsTest, NotSplitsTheArchiveInTwo) {
  const uint64_t all = Search(SearchRequest()).total;
  for (int i = 0; i < test::Scaled(60); ++i) {
    const std::string text = RandomQueryText(2);
    if (absl::StartsWith(text, "NOT")) continue;
    SearchRequest with;
    SearchRequest without;
    with.query = text;
    without.query = absl::StrCat("NOT (", text, ")");
    EXPECT_EQ(Search(with).total + Search(without).total, all) << text;
  }
}

TEST_F(LawsTest, AnInexactTotalIsALowerBoundAndSaysSo) {
  for (int i = 0; i < test::Scaled(60); ++i) {
    SearchRequest request;
    request.query = RandomQueryText(3);
    request.page_size = 3;
    const uint64_t exact = Search(request).total;
    request.total_mode = serve::TotalMode::kLowerBound;
    const SearchResponse response = Search(request);
    EXPECT_LE(response.total, exact) << request.query;
    EXPECT_TRUE(response.total == exact || !response.total_exact) << request.query;
  }
}

TEST_F(LawsTest, SnippetMarksAreInsideTheTextAndInOrder) {
  size_t marks = 0;
  for (int i = 0; i < test::Scaled(60); ++i) {
    SearchRequest request;
    request.query = RandomQueryText(3);
    for (const serve::Hit& hit : Search(request).hits) {
      uint32_t end = 0;
      for (const serve::Highlight& mark : hit.snippet.highlights) {
        EXPECT_LE(end, mark.begin);
        EXPECT_LT(mark.begin, mark.end);
        end = mark.end;
        ++marks;
      }
      EXPECT_LE(end, hit.snippet.text.size());
      EXPECT_EQ(hit.snippet.text.find('\n'), std::string::npos);
    }
  }
  EXPECT_GT(marks, 10U);
}

TEST_F(LawsTest, EveryArticleComesBackWhole) {
  std::map<base::DocKey, article::Article> latest;
  for (const article::Article& article : articles_) latest[article.key] = article;
  for (const auto& [key, article] : latest) {
    const absl::StatusOr<serve::FullArticle> got = engine_->GetArticle(article.id);
    ASSERT_TRUE(got.ok()) << got.status();
    EXPECT_EQ(got->article.body, article.body);
    EXPECT_EQ(got->article.headline, article.headline);
    EXPECT_EQ(FoldedNames(got->article.bylines), FoldedNames(article.bylines)) << "capitals may be undone";
    EXPECT_EQ(got->article.publication, article.publication);
  }
  EXPECT_TRUE(absl::IsNotFound(engine_->GetArticle("no such id").status()));
}

TEST_F(LawsTest, LimitsOfARequestAreKept) {
  const serve::EngineOptions defaults;
  SearchRequest request;
  request.page_size = -1;
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->Search(request, base::Deadline()).status()));
  request.page_size = 0;
  EXPECT_EQ(Search(request).hits.size(), static_cast<size_t>(defaults.default_page_size));
  request.page_size = 100'000;
  EXPECT_EQ(Search(request).hits.size(), static_cast<size_t>(defaults.max_page_size));
  for (const int values : {0, -1, defaults.max_facet_values + 1}) {
    request.facets = {{serve::FacetField::kOutlet, values}};
    EXPECT_TRUE(absl::IsInvalidArgument(engine_->Search(request, base::Deadline()).status())) << values;
  }
  request.facets.clear();
  request.filters.outlets.assign(static_cast<size_t>(defaults.max_filter_values) + 1, "x");
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->Search(request, base::Deadline()).status()));
  request.filters.outlets.clear();
  request.query = std::string(query::QueryLimits().max_query_bytes + 1, 'x');
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->Search(request, base::Deadline()).status()));
  request.query = "... ???";
  EXPECT_EQ(query::QueryErrorOffset(engine_->Search(request, base::Deadline()).status()), 0U);
}

TEST_F(LawsTest, AnExpiredDeadlineEndsTheSearch) {
  const base::Deadline expired = base::Deadline::After(std::chrono::microseconds(-1));
  EXPECT_TRUE(absl::IsDeadlineExceeded(engine_->Search(SearchRequest(), expired).status()));
  EXPECT_EQ(Search(SearchRequest()).hits.size(), 10U) << "and harms nobody else";
}

}  // namespace
}  // namespace dateline
