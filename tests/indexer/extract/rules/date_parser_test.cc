#include "indexer/extract/rules/date_parser.h"

#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/article/article.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::extract {
namespace {

using article::Publication;

// "2019-04-25 16:31:00", with " day" for what is known to the day, " assumed" for a zone that was not printed and
// " ignored" for a time that was not understood; "partial 2019-04"; "-" for no date.
std::string Describe(const absl::optional<ParsedDate>& date) {
  if (!date) return "-";
  const Publication& p = date->publication;
  EXPECT_EQ(p.source, article::Source::kNone);
  if (!p.dated()) {
    EXPECT_EQ(p.precision, article::Precision::kNone);
    return absl::StrCat("partial ", p.partial, date->time_ignored ? " ignored" : "");
  }
  EXPECT_EQ(p.partial, "");
  const std::string time = article::TimeText(p);
  return absl::StrCat(article::DateText(p), " ", time.empty() ? "day" : time, p.zone_assumed ? " assumed" : "",
                      date->time_ignored ? " ignored" : "");
}

struct Case {
  std::string text;
  std::string result;
};

TEST(DateParserTest, ThePrintedZoneIsKept) {
  const absl::optional<ParsedDate> date = ParseDate("2025-01-14T01:28:54+09:00");
  ASSERT_TRUE(date.has_value());
  EXPECT_EQ(date->publication.zone_minutes, 540);
  EXPECT_EQ(article::DateText(date->publication), "2025-01-13");
  EXPECT_EQ(article::PrintedDateText(date->publication), "2025-01-14");
  EXPECT_EQ(ParseDate("2025-01-14T01:28:54-03:30")->publication.zone_minutes, -210);
  EXPECT_EQ(ParseDate("2025-01-14")->publication.zone_minutes, 0);
}

TEST(DateParserTest, Table) {
  const std::vector<Case> cases = {
      // ISO 8601.
      {"2019-04-25", "2019-04-25 day"},
      {"2019/04/25", "2019-04-25 day"},
      {" 2019-04-25\n", "2019-04-25 day"},
      {"2019-04-25T16:31:07Z", "2019-04-25 16:31:07"},
      {"2019-04-25t16:31:07z", "2019-04-25 16:31:07"},
      {"2019-04-25T16:31Z", "2019-04-25 16:31"},
      {"2019-04-25 16:31:07 UTC", "2019-04-25 16:31:07"},
      {"2019-04-25 16:31:07 gmt", "2019-04-25 16:31:07"},
      {"2019-04-25T16:31:07", "2019-04-25 16:31:07 assumed"},
      {"2019-04-25 16:31", "2019-04-25 16:31 assumed"},
      {"2019-04-25T16:31:07.123456Z", "2019-04-25 16:31:07"},      // fractions are dropped, not rounded
      {"2019-04-25T16:31:07,999+00:00", "2019-04-25 16:31:07"},
      {"2019-04-25T16:31:07+09:00", "2019-04-25 07:31:07"},
      {"2019-04-25T16:31:07+0900", "2019-04-25 07:31:07"},
      {"2019-04-25T16:31:07+09", "2019-04-25 07:31:07"},
      {"2019-04-25T16:31:07 -05:30", "2019-04-25 22:01:07"},
      {"2019-04-25T02:00:00+09:00", "2019-04-24 17:00:00"},        // the day before, in UTC
      {"2019-12-31T23:30:00-01:00", "2020-01-01 00:30:00"},
      {"2019-04-25T00:00:00Z", "2019-04-25 00:00:00"},
      {"2019-04-25T23:59:60Z", "2019-04-25 23:59:59"},             // a leap second
      {"2019-04-25T", "2019-04-25 day"},
      {"2020-02-29", "2020-02-29 day"},
      {"2000-02-29", "2000-02-29 day"},
      {"1000-01-01", "1000-01-01 day"},
      {"2999-12-31", "2999-12-31 day"},
      {"1969-12-31T23:59:59Z", "1969-12-31 23:59:59"},
      // A day, and something that is no time.
      {"2019-04-25T24:00:00Z", "2019-04-25 day ignored"},
      {"2019-04-25T16:60:00Z", "2019-04-25 day ignored"},
      {"2019-04-25T16:31:61Z", "2019-04-25 day ignored"},
      {"2019-04-25T16", "2019-04-25 day ignored"},
      {"2019-04-25T16:3", "2019-04-25 day ignored"},
      {"2019-04-25 4:31 pm", "2019-04-25 day ignored"},
      {"2019-04-25T16:31:07 EST", "2019-04-25 day ignored"},       // letters for zones mean too many things
      {"2019-04-25T16:31:07+16:00", "2019-04-25 day ignored"},     // no such zone
      {"2019-04-25T16:31:07+09:60", "2019-04-25 day ignored"},
      {"2019-04-25T16:31:07Z or so", "2019-04-25 day ignored"},
      {"2019-04-25, updated", "2019-04-25 day ignored"},
      // Parts of dates.
      {"2019-04", "partial 2019-04"},
      {"2019", "partial 2019"},
      {" 2019-04 ", "partial 2019-04"},
      // No dates.
      {"", "-"},
      {"  ", "-"},
      {"yesterday", "-"},
      {"2019-02-29", "-"},
      {"1900-02-29", "-"},
      {"2019-04-31", "-"},
      {"2019-00-10", "-"},
      {"2019-13-10", "-"},
      {"2019-13", "-"},
      {"2019-04-00", "-"},
      {"2019-04-251", "-"},
      {"2019-4-5", "2019-04-05 day"},                              // markup that was not padded; year first, so month next
      {"2019-4-5 7:05", "2019-04-05 07:05 assumed"},
      {"2019-04-25 16:31:07 +09:00", "2019-04-25 07:31:07"},
      {"2019-04-25T16:31:07+9:00", "2019-04-25 07:31:07"},
      {"2019-04-25T16:31:07.123456+0900", "2019-04-25 07:31:07"},
      {"2019-04-25T16:31:07+09:00[Asia/Seoul]", "2019-04-25 07:31:07"},
      {"04/25/2019", "-"},
      {"25.04.2019", "-"},
      {"25-04-2019", "-"},
      {"20190425", "-"},
      {"19-04-25", "-"},
      {"0999-12-31", "-"},
      {"3000-01-01", "-"},
      {"-2019-04-25", "-"},
      {"+2019-04-25", "-"},
      {"1556209860", "-"},                                         // digits alone may be anything
      {"２０１９-04-25", "-"},
      {std::string("2019-04-25\0", 11), "2019-04-25 day ignored"},
      // RFC 5322.
      {"Thu, 25 Apr 2019 16:31:07 +0900", "2019-04-25 07:31:07"},
      {"Thu, 25 Apr 2019 16:31:07 GMT", "2019-04-25 16:31:07"},
      {"Thu, 25 Apr 2019 16:31 -0500", "2019-04-25 21:31"},
      {"thu,25 apr 2019 16:31:07", "2019-04-25 16:31:07 assumed"},
      {"25 Apr 2019", "2019-04-25 day"},
      {"5 Apr 2019", "2019-04-05 day"},
      {"05 APR 2019 01:02:03 Z", "2019-04-05 01:02:03"},
      {"Mon, 25 Apr 2019", "2019-04-25 day"},                      // a wrong weekday takes nothing from the date
      {"Thu, 25 Apr 2019 16:31:07 EST", "2019-04-25 day ignored"},
      {"Thu 25 Apr 2019", "-"},
      {"Thursday, 25 Apr 2019", "-"},
      {"Xyz, 25 Apr 2019", "-"},
      {"Updated 25 Apr 2019", "-"},                                // of the update, not the publication
      {"until 25 Apr 2019", "-"},
      {"31 Apr 2019", "-"},
      {"25 April 2019", "-"},
      {"25 Apr 19", "-"},
      {"25 Apr 20191", "-"},
      {"25 Apr", "-"},
      {"Apr 25 2019", "-"},
      {"25 Mai 2019", "-"},
  };
  for (const Case& c : cases) EXPECT_EQ(Describe(ParseDate(c.text)), c.result) << "\"" << c.text << "\"";
}

TEST(DateParserTest, ADayStandsAtNoon) {
  EXPECT_EQ(ParseDate("1970-01-01")->publication.instant, 12 * 3600);
  EXPECT_EQ(ParseDate("1970-01-01T00:00:01Z")->publication.instant, 1);
  EXPECT_EQ(ParseDate("1970-01-01")->publication.precision, article::Precision::kDay);
}

TEST(DateParserTest, Epochs) {
  EXPECT_EQ(Describe(DateFromNumber(1'556'209'867)), "2019-04-25 16:31:07");
  EXPECT_EQ(Describe(DateFromNumber(100'000'000)), "1973-03-03 09:46:40");
  EXPECT_EQ(Describe(DateFromNumber(32'503'679'999)), "2999-12-31 23:59:59");
  EXPECT_EQ(Describe(DateFromNumber(32'503'680'000)), "-");
  EXPECT_EQ(Describe(DateFromNumber(1'556'209'867'000)), "-");  // milliseconds are not taken for seconds
  // A day or a year as a number is not a second of 1970.
  EXPECT_EQ(Describe(DateFromNumber(20'190'425)), Describe(ParseDate("2019-04-25")));
  EXPECT_EQ(Describe(DateFromNumber(20'190'431)), "-");
  EXPECT_EQ(Describe(DateFromNumber(2019)), Describe(ParseDate("2019")));
  EXPECT_EQ(Describe(DateFromNumber(201'904)), "-");
  EXPECT_EQ(Describe(DateFromNumber(0)), "-");
  EXPECT_EQ(Describe(DateFromNumber(-1)), "-");
  EXPECT_EQ(Describe(DateFromNumber(std::numeric_limits<int64_t>::max())), "-");
  EXPECT_EQ(Describe(DateFromNumber(std::numeric_limits<int64_t>::min())), "-");
}

TEST(DateParserTest, WhatIsPrintedReadsBack) {
  const uint64_t seed = test::TestSeed(141);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int i = 0; i < test::Scaled(5000); ++i) {
    const int64_t instant = -30'610'224'000 + static_cast<int64_t>(random.Below(32'503'680'000 + 30'610'224'000));
    Publication p;
    p.instant = instant;
    p.precision = article::Precision::kSecond;
    const std::string text = absl::StrCat(article::DateText(p), "T", article::TimeText(p), "Z");
    const absl::optional<ParsedDate> back = ParseDate(text);
    ASSERT_TRUE(back.has_value()) << text;
    EXPECT_TRUE(back->publication == p) << text;
  }
}

TEST(DateParserTest, AnyTextIsADateOrNone) {
  const uint64_t seed = test::TestSeed(142);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const std::vector<std::string> good = {"2019-04-25T16:31:07.5+09:00", "Thu, 25 Apr 2019 16:31:07 +0900", "2019-04"};
  for (int i = 0; i < test::Scaled(20'000); ++i) {
    std::string text = random.Pick(good);
    for (uint64_t n = random.Below(4); n > 0; --n) {
      const uint64_t byte = random.OneIn(2) ? '0' + random.Below(10) : random.Bits();
      text[random.Below(text.size())] = static_cast<char>(byte);
    }
    const absl::optional<ParsedDate> date = ParseDate(text);
    if (!date || !date->publication.dated()) continue;
    const std::string day = article::DateText(date->publication);
    ASSERT_EQ(day.size(), 10U) << text;
    EXPECT_TRUE(day >= "0999-12-31" && day <= "3000-01-01") << text << ": " << day;
  }
}

}  // namespace
}  // namespace dateline::extract
