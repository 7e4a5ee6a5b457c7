#include "searcher/query/query_days.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "searcher/query/query_lexer.h"
#include "searcher/query/query_parser.h"
#include "searcher/query/query_words.h"

namespace dateline::query {
namespace {

constexpr absl::string_view kForms = "write date:2019, date:2019-04, date:2019-04-25 or date:2019-04-01..2019-04-30";

// A closed range: what one date of any precision covers.
struct Days {
  absl::CivilDay first;
  absl::CivilDay last;
};

// The number that `size` digits at text[at] spell, or -1.
int Digits(absl::string_view text, size_t at, size_t size) {
  if (text.size() < at + size) return -1;
  int number = 0;
  for (size_t i = at; i < at + size; ++i) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

absl::StatusOr<Days> ParseDate(absl::string_view text, size_t offset) {
  const bool has_month = text.size() > 4;
  const bool has_day = text.size() > 7;
  const int year = Digits(text, 0, 4);
  const int month = has_month ? Digits(text, 5, 2) : 1;
  const int day = has_day ? Digits(text, 8, 2) : 1;
  const bool well_formed = (text.size() == 4 || text.size() == 7 || text.size() == 10) && year >= 0 && month >= 0 &&
                           day >= 0 && (!has_month || text[4] == '-') && (!has_day || text[7] == '-');
  if (!well_formed) return QueryError(offset, absl::StrCat(Shown(text), " is not a date; ", kForms));
  if (year < 1000) {
    return QueryError(offset, absl::StrCat("the year ", Shown(text.substr(0, 4)),
                                           " is out of range; write a year from 1000 to 9999, as in date:2019"));
  }
  if (month < 1 || month > 12) {
    return QueryError(offset + 5, absl::StrCat("there is no month ", Shown(text.substr(5, 2)),
                                               "; write the year first and a month from 01 to 12, as in "
                                               "date:2019-04-25"));
  }
  const absl::CivilMonth civil_month(year, month);
  const absl::CivilDay month_end = absl::CivilDay(civil_month + 1) - 1;
  if (day < 1 || day > month_end.day()) {
    return QueryError(offset + 8, absl::StrCat("there is no day ", Shown(text.substr(8, 2)), " in ",
                                               text.substr(0, 7), "; write a day from 01 to ", month_end.day(),
                                               ", or date:", text.substr(0, 7), " for the whole month"));
  }
  if (has_day) return Days{absl::CivilDay(year, month, day), absl::CivilDay(year, month, day)};
  if (has_month) return Days{absl::CivilDay(civil_month), month_end};
  return Days{absl::CivilDay(year, 1, 1), absl::CivilDay(year, 12, 31)};
}

}  // namespace

absl::StatusOr<DayRange> ParseDays(absl::string_view text, size_t offset) {
  DayRange range;
  const size_t dots = text.find("..");
  if (dots == absl::string_view::npos) {
    DL_ASSIGN_OR_RETURN(const Days days, ParseDate(text, offset));
    range.first = days.first;
    range.last = days.last;
    return range;
  }
  const absl::string_view left = text.substr(0, dots);
  const absl::string_view right = text.substr(dots + 2);
  if (left.empty() && right.empty()) {
    return QueryError(offset, absl::StrCat("the range '..' has no end to either side; ", kForms));
  }
  if (!left.empty()) {
    DL_ASSIGN_OR_RETURN(const Days days, ParseDate(left, offset));
    range.first = days.first;
  }
  if (!right.empty()) {
    DL_ASSIGN_OR_RETURN(const Days days, ParseDate(right, offset + dots + 2));
    range.last = days.last;
  }
  if (range.first.has_value() && range.last.has_value() && *range.first > *range.last) {
    return QueryError(offset, absl::StrCat("the range ends before it begins; write date:", right, "..", left));
  }
  return range;
}

absl::StatusOr<DayRange> ParseDay(absl::string_view text, size_t offset) {
  DL_ASSIGN_OR_RETURN(const Days days, ParseDate(text, offset));
  return DayRange{days.first, days.last};
}

absl::StatusOr<Ago> ParseAgo(absl::string_view text, size_t offset) {
  constexpr absl::string_view kRemedy =
      "write a number of days, weeks, months or years, as in when:7d, when:2w, when:6m or when:1y";
  constexpr uint32_t kMaxCount = 9999;
  if (text.empty()) return QueryError(offset, absl::StrCat("'when:' has no value; ", kRemedy));
  const char unit = absl::ascii_tolower(static_cast<unsigned char>(text.back()));
  if (unit == 'h') return QueryError(offset, absl::StrCat("'when:' counts whole days, not hours; ", kRemedy));
  const bool known = unit == 'd' || unit == 'w' || unit == 'm' || unit == 'y';
  const absl::StatusOr<uint32_t> count = ParseCount(text.substr(0, text.size() - 1), kMaxCount, offset, "when:");
  if (!known || !count.ok()) return QueryError(offset, absl::StrCat(Shown(text), " is no length of time; ", kRemedy));
  return Ago{static_cast<int>(*count), unit};
}

bool IsDate(absl::string_view text) { return ParseDate(text, 0).ok(); }

}  // namespace dateline::query
