// Do all ways and modes of asking agree? To be settled before anything is timed.
//
// Thread-safety: as the searchers. Errors: Internal, with the query, when two answers differ; else the searchers'.
#ifndef DATELINE_BENCH_QUERY_CHECK_H_
#define DATELINE_BENCH_QUERY_CHECK_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "bench/queries/bench_query.h"
#include "bench/searchers.h"
#include "searcher/serve/engine.h"

namespace dateline::bench {

// How much of an answer is asked for.
struct Mode {
  absl::string_view name;
  int page_size = 0;
  serve::TotalMode total_mode = serve::TotalMode::kExact;
  serve::Order order = serve::Order::kRelevance;
  bool facets = false;  // of outlets, bylines and sections, and a histogram of months
  bool snippets = false;
  bool keys_only = false;
};

// The API has no page without hits, so a count comes with one. The last asks for all that it gives by default.
inline constexpr Mode kModes[] = {
    {.name = "count", .page_size = 1},
    {.name = "top10", .page_size = 10, .total_mode = serve::TotalMode::kLowerBound},
    {.name = "top100", .page_size = 100, .total_mode = serve::TotalMode::kLowerBound},
    {.name = "top10_count", .page_size = 10},
    {.name = "top10_facets", .page_size = 10, .facets = true},
    {.name = "newest10",
     .page_size = 10,
     .total_mode = serve::TotalMode::kLowerBound,
     .order = serve::Order::kNewest},
    {.name = "keys", .page_size = 10, .total_mode = serve::TotalMode::kLowerBound, .keys_only = true},
    {.name = "snippets", .page_size = 10, .snippets = true},
};

std::string ModeNames();  // with commas between
// Null when there is none of that name.
const Mode* FindMode(absl::string_view name);

serve::SearchRequest RequestOf(const BenchQuery& query, const Mode& mode);

// Asks each searcher each query in each mode. For each query: the searchers' answers are the same messages; exact
// totals are the same in all modes and what the query expects, other totals are no greater; the best ten are the same
// in all modes. Returns the total of each query.
absl::StatusOr<std::vector<uint64_t>> CheckAnswers(const std::vector<BenchQuery>& queries,
                                                   absl::Span<const std::unique_ptr<Searcher>> searchers);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_QUERY_CHECK_H_
