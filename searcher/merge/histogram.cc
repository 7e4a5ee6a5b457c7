#include "searcher/merge/histogram.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "core/base/day_text.h"
#include "searcher/match/time_buckets.h"

namespace dateline::merge {
namespace {

constexpr absl::CivilDay kEpoch(1970, 1, 1);

// Of ascending days, one after another.
class Counts {
 public:
  explicit Counts(const match::TimeCounts& counts) : at_(counts.buckets.begin()), end_(counts.buckets.end()) {}

  uint64_t Of(int32_t day) {
    while (at_ != end_ && at_->first_day < day) ++at_;
    return at_ == end_ || at_->first_day != day ? 0 : at_->count;
  }

 private:
  std::vector<match::CountedPeriod>::const_iterator at_;
  const std::vector<match::CountedPeriod>::const_iterator end_;
};

// The same as kEpoch + first_day, which goes there from year to year.
absl::CivilDay DayOf(int32_t first_day) {
  return absl::ToCivilDay(absl::UnixEpoch() + first_day * absl::Hours(24), absl::UTCTimeZone());
}

std::string LabelOf(plan::Interval interval, absl::CivilDay day) {
  constexpr size_t kPartBytes = 3;  // "-04"
  std::string label = base::DayText(day);
  if (interval == plan::Interval::kMonth) label.resize(label.size() - kPartBytes);
  if (interval == plan::Interval::kYear) label.resize(label.size() - 2 * kPartBytes);
  return label;
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

std::string BucketLabel(plan::Interval interval, int32_t first_day) { return LabelOf(interval, DayOf(first_day)); }

absl::StatusOr<std::vector<HistogramLine>> MakeHistogram(const plan::Histogram& histogram,
                                                         const match::TimeCounts& matches,
                                                         const match::TimeCounts& all, size_t max_buckets) {
  std::vector<HistogramLine> lines;
  if (matches.buckets.empty()) return lines;
  const absl::CivilDay first = DayOf(matches.buckets.front().first_day);
  const absl::CivilDay last = DayOf(matches.buckets.back().first_day);
  const int64_t buckets = BucketsBetween(histogram.interval, first, last);
  if (buckets > static_cast<int64_t>(max_buckets)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the histogram would have ", buckets, " bars, more than ", max_buckets, " (max_histogram_buckets); ask for ",
        WiderThan(histogram.interval), ", or for a shorter range of dates"));
  }
  lines.reserve(static_cast<size_t>(buckets));
  Counts of_matches(matches);
  Counts of_all(all);
  for (absl::CivilDay day = first; day <= last; day = match::NextFirstDay(histogram.interval, day)) {
    const auto number = static_cast<int32_t>(day - kEpoch);
    lines.push_back(HistogramLine{LabelOf(histogram.interval, day), match::BeginOf(day, histogram.zone),
                                  of_matches.Of(number), of_all.Of(number)});
  }
  return lines;
}

}  // namespace dateline::merge
