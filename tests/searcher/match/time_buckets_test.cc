#include "searcher/match/time_buckets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/support/random.h"

namespace dateline::match {
namespace {

using plan::Interval;

// Where clocks change at or over midnight, a day is missing, or nothing of the kind.
constexpr const char* kZones[] = {"UTC",         "Europe/London",  "America/New_York", "America/Sao_Paulo",
                                  "Asia/Beirut", "America/Havana", "Pacific/Apia",     "America/Asuncion",
                                  "Asia/Tehran", "Africa/Cairo",   "Asia/Kolkata",     "Australia/Lord_Howe",
                                  "Etc/GMT-14"};

// Documents that have nothing but an instant.
class InstantFacts : public ShardFacts {
 public:
  explicit InstantFacts(std::vector<int64_t> instants) : ShardFacts(nullptr), instants_(std::move(instants)) {}

  uint32_t Documents() override { return static_cast<uint32_t>(instants_.size()); }
  int64_t Instant(uint32_t docid) override { return instants_[docid - 1]; }
  base::DocKey Key(uint32_t) override { return {}; }
  index::Story Story(uint32_t) override { return {}; }
  void Names(index::NameField, uint32_t, std::vector<uint32_t>& numbers) override { numbers.clear(); }
  const index::FacetName& Name(index::NameField, uint32_t) const override {
    static const index::FacetName none;
    return none;
  }

 private:
  const std::vector<int64_t> instants_;
};

// The rule itself: the latest first day that has begun, found without a step that depends on another instant.
int32_t FirstDayOf(int64_t instant, Interval interval, const absl::TimeZone& zone) {
  const absl::CivilDay civil = absl::ToCivilDay(absl::FromUnixSeconds(instant), zone);
  absl::CivilDay first = FirstDay(interval, civil - 3);
  for (absl::CivilDay next = NextFirstDay(interval, first);
       absl::ToUnixSeconds(absl::FromCivil(absl::CivilSecond(next), zone)) <= instant;
       next = NextFirstDay(interval, next)) {
    first = next;
  }
  return static_cast<int32_t>(first - absl::CivilDay(1970, 1, 1));
}

// Newest first, the undated last; many lie close to a midnight, some years apart.
std::vector<int64_t> RandomInstants(test::Random& random, const absl::TimeZone& zone) {
  std::vector<int64_t> instants(random.Below(300));
  const uint64_t days = random.OneIn(3) ? 60 : 15'000;
  const absl::CivilDay first = absl::CivilDay(1975, 1, 1) + static_cast<int64_t>(random.Below(12'000));
  for (int64_t& instant : instants) {
    const absl::CivilDay day = first + static_cast<int64_t>(random.Below(days));
    const int64_t midnight = absl::ToUnixSeconds(absl::FromCivil(absl::CivilSecond(day), zone));
    const int64_t away = random.OneIn(2) ? 7300 : 86400;
    instant = midnight + static_cast<int64_t>(random.Below(static_cast<uint64_t>(2 * away))) - away;
    // The days on which clocks changed, or the country its side of the date line.
    absl::TimeZone::CivilTransition change;
    if (random.OneIn(3) && zone.NextTransition(absl::FromUnixSeconds(instant), &change)) {
      const int64_t moment = absl::ToUnixSeconds(absl::FromCivil(change.from, zone));
      instant = moment + static_cast<int64_t>(random.Below(3 * 7200)) - 7200;
    }
    if (random.OneIn(20)) instant = article::kUndated;
  }
  std::sort(instants.begin(), instants.end(), std::greater<>());
  return instants;
}

TEST(TimeBucketsTest, StretchesEqualInstantsOneByOne) {
  const uint64_t seed = test::TestSeed(151);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int round = 0; round < test::Scaled(1000); ++round) {
    const std::string name = kZones[random.Below(std::size(kZones))];
    const auto interval = static_cast<Interval>(random.Below(4));
    SCOPED_TRACE(absl::StrCat("round ", round, ", ", name, ", interval ", static_cast<int>(interval)));
    absl::TimeZone zone;
    ASSERT_TRUE(absl::LoadTimeZone(name, &zone));
    const std::vector<int64_t> instants = RandomInstants(random, zone);
    InstantFacts facts(instants);

    std::vector<uint32_t> docids;
    std::vector<int64_t> chosen;
    const uint64_t one_in = 1 + random.Below(4);
    std::map<int32_t, uint64_t> rule;
    for (uint32_t docid = 1; docid <= instants.size(); ++docid) {
      if (!random.OneIn(one_in)) continue;
      docids.push_back(docid);
      chosen.push_back(instants[docid - 1]);
      if (chosen.back() != article::kUndated) ++rule[FirstDayOf(chosen.back(), interval, zone)];
    }
    std::vector<CountedPeriod> expected;
    for (const auto& [day, count] : rule) expected.push_back(CountedPeriod{day, count});

    TimeBuckets batches(interval, zone);
    for (size_t first = 0; first < docids.size();) {
      const size_t size = std::min<size_t>(random.Below(80), docids.size() - first);
      batches.Count(facts, absl::MakeConstSpan(docids).subspan(first, size));
      first += size;
    }
    TimeBuckets singles(interval, zone);
    for (size_t left = chosen.size(); left > 0; --left) std::swap(chosen[left - 1], chosen[random.Below(left)]);
    for (const int64_t instant : chosen) singles.Count(instant);

    TimeCounts of_batches;
    TimeCounts of_singles;
    batches.AddTo(of_batches.buckets, of_batches.undated);
    singles.AddTo(of_singles.buckets, of_singles.undated);
    ASSERT_EQ(of_batches.buckets, expected);
    ASSERT_EQ(of_batches, of_singles);

    // All of them, and counts that come together.
    TimeBuckets all(interval, zone);
    all.CountAll(facts);
    TimeBuckets every(interval, zone);
    for (const int64_t instant : instants) every.Count(instant);
    TimeCounts of_all;
    TimeCounts of_every;
    all.AddTo(of_all.buckets, of_all.undated);
    all.AddTo(of_all.buckets, of_all.undated);
    every.AddTo(of_every.buckets, of_every.undated);
    for (CountedPeriod& period : of_every.buckets) period.count *= 2;
    of_every.undated *= 2;
    ASSERT_EQ(of_all, of_every);
  }
}

TEST(TimeBucketsTest, SumsKeepTheOrderOfDays) {
  const auto at = [](int day) { return int64_t{86400} * day; };
  TimeBuckets buckets(Interval::kDay, absl::UTCTimeZone());
  for (const int day : {9, 5, 2}) buckets.Count(at(day));
  std::vector<CountedPeriod> sum = {{-3, 1}, {5, 4}, {7, 1}, {12, 1}};
  uint64_t undated = 3;
  buckets.AddTo(sum, undated);
  EXPECT_EQ(sum, (std::vector<CountedPeriod>{{-3, 1}, {2, 1}, {5, 5}, {7, 1}, {9, 1}, {12, 1}}));
  EXPECT_EQ(undated, 3U);
}

}  // namespace
}  // namespace dateline::match
