#include "indexer/extract/rules/date_finder.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "core/base/characters.h"

namespace dateline::extract {
namespace {

using article::Precision;
using article::Publication;

// Articles are dated between these years; other numbers of four digits are no years. (News archives reach back far.)
constexpr int kFirstYear = 1600;
constexpr int kLastYear = 2100;
// Two-digit years, as in 25.04.19, are of this century up to here and of the one before from there on.
constexpr int kLastShortYear = 69;
constexpr int kNoon = 12;
// How many separators may stand between a date and its time: ", at " or " | ".
constexpr size_t kMaxTokensBetween = 4;

struct Token {
  enum Kind { kNumber, kWord, kSign } kind = kSign;
  size_t begin = 0;
  size_t end = 0;
  int value = -1;      // of a number of up to 4 digits
  std::string folded;  // of a word or sign
  bool blank_before = false;

  size_t digits() const { return kind == kNumber ? end - begin : 0; }
  bool Is(absl::string_view text) const { return kind != kNumber && folded == text; }
};

// Scrapers lose the blank between two elements: "March 7, 20247:55 AM" is a year and an hour.
void SplitGlued(absl::string_view line, std::vector<Token>& tokens) {
  constexpr size_t kYearDigits = 4;
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    const size_t digits = tokens[i].digits();
    if (digits != kYearDigits + 1 && digits != kYearDigits + 2) continue;
    if (line[tokens[i + 1].begin] != ':' || tokens[i + 1].blank_before) continue;
    const absl::string_view text = line.substr(tokens[i].begin, 2);
    if (text != "19" && text != "20") continue;
    Token hour = tokens[i];
    hour.begin += kYearDigits;
    hour.blank_before = true;
    tokens[i].end = hour.begin;
    tokens.insert(tokens.begin() + static_cast<ptrdiff_t>(i) + 1, std::move(hour));
    return;  // once a line is enough
  }
}

// "2 minute readApril 25": the month begins at the capital.
void SplitGluedMonths(absl::string_view line, const Lexicon& lexicon, std::vector<Token>& tokens) {
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != Token::kWord) continue;
    for (size_t at = tokens[i].begin + 1; at < tokens[i].end; ++at) {
      const bool glued = absl::ascii_isupper(static_cast<unsigned char>(line[at])) &&
                         absl::ascii_islower(static_cast<unsigned char>(line[at - 1]));
      if (!glued || !lexicon.Month(FoldLine(line.substr(at, tokens[i].end - at)))) continue;
      Token month = tokens[i];
      month.begin = at;
      month.blank_before = true;
      tokens[i].end = at;
      tokens.insert(tokens.begin() + static_cast<ptrdiff_t>(i) + 1, std::move(month));
      break;
    }
  }
}

std::vector<Token> Cut(absl::string_view line, const Lexicon& lexicon) {
  std::vector<Token> tokens;
  base::CharacterReader reader(line);
  bool blank = false;
  while (!reader.done()) {
    const size_t begin = reader.at();
    const char32_t c = reader.Next();
    if (base::IsBlankCharacter(c)) {
      blank = true;
      continue;
    }
    Token::Kind kind = base::IsDigit(c) ? Token::kNumber : base::IsLetter(c) ? Token::kWord : Token::kSign;
    const bool joins = !tokens.empty() && !blank && kind != Token::kSign && tokens.back().kind == kind &&
                       !(kind == Token::kWord && base::IsIdeographic(c));
    if (joins) {
      tokens.back().end = reader.at();
    } else {
      Token token;
      token.kind = kind;
      token.begin = begin;
      token.end = reader.at();
      token.blank_before = blank || tokens.empty();
      tokens.push_back(std::move(token));
    }
    blank = false;
  }
  SplitGlued(line, tokens);
  SplitGluedMonths(line, lexicon, tokens);
  for (Token& token : tokens) {
    const absl::string_view text = line.substr(token.begin, token.end - token.begin);
    if (token.kind == Token::kNumber) {
      if (text.size() > 4 || !absl::SimpleAtoi(text, &token.value)) token.value = -1;
    } else {
      token.folded = FoldLine(text);
    }
  }
  return tokens;
}

struct Day {
  int year = 0;  // 0: not said
  int month = 0;
  int day = 0;       // 0: not said
  size_t begin = 0;  // tokens, half-open
  size_t end = 0;
};

struct Clock {
  int hour = kNoon;
  int minute = 0;
  int second = 0;
  Precision precision = Precision::kMinute;
  absl::optional<int> zone_minutes;
  size_t begin = 0;  // tokens, half-open
  size_t end = 0;
};

bool IsCivil(int year, int month, int day) {
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  const absl::CivilDay civil(year == 0 ? 2000 : year, month, day);
  return civil.month() == month && civil.day() == day;
}

class Finder {
 public:
  Finder(absl::string_view line, const Lexicon& lexicon, DayOrder order)
      : tokens_(Cut(line, lexicon)), lexicon_(lexicon), order_(order) {}

  std::vector<FoundDate> Find() {
    std::vector<FoundDate> found;
    size_t floor = 0;  // tokens before it belong to an earlier date
    for (size_t i = 0; i < tokens_.size();) {
      const absl::optional<Day> day = DayAt(i);
      if (!day) {
        ++i;
        continue;
      }
      absl::optional<Clock> clock;
      if (day->year > 0 && day->day > 0) {
        clock = ClockAfter(day->end);
        if (!clock) clock = ClockBefore(day->begin, floor);
      }
      found.push_back(Make(*day, clock));
      i = std::max(day->end, clock ? clock->end : 0);
      floor = i;
    }
    return found;
  }

 private:
  const Token* At(size_t i) const { return i < tokens_.size() ? &tokens_[i] : nullptr; }
  bool IsAt(size_t i, absl::string_view text) const { return i < tokens_.size() && tokens_[i].Is(text); }

  absl::optional<int> YearAt(size_t i) const {
    const Token* token = At(i);
    if (token == nullptr || token->digits() != 4 || token->value < kFirstYear || token->value > kLastYear)
      return absl::nullopt;
    return token->value;
  }
  absl::optional<int> SmallAt(size_t i, int max) const {
    const Token* token = At(i);
    if (token == nullptr || token->kind != Token::kNumber || token->digits() > 2 || token->value < 1 ||
        token->value > max) {
      return absl::nullopt;
    }
    return token->value;
  }
  absl::optional<int> MonthAt(size_t i) const {
    const Token* token = At(i);
    return token != nullptr && token->kind == Token::kWord ? lexicon_.Month(token->folded) : absl::nullopt;
  }
  // Two digits that can only be a year, behind a day and a month in numbers.
  absl::optional<int> ShortYearAt(size_t i) const {
    const Token* token = At(i);
    if (token == nullptr || token->digits() != 2) return absl::nullopt;
    return token->value + (token->value <= kLastShortYear ? 2000 : 1900);
  }

  absl::optional<Day> DayAt(size_t i) const {
    // A number that is part of a longer one ("1.234.5"), or of a word, is no date.
    if (i > 0 && !tokens_[i].blank_before && tokens_[i].kind == Token::kNumber) {
      const Token& before = tokens_[i - 1];
      if ((before.kind == Token::kSign && (before.Is(".") || before.Is("-") || before.Is("/")) && i > 1 &&
           tokens_[i - 2].kind == Token::kNumber && !before.blank_before)) {
        return absl::nullopt;
      }
    }
    if (auto day = YearFirst(i)) return day;
    if (auto day = NumbersOnly(i)) return day;
    if (auto day = DayThenMonth(i)) return day;
    if (auto day = MonthThenDay(i)) return day;
    return MonthAlone(i);
  }

  static absl::optional<Day> Checked(int year, int month, int day, size_t begin, size_t end) {
    if (!IsCivil(year, month, day)) return absl::nullopt;
    return Day{year, month, day, begin, end};
  }

  // 2019-04-25, 2019. 4. 25., 2019年4月25日, 2019년 4월 25일
  absl::optional<Day> YearFirst(size_t i) const {
    const auto year = YearAt(i);
    if (!year) return absl::nullopt;
    for (absl::string_view sign : {"-", "/", ".", "年", "년"}) {
      if (!IsAt(i + 1, sign)) continue;
      const auto month = SmallAt(i + 2, 12);
      if (!month && sign == ".") break;  // "2019. április 25."
      const absl::string_view second = sign == "年" ? "月" : sign == "년" ? "월" : sign;
      const auto day = SmallAt(i + 4, 31);
      if (!month || !IsAt(i + 3, second) || !day) return absl::nullopt;
      size_t end = i + 5;
      if (IsAt(end, "日") || IsAt(end, "일") || (sign == "." && IsAt(end, "."))) ++end;
      return Checked(*year, *month, *day, i, end);
    }
    // 2019 April 25, 2019. április 25.
    const size_t at = IsAt(i + 1, ".") ? i + 2 : i + 1;
    const auto month = MonthAt(at);
    const auto day = SmallAt(at + 1, 31);
    if (!month || !day) return absl::nullopt;
    return Checked(*year, *month, *day, i, at + 2);
  }

  // ".87": the numbers before it were no date but part of an address or a version.
  bool IsNumberBehind(size_t i) const {
    const Token* number = At(i + 1);
    return (IsAt(i, ".") || IsAt(i, "/") || IsAt(i, "-")) && !At(i)->blank_before && number != nullptr &&
           number->kind == Token::kNumber && !number->blank_before;
  }

  // 25.04.2019, 25/04/2019, 4/25/2019, 25.04.19; 04/05/2019 by the order that the caller knows.
  absl::optional<Day> NumbersOnly(size_t i) const {
    const auto first = SmallAt(i, 31);
    if (!first) return absl::nullopt;
    for (absl::string_view sign : {".", "/", "-"}) {
      if (!IsAt(i + 1, sign)) continue;
      const auto second = SmallAt(i + 2, 31);
      if (!second || !IsAt(i + 3, sign)) return absl::nullopt;
      auto year = YearAt(i + 4);
      if (!year && sign != "-" && !tokens_[i + 2].blank_before) year = ShortYearAt(i + 4);
      if (!year || IsNumberBehind(i + 5)) return absl::nullopt;
      if (sign == "." || order_ == DayOrder::kDayFirst || *first > 12 || *first == *second)
        return Checked(*year, *second, *first, i, i + 5);
      if (order_ == DayOrder::kMonthFirst || *second > 12) return Checked(*year, *first, *second, i, i + 5);
      return absl::nullopt;
    }
    return absl::nullopt;
  }

  // Skips ".", ",", "st", "of", "de" and their like, up to two of them.
  size_t SkipJoints(size_t i) const {
    static constexpr absl::string_view kJoints[] = {".", ",", "st", "nd",  "rd", "th", "of", "de",
                                                    "º", "ª", "er", "del", "ο",  "de", "ta", "d'",
                                                    "a", "g", "г",  "год", "-",  "e",  "en", "i"};
    for (int n = 0; n < 2 && i < tokens_.size(); ++n) {
      const Token& token = tokens_[i];
      if (std::none_of(std::begin(kJoints), std::end(kJoints), [&](absl::string_view j) { return token.Is(j); }))
        break;
      ++i;
    }
    return i;
  }

  // 25 April 2019, 25. April 2019, 25 de abril de 2019, 1er avril 2019, 25th of April, 2019; without year: partial.
  absl::optional<Day> DayThenMonth(size_t i) const {
    const auto day = SmallAt(i, 31);
    if (!day) return absl::nullopt;
    const size_t month_at = SkipJoints(i + 1);
    const auto month = MonthAt(month_at);
    if (!month) return absl::nullopt;
    const size_t year_at = SkipJoints(month_at + 1);
    if (const auto year = YearAt(year_at)) return Checked(*year, *month, *day, i, year_at + 1);
    return Checked(0, *month, *day, i, month_at + 1);
  }

  // April 25, 2019; Apr. 25 2019; without year: partial.
  absl::optional<Day> MonthThenDay(size_t i) const {
    const auto month = MonthAt(i);
    if (!month) return absl::nullopt;
    const size_t day_at = IsAt(i + 1, ".") ? i + 2 : i + 1;
    const auto day = SmallAt(day_at, 31);
    if (!day) return absl::nullopt;
    const size_t year_at = SkipJoints(day_at + 1);
    if (const auto year = YearAt(year_at)) return Checked(*year, *month, *day, i, year_at + 1);
    // "April 25.5" and "May 10-20" are other things; so is a time: "May 10:30".
    if (IsAt(day_at + 1, ":") || IsAt(day_at + 1, "%")) return absl::nullopt;
    return Checked(0, *month, *day, i, day_at + 1);
  }

  // April 2019: partial. 31 April 2019 is none of it: its day was printed, and is impossible.
  absl::optional<Day> MonthAlone(size_t i) const {
    const auto month = MonthAt(i);
    if (!month) return absl::nullopt;
    const size_t day_at = i > 1 && (IsAt(i - 1, ".") || IsAt(i - 1, "de")) ? i - 2 : i - 1;
    if (i > 0 && SmallAt(day_at, 31)) return absl::nullopt;
    size_t year_at = i + 1;
    while (year_at < i + 3 && (IsAt(year_at, ".") || IsAt(year_at, ",") || IsAt(year_at, "de"))) ++year_at;
    const auto year = YearAt(year_at);
    if (!year) return absl::nullopt;
    return Day{*year, *month, 0, i, year_at + 1};
  }

  bool IsWordOf(size_t i, WordKind kind) const {
    return i < tokens_.size() && tokens_[i].kind == Token::kWord && lexicon_.Is(kind, tokens_[i].folded);
  }

  // "am", "p.m.", "PM", as +0 or +12; the token behind it in `end`.
  absl::optional<bool> HalfOfDay(size_t i, size_t* end) const {
    const Token* token = At(i);
    if (token == nullptr || token->kind != Token::kWord) return absl::nullopt;
    if ((token->Is("a") || token->Is("p")) && IsAt(i + 1, ".") && IsAt(i + 2, "m")) {
      *end = i + 3 + (IsAt(i + 3, ".") ? 1 : 0);
      return token->Is("p");
    }
    // Scripts without blanks are cut into characters: "오" "후".
    const Token* next = At(i + 1);
    if (next != nullptr && next->kind == Token::kWord && !next->blank_before) {
      const std::string both = token->folded + next->folded;
      *end = i + 2;
      if (lexicon_.Is(WordKind::kAm, both)) return false;
      if (lexicon_.Is(WordKind::kPm, both)) return true;
    }
    *end = i + 1;
    if (token->Is("am") || lexicon_.Is(WordKind::kAm, token->folded)) return false;
    if (token->Is("pm") || lexicon_.Is(WordKind::kPm, token->folded)) return true;
    return absl::nullopt;
  }

  // GMT, CET, (KST), +09:00, GMT+2, UTC+5:30
  absl::optional<int> Zone(size_t i, size_t* end) const {
    if (IsAt(i, "(")) {
      const auto zone = Zone(i + 1, end);
      if (!zone || !IsAt(*end, ")")) return absl::nullopt;
      ++*end;
      return zone;
    }
    absl::optional<int> named;
    const Token* token = At(i);
    if (token == nullptr) return absl::nullopt;
    if (token->kind == Token::kWord) {
      named = lexicon_.ZoneMinutes(token->folded);
      if (!named) return absl::nullopt;
      *end = i + 1;
      if (*named != 0) return named;
      ++i;
    }
    if (!IsAt(i, "+") && !IsAt(i, "-") && !IsAt(i, "\xE2\x88\x92")) return named;
    const Token* number = At(i + 1);
    if (number == nullptr || number->blank_before || number->value < 0) return named;
    const int sign = IsAt(i, "+") ? 1 : -1;
    int minutes = 0;
    if (number->digits() == 4) {
      minutes = number->value / 100 * 60 + number->value % 100;
      *end = i + 2;
    } else if (number->digits() <= 2 && IsAt(i + 2, ":") && At(i + 3) != nullptr && At(i + 3)->digits() == 2) {
      minutes = number->value * 60 + At(i + 3)->value;
      *end = i + 4;
    } else if (number->digits() <= 2 && named) {
      minutes = number->value * 60;
      *end = i + 2;
    } else {
      return named;
    }
    if (minutes > 15 * 60) return absl::nullopt;
    return sign * minutes;
  }

  // 16:31, 16:31:05, 4:31 p.m., 16.31 Uhr, 16h31, 4 pm, 오후 2:37, 午後9時37分
  // `after_date`: a date stands right before it, so that 06.30 is no number.
  absl::optional<Clock> ClockAt(size_t i, bool after_date = false) const {
    Clock clock;
    clock.begin = i;
    size_t at = i;
    size_t after = 0;
    absl::optional<bool> afternoon = HalfOfDay(at, &after);
    if (afternoon) at = after;
    const Token* hour = At(at);
    if (hour == nullptr || hour->kind != Token::kNumber || hour->digits() > 2 || hour->value < 0 || hour->value > 24)
      return absl::nullopt;
    clock.hour = hour->value;
    const Token* minute = At(at + 2);
    const bool has_minute = minute != nullptr && minute->kind == Token::kNumber && minute->digits() == 2 &&
                            minute->value < 60 && (!minute->blank_before || (IsAt(at + 1, "h") && !MonthAt(at + 3)));
    bool certain = false;  // can be nothing but a time
    if (has_minute &&
        (IsAt(at + 1, ":") || IsAt(at + 1, "h") || IsAt(at + 1, "時") || IsAt(at + 1, "시") || IsAt(at + 1, "点"))) {
      clock.minute = minute->value;
      clock.end = at + 3;
      certain = true;
      if (IsAt(at + 3, ":") && At(at + 4) != nullptr && At(at + 4)->digits() == 2 && At(at + 4)->value < 60) {
        clock.second = At(at + 4)->value;
        clock.precision = Precision::kSecond;
        clock.end = at + 5;
      } else if (IsAt(at + 3, "分") || IsAt(at + 3, "분")) {
        clock.end = at + 4;
      }
    } else if (has_minute && IsAt(at + 1, ".")) {
      clock.minute = minute->value;
      clock.end = at + 3;
      certain = after_date && hour->digits() == 2 && hour->blank_before;
    } else {
      clock.end = at + 1;
    }
    if (!afternoon) {
      afternoon = HalfOfDay(clock.end, &after);
      if (afternoon) clock.end = after;
    }
    if (afternoon) {
      if (clock.hour > 12 && !certain) return absl::nullopt;
      if (clock.hour <= 12) clock.hour = clock.hour % 12 + (*afternoon ? 12 : 0);
      certain = true;
    }
    if (IsWordOf(clock.end, WordKind::kOclock)) {
      ++clock.end;
      certain = true;
    }
    if (i > 0 && IsWordOf(i - 1, WordKind::kOclock)) certain = true;
    if (const auto zone = Zone(clock.end, &after)) {
      clock.zone_minutes = zone;
      clock.end = after;
      if (has_minute) certain = true;
    }
    if (!certain || clock.hour > 24) return absl::nullopt;
    return clock;
  }

  // A token that may stand between a date and its time.
  bool IsBetween(size_t i) const {
    static constexpr absl::string_view kBetween[] = {
        ",",   "|", "-", "–",   "—",  "•", "·",  "t",  "/",  "(", "at", "um", "à", "a", "las", "alle",
        "ore", "o", "в", "klo", "kl", ".", "às", "as", "om", "u", "@",  "at", "γ", ")", "（",  "）"};
    const Token& token = tokens_[i];
    if (token.kind == Token::kNumber) return false;
    if (std::any_of(std::begin(kBetween), std::end(kBetween), [&](absl::string_view b) { return token.Is(b); }))
      return true;
    return token.kind == Token::kWord &&
           (lexicon_.Weekday(token.folded).has_value() || lexicon_.Is(WordKind::kOclock, token.folded));
  }

  absl::optional<Clock> ClockAfter(size_t i) const {
    for (size_t n = 0; n <= kMaxTokensBetween && i < tokens_.size(); ++n, ++i) {
      if (auto clock = ClockAt(i, n == 0)) return clock;
      if (!IsBetween(i)) return absl::nullopt;
    }
    return absl::nullopt;
  }

  absl::optional<Clock> ClockBefore(size_t i, size_t floor) const {
    size_t end = i;
    for (size_t n = 0; n <= kMaxTokensBetween && end > floor; ++n) {
      for (size_t begin = end >= floor + 12 ? end - 12 : floor; begin < end; ++begin) {
        const auto clock = ClockAt(begin);
        if (clock && clock->end == end) return clock;
      }
      if (!IsBetween(end - 1)) return absl::nullopt;
      --end;
    }
    return absl::nullopt;
  }

  FoundDate Make(const Day& day, const absl::optional<Clock>& clock) const {
    FoundDate found;
    found.begin = tokens_[clock ? std::min(day.begin, clock->begin) : day.begin].begin;
    found.end = tokens_[(clock ? std::max(day.end, clock->end) : day.end) - 1].end;
    Publication& publication = found.publication;
    if (day.year == 0) {
      publication.partial = absl::StrFormat("--%02d-%02d", day.month, day.day);
      return found;
    }
    if (day.day == 0) {
      publication.partial = absl::StrFormat("%04d-%02d", day.year, day.month);
      return found;
    }
    const Clock time = clock.value_or(Clock());
    const absl::CivilSecond civil(day.year, day.month, day.day, time.hour, time.minute, time.second);
    const int zone = time.zone_minutes.value_or(0);
    publication.instant = absl::ToUnixSeconds(absl::FromCivil(civil, absl::UTCTimeZone())) - zone * 60;
    publication.precision = clock ? time.precision : Precision::kDay;
    publication.zone_assumed = clock && !time.zone_minutes.has_value();
    publication.zone_minutes = static_cast<int16_t>(clock ? zone : 0);
    return found;
  }

  std::vector<Token> tokens_;
  const Lexicon& lexicon_;
  const DayOrder order_;
};

}  // namespace

DayOrder DayOrderOf(absl::string_view lang, absl::string_view country) {
  if (lang.empty()) return DayOrder::kUnknown;
  if (country == "US" || country == "PH") return DayOrder::kMonthFirst;
  if (lang != "en") return DayOrder::kDayFirst;
  return country.empty() ? DayOrder::kUnknown : DayOrder::kDayFirst;
}

std::vector<FoundDate> FindDates(absl::string_view line, const Lexicon& lexicon, DayOrder order) {
  return Finder(line.substr(0, kMaxLineBytes), lexicon, order).Find();
}

}  // namespace dateline::extract
