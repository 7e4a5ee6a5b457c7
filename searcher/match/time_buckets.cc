#include "searcher/match/time_buckets.h"

namespace dateline::match {
namespace {

constexpr absl::CivilDay kEpoch(1970, 1, 1);

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
  return absl::ToUnixSeconds(absl::FromCivil(absl::CivilSecond(day), zone));
}

void TimeBuckets::MoveTo(int64_t instant) {
  absl::CivilDay first = FirstDay(interval_, absl::ToCivilDay(absl::FromUnixSeconds(instant), zone_));
  absl::CivilDay next = NextFirstDay(interval_, first);
  // Clocks that are set back over midnight show the day before again; a bucket is one stretch all the same.
  while (instant >= BeginOf(next, zone_)) {
    first = next;
    next = NextFirstDay(interval_, first);
  }
  begin_ = BeginOf(first, zone_);
  end_ = BeginOf(next, zone_);
  current_ = &counts_[static_cast<int32_t>(first - kEpoch)];
}

void TimeBuckets::CountAll(ShardFacts& facts) {
  const uint32_t documents = facts.Documents();
  uint32_t docid = 1;
  while (docid <= documents) {
    const int64_t instant = facts.Instant(docid);
    if (instant == article::kUndated) {
      undated_ += facts.LiveIn(docid, documents);  // they come last
      return;
    }
    Count(instant, 0);
    // The last document of this bucket: newest come first.
    const auto inside = [&](uint32_t id) {
      const int64_t other = facts.Instant(id);
      return other != article::kUndated && other >= begin_;
    };
    uint32_t in = docid;
    uint32_t step = 1;
    while (documents - in >= step && inside(in + step)) {
      in += step;
      step *= 2;
    }
    uint32_t out = documents - in >= step ? in + step : documents + 1;
    while (out - in > 1) {
      const uint32_t middle = in + (out - in) / 2;
      (inside(middle) ? in : out) = middle;
    }
    *current_ += facts.LiveIn(docid, in);
    docid = in + 1;
  }
}

void TimeBuckets::AddTo(std::map<int32_t, uint64_t>& buckets, uint64_t& undated) const {
  for (const auto& [day, count] : counts_) {
    if (count > 0) buckets[day] += count;  // all of a day's articles may be dead
  }
  undated += undated_;
}

}  // namespace dateline::match
