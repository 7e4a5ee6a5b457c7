#include "tests/support/twin_compare.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/index/score.h"
#include "core/text/normalizer.h"

namespace dateline::test {
namespace {

std::vector<NaiveCount> FoldedCounts(const serve::FacetResult& facet) {
  std::vector<NaiveCount> counts;
  for (const serve::FacetValue& value : facet.values) {
    counts.push_back(NaiveCount{value.is_none ? "(none)" : text::FoldName(value.value), value.count, value.selected});
  }
  // None stays last.
  const bool none = !facet.values.empty() && facet.values.back().is_none;
  std::sort(counts.begin(), none ? std::prev(counts.end()) : counts.end(),
            [](const NaiveCount& a, const NaiveCount& b) { return a.value < b.value; });
  return counts;
}

std::vector<NaiveCount> Bars(const serve::HistogramResult& histogram) {
  std::vector<NaiveCount> bars;
  for (const serve::HistogramBucket& bucket : histogram.buckets) {
    bars.push_back(NaiveCount{bucket.label, bucket.count, false, bucket.all});
  }
  bars.push_back(NaiveCount{"(none)", histogram.undated, false, histogram.undated_all});
  return bars;
}

// All hits, page by page.
std::vector<NaiveHit> AllHits(serve::Engine& engine, serve::SearchRequest request, int page_size, uint64_t* total) {
  request.page_size = page_size;
  std::vector<NaiveHit> hits;
  do {
    const absl::StatusOr<serve::SearchResponse> response = engine.Search(request, base::Deadline());
    EXPECT_TRUE(response.ok()) << response.status();
    if (!response.ok()) return hits;
    for (const serve::Hit& hit : response->hits) {
      hits.push_back(NaiveHit{hit.id, static_cast<int64_t>(std::ldexp(hit.score, index::kScoreBits))});
    }
    *total = response->total;
    EXPECT_TRUE(response->total_exact);
    request.page_token = response->next_page_token;
  } while (!request.page_token.empty());
  return hits;
}

void ExpectSameCounts(serve::Engine& engine, const serve::SearchRequest& request, const NaiveAnswer& expected) {
  const absl::StatusOr<serve::SearchResponse> response = engine.Search(request, base::Deadline());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->total, expected.hits.size());
  ASSERT_EQ(response->facets.size(), expected.facets.size());
  for (size_t i = 0; i < expected.facets.size(); ++i) {
    const serve::FacetRequest& facet = request.facets[i];
    EXPECT_EQ(FoldedCounts(response->facets[i]), expected.facets[i])
        << "facet " << static_cast<int>(facet.field) << (facet.disjunctive ? " disjunctive" : "") << " with '"
        << facet.prefix << "'";
  }
  ASSERT_EQ(response->histogram.has_value(), request.histogram.has_value());
  if (request.histogram) {
    EXPECT_EQ(Bars(*response->histogram), expected.histogram)
        << "histogram " << static_cast<int>(request.histogram->interval) << " " << request.histogram->time_zone;
  }
  serve::CountRequest count;
  static_cast<serve::QuerySpec&>(count) = request;
  count.facets = request.facets;
  count.histogram = request.histogram;
  const absl::StatusOr<serve::CountResponse> counted = engine.CountMatches(count, base::Deadline());
  ASSERT_TRUE(counted.ok()) << counted.status();
  EXPECT_EQ(counted->total, expected.hits.size());
  if (request.histogram) {
    EXPECT_EQ(Bars(*counted->histogram), expected.histogram);
  }
}

}  // namespace

void ExpectSameAnswer(serve::Engine& engine, const serve::SearchRequest& request, int page_size,
                      const NaiveAnswer& expected) {
  uint64_t total = 0;
  serve::SearchRequest pages = request;
  pages.facets.clear();
  pages.histogram.reset();
  ASSERT_EQ(AllHits(engine, pages, page_size, &total), expected.hits);
  ASSERT_EQ(total, expected.hits.size());
  ExpectSameCounts(engine, request, expected);
}

}  // namespace dateline::test
