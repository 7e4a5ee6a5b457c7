// Counts by time to a histogram without gaps.
//
// Thread-safety: pure functions. Errors: InvalidArgument, with the remedy, for more buckets than allowed.
#ifndef DATELINE_SEARCHER_MERGE_HISTOGRAM_H_
#define DATELINE_SEARCHER_MERGE_HISTOGRAM_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "searcher/match/match_result.h"
#include "searcher/plan/query_plan.h"

namespace dateline::merge {

// "2019-04-25" (a week by its Monday), "2019-04", "2019". `first_day` counts from 1970-01-01.
std::string BucketLabel(plan::Interval interval, int32_t first_day);

struct HistogramLine {
  std::string label;
  int64_t begin = 0;   // Unix seconds
  uint64_t count = 0;  // of `matches`
  uint64_t all = 0;    // of `all`
  bool operator==(const HistogramLine&) const = default;
};

// Every bucket from the first to the last that has matches; none when there are no matches.
absl::StatusOr<std::vector<HistogramLine>> MakeHistogram(const plan::Histogram& histogram,
                                                         const match::TimeCounts& matches,
                                                         const match::TimeCounts& all, size_t max_buckets);

}  // namespace dateline::merge

#endif  // DATELINE_SEARCHER_MERGE_HISTOGRAM_H_
