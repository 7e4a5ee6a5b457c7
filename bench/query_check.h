// Do all ways and modes of asking agree? To be settled before anything is timed.
//
// Thread-safety: as the searchers. Errors: Internal, with the query, when two answers differ; else the searchers'.
#ifndef DATELINE_BENCH_QUERY_CHECK_H_
#define DATELINE_BENCH_QUERY_CHECK_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "bench/query_set.h"
#include "bench/searchers.h"
#include "searcher/serve/engine.h"

namespace dateline::bench {

// How much of an answer is asked for.
struct Mode {
  absl::string_view name;
  int page_size = 0;
  bool snippets = false;
  serve::TotalMode total_mode = serve::TotalMode::kExact;
};

// The API has no page without hits, so a count comes with one.
inline constexpr Mode kModes[] = {
    {"count", 1, false, serve::TotalMode::kExact},
    {"top10", 10, false, serve::TotalMode::kLowerBound},
    {"page", 10, false, serve::TotalMode::kExact},
    {"snippets", 10, true, serve::TotalMode::kExact},
};

serve::SearchRequest WithMode(serve::SearchRequest request, const Mode& mode);

// Asks each searcher each query in each mode. For each query: the searchers' answers are the same messages; exact
// totals are the same in all modes and what the query expects, other totals are no greater; the hits are the same in
// all modes. Returns the total of each query, class by class.
absl::StatusOr<std::vector<std::vector<uint64_t>>> CheckAnswers(
    const std::vector<QueryClass>& classes, absl::Span<const std::unique_ptr<Searcher>> searchers);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_QUERY_CHECK_H_
