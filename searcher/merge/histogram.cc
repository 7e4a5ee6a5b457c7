#include "searcher/merge/histogram.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "searcher/match/time_buckets.h"

namespace dateline::merge {
namespace {

constexpr absl::CivilDay kEpoch(1970, 1, 1);

uint64_t CountIn(const match::TimeCounts& counts, int32_t day) {
  const auto found =
      std::lower_bound(counts.buckets.begin(), counts.buckets.end(), day,
                       [](const match::CountedPeriod& period, int32_t d) { return period.first_day < d; });
  return found == counts.buckets.end() || found->first_day != day ? 0 : found->count;
}

// From one first day to another, both counted.
int64_t BucketsBetween(plan::Interval interval, absl::CivilDay first, absl::CivilDay last) {
  switch (interval) {
    case plan::Interval::kDay:
      return last - first + 1;
    case plan::Interval::kWeek:
      return (last - first) / 7 + 1;
    case plan::Interval::kMonth:
      return absl::CivilMonth(last) - absl::CivilMonth(first) + 1;
    case plan::Interval::kYear:
      return absl::CivilYear(last) - absl::CivilYear(first) + 1;
  }
  return 0;
}

absl::string_view WiderThan(plan::Interval interval) {
  switch (interval) {
    case plan::Interval::kDay:
      return "weeks, months or years";
    case plan::Interval::kWeek:
      return "months or years";
    default:
      return "years";
  }
}

}  // namespace

std::string BucketLabel(plan::Interval interval, int32_t first_day) {
  const absl::CivilDay day = kEpoch + first_day;
  switch (interval) {
    case plan::Interval::kYear:
      return absl::StrFormat("%04d", day.year());
    case plan::Interval::kMonth:
      return absl::StrFormat("%04d-%02d", day.year(), day.month());
    default:
      return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
  }
}

absl::StatusOr<std::vector<HistogramLine>> MakeHistogram(const plan::Histogram& histogram,
                                                         const match::TimeCounts& matches,
                                                         const match::TimeCounts& all, size_t max_buckets) {
  std::vector<HistogramLine> lines;
  if (matches.buckets.empty()) return lines;
  const absl::CivilDay first = kEpoch + matches.buckets.front().first_day;
  const absl::CivilDay last = kEpoch + matches.buckets.back().first_day;
  const int64_t buckets = BucketsBetween(histogram.interval, first, last);
  if (buckets > static_cast<int64_t>(max_buckets)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the histogram would have ", buckets, " bars, more than ", max_buckets, " (max_histogram_buckets); ask for ",
        WiderThan(histogram.interval), ", or for a shorter range of dates"));
  }
  for (absl::CivilDay day = first; day <= last; day = match::NextFirstDay(histogram.interval, day)) {
    const auto number = static_cast<int32_t>(day - kEpoch);
    lines.push_back(HistogramLine{BucketLabel(histogram.interval, number), match::BeginOf(day, histogram.zone),
                                  CountIn(matches, number), CountIn(all, number)});
  }
  return lines;
}

}  // namespace dateline::merge
