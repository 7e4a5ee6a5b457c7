// Laws of what is counted: facets, histograms, listed values, versions of stories.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "core/text/normalizer.h"
#include "searcher/serve/engine.h"
#include "tests/support/random_corpus.h"
#include "tests/support/random_engine_test.h"

namespace dateline {
namespace {

using serve::Engine;
using serve::FacetField;
using serve::SearchRequest;
using serve::SearchResponse;

using NameList = std::vector<std::string> serve::Filters::*;

const std::vector<std::pair<FacetField, NameList>>& NameLists() {
  using serve::Filters;
  static const auto* const kLists = new std::vector<std::pair<FacetField, NameList>>{
      {FacetField::kOutlet, &Filters::outlets},   {FacetField::kByline, &Filters::bylines},
      {FacetField::kAgency, &Filters::agencies},  {FacetField::kDateline, &Filters::datelines},
      {FacetField::kSection, &Filters::sections}, {FacetField::kLanguage, &Filters::languages}};
  return *kLists;
}

class CountsTest : public test::RandomEngineTest {};

TEST_F(CountsTest, FacetCountsOfOneValueAddUpToTheTotal) {
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

TEST_F(CountsTest, AFacetValueFiltersToItsOwnCount) {
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

TEST_F(CountsTest, DisjunctiveCountsAreThoseWithoutTheFilter) {
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

TEST_F(CountsTest, SelectedValuesAreAlwaysListed) {
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

TEST_F(CountsTest, TheBarsOfAHistogramAddUpToTheTotal) {
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

TEST_F(CountsTest, LimitsOfAHistogramAreKept) {
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

TEST_F(CountsTest, ListedValuesAreThoseOfTheFacet) {
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

TEST_F(CountsTest, PagesOfListedValuesAreBoundToTheirRequest) {
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

TEST_F(CountsTest, EveryStoryHasOneLatestVersion) {
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

}  // namespace
}  // namespace dateline
