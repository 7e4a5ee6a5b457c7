// Facets of a search: counting the matches of a shard by names and by months, and making the tables that are shown.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "bench/random.h"
#include "core/base/file.h"
#include "core/index/columns.h"
#include "searcher/match/facet_counter.h"
#include "searcher/match/shard_facts.h"
#include "searcher/merge/merge_facets.h"

namespace dateline::bench {
namespace {

constexpr uint32_t kDocuments = 40000;
constexpr uint32_t kOutlets = 300;
constexpr uint32_t kSections = 40;
constexpr uint32_t kBylines = 12000;
constexpr int64_t kNewest = 1'600'000'000;
constexpr int64_t kSeconds = 10 * 365 * int64_t{86400};  // from the first to the last

// A few names are frequent, most are rare.
index::FacetName DrawName(Random& random, absl::string_view kind, uint32_t names) {
  const double share = static_cast<double>(random.Below(1U << 20)) / (1U << 20);
  const auto number = static_cast<uint32_t>(std::pow(names, share));
  const std::string folded = absl::StrCat(kind, " ", number);
  return index::FacetName{folded, folded};
}

absl::StatusOr<std::unique_ptr<index::Columns>> MakeColumns(uint64_t shard) {
  Random random(shard);
  index::ColumnsBuilder builder;
  for (uint32_t i = 0; i < kDocuments; ++i) {
    index::ColumnRow row;
    row.instant = kNewest - kSeconds / kDocuments * i;
    row.key = {random.Next(), random.Next()};
    row.of(index::NameField::kOutlet) = {DrawName(random, "outlet", kOutlets)};
    row.of(index::NameField::kSection) = {DrawName(random, "section", kSections)};
    if (random.Below(10) > 0) row.of(index::NameField::kByline) = {DrawName(random, "the writer", kBylines)};
    if (random.Below(10) == 0) row.of(index::NameField::kByline).push_back({"second writer", "Second Writer"});
    builder.Add(row);
  }
  const std::string path = absl::StrCat("/tmp/dateline-facets-", ::getpid());
  if (!base::WriteFileSynced(path, std::move(builder).Finish(shard)).ok()) return absl::InternalError("no columns");
  absl::StatusOr<std::unique_ptr<index::Columns>> columns = index::Columns::Open(path, shard);
  if (!base::RemoveFile(path).ok()) return absl::InternalError("no columns");
  return columns;
}

std::vector<uint32_t> DrawMatches(uint32_t matches) {
  Random random(2);
  std::vector<uint32_t> docids;
  for (uint32_t docid = 1; docid <= kDocuments; ++docid) {
    if (random.Below(kDocuments) < matches) docids.push_back(docid);
  }
  return docids;
}

plan::QueryPlan MakePlan() {
  plan::QueryPlan plan;
  plan.facets = {{plan::FacetField::kOutlet}, {plan::FacetField::kByline}, {plan::FacetField::kSection}};
  plan.histogram = plan::Histogram{plan::Interval::kMonth, absl::UTCTimeZone()};
  return plan;
}

// Three facets and a histogram of months over as many shards as there are.
void BM_CountFacets(benchmark::State& state) {
  const auto matches = static_cast<uint32_t>(state.range(0));
  std::vector<std::unique_ptr<index::Columns>> columns;
  std::vector<std::unique_ptr<match::ShardFacts>> shards;
  for (int64_t shard = 0; shard < state.range(1); ++shard) {
    auto made = MakeColumns(static_cast<uint64_t>(shard));
    if (!made.ok()) return state.SkipWithError("the columns cannot be made");
    columns.push_back(std::move(*made));
    shards.push_back(match::FactsFromColumns(*columns.back(), nullptr));
  }
  std::vector<const index::Columns*> all;
  for (const std::unique_ptr<index::Columns>& of_shard : columns) all.push_back(of_shard.get());
  const match::NameRanks ranks(all);
  for (size_t shard = 0; shard < shards.size(); ++shard) shards[shard]->SetRanks(&ranks, shard);
  const std::vector<uint32_t> docids = DrawMatches(matches);
  const plan::QueryPlan plan = MakePlan();
  for (auto _ : state) {
    match::MatchResult result;
    for (const plan::Facet& facet : plan.facets) result.facets.push_back(match::FacetCounts{facet.field, {}, {}, 0});
    for (const std::unique_ptr<match::ShardFacts>& facts : shards) {
      match::MatchCounter counter(plan, *facts);
      counter.Count(docids);
      counter.AddTo(result);
    }
    for (const match::FacetCounts& counts : result.facets) {
      benchmark::DoNotOptimize(merge::MakeFacetTable(counts, merge::FacetView()));
    }
    benchmark::DoNotOptimize(result.histogram);
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * docids.size() * shards.size()));
}
BENCHMARK(BM_CountFacets)
    ->ArgNames({"matches", "shards"})
    ->Args({50, 1})
    ->Args({5000, 1})
    ->Args({40000, 1})
    ->Args({5000, 4})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace dateline::bench
