#include "searcher/match/time_buckets.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

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

// The first number of `begin` to before `end` that is behind, or `end`; `begin` is not, and behind one that is all
// are. Strides that double, then halves.
template <typename Predicate>
size_t FirstBehind(size_t begin, size_t end, Predicate is_behind) {
  size_t in = begin;
  size_t step = 1;
  while (end - in > step && !is_behind(in + step)) {
    in += step;
    step *= 2;
  }
  size_t out = end - in > step ? in + step : end;
  while (out - in > 1) {
    const size_t middle = in + (out - in) / 2;
    (is_behind(middle) ? out : in) = middle;
  }
  return out;
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

// Instants descend, the undated last.
std::vector<TimeStretch> TimeBuckets::FindStretches(ShardFacts& facts) const {
  TimeBuckets buckets(interval_, zone_);
  std::vector<TimeStretch> stretches;
  const uint32_t end = facts.Documents() + 1;
  for (uint32_t first = 1; first < end;) {
    const int64_t instant = facts.Instant(first);
    stretches.push_back(TimeStretch{first, absl::nullopt});
    if (instant == article::kUndated) break;
    buckets.MoveTo(instant);
    stretches.back().first_day = static_cast<int32_t>(buckets.first_ - kEpoch);
    first = static_cast<uint32_t>(FirstBehind(first, end, [&](size_t docid) {
      const int64_t other = facts.Instant(static_cast<uint32_t>(docid));
      return other == article::kUndated || other < buckets.begin_;
    }));
  }
  return stretches;
}

const std::vector<TimeStretch>& TimeBuckets::StretchesOf(ShardFacts& facts) const {
  constexpr size_t kMostKept = 8;
  auto& kept = facts.stretches();
  const std::string key = absl::StrCat(static_cast<int>(interval_), zone_.name());
  if (const auto known = kept.find(key); known != kept.end()) return known->second;
  if (kept.size() >= kMostKept) kept.clear();
  return kept.emplace(key, FindStretches(facts)).first->second;
}

void TimeBuckets::Count(ShardFacts& facts, absl::Span<const uint32_t> docids) {
  const std::vector<TimeStretch>& stretches = StretchesOf(facts);
  size_t stretch = 0;
  for (size_t first = 0; first < docids.size();) {
    const size_t next = FirstBehind(stretch, stretches.size(),
                                    [&](size_t other) { return stretches[other].first_docid > docids[first]; });
    const uint32_t end_docid = next == stretches.size() ? UINT32_MAX : stretches[next].first_docid;
    const size_t end = FirstBehind(first, docids.size(), [&](size_t i) { return docids[i] >= end_docid; });
    stretch = next - 1;
    Add(stretches[stretch].first_day, end - first);
    first = end;
  }
}

// Stretches come from the newest to the oldest.
void TimeBuckets::Add(absl::optional<int32_t> first_day, uint64_t articles) {
  if (!first_day) {
    undated_ += articles;
    return;
  }
  if (counts_.empty() || counts_.back().first_day != *first_day) counts_.push_back(CountedPeriod{*first_day, 0});
  counts_.back().count += articles;
}

void TimeBuckets::CountAll(ShardFacts& facts) {
  const std::vector<TimeStretch>& stretches = StretchesOf(facts);
  for (size_t i = 0; i < stretches.size(); ++i) {
    const uint32_t last = i + 1 < stretches.size() ? stretches[i + 1].first_docid - 1 : facts.Documents();
    Add(stretches[i].first_day, facts.LiveIn(stretches[i].first_docid, last));
  }
}

void AddPeriods(std::vector<CountedPeriod> from, std::vector<CountedPeriod>& to) {
  if (to.empty()) {
    to = std::move(from);
    return;
  }
  std::vector<CountedPeriod> sum;
  sum.reserve(to.size() + from.size());
  auto old = to.begin();
  for (const CountedPeriod& own : from) {
    while (old != to.end() && old->first_day < own.first_day) sum.push_back(*old++);
    sum.push_back(own);
    if (old != to.end() && old->first_day == own.first_day) sum.back().count += (old++)->count;
  }
  sum.insert(sum.end(), old, to.end());
  to = std::move(sum);
}

void TimeBuckets::AddTo(std::vector<CountedPeriod>& buckets, uint64_t& undated) const {
  undated += undated_;
  std::vector<CountedPeriod> own;
  own.reserve(counts_.size());
  for (auto period = counts_.rbegin(); period != counts_.rend(); ++period) {
    if (period->count > 0) own.push_back(*period);  // all of a day's articles may be dead
  }
  AddPeriods(std::move(own), buckets);
}

}  // namespace dateline::match
