// Columns: writing them, mapping them, and counting a facet over some of the documents.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/random.h"
#include "core/base/file.h"
#include "core/index/columns.h"

namespace dateline::bench {
namespace {

constexpr uint64_t kShardHash = 7;
constexpr uint32_t kDocuments = 100000;
constexpr uint32_t kOutlets = 300;

std::string MakeColumns() {
  Random random(1);
  index::ColumnsBuilder builder;
  for (uint32_t i = 0; i < kDocuments; ++i) {
    index::ColumnRow row;
    row.length = static_cast<uint32_t>(100 + random.Below(900));
    row.instant = 1'600'000'000 - 60 * static_cast<int64_t>(i);
    row.key = {random.Next(), random.Next()};
    const std::string outlet = absl::StrCat("outlet ", random.Below(kOutlets));
    row.of(index::NameField::kOutlet).push_back(index::FacetName{outlet, outlet});
    builder.Add(row);
  }
  return std::move(builder).Finish(kShardHash);
}

void BM_FinishColumns(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(MakeColumns());
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * kDocuments);
}
BENCHMARK(BM_FinishColumns)->Unit(benchmark::kMillisecond);

// One document of `stride`.
void BM_CountOutlets(benchmark::State& state) {
  const std::string path = absl::StrCat("/tmp/dateline-columns-", ::getpid());
  if (!base::WriteFileSynced(path, MakeColumns()).ok()) return state.SkipWithError("the columns cannot be written");
  const auto columns = index::Columns::Open(path, kShardHash);
  if (!base::RemoveFile(path).ok() || !columns.ok()) return state.SkipWithError("the columns cannot be read");
  const index::NameColumn& outlets = (*columns)->names(index::NameField::kOutlet);
  const auto stride = static_cast<uint32_t>(state.range(0));
  std::vector<uint64_t> counts(outlets.size() + 1);
  for (auto _ : state) {
    for (uint32_t row = 0; row < kDocuments; row += stride) {
      for (uint32_t ordinal : outlets.at(row)) ++counts[ordinal];
    }
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * kDocuments / stride);
}
BENCHMARK(BM_CountOutlets)->ArgName("stride")->Arg(1)->Arg(16)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace dateline::bench
