#include "searcher/match/time_buckets.h"

#include <algorithm>
#include <utility>

namespace dateline::match {
namespace {

constexpr absl::CivilDay kEpoch(1970, 1, 1);
constexpr int64_t kSecondsOfDay = 86400;

// A day less would do to find the bucket before, but is slow to normalise.
absl::CivilDay FirstDayBefore(plan::Interval interval, absl::CivilDay first) {
  switch (interval) {
    case plan::Interval::kDay:
      return first - 1;
    case plan::Interval::kWeek:
      return first - 7;
    case plan::Interval::kMonth:
      return absl::CivilDay(absl::CivilMonth(first) - 1);
    case plan::Interval::kYear:
      return absl::CivilDay(absl::CivilYear(first) - 1);
  }
  return first - 1;
}

}  // namespace

plan::Interval IntervalOf(plan::FacetField field) {
  switch (field) {
    case plan::FacetField::kYear:
      return plan::Interval::kYear;
    case plan::FacetField::kMonth:
      return plan::Interval::kMonth;
    default:
      return plan::Interval::kDay;
  }
}

absl::CivilDay FirstDay(plan::Interval interval, absl::CivilDay day) {
  switch (interval) {
    case plan::Interval::kDay:
      return day;
    case plan::Interval::kWeek:
      return absl::PrevWeekday(day + 1, absl::Weekday::monday);
    case plan::Interval::kMonth:
      return absl::CivilDay(absl::CivilMonth(day));
    case plan::Interval::kYear:
      return absl::CivilDay(absl::CivilYear(day));
  }
  return day;
}

absl::CivilDay NextFirstDay(plan::Interval interval, absl::CivilDay first) {
  switch (interval) {
    case plan::Interval::kDay:
      return first + 1;
    case plan::Interval::kWeek:
      return first + 7;
    case plan::Interval::kMonth:
      return absl::CivilDay(absl::CivilMonth(first) + 1);
    case plan::Interval::kYear:
      return absl::CivilDay(absl::CivilYear(first) + 1);
  }
  return first + 1;
}

int64_t BeginOf(absl::CivilDay day, const absl::TimeZone& zone) {
  if (zone == absl::UTCTimeZone()) return (day - kEpoch) * kSecondsOfDay;  // most often, and much faster
  return absl::ToUnixSeconds(absl::FromCivil(absl::CivilSecond(day), zone));
}

bool TimeBuckets::StepBack(int64_t instant) {
  if (counts_.empty() || instant >= begin_) return false;
  const absl::CivilDay before = FirstDayBefore(interval_, first_);
  const int64_t begin = BeginOf(before, zone_);
  if (instant < begin) return false;
  end_ = begin_;
  begin_ = begin;
  first_ = before;
  return true;
}

void TimeBuckets::LookUp(int64_t instant) {
  first_ = FirstDay(interval_, absl::ToCivilDay(absl::FromUnixSeconds(instant), zone_));
  absl::CivilDay next = NextFirstDay(interval_, first_);
  end_ = BeginOf(next, zone_);
  // Clocks that are set back over midnight show the day before again; a bucket is one stretch all the same.
  while (instant >= end_) {
    first_ = next;
    next = NextFirstDay(interval_, next);
    end_ = BeginOf(next, zone_);
  }
  begin_ = BeginOf(first_, zone_);
}

void TimeBuckets::MoveTo(int64_t instant) {
  if (!StepBack(instant)) LookUp(instant);
  const auto day = static_cast<int32_t>(first_ - kEpoch);
  const auto at = std::lower_bound(counts_.begin(), counts_.end(), day,
                                   [](const CountedPeriod& period, int32_t d) { return period.first_day > d; });
  current_ = static_cast<size_t>(at - counts_.begin());
  if (at == counts_.end() || at->first_day != day) counts_.insert(at, CountedPeriod{day, 0});
}

// `instant_at(i)` of 0 to before `size` descends, the undated last; `articles_in(i, j)` is how many articles there
// are from i to before j.
template <typename InstantAt, typename ArticlesIn>
void TimeBuckets::CountStretches(uint32_t size, InstantAt instant_at, ArticlesIn articles_in) {
  for (uint32_t first = 0; first < size;) {
    const int64_t instant = instant_at(first);
    if (instant == article::kUndated) {
      undated_ += articles_in(first, size);
      return;
    }
    Count(instant, 0);
    // Where this bucket ends: strides that double, then halves.
    const auto inside = [&](uint32_t i) {
      const int64_t other = instant_at(i);
      return other != article::kUndated && other >= begin_;
    };
    uint32_t in = first;
    uint32_t step = 1;
    while (size - in > step && inside(in + step)) {
      in += step;
      step *= 2;
    }
    uint32_t out = size - in > step ? in + step : size;
    while (out - in > 1) {
      const uint32_t middle = in + (out - in) / 2;
      (inside(middle) ? in : out) = middle;
    }
    counts_[current_].count += articles_in(first, out);
    first = out;
  }
}

void TimeBuckets::Count(ShardFacts& facts, absl::Span<const uint32_t> docids) {
  const auto size = static_cast<uint32_t>(docids.size());
  const auto articles = [](uint32_t first, uint32_t end) { return end - first; };
  if (const index::Columns* columns = facts.columns()) {
    const int64_t* instants = columns->instants().data();
    CountStretches(
        size, [&](uint32_t i) { return instants[docids[i] - 1]; }, articles);
  } else {
    CountStretches(
        size, [&](uint32_t i) { return facts.Instant(docids[i]); }, articles);
  }
}

void TimeBuckets::CountAll(ShardFacts& facts) {
  CountStretches(
      facts.Documents(), [&](uint32_t row) { return facts.Instant(row + 1); },
      [&](uint32_t first, uint32_t end) { return facts.LiveIn(first + 1, end); });
}

void TimeBuckets::AddTo(std::vector<CountedPeriod>& buckets, uint64_t& undated) const {
  undated += undated_;
  std::vector<CountedPeriod> sum;
  sum.reserve(buckets.size() + counts_.size());
  auto old = buckets.begin();
  for (auto own = counts_.rbegin(); own != counts_.rend(); ++own) {
    if (own->count == 0) continue;  // all of a day's articles may be dead
    while (old != buckets.end() && old->first_day < own->first_day) sum.push_back(*old++);
    sum.push_back(*own);
    if (old != buckets.end() && old->first_day == own->first_day) sum.back().count += (old++)->count;
  }
  sum.insert(sum.end(), old, buckets.end());
  buckets = std::move(sum);
}

}  // namespace dateline::match
