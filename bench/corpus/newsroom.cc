#include "bench/corpus/newsroom.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "bench/corpus/chance.h"
#include "bench/corpus/hash.h"
#include "bench/corpus/lexicon.h"

namespace dateline::bench::corpus {
namespace {

constexpr int64_t kSecondsPerDay = 86400;
constexpr int64_t kSecondsPerHour = 3600;

constexpr double kEventSkew = 0.8;  // exponent of how large events are
constexpr uint64_t kEvents = 1 << 20;
constexpr double kTopicSkew = 0.7;
constexpr uint64_t kTopics = 1000;
constexpr uint64_t kAgencies = 12;
constexpr double kSecondWriter = 0.08;
constexpr double kKeepsWriter = 0.5;     // of the copies
constexpr double kAtHome = 0.75;         // of a writer's articles, those in one outlet
constexpr double kLongestMemory = 0.95;  // part of the articles of a day that the next day has, at most
constexpr int kTries = 12;
constexpr uint64_t kLongestEventDays = 60;
constexpr uint64_t kCopiedWithinHours = 30;

// Parts in a thousand of a day's articles that come out in each hour, UTC.
constexpr std::array<uint16_t, 24> kHours = {25, 20, 15, 14, 16, 22, 30, 36, 42, 48, 54, 56,
                                             58, 60, 62, 62, 60, 58, 54, 52, 48, 42, 36, 30};

int64_t DrawSecond(Random& random) {
  int64_t left = static_cast<int64_t>(random.Below(1000));
  int64_t hour = 0;
  while (left >= kHours[static_cast<size_t>(hour)]) left -= kHours[static_cast<size_t>(hour++)];
  return hour * kSecondsPerHour + static_cast<int64_t>(random.Below(kSecondsPerHour));
}

absl::optional<uint64_t> Unless(double missing, uint64_t value, Random& random) {
  if (Happens(missing, random)) return absl::nullopt;
  return value;
}

}  // namespace

Newsroom::Newsroom(const Shape& shape, uint64_t seed)
    : shape_(shape),
      seed_(seed),
      outlets_(shape.outlets, shape.outlet_ranks),
      writers_(shape.writers, shape.writer_ranks),
      events_(RankCurve::Zipf(kEventSkew, kEvents)),
      topics_(RankCurve::Zipf(kTopicSkew, kTopics)),
      agencies_(RankCurve::Zipf(1, kAgencies)),
      busiest_weekday_(*std::max_element(shape.weekdays.begin(), shape.weekdays.end())) {}

StoryFacts Newsroom::Draw(Random& random) const {
  StoryFacts facts;
  if (Happens(shape_.in_event, random)) {
    facts.subject.event = events_.Draw(random);
    Random own(Mix(Mix(seed_, 'v'), *facts.subject.event));
    facts.subject.topic = topics_.Draw(own);
  } else {
    facts.subject.topic = topics_.Draw(random);
  }
  DrawPeople(random, facts);
  DrawTime(random, facts);
  facts.dated = !Happens(shape_.no_date, random);
  facts.day_only = Happens(shape_.day_only, random);
  return facts;
}

StoryFacts Newsroom::DrawCopy(const StoryFacts& original, Random& random) const {
  StoryFacts facts = original;
  facts.outlet = Unless(shape_.no_outlet, outlets_.Draw(random), random);
  if (!Happens(kKeepsWriter, random)) facts.writer = Unless(shape_.no_writer, writers_.Draw(random), random);
  facts.instant += static_cast<int64_t>(random.Below(kCopiedWithinHours * kSecondsPerHour));
  facts.dated = !Happens(shape_.no_date, random);
  return facts;
}

void Newsroom::DrawPeople(Random& random, StoryFacts& facts) const {
  uint64_t outlet = outlets_.Draw(random);
  const uint64_t writer = writers_.Draw(random);
  facts.writer = Unless(shape_.no_writer, writer, random);
  if (facts.writer) {
    if (Happens(kSecondWriter, random)) facts.second_writer = writers_.Draw(random);
    // Of one who also writes elsewhere now and then. That writers choose outlets as articles do keeps outlets in
    // size.
    Random own(Mix(Mix(seed_, 'w'), writer));
    const uint64_t home = outlets_.Draw(own);
    if (Happens(kAtHome, random)) outlet = home;
  }
  facts.outlet = Unless(shape_.no_outlet, outlet, random);
  if (Happens(shape_.agency, random)) facts.agency = agencies_.Draw(random);
}

bool Newsroom::Prints(int64_t day, Random& random) const {
  const auto weekday = static_cast<size_t>((day % 7 + 10) % 7);  // day 0 was a Thursday
  return Happens(shape_.weekdays[weekday] / busiest_weekday_, random);
}

int64_t Newsroom::DrawDay(Random& random) const {
  return static_cast<int64_t>(std::floor(ValueAt(shape_.days, Chance(random)) + 0.5));
}

// A day as frequent as the shape has it, weekends less.
int64_t Newsroom::DrawPrintedDay(Random& random) const {
  int64_t day = DrawDay(random);
  for (int tries = 0; tries < kTries && !Prints(day, random); ++tries) day = DrawDay(random);
  return day;
}

// An event begins on a day of its own, and fewer and fewer articles are about it: by half within hours, or within
// weeks.
void Newsroom::DrawTime(Random& random, StoryFacts& facts) const {
  int64_t day = 0;
  if (facts.subject.event) {
    Random own(Mix(Mix(seed_, 'd'), *facts.subject.event));
    const int64_t begin = DrawPrintedDay(own);
    const double goes_on = kLongestMemory * Chance(own);
    for (int tries = 0; tries < kTries; ++tries) {
      day = begin + static_cast<int64_t>(RunLength(goes_on, kLongestEventDays, random));
      if (day == begin || Prints(day, random)) break;
    }
  } else {
    day = DrawPrintedDay(random);
  }
  facts.instant = std::min(day, static_cast<int64_t>(shape_.days.back())) * kSecondsPerDay + DrawSecond(random);
}

std::string OutletHost(uint64_t outlet) {
  constexpr auto kKinds = std::to_array<absl::string_view>(
      {"news", "post", "times", "herald", "tribune", "gazette", "today", "journal", "", "daily", "star", "mail"});
  constexpr auto kEnds = std::to_array<absl::string_view>({".com", ".com", ".com", ".com", ".org", ".net", ".co.uk"});
  std::string host = "www.";
  std::string name;
  AppendName(outlet, name);
  absl::AsciiStrToLower(&name);
  const uint64_t hash = Mix('o', outlet);
  absl::StrAppend(&host, name, kKinds[hash % kKinds.size()], kEnds[hash / 64 % kEnds.size()]);
  return host;
}

std::string WriterName(uint64_t writer) {
  std::string name;
  AppendName(Mix('f', writer) % 500, name);
  name += ' ';
  AppendName(1000 + writer, name);
  return name;
}

std::string AgencyName(uint64_t agency) {
  std::string name;
  AppendName(500 + agency, name);
  name += " Press Agency";
  return name;
}

bool UsesTitleCase(uint64_t outlet) { return Mix('h', outlet) % 2 == 0; }

}  // namespace dateline::bench::corpus
