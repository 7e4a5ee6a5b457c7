// Instants to the days, weeks, months and years of a time zone.
//
// Thread-safety: a TimeBuckets belongs to one thread; the functions are pure.
#ifndef DATELINE_SEARCHER_MATCH_TIME_BUCKETS_H_
#define DATELINE_SEARCHER_MATCH_TIME_BUCKETS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "searcher/match/match_result.h"
#include "searcher/match/shard_facts.h"
#include "searcher/plan/query_plan.h"

namespace dateline::match {

// The interval of a facet of dates. REQUIRES: !plan::NamesOf(field).
plan::Interval IntervalOf(plan::FacetField field);

// The first day of the bucket that `day` lies in, and of the next one. Weeks begin on Monday.
absl::CivilDay FirstDay(plan::Interval interval, absl::CivilDay day);
absl::CivilDay NextFirstDay(plan::Interval interval, absl::CivilDay first);

// The first moment of a day, in seconds since the epoch. A midnight that a change of clocks skips is the moment of
// the change; of two midnights the first counts.
int64_t BeginOf(absl::CivilDay day, const absl::TimeZone& zone);

// Counts articles by bucket.
class TimeBuckets {
 public:
  TimeBuckets(plan::Interval interval, const absl::TimeZone& zone) : interval_(interval), zone_(zone) {}

  // `instant` may be article::kUndated. In any order; cheap when it lies in the bucket of the one before.
  void Count(int64_t instant) {
    if (instant == article::kUndated) {
      ++undated_;
      return;
    }
    if (counts_.empty() || instant < begin_ || instant >= end_) MoveTo(instant);
    ++counts_[current_].count;
  }

  // Counts documents of a shard, ascending and behind all that came before: they stand in time order.
  void Count(ShardFacts& facts, absl::Span<const uint32_t> docids);

  // Counts every live article of a shard.
  void CountAll(ShardFacts& facts);

  // Adds to counts that are in the order of FacetCounts::periods.
  void AddTo(std::vector<CountedPeriod>& buckets, uint64_t& undated) const;

 private:
  // The buckets of a shard, found out once.
  const std::vector<TimeStretch>& StretchesOf(ShardFacts& facts) const;
  std::vector<TimeStretch> FindStretches(ShardFacts& facts) const;
  void Add(absl::optional<int32_t> first_day, uint64_t articles);
  void MoveTo(int64_t instant);
  // Into the bucket before the current one, where most moves go; false when `instant` is not there.
  bool StepBack(int64_t instant);
  void LookUp(int64_t instant);

  const plan::Interval interval_;
  const absl::TimeZone zone_;
  std::vector<CountedPeriod> counts_;  // newest first, as documents come
  uint64_t undated_ = 0;
  size_t current_ = 0;  // the bucket from begin_, of first_, to before end_; once there is one
  absl::CivilDay first_;
  int64_t begin_ = 0;
  int64_t end_ = 0;
};

// Adds counts to others; both, and what comes of it, ascend, as FacetCounts::periods does.
void AddPeriods(std::vector<CountedPeriod> from, std::vector<CountedPeriod>& to);

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_TIME_BUCKETS_H_
