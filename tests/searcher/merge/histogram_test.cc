#include "searcher/merge/histogram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "searcher/match/time_buckets.h"

namespace dateline::merge {
namespace {

using plan::Histogram;
using plan::Interval;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Histogram In(Interval interval, const std::string& zone) {
  Histogram histogram{interval, absl::UTCTimeZone()};
  if (!zone.empty()) {
    EXPECT_TRUE(absl::LoadTimeZone(zone, &histogram.zone)) << zone;
  }
  return histogram;
}

int64_t At(const std::string& time) {
  absl::Time parsed;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, time, &parsed, &error)) << time << error;
  return absl::ToUnixSeconds(parsed);
}

match::TimeCounts CountsOf(const Histogram& histogram, const std::vector<std::string>& times) {
  match::TimeBuckets buckets(histogram.interval, histogram.zone);
  for (const std::string& time : times) buckets.Count(time.empty() ? article::kUndated : At(time));
  match::TimeCounts counts;
  buckets.AddTo(counts.buckets, counts.undated);
  return counts;
}

// "label:count" of every bucket.
std::vector<std::string> Bars(Interval interval, const std::string& zone, const std::vector<std::string>& times) {
  const Histogram histogram = In(interval, zone);
  std::vector<std::string> bars;
  const auto lines = MakeHistogram(histogram, CountsOf(histogram, times), {}, 1000);
  EXPECT_TRUE(lines.ok()) << lines.status();
  for (const HistogramLine& line : *lines) {
    bars.push_back(absl::StrCat(line.label, ":", line.count));
  }
  return bars;
}

// All that a date of an article may be (the date parser's years), and Abseil's way to write it.
TEST(HistogramTest, LabelsOfTwoThousandYears) {
  constexpr absl::CivilDay kEpoch(1970, 1, 1);
  const auto end = static_cast<int32_t>(absl::CivilDay(2999, 12, 31) - kEpoch);
  for (auto day = static_cast<int32_t>(absl::CivilDay(1000, 1, 1) - kEpoch); day <= end; day += 13) {
    const absl::CivilDay civil = kEpoch + day;
    ASSERT_EQ(BucketLabel(Interval::kDay, day), absl::FormatCivilTime(civil));
    ASSERT_EQ(BucketLabel(Interval::kWeek, day), absl::FormatCivilTime(civil));
    ASSERT_EQ(BucketLabel(Interval::kMonth, day), absl::FormatCivilTime(absl::CivilMonth(civil)));
    ASSERT_EQ(BucketLabel(Interval::kYear, day), absl::FormatCivilTime(absl::CivilYear(civil)));
  }
}

TEST(HistogramTest, GapsAreFilled) {
  EXPECT_THAT(Bars(Interval::kDay, "", {"2019-03-01T00:00:00Z", "2019-02-27T23:59:59Z", "", "2019-03-01T23:00:00Z"}),
              ElementsAre("2019-02-27:1", "2019-02-28:0", "2019-03-01:2"));
  EXPECT_THAT(Bars(Interval::kWeek, "", {"2021-01-11T00:00:00Z", "2021-01-03T23:00:00Z"}),
              ElementsAre("2020-12-28:1", "2021-01-04:0", "2021-01-11:1"))
      << "weeks begin on Monday";
  EXPECT_THAT(Bars(Interval::kMonth, "", {"2021-01-11T00:00:00Z", "2020-11-30T23:00:00Z"}),
              ElementsAre("2020-11:1", "2020-12:0", "2021-01:1"));
  EXPECT_THAT(Bars(Interval::kYear, "", {"1969-12-31T23:59:59Z", "1971-06-01T00:00:00Z"}),
              ElementsAre("1969:1", "1970:0", "1971:1"));
  EXPECT_THAT(Bars(Interval::kDay, "", {"", ""}), IsEmpty());
}

TEST(HistogramTest, DaysAreThoseOfTheZone) {
  EXPECT_THAT(Bars(Interval::kDay, "Asia/Seoul", {"2019-04-24T15:00:00Z", "2019-04-24T14:59:59Z"}),
              ElementsAre("2019-04-24:1", "2019-04-25:1"));
  // Clocks go forward on 2019-03-10: a day of 23 hours.
  EXPECT_THAT(Bars(Interval::kDay, "America/New_York",
                   {"2019-03-10T04:59:59Z", "2019-03-10T05:00:00Z", "2019-03-11T03:59:59Z", "2019-03-11T04:00:00Z"}),
              ElementsAre("2019-03-09:1", "2019-03-10:2", "2019-03-11:1"));
  // In Brazil clocks went forward at midnight: 2018-11-04 began at one o'clock.
  EXPECT_THAT(Bars(Interval::kDay, "America/Sao_Paulo", {"2018-11-04T02:59:59Z", "2018-11-04T03:00:00Z"}),
              ElementsAre("2018-11-03:1", "2018-11-04:1"));
  // Samoa had no 2011-12-30.
  EXPECT_THAT(Bars(Interval::kDay, "Pacific/Apia", {"2011-12-30T09:59:59Z", "2011-12-30T10:00:00Z"}),
              ElementsAre("2011-12-29:1", "2011-12-30:0", "2011-12-31:1"));
  // Noon, where an article known to the day stands, is the same day up to less than 12 hours east.
  EXPECT_THAT(Bars(Interval::kDay, "Etc/GMT-11", {"2019-04-25T12:00:00Z"}), ElementsAre("2019-04-25:1"));
  EXPECT_THAT(Bars(Interval::kDay, "Etc/GMT+12", {"2019-04-25T12:00:00Z"}), ElementsAre("2019-04-25:1"));
  EXPECT_THAT(Bars(Interval::kDay, "Etc/GMT-12", {"2019-04-25T12:00:00Z"}), ElementsAre("2019-04-26:1"));
}

TEST(HistogramTest, OneMomentLiesInOneBucketInWhateverOrder) {
  // In Havana clocks were set back from one o'clock to midnight on 2018-11-04: an hour of that day came twice.
  const std::vector<std::string> times = {"2018-11-04T03:30:00Z", "2018-11-04T04:30:00Z", "2018-11-04T05:30:00Z",
                                          "2018-11-05T04:30:00Z", "2018-11-05T05:30:00Z"};
  const std::vector<std::string> backwards(times.rbegin(), times.rend());
  EXPECT_EQ(Bars(Interval::kDay, "America/Havana", times), Bars(Interval::kDay, "America/Havana", backwards));
  EXPECT_THAT(Bars(Interval::kDay, "America/Havana", times),
              ElementsAre("2018-11-03:1", "2018-11-04:3", "2018-11-05:1"));
}

TEST(HistogramTest, BucketsBeginWhereTheDayDoes) {
  const Histogram histogram = In(Interval::kMonth, "Europe/London");
  const auto lines = MakeHistogram(histogram, CountsOf(histogram, {"2019-04-01T00:00:00Z"}),
                                   CountsOf(histogram, {"2019-03-31T23:00:00Z", "2019-04-05T00:00:00Z"}), 10);
  ASSERT_TRUE(lines.ok()) << lines.status();
  EXPECT_THAT(*lines, ElementsAre(HistogramLine{"2019-04", At("2019-03-31T23:00:00Z"), 1, 2}));
}

TEST(HistogramTest, TooManyBucketsAreRefused) {
  const std::vector<std::string> times = {"2019-01-01T00:00:00Z", "2019-01-10T00:00:00Z"};
  const Histogram days = In(Interval::kDay, "");
  EXPECT_TRUE(MakeHistogram(days, CountsOf(days, times), {}, 10).ok());
  const absl::Status status = MakeHistogram(days, CountsOf(days, times), {}, 9).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("10 bars, more than 9 (max_histogram_buckets); ask for weeks"));
}

}  // namespace
}  // namespace dateline::merge
