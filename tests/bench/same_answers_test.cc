// Both engines on queries drawn from an archive, of every class, in every order, with and without counts: whole
// results, bit for bit.
//
//   same_answers_test                                                       200 queries on 1,500 made articles
//   DATELINE_TEST_INDEX=DIR DATELINE_TEST_QUERIES=20000 same_answers_test   on an index of one's own
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "bench/corpus/archive_writer.h"
#include "bench/corpus/article_maker.h"
#include "bench/corpus/shape.h"
#include "bench/queries/bench_query.h"
#include "bench/queries/query_drawer.h"
#include "tests/support/engine_pair.h"
#include "tests/support/random.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_index.h"

namespace dateline::bench {
namespace {

using test::EnginePair;
using test::Random;

constexpr uint64_t kSeed = 40'238;

size_t WantedQueries() {
  size_t queries = 0;
  const char* const text = std::getenv("DATELINE_TEST_QUERIES");
  return text != nullptr && absl::SimpleAtoi(text, &queries) ? queries : static_cast<size_t>(test::Scaled(200));
}

// The index named by the environment, or one of made articles.
std::string IndexToAsk(const test::TempDir& directory) {
  if (const char* const own = std::getenv("DATELINE_TEST_INDEX"); own != nullptr) return own;
  corpus::WriteOptions options;
  options.articles = 1500;
  options.output = directory.Path("made.jsonl");
  EXPECT_TRUE(corpus::WriteArchive(corpus::Archive(corpus::DefaultShape(), 7), options).ok());
  std::string index = directory.Path("index");
  const auto built = test::BuildIndex(std::vector<std::string>{options.output}, index, test::BuildSetup{2, 2});
  EXPECT_TRUE(built.ok()) << built.status();
  return index;
}

// What a reader may ask for beside a query.
serve::SearchRequest Vary(serve::SearchRequest request, Random& random) {
  request.order = static_cast<serve::Order>(random.Below(3));
  request.recency = random.OneIn(2);
  request.variants = random.OneIn(4);
  if (random.OneIn(2)) request.total_mode = serve::TotalMode::kLowerBound;
  if (random.OneIn(3)) {
    for (const serve::FacetField field : {serve::FacetField::kOutlet, serve::FacetField::kByline,
                                          serve::FacetField::kSection, serve::FacetField::kMonth}) {
      request.facets.push_back({field, 1000, random.OneIn(3)});
    }
  }
  if (random.OneIn(3)) {
    request.histogram =
        serve::HistogramRequest{static_cast<serve::Interval>(random.Below(4)), "Europe/London", false};
  }
  return request;
}

struct Tally {
  uint64_t queries = 0;
  uint64_t results = 0;
  uint64_t hits = 0;
  uint64_t refused = 0;  // by both, or before either was asked
};

// The page that most readers see, and two that few do.
void Compare(EnginePair& engines, const BenchQuery& query, Random& random, Tally& tally) {
  ++tally.queries;
  const uint64_t results_before = engines.compared();
  const uint64_t hits_before = engines.hits();
  for (int variant = 0; variant < 3; ++variant) {
    const serve::SearchRequest request = variant == 0 ? RequestOf(query) : Vary(RequestOf(query), random);
    const absl::StatusOr<plan::QueryPlan> plan = engines.PlanOf(request);
    if (!plan.ok()) {
      ASSERT_TRUE(absl::IsInvalidArgument(plan.status())) << plan.status();
      ++tally.refused;
      continue;
    }
    const uint64_t page_size = variant == 0 ? 10 : std::vector<uint64_t>{0, 1, 10, 100, 1000}[random.Below(5)];
    const int pages = variant == 0 ? 1 : 2;
    ASSERT_EQ(engines.DifferenceInPages(*plan, page_size, pages), "") << plan::ToString(*plan);
  }
  tally.results += engines.compared() - results_before;
  tally.hits += engines.hits() - hits_before;
}

TEST(SameAnswersTest, OfBothEnginesToDrawnQueries) {
  const uint64_t seed = test::TestSeed(kSeed);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  Random random(seed);
  const test::TempDir directory;
  const std::string index = IndexToAsk(directory);
  DrawOptions drawing;
  drawing.seed = seed;
  drawing.per_class = std::max<size_t>(1, WantedQueries() / DrawnClasses().size());
  const absl::StatusOr<std::vector<BenchQuery>> queries = DrawQueries(index, drawing);
  ASSERT_TRUE(queries.ok()) << queries.status();
  const absl::StatusOr<std::unique_ptr<EnginePair>> engines = EnginePair::Open(index);
  ASSERT_TRUE(engines.ok()) << engines.status();

  std::map<std::string, Tally> tallies;
  for (const BenchQuery& query : *queries) {
    SCOPED_TRACE(absl::StrCat(query.id, ": ", query.text));
    Compare(**engines, query, random, tallies[query.query_class]);
    if (HasFailure()) return;
  }
  Tally all;
  for (const auto& [name, tally] : tallies) {
    std::cout << name << ": " << tally.queries << " queries, " << tally.results << " results, " << tally.hits
              << " hits, " << tally.refused << " refused\n";
    all.queries += tally.queries;
    all.results += tally.results;
    all.hits += tally.hits;
  }
  std::cout << "on " << (*engines)->snapshot().manifest().documents << " articles " << all.queries << " queries, "
            << all.results << " results with " << all.hits << " hits agree\n";
  EXPECT_GT(all.hits, 0U);
}

}  // namespace
}  // namespace dateline::bench
