#include "core/index/term_key.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/article/article.h"
#include "core/base/checksum.h"
#include "core/base/utf8.h"
#include "core/index/schema.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::index {
namespace {

using Terms = std::vector<std::string>;

// As Xapian stores it: a zero byte takes two.
size_t StoredBytes(const std::string& term) {
  return term.size() + static_cast<size_t>(std::count(term.begin(), term.end(), '\0'));
}

TEST(TermKeyTest, ShortTermsAreThemselves) {
  EXPECT_EQ(TermKey("", "talks"), "talks");
  EXPECT_EQ(TermKey("ZS", "talk"), "ZStalk");
  EXPECT_EQ(TermKey("XO", ""), "XO");
  EXPECT_EQ(TermKey("", std::string("a\0b", 3)), std::string("a\0b", 3));
  EXPECT_FALSE(IsShortened("", "talks"));
}

struct EdgeCase {
  std::string prefix;
  std::string text;
  bool shortened;
};

TEST(TermKeyTest, TheLimit) {
  const std::string nul(1, '\0');
  const std::vector<EdgeCase> cases = {
      {"", std::string(240, 'x'), false},                     // just fits
      {"", std::string(241, 'x'), true},
      {"ZXL", std::string(237, 'x'), false},                  // the prefix counts
      {"ZXL", std::string(238, 'x'), true},
      {"", std::string(238, 'x') + nul, false},               // a zero byte counts twice
      {"", std::string(239, 'x') + nul, true},
      {"", std::string(120, '\0'), false},
      {"", std::string(121, '\0'), true},
      {"", std::string(239, 'x') + "é", true},                // the last letter has two bytes
      {"", std::string(238, 'x') + "é", false},
  };
  for (const EdgeCase& c : cases) {
    EXPECT_EQ(IsShortened(c.prefix, c.text), c.shortened) << c.prefix << " + " << c.text.size();
    const std::string term = TermKey(c.prefix, c.text);
    EXPECT_EQ(term == c.prefix + c.text, !c.shortened) << c.prefix << " + " << c.text.size();
    EXPECT_LE(StoredBytes(term), kMaxTermBytes);
  }
}

TEST(TermKeyTest, AShortenedTermIsItsStartAndAHash) {
  const std::string word(300, 'x');
  EXPECT_EQ(TermKey("", word),
            absl::StrCat(std::string(223, 'x'), "#", absl::Hex(base::Hash64(word), absl::kZeroPad16)));
  EXPECT_EQ(TermKey("Z", word).size(), kMaxTermBytes);
  // 223 bytes would cut the 112th of these letters in two.
  std::string accented;
  for (int i = 0; i < 200; ++i) accented += "é";
  EXPECT_EQ(TermKey("", accented).substr(0, 223), accented.substr(0, 222) + "#");
  // A zero byte, which would take more room than it seems to, ends the start.
  const std::string zeros = "ab" + std::string(300, '\0');
  EXPECT_EQ(TermKey("", zeros).substr(0, 3), "ab#");
}

TEST(TermKeyTest, LongTermsFitAndStayDifferent) {
  const uint64_t seed = test::TestSeed(91);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const Terms prefixes = {"", "Z", "S", "ZXC", "XO"};
  for (int round = 0; round < test::Scaled(3000); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    std::string word;
    const size_t size = 200 + random.Below(100);
    while (word.size() < size) {
      if (random.OneIn(20)) word.push_back('\0');
      test::Random::AppendUtf8(word, random.CodePoint());
    }
    const std::string prefix = random.Pick(prefixes);
    const std::string term = TermKey(prefix, word);
    ASSERT_LE(StoredBytes(term), kMaxTermBytes);
    EXPECT_TRUE(absl::StartsWith(term, prefix));
    EXPECT_TRUE(base::IsValidUtf8(term));
    EXPECT_EQ(TermKey(prefix, word), term);
    // Another word with the same long start.
    std::string other = word;
    other.back() = static_cast<char>(other.back() ^ 1);
    EXPECT_NE(TermKey(prefix, other), term);
    EXPECT_NE(TermKey(prefix, word + "x"), term);
  }
}

TEST(TermKeyTest, DatesAndKeys) {
  EXPECT_EQ(DayTerm(absl::CivilDay(2019, 4, 5)), "D20190405");
  EXPECT_EQ(MonthTerm(absl::CivilMonth(2019, 4)), "M201904");
  EXPECT_EQ(YearTerm(absl::CivilYear(2019)), "Y2019");
  EXPECT_EQ(DayTerm(absl::CivilDay(999, 1, 1)), "D09990101");  // a zone may push the year 1000 back
  EXPECT_EQ(KeyTerm({1, 2}), "Q00000000000000010000000000000002");
}

TEST(TermKeyTest, DaysOfInstants) {
  EXPECT_EQ(DayOf(0), absl::CivilDay(1970, 1, 1));
  EXPECT_EQ(DayOf(-1), absl::CivilDay(1969, 12, 31));
  EXPECT_EQ(DayOf(86'399), absl::CivilDay(1970, 1, 1));
  EXPECT_EQ(DayOf(86'400), absl::CivilDay(1970, 1, 2));
  EXPECT_EQ(DayOf(1'556'236'799), absl::CivilDay(2019, 4, 25));
}

TEST(TermKeyTest, DateRanges) {
  using Day = absl::CivilDay;
  EXPECT_EQ(DateRangeTerms(Day(2019, 4, 25), Day(2019, 4, 24)), Terms());
  EXPECT_EQ(DateRangeTerms(Day(2019, 4, 25), Day(2019, 4, 25)), Terms({"D20190425"}));
  EXPECT_EQ(DateRangeTerms(Day(2019, 4, 1), Day(2019, 4, 30)), Terms({"M201904"}));
  EXPECT_EQ(DateRangeTerms(Day(2019, 4, 30), Day(2019, 6, 1)), Terms({"D20190430", "M201905", "D20190601"}));
  EXPECT_EQ(DateRangeTerms(Day(2019, 1, 1), Day(2019, 12, 31)), Terms({"Y2019"}));
  EXPECT_EQ(DateRangeTerms(Day(2018, 12, 31), Day(2020, 1, 1)), Terms({"D20181231", "Y2019", "D20200101"}));
  EXPECT_EQ(DateRangeTerms(Day(2019, 2, 1), Day(2019, 2, 28)), Terms({"M201902"}));
  EXPECT_EQ(DateRangeTerms(Day(2020, 2, 1), Day(2020, 2, 28)).size(), 28U);  // a leap year: one day is missing
  EXPECT_EQ(DateRangeTerms(Day(1000, 1, 1), Day(2999, 12, 31)).size(), 2000U);
}

// The days that a term stands for.
void AddDays(absl::string_view term, std::set<absl::CivilDay>& days) {
  const auto number = [&](size_t at, size_t size) { return std::stoi(std::string(term.substr(at, size))); };
  absl::CivilDay day(number(1, 4), 1, 1);
  absl::CivilDay end(absl::CivilYear(day) + 1);
  if (absl::StartsWith(term, kMonth)) {
    day = absl::CivilDay(number(1, 4), number(5, 2), 1);
    end = absl::CivilDay(absl::CivilMonth(day) + 1);
  } else if (absl::StartsWith(term, kDay)) {
    day = absl::CivilDay(number(1, 4), number(5, 2), number(7, 2));
    end = day + 1;
  }
  for (; day < end; ++day) EXPECT_TRUE(days.insert(day).second) << term << " repeats a day";
}

// The fewest terms: whole years, then whole months outside them, then days, counted without the code under test.
size_t FewestTerms(absl::CivilDay first, absl::CivilDay last) {
  size_t count = 0;
  for (absl::CivilYear year(first); year <= absl::CivilYear(last); ++year) {
    if (absl::CivilDay(year) >= first && absl::CivilDay(year + 1) - 1 <= last) {
      ++count;
      continue;
    }
    for (absl::CivilMonth month(year); month < absl::CivilMonth(year + 1); ++month) {
      if (absl::CivilDay(month) >= first && absl::CivilDay(month + 1) - 1 <= last) {
        ++count;
        continue;
      }
      for (absl::CivilDay day(month); day < absl::CivilDay(month + 1); ++day) {
        if (day >= first && day <= last) ++count;
      }
    }
  }
  return count;
}

TEST(TermKeyTest, DateRangesHoldExactlyTheirDays) {
  const uint64_t seed = test::TestSeed(92);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int round = 0; round < test::Scaled(400); ++round) {
    const absl::CivilDay first = absl::CivilDay(2015, 12, 25) + static_cast<int>(random.Below(500));
    const absl::CivilDay last = first + static_cast<int>(random.Below(random.OneIn(3) ? 40 : 1500));
    SCOPED_TRACE(absl::StrCat("round ", round));
    std::set<absl::CivilDay> days;
    const Terms terms = DateRangeTerms(first, last);
    for (const std::string& term : terms) AddDays(term, days);
    std::set<absl::CivilDay> expected;
    for (absl::CivilDay day = first; day <= last; ++day) expected.insert(day);
    EXPECT_EQ(days, expected);
    EXPECT_EQ(terms.size(), FewestTerms(first, last));
  }
}

}  // namespace
}  // namespace dateline::index
