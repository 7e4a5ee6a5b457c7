// Laws that need no oracle: they hold whatever the right answer is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/index/generation.h"
#include "core/text/normalizer.h"
#include "searcher/query/query_parser.h"
#include "searcher/serve/engine.h"
#include "tests/support/random_corpus.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_index.h"

namespace dateline {
namespace {

using serve::Engine;
using serve::FacetField;
using serve::SearchRequest;
using serve::SearchResponse;
using test::BuildIndex;
using test::BuildSetup;
using test::Random;
using test::TempDir;

constexpr uint64_t kSeed = 4711;

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

using NameList = std::vector<std::string> serve::Filters::*;

const std::vector<std::pair<FacetField, NameList>>& NameLists() {
  using serve::Filters;
  static const auto* const kLists = new std::vector<std::pair<FacetField, NameList>>{
      {FacetField::kOutlet, &Filters::outlets},   {FacetField::kByline, &Filters::bylines},
      {FacetField::kAgency, &Filters::agencies},  {FacetField::kDateline, &Filters::datelines},
      {FacetField::kSection, &Filters::sections}, {FacetField::kLanguage, &Filters::languages}};
  return *kLists;
}

class LawsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    seed_ = test::TestSeed(kSeed);
    random_ = std::make_unique<Random>(seed_);
    articles_ = test::RandomArticles(*random_, 300);
    ASSERT_TRUE(BuildIndex(articles_, directory_.Path("index"), BuildSetup{3, 2, build::kMinMemoryMb}).ok());
    absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Open(directory_.Path("index"));
    ASSERT_TRUE(engine.ok()) << engine.status();
    engine_ = *std::move(engine);
  }

  SearchResponse Search(const SearchRequest& request) {
    const absl::StatusOr<SearchResponse> response = engine_->Search(request, base::Deadline());
    EXPECT_TRUE(response.ok()) << response.status() << " for " << request.query << ", seed " << seed_;
    return response.ok() ? *response : SearchResponse();
  }

  std::string RandomQueryText(int depth) {
    for (;;) {
      std::string text = query::ToString(test::RandomQuery(*random_, depth));
      if (query::ParseQuery(text).ok()) return text;
    }
  }

  // The articles as one input: stored articles remember the path that they came from.
  std::string WriteArticles() const {
    std::string lines;
    for (const article::Article& article : articles_) lines += test::ToJsonLine(article);
    return directory_.Write("articles.jsonl", lines);
  }

  static std::vector<std::string> Keys(const SearchResponse& response) {
    std::vector<std::string> keys;
    for (const serve::Hit& hit : response.hits) keys.push_back(hit.key);
    return keys;
  }

  std::vector<std::string> AllKeys(SearchRequest request) {
    std::vector<std::string> keys;
    do {
      const SearchResponse response = Search(request);
      for (std::string& key : Keys(response)) keys.push_back(std::move(key));
      request.page_token = response.next_page_token;
    } while (!request.page_token.empty());
    return keys;
  }

  uint64_t seed_ = 0;
  std::unique_ptr<Random> random_;
  std::vector<article::Article> articles_;
  TempDir directory_;
  std::unique_ptr<Engine> engine_;
};

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

TEST_F(LawsTest, FacetCountsOfOneValueAddUpToTheTotal) {
  for (int i = 0; i < test::Scaled(60); ++i) {
    SearchRequest request = test::RandomRequest(*random_);
    request.query = RandomQueryText(3);
    request.facets.clear();
    for (const FacetField field : {FacetField::kOutlet, FacetField::kDateline, FacetField::kSection,
                                   FacetField::kLanguage, FacetField::kYear, FacetField::kMonth, FacetField::kDay}) {
      request.facets.push_back({field, 1000});
    }
    const SearchResponse response = Search(request);
    for (const serve::FacetResult& facet : response.facets) {
      uint64_t sum = 0;
      for (const serve::FacetValue& value : facet.values) sum += value.count;
      EXPECT_EQ(sum, response.total) << request.query;
      EXPECT_EQ(facet.other_values, 0U);
    }
  }
}

TEST_F(LawsTest, AFacetValueFiltersToItsOwnCount) {
  SearchRequest request;
  for (const auto& [field, list] : NameLists()) request.facets.push_back({field, 1000});
  const SearchResponse response = Search(request);
  for (size_t i = 0; i < response.facets.size(); ++i) {
    int checked = 0;
    for (const serve::FacetValue& value : response.facets[i].values) {
      if (value.is_none) continue;
      SearchRequest filtered;
      filtered.filters.*NameLists()[i].second = {value.value};
      EXPECT_EQ(Search(filtered).total, value.count) << value.value;
      ++checked;
    }
    EXPECT_GE(checked, 3) << "facet " << i;
  }
}

TEST_F(LawsTest, DisjunctiveCountsAreThoseWithoutTheFilter) {
  int narrowed = 0;
  for (int i = 0; i < test::Scaled(60); ++i) {
    SearchRequest request = test::RandomRequest(*random_);
    request.query = RandomQueryText(2);
    for (const auto& [field, list] : NameLists()) {
      if ((request.filters.*list).empty()) continue;
      request.facets = {{field, 1000, /*disjunctive=*/true}};
      const SearchResponse disjunctive = Search(request);
      SearchRequest wide = request;
      (wide.filters.*list).clear();
      wide.facets[0].disjunctive = false;
      std::map<std::string, uint64_t> counts;
      const SearchResponse widely = Search(wide);
      for (const serve::FacetValue& value : widely.facets[0].values) {
        if (!value.is_none) counts[value.value] = value.count;
      }
      uint64_t selected = 0;
      for (const serve::FacetValue& value : disjunctive.facets[0].values) {
        if (value.is_none || (value.selected && value.count == 0)) continue;
        EXPECT_EQ(counts[value.value], value.count) << value.value << " of " << request.query;
        selected += value.selected ? value.count : 0;
        counts.erase(value.value);
      }
      EXPECT_TRUE(counts.empty());
      EXPECT_GE(selected, disjunctive.total) << "each match has one of the selected values at least";
      ++narrowed;
    }
  }
  EXPECT_GT(narrowed, 10);
}

TEST_F(LawsTest, SelectedValuesAreAlwaysListed) {
  SearchRequest request;
  request.filters.outlets = {"nobody at all", "ECHO"};
  request.filters.sections = {"World"};
  for (const bool disjunctive : {false, true}) {
    request.facets = {{FacetField::kOutlet, 1, disjunctive, "zzz"}, {FacetField::kSection, 1, disjunctive}};
    const SearchResponse response = Search(request);
    std::map<std::string, uint64_t> outlets;
    for (const serve::FacetValue& value : response.facets[0].values) {
      EXPECT_TRUE(value.selected) << value.value;
      outlets[value.value] = value.count;
    }
    EXPECT_EQ(outlets.size(), 2U);
    EXPECT_EQ(outlets["nobody at all"], 0U);
    EXPECT_EQ(outlets["Echo"], response.total);
    ASSERT_FALSE(response.facets[1].values.empty());
    EXPECT_TRUE(std::any_of(response.facets[1].values.begin(), response.facets[1].values.end(),
                            [&](const serve::FacetValue& v) { return v.selected && v.count == response.total; }));
  }
}

TEST_F(LawsTest, TheBarsOfAHistogramAddUpToTheTotal) {
  const uint64_t all = Search(SearchRequest()).total;
  for (int i = 0; i < test::Scaled(60); ++i) {
    SearchRequest request = test::RandomRequest(*random_);
    request.query = RandomQueryText(2);
    request.facets.clear();
    if (!request.histogram) request.histogram.emplace();
    const SearchResponse response = Search(request);
    ASSERT_TRUE(response.histogram);
    uint64_t count = response.histogram->undated;
    uint64_t covered = response.histogram->undated_all;
    int64_t begin = std::numeric_limits<int64_t>::min();
    for (const serve::HistogramBucket& bucket : response.histogram->buckets) {
      count += bucket.count;
      covered += bucket.all;
      EXPECT_LT(begin, bucket.begin) << bucket.label;
      begin = bucket.begin;
      EXPECT_TRUE(!request.histogram->coverage || bucket.all >= bucket.count) << bucket.label;
    }
    EXPECT_EQ(count, response.total) << request.query;
    EXPECT_LE(covered, all);
    if (!response.histogram->buckets.empty()) {
      EXPECT_GT(response.histogram->buckets.front().count, 0U);
      EXPECT_GT(response.histogram->buckets.back().count, 0U);
    }
  }
  SearchRequest everything;
  everything.histogram = serve::HistogramRequest{serve::Interval::kWeek, "Asia/Seoul", true};
  const serve::HistogramResult histogram = *Search(everything).histogram;
  EXPECT_EQ(histogram.undated, histogram.undated_all);
  EXPECT_GT(histogram.undated, 0U);
  for (const serve::HistogramBucket& bucket : histogram.buckets) EXPECT_EQ(bucket.count, bucket.all) << bucket.label;
}

TEST_F(LawsTest, LimitsOfAHistogramAreKept) {
  SearchRequest request;
  for (const char* zone : {"Europe/Nowhere", "/etc/passwd", "../../etc/passwd", "file:/dev/zero", "localtime",
                           "Europe/London\n", "\xff", "12"}) {
    request.histogram = serve::HistogramRequest{serve::Interval::kDay, zone};
    const absl::Status status = engine_->Search(request, base::Deadline()).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << zone << " " << status;
    EXPECT_TRUE(absl::StrContains(status.message(), "write an IANA name such as Europe/London")) << status;
  }
  serve::EngineOptions options;
  options.max_histogram_buckets = 2;
  const std::unique_ptr<Engine> strict = Engine::Open(directory_.Path("index"), options).value();
  serve::CountRequest count;
  count.histogram.emplace();
  const absl::Status status = strict->CountMatches(count, base::Deadline()).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), "max_histogram_buckets")) << status;
}

TEST_F(LawsTest, ListedValuesAreThoseOfTheFacet) {
  for (const FacetField field :
       {FacetField::kOutlet, FacetField::kByline, FacetField::kAgency, FacetField::kDateline, FacetField::kSection,
        FacetField::kLanguage, FacetField::kYear, FacetField::kMonth, FacetField::kDay}) {
    for (const char* prefix : {"", "20", "n", "RE", "xyzzy"}) {
      SearchRequest search;
      search.facets = {{field, 1000, false, prefix}};
      std::map<std::string, uint64_t> expected;
      const SearchResponse response = Search(search);
      for (const serve::FacetValue& value : response.facets[0].values) {
        if (!value.is_none) expected[value.value] = value.count;
      }
      serve::ListFacetValuesRequest request;
      request.field = field;
      request.prefix = prefix;
      request.page_size = static_cast<int>(1 + random_->Below(5));
      std::map<std::string, uint64_t> listed;
      std::string before;
      do {
        const absl::StatusOr<serve::ListFacetValuesResponse> page =
            engine_->ListFacetValues(request, base::Deadline());
        ASSERT_TRUE(page.ok()) << page.status();
        EXPECT_EQ(page->total, expected.size());
        EXPECT_LE(page->values.size(), static_cast<size_t>(request.page_size));
        for (const serve::FacetValue& value : page->values) {
          const std::string folded = text::FoldName(value.value);
          EXPECT_LT(before, folded);
          before = folded;
          EXPECT_TRUE(listed.emplace(value.value, value.count).second) << value.value;
        }
        request.page_token = page->next_page_token;
      } while (!request.page_token.empty());
      EXPECT_EQ(listed, expected) << static_cast<int>(field) << " " << prefix;
    }
  }
}

TEST_F(LawsTest, PagesOfListedValuesAreBoundToTheirRequest) {
  serve::ListFacetValuesRequest request;
  request.page_size = -1;
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->ListFacetValues(request, base::Deadline()).status()));
  request.page_size = 2;
  const absl::StatusOr<serve::ListFacetValuesResponse> page = engine_->ListFacetValues(request, base::Deadline());
  ASSERT_TRUE(page.ok()) << page.status();
  request.page_token = page->next_page_token;
  request.prefix = "n";
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->ListFacetValues(request, base::Deadline()).status()));
  request.prefix = "";
  request.field = FacetField::kSection;
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->ListFacetValues(request, base::Deadline()).status()));
}

TEST_F(LawsTest, EveryStoryHasOneLatestVersion) {
  const auto total = [&](const std::string& query) {
    SearchRequest request;
    request.query = query;
    return Search(request).total;
  };
  const uint64_t superseded = total("-is:latest");
  EXPECT_GT(superseded, 10U) << "the corpus has versions";
  EXPECT_EQ(total("is:latest"), total("*") - superseded);
  // Whatever superseded an article is there and is newer, so the newest with its headline and agency is a latest.
  const std::string story = "headline:\"putin talks of closer ties\" agency:norwire has:date";
  ASSERT_GT(total(story), 3U);
  SearchRequest request;
  request.query = story;
  request.order = serve::Order::kNewest;
  const std::vector<std::string> versions = AllKeys(request);
  request.query += " is:latest";
  const std::vector<std::string> latest = AllKeys(request);
  EXPECT_LT(latest.size(), versions.size());
  EXPECT_FALSE(latest.empty());
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

TEST_F(LawsTest, PageTokensAreBoundToRequestAndGeneration) {
  SearchRequest request;
  request.page_size = 5;
  const std::string token = Search(request).next_page_token;
  ASSERT_FALSE(token.empty());
  request.page_token = token;
  request.page_size = 7;  // the page size may change
  EXPECT_EQ(Search(request).hits.size(), 7U);
  request.query = "talks";
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->Search(request, base::Deadline()).status()));
  request.query = "";
  request.page_token[9] = request.page_token[9] == 'A' ? 'B' : 'A';
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->Search(request, base::Deadline()).status()));

  articles_.pop_back();
  ASSERT_TRUE(BuildIndex(articles_, directory_.Path("other"), BuildSetup()).ok());
  const std::unique_ptr<Engine> other = Engine::Open(directory_.Path("other")).value();
  request.page_token = token;
  EXPECT_TRUE(absl::IsFailedPrecondition(other->Search(request, base::Deadline()).status()));
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

TEST_F(LawsTest, EveryDamagedFileIsRefusedByName) {
  const std::string generation = test::CurrentGeneration(directory_.Path("index"));
  engine_.reset();
  int damaged = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(generation)) {
    const std::string path = entry.path().string();
    if (!entry.is_regular_file() || entry.file_size() == 0) continue;
    const std::string good = base::ReadFile(path).value();
    for (int i = 0; i < 4; ++i) {
      std::string bad = good;
      if (i == 0) {
        bad.pop_back();
      } else {
        bad[random_->Below(bad.size())] ^= static_cast<char>(1U << random_->Below(8));
      }
      ASSERT_TRUE(base::WriteFileSynced(path, bad).ok());
      const absl::Status status = Engine::Open(directory_.Path("index")).status();
      EXPECT_FALSE(status.ok()) << path;
      EXPECT_TRUE(absl::StrContains(status.message(), entry.path().filename().string())) << status;
      ++damaged;
    }
    ASSERT_TRUE(base::WriteFileSynced(path, good).ok());
  }
  EXPECT_GT(damaged, 60);
  EXPECT_TRUE(Engine::Open(directory_.Path("index")).ok());
}

}  // namespace
}  // namespace dateline
