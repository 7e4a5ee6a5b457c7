// Printed dates, one line a case. A date is described as "2019-04-25", with " 16:31" or " 16:31:05" when the time was
// printed and "+09:00" when the zone was, "?" when a time came without one; a partial date by its own text. Where the
// date does not take the whole line, what it takes stands behind in brackets.
#include "indexer/extract/rules/date_finder.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::extract {
namespace {

std::string Describe(absl::string_view line, const FoundDate& date) {
  const article::Publication& p = date.publication;
  std::string text = p.dated() ? article::PrintedDateText(p) : p.partial;
  const std::string time = article::PrintedTimeText(p);
  if (!time.empty()) absl::StrAppend(&text, " ", time, p.zone_assumed ? "?" : article::ZoneText(p));
  const absl::string_view taken = line.substr(date.begin, date.end - date.begin);
  if (taken != line) absl::StrAppend(&text, " [", taken, "]");
  return text;
}

std::string Found(absl::string_view line, DayOrder order = DayOrder::kUnknown) {
  std::vector<std::string> parts;
  for (const FoundDate& date : FindDates(line, Lexicon::Shipped(), order)) parts.push_back(Describe(line, date));
  return absl::StrJoin(parts, "; ");
}

struct Case {
  std::string line;
  std::string result;
};

TEST(DateFinderTest, FindDates) {
  const std::vector<Case> cases = {
      // Day, month, year in words.
      {"April 25, 2019", "2019-04-25"},
      {"Apr. 25, 2019", "2019-04-25"},
      {"APRIL 25, 2019", "2019-04-25"},
      {"25 April 2019", "2019-04-25"},
      {"25th April 2019", "2019-04-25"},
      {"25th of April, 2019", "2019-04-25"},
      {"April 1st, 2019", "2019-04-01"},
      {"25-Apr-2019", "2019-04-25"},
      {"2019 April 25", "2019-04-25"},
      {"25. April 2019", "2019-04-25"},
      {"25. Jänner 2019", "2019-01-25"},
      {"25 avril 2019", "2019-04-25"},
      {"1er avril 2019", "2019-04-01"},
      {"25 de abril de 2019", "2019-04-25"},
      {"25 de abril del 2019", "2019-04-25"},
      {"25 aprile 2019", "2019-04-25"},
      {"25 de març de 2019", "2019-03-25"},
      {"25 de março de 2019", "2019-03-25"},
      {"25 maart 2019", "2019-03-25"},
      {"25 mars 2019", "2019-03-25"},
      {"25. maj 2019", "2019-05-25"},
      {"25. huhtikuuta 2019", "2019-04-25"},
      {"25 kwietnia 2019", "2019-04-25"},
      {"25. dubna 2019", "2019-04-25"},
      {"2019. április 25.", "2019-04-25 [2019. április 25]"},
      {"25 aprilie 2019", "2019-04-25"},
      {"25 Nisan 2019", "2019-04-25"},
      {"25 апреля 2019", "2019-04-25"},
      {"25 апреля 2019 г.", "2019-04-25 [25 апреля 2019]"},
      {"25 квітня 2019", "2019-04-25"},
      {"25 Απριλίου 2019", "2019-04-25"},
      {"25 أبريل 2019", "2019-04-25"},
      {"25 अप्रैल 2019", "2019-04-25"},
      {"25 tháng 4 2019", ""},
      {"25 April 1987", "1987-04-25"},
      // Numbers.
      {"2019-04-25", "2019-04-25"},
      {"2019/04/25", "2019-04-25"},
      {"2019/4/5", "2019-04-05"},
      {"2019. 4. 25.", "2019-04-25"},
      {"2019年4月25日", "2019-04-25"},
      {"2019년 4월 25일", "2019-04-25"},
      {"25.04.2019", "2019-04-25"},
      {"25.4.2019", "2019-04-25"},
      {"25.04.19", "2019-04-25"},
      {"25.04.87", "1987-04-25"},
      {"25/04/2019", "2019-04-25"},
      {"04/25/2019", "2019-04-25"},
      {"4/25/19", "2019-04-25"},
      {"25-04-2019", "2019-04-25"},
      {"04/05/2019", ""},                    // which is the month?
      {"05/05/2019", "2019-05-05"},          // either
      {"04.05.2019", "2019-05-04"},          // with full stops the day is first everywhere
      // Times behind and before, zones.
      {"April 25, 2019 16:31", "2019-04-25 16:31?"},
      {"April 25, 2019, 16:31:05", "2019-04-25 16:31:05?"},
      {"April 25, 2019 at 4:31 p.m.", "2019-04-25 16:31?"},
      {"April 25, 2019 4:31 PM", "2019-04-25 16:31?"},
      {"April 25, 2019 12:05 AM", "2019-04-25 00:05?"},
      {"April 25, 2019 12:05 pm", "2019-04-25 12:05?"},
      {"April 25, 2019 4 pm", "2019-04-25 16:00?"},
      {"April 25, 2019 | 4:31 pm ET", "2019-04-25 16:31? [April 25, 2019 | 4:31 pm]"},
      {"16:31 April 25, 2019", "2019-04-25 16:31?"},
      {"4:31 p.m. April 25, 2019", "2019-04-25 16:31?"},
      {"16:31, 25 April 2019", "2019-04-25 16:31?"},
      {"25. April 2019, 16.31 Uhr", "2019-04-25 16:31?"},
      {"25. April 2019 um 16:31 Uhr", "2019-04-25 16:31?"},
      {"25.04.2019 - 16:31", "2019-04-25 16:31?"},
      {"25.04.2019, 06.30", "2019-04-25 [25.04.2019]"},
      {"25 avril 2019 à 16h31", "2019-04-25 16:31?"},
      {"25 aprile 2019 alle 16:31", "2019-04-25 16:31?"},
      {"25 de abril de 2019 a las 16:31", "2019-04-25 16:31?"},
      {"25 апреля 2019, 16:31", "2019-04-25 16:31?"},
      {"2019년 4월 25일 오후 4:31", "2019-04-25 16:31?"},
      {"2019年4月25日 16時31分", "2019-04-25 16:31?"},
      {"2019年4月25日 午後4時31分", "2019-04-25 16:31?"},
      {"2019-04-25T16:31:05+09:00", "2019-04-25 16:31:05+09:00"},
      {"2019-04-25 16:31 GMT", "2019-04-25 16:31+00:00"},
      {"2019-04-25 16:31 +0900", "2019-04-25 16:31+09:00"},
      {"2019-04-25 16:31 GMT+2", "2019-04-25 16:31+02:00"},
      {"2019-04-25 16:31 UTC+5:30", "2019-04-25 16:31+05:30"},
      {"April 25, 2019 16:31 (KST)", "2019-04-25 16:31+09:00"},
      {"Thu 25 Apr 2019 17.52 BST", "2019-04-25 17:52+01:00 [25 Apr 2019 17.52 BST]"},
      {"Thu, 25 Apr 2019 16:31:07 -0330", "2019-04-25 16:31:07-03:30 [25 Apr 2019 16:31:07 -0330]"},
      {"25 April 2019 24:00", "2019-04-26 00:00?"},
      {"Thursday, April 25, 2019 at 4:31 PM EDT", "2019-04-25 16:31-04:00 [April 25, 2019 at 4:31 PM EDT]"},
      {"April 25, 2019 / 4:31 PM / CBS", "2019-04-25 16:31? [April 25, 2019 / 4:31 PM]"},
      {"25 Apr 2019, 16:31 IST", "2019-04-25 16:31+05:30"},
      {"Donnerstag, 25. April 2019, 16:31 Uhr", "2019-04-25 16:31? [25. April 2019, 16:31 Uhr]"},
      {"Do., 25.04.2019 16:31", "2019-04-25 16:31? [25.04.2019 16:31]"},
      {"Publié le 25 avril 2019 à 16 h 31", "2019-04-25 16:31? [25 avril 2019 à 16 h 31]"},
      {"25 aprile 2019 ore 16.31", "2019-04-25 16:31?"},
      {"25. 4. 2019", "2019-04-25"},
      {"25 kwi 2019, 16:31", "2019-04-25 16:31?"},
      {"25 de abril de 2019 | 16:31", "2019-04-25 16:31?"},
      {"2019-04-25 16:31:05.123", "2019-04-25 16:31:05? [2019-04-25 16:31:05]"},
      {"2019-04-25T16:31:05Z", "2019-04-25 16:31:05+00:00"},
      {"2019.04.25 16:31", "2019-04-25 16:31?"},
      {"2019/04/25(木) 16:31", "2019-04-25 16:31?"},
      {"2019年04月25日16:31", "2019-04-25 16:31?"},
      {"2019年4月25日（木）16時31分", "2019-04-25 16:31?"},
      {"입력 2019.04.25. 오후 4:31", "2019-04-25 16:31? [2019.04.25. 오후 4:31]"},
      // Lost blanks between two elements.
      {"March 7, 20247:55 AM", "2024-03-07 07:55?"},
      {"March 7, 202417:55", "2024-03-07 17:55?"},
      {"2 minute readApril 25, 2019", "2019-04-25 [April 25, 2019]"},
      // Within a line, and several.
      {"Published: April 25, 2019", "2019-04-25 [April 25, 2019]"},
      {"Diplomacy 16:31 April 25, 2019", "2019-04-25 16:31? [16:31 April 25, 2019]"},
      {"Created 25.04.2019, updated 26.04.2019", "2019-04-25 [25.04.2019]; 2019-04-26 [26.04.2019]"},
      {"April 25, 2019 8:00 am | Updated April 26, 2019 9:15 am",
       "2019-04-25 08:00? [April 25, 2019 8:00 am]; 2019-04-26 09:15? [April 26, 2019 9:15 am]"},
      // Partial.
      {"April 25", "--04-25"},
      {"25 April", "--04-25"},
      {"25. April", "--04-25"},
      {"on April 25, when it rained", "--04-25 [April 25]"},
      {"25 de abril", "--04-25"},
      {"April 2019", "2019-04"},
      {"abril de 2019", "2019-04"},
      {"February 29", "--02-29"},            // some year has it
      // No dates.
      {"", ""},
      {"Thursday", ""},
      {"yesterday at 16:31", ""},
      {"2019", ""},
      {"in 2019 and 2020", ""},
      {"16:31", ""},
      {"February 30, 2019", ""},
      {"31 April 2019", ""},
      {"29 February 2019", ""},
      {"2019-13-25", ""},
      {"2019-00-10", ""},
      {"32/13/2019", ""},
      {"0/0/2019", ""},
      {"$1,204.50 and 34 percent", ""},
      {"They won 3-2 and lost 1-0", ""},
      {"192.168.10.19", ""},
      {"10.12.19.87", ""},
      {"10/12/19/87", ""},
      {"version 1.2.2019.4", ""},
      {"Debian 12.11.2", ""},
      {"Call 555-2019-04", ""},
      {"Psalm 25:4-12", ""},
      {"May 10:30", ""},
      {"May 10%", ""},
      {"The march of 25 men in 1915", ""},
      {"1,204 to 511", ""},
      {"99999999999999999999", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Found(c.line), c.result) << "\"" << c.line << "\"";
}

TEST(DateFinderTest, OrderOfDayAndMonth) {
  const std::vector<std::pair<std::string, std::pair<std::string, std::string>>> cases = {
      // line, day first, month first
      {"04/05/2019", {"2019-05-04", "2019-04-05"}},
      {"4/5/19", {"2019-05-04", "2019-04-05"}},
      {"04-05-2019", {"2019-05-04", "2019-04-05"}},
      {"04.05.2019", {"2019-05-04", "2019-05-04"}},
      {"25/04/2019", {"2019-04-25", "2019-04-25"}},
      {"2019-04-05", {"2019-04-05", "2019-04-05"}},
      {"04/05/2019 16:31", {"2019-05-04 16:31?", "2019-04-05 16:31?"}},
      {"April 5, 2019", {"2019-04-05", "2019-04-05"}},
  };
  for (const auto& [line, result] : cases) {
    EXPECT_EQ(Found(line, DayOrder::kDayFirst), result.first) << line;
    EXPECT_EQ(Found(line, DayOrder::kMonthFirst), result.second) << line;
  }
}

TEST(DateFinderTest, DayOrderOf) {
  EXPECT_EQ(DayOrderOf("", ""), DayOrder::kUnknown);
  EXPECT_EQ(DayOrderOf("", "US"), DayOrder::kUnknown);
  EXPECT_EQ(DayOrderOf("en", ""), DayOrder::kUnknown);
  EXPECT_EQ(DayOrderOf("en", "US"), DayOrder::kMonthFirst);
  EXPECT_EQ(DayOrderOf("en", "PH"), DayOrder::kMonthFirst);
  EXPECT_EQ(DayOrderOf("en", "GB"), DayOrder::kDayFirst);
  EXPECT_EQ(DayOrderOf("de", ""), DayOrder::kDayFirst);
  EXPECT_EQ(DayOrderOf("es", "MX"), DayOrder::kDayFirst);
}

// Any line: dates in order, apart, inside the line, between word boundaries of UTF-8, and possible.
TEST(DateFinderTest, AnyLine) {
  const uint64_t seed = test::TestSeed(223);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const std::vector<std::string> pieces = {"April", "2019", "25", " ", " ", " ", ",", ".", "/", "-", ":", "16", "31", "pm",
                                           "GMT", "+", "09", "(", ")", "年", "月", "日", "Uhr", "de", "0", "9999", "12", "T"};
  for (int round = 0; round < test::Scaled(20'000); ++round) {
    std::string line;
    for (uint64_t n = random.Below(16); n > 0; --n) {
      absl::StrAppend(&line, random.OneIn(12) ? random.Text(random.Below(4)) : random.Pick(pieces));
    }
    for (const DayOrder order : {DayOrder::kUnknown, DayOrder::kDayFirst, DayOrder::kMonthFirst}) {
      size_t floor = 0;
      for (const FoundDate& date : FindDates(line, Lexicon::Shipped(), order)) {
        ASSERT_GE(date.begin, floor) << line;
        ASSERT_LT(date.begin, date.end) << line;
        ASSERT_LE(date.end, line.size()) << line;
        ASSERT_NE(date.publication.dated(), !date.publication.partial.empty()) << line;
        floor = date.end;
      }
    }
  }
}

}  // namespace
}  // namespace dateline::extract
