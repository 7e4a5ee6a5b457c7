#include "indexer/extract/rules/date_parser.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace dateline::extract {
namespace {

using article::Precision;
using article::Publication;

constexpr int kFirstYear = 1000;
constexpr int kLastYear = 2999;
constexpr int kNoon = 12;

// Reads a text from its front; every method takes what it finds or leaves all as it was.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : rest_(text) {}

  absl::string_view rest() const { return rest_; }
  bool empty() const { return rest_.empty(); }

  // Between `low` and `high` digits.
  absl::optional<int> Number(size_t low, size_t high) {
    size_t digits = 0;
    while (digits < rest_.size() && digits < high && absl::ascii_isdigit(static_cast<unsigned char>(rest_[digits]))) {
      ++digits;
    }
    int value = 0;
    if (digits < low || !absl::SimpleAtoi(rest_.substr(0, digits), &value)) return absl::nullopt;
    rest_.remove_prefix(digits);
    return value;
  }

  bool Char(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool AnyOf(absl::string_view chars, char* found = nullptr) {
    if (rest_.empty() || chars.find(rest_.front()) == absl::string_view::npos) return false;
    if (found != nullptr) *found = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }

  absl::string_view Letters() {
    size_t n = 0;
    while (n < rest_.size() && absl::ascii_isalpha(static_cast<unsigned char>(rest_[n]))) ++n;
    const absl::string_view letters = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return letters;
  }

  void Spaces() { rest_ = absl::StripLeadingAsciiWhitespace(rest_); }

 private:
  absl::string_view rest_;
};

bool IsDay(int year, int month, int day) {
  const absl::CivilDay civil(year, month, day);
  return year >= kFirstYear && year <= kLastYear && civil.year() == year && civil.month() == month &&
         civil.day() == day;
}

struct TimeOfDay {
  int hour = kNoon;
  int minute = 0;
  int second = 0;
  int zone_seconds = 0;  // east of UTC
  Precision precision = Precision::kDay;
  bool has_zone = false;
  bool has_offset = false;  // a zone as a number: a bracket with its name may follow
};

absl::optional<int> NamedZone(absl::string_view name) {
  if (name == "Z" || name == "z" || absl::EqualsIgnoreCase(name, "UTC") || absl::EqualsIgnoreCase(name, "GMT"))
    return 0;
  return absl::nullopt;
}

// "" , "Z", "GMT", "+09:00", "+0900", "+09". False when something else stands there.
bool ReadZone(Scanner& in, TimeOfDay& time) {
  in.Spaces();
  if (in.empty()) return true;
  char sign = '+';
  if (in.AnyOf("+-", &sign)) {
    const auto hours = in.Number(1, 2);
    if (!hours) return false;
    in.Char(':');
    const int minutes = in.Number(2, 2).value_or(0);
    if (*hours > 15 || minutes > 59) return false;
    time.has_offset = true;
    time.zone_seconds = (*hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
  } else if (const auto zone = NamedZone(in.Letters())) {
    time.zone_seconds = *zone;
  } else {
    return false;
  }
  time.has_zone = true;
  in.Spaces();
  if (time.has_offset && (in.rest().substr(0, 1) == "[" || in.rest().substr(0, 1) == "(")) return true;
  return in.empty();
}

// HH:MM, HH:MM:SS, HH:MM:SS.fff, and a zone.
absl::optional<TimeOfDay> ReadTime(Scanner& in) {
  TimeOfDay time;
  const auto hour = in.Number(1, 2);
  if (!hour || !in.Char(':')) return absl::nullopt;
  const auto minute = in.Number(2, 2);
  if (!minute) return absl::nullopt;
  time.hour = *hour;
  time.minute = *minute;
  time.precision = Precision::kMinute;
  if (in.Char(':')) {
    const auto second = in.Number(2, 2);
    if (!second) return absl::nullopt;
    time.second = *second;
    time.precision = Precision::kSecond;
    if (in.AnyOf(".,")) {
      if (!in.Number(1, 9)) return absl::nullopt;
    }
  }
  // A leap second is the second before midnight: the civil calendar has no other place for it.
  if (time.second == 60) time.second = 59;
  if (time.hour > 23 || time.minute > 59 || time.second > 59 || !ReadZone(in, time)) return absl::nullopt;
  return time;
}

Publication MakePublication(int year, int month, int day, const TimeOfDay& time) {
  const absl::CivilSecond civil(year, month, day, time.hour, time.minute, time.second);
  Publication publication;
  publication.instant = absl::ToUnixSeconds(absl::FromCivil(civil, absl::UTCTimeZone())) - time.zone_seconds;
  publication.precision = time.precision;
  if (time.precision != Precision::kDay) publication.zone_minutes = static_cast<int16_t>(time.zone_seconds / 60);
  publication.zone_assumed = time.precision != Precision::kDay && !time.has_zone;
  return publication;
}

ParsedDate WithOptionalTime(int year, int month, int day, Scanner& in) {
  ParsedDate date;
  in.AnyOf("Tt");
  in.Spaces();
  if (in.empty()) {
    date.publication = MakePublication(year, month, day, TimeOfDay());
  } else if (const auto time = ReadTime(in)) {
    date.publication = MakePublication(year, month, day, *time);
  } else {
    date.publication = MakePublication(year, month, day, TimeOfDay());
    date.time_ignored = true;
  }
  return date;
}

absl::optional<ParsedDate> ParseIso(absl::string_view text) {
  Scanner in(text);
  const auto year = in.Number(4, 4);
  if (!year || *year < kFirstYear || *year > kLastYear) return absl::nullopt;
  ParsedDate date;
  if (in.empty()) {
    date.publication.partial = std::string(text);
    return date;
  }
  if (!in.AnyOf("-/")) return absl::nullopt;
  const auto month = in.Number(1, 2);
  if (!month || *month < 1 || *month > 12) return absl::nullopt;
  if (in.empty()) {
    date.publication.partial = std::string(text);
    return date;
  }
  if (!in.AnyOf("-/")) return absl::nullopt;
  const auto day = in.Number(1, 2);
  if (!day || !IsDay(*year, *month, *day)) return absl::nullopt;
  if (!in.empty() && absl::ascii_isdigit(static_cast<unsigned char>(in.rest().front()))) return absl::nullopt;
  return WithOptionalTime(*year, *month, *day, in);
}

absl::optional<int> MonthNumber(absl::string_view name) {
  static constexpr std::array<absl::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                                "jul", "aug", "sep", "oct", "nov", "dec"};
  for (size_t i = 0; i < kMonths.size(); ++i) {
    if (absl::EqualsIgnoreCase(name, kMonths[i])) return static_cast<int>(i) + 1;
  }
  return absl::nullopt;
}

bool IsWeekday(absl::string_view name) {
  static constexpr std::array<absl::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  return std::any_of(kDays.begin(), kDays.end(),
                     [&](absl::string_view day) { return absl::EqualsIgnoreCase(name, day); });
}

// [Thu,] 25 Apr 2019 [16:31[:00] [zone]]
absl::optional<ParsedDate> ParseRfc5322(absl::string_view text) {
  Scanner in(text);
  const absl::string_view weekday = in.Letters();
  if (!weekday.empty() && !(IsWeekday(weekday) && in.Char(','))) return absl::nullopt;
  in.Spaces();
  const auto day = in.Number(1, 2);
  in.Spaces();
  const auto month = MonthNumber(in.Letters());
  in.Spaces();
  const auto year = in.Number(4, 4);
  if (!day || !month || !year || !IsDay(*year, *month, *day)) return absl::nullopt;
  if (!in.empty() && absl::ascii_isdigit(static_cast<unsigned char>(in.rest().front()))) return absl::nullopt;
  return WithOptionalTime(*year, *month, *day, in);
}

}  // namespace

absl::optional<ParsedDate> ParseDate(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (absl::optional<ParsedDate> date = ParseIso(text)) return date;
  return ParseRfc5322(text);
}

absl::optional<ParsedDate> DateFromNumber(int64_t number) {
  constexpr int64_t kFirstEpochSecond = 100'000'000;
  if (number < kFirstEpochSecond) {
    if (number <= kLastYear) return ParseIso(absl::StrCat(number));
    return ParseIso(absl::StrFormat("%04d-%02d-%02d", number / 10'000, number / 100 % 100, number % 100));
  }
  const absl::CivilSecond civil = absl::ToCivilSecond(absl::FromUnixSeconds(number), absl::UTCTimeZone());
  if (civil.year() > kLastYear) return absl::nullopt;
  ParsedDate date;
  date.publication.instant = number;
  date.publication.precision = Precision::kSecond;
  return date;
}

}  // namespace dateline::extract
