#include "indexer/extract/text/text_credits.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "indexer/extract/rules/byline.h"
#include "indexer/extract/rules/wire_rules.h"

namespace dateline::extract {
namespace {

using article::Credit;
using article::Role;
using article::Source;

class CreditReader {
 public:
  explicit CreditReader(TextPage& page) : page_(page) {}

  void AddCredits(const BylineReading& reading, absl::string_view rule, size_t line) {
    for (const Credit& credit : reading.people) {
      const bool known = std::any_of(page_.article().bylines.begin(), page_.article().bylines.end(),
                                     [&](const Credit& c) { return FoldLine(c.name) == FoldLine(credit.name); });
      if (known) continue;
      page_.article().bylines.push_back(credit);
      page_.Prove("byline", credit.name, rule, line);
    }
    AddAgencies(page_, reading.agencies, rule, line);
  }

  // A byline below the headline, then one above it; names below a "By" alone; bare names. A desk only for want of a
  // person.
  void ReadCredits() {
    constexpr size_t kAbove = 8;
    constexpr size_t kBelow = 12;
    const size_t anchor = page_.headline != kNoLine ? page_.headline : page_.body_begin;
    const size_t first_prose = page_.FirstProse();
    const size_t end = std::min(page_.lines.size(), std::max(first_prose, anchor) + kBelow);
    for (size_t i = anchor; i < end && !HasWriter(); ++i) ReadBylineAt(i);
    constexpr size_t kFarBelow = 40;  // "By" alone is sure of itself
    for (size_t i = anchor; i < std::min(page_.article_end, first_prose + kFarBelow) && !HasWriter(); ++i)
      ReadByAlone(i);
    if (!HasWriter()) ReadBareNames(anchor, first_prose);
    for (size_t i = anchor; i > 0 && i + kAbove > anchor && !HasWriter(); --i) ReadBylineAt(i - 1);
    ReadTailCredits();
    if (!HasWriter()) return;
    page_.article().bylines.erase(std::remove_if(page_.article().bylines.begin(), page_.article().bylines.end(),
                                                 [](const Credit& c) { return c.role == Role::kDesk; }),
                                  page_.article().bylines.end());
  }

  bool HasWriter() const {
    return std::any_of(page_.article().bylines.begin(), page_.article().bylines.end(),
                       [](const Credit& c) { return c.role == Role::kWriter; });
  }

  void ReadBylineAt(size_t i) {
    if (page_.looks[i] != Look::kByline) return;
    page_.zones[i] = Zone::kByline;
    AddCredits(page_.judge.Names(page_.lines[i].text), "byline", i);
  }

  // "By" on a line of its own, the names on those below it.
  void ReadByAlone(size_t i) {
    constexpr size_t kMaxNames = 6;
    absl::string_view folded = page_.lines[i].folded;
    absl::ConsumeSuffix(&folded, ":");
    if (!page_.lexicon.Is(WordKind::kBy, absl::StripAsciiWhitespace(folded)) &&
        !page_.lines[i].opens.Is(WordKind::kBy)) {
      return;
    }
    for (size_t j = i + 1; j < std::min(page_.lines.size(), i + 1 + kMaxNames); ++j) {
      const BylineReading reading = page_.judge.Names(page_.lines[j].text);
      if (page_.looks[j] == Look::kProse || page_.looks[j] == Look::kChrome || reading.empty() ||
          page_.lines[j].words > 12)
        break;
      page_.zones[j] = Zone::kByline;
      AddCredits(reading, "names below a line for them", j);
    }
    if (!page_.article().bylines.empty()) page_.zones[i] = Zone::kByline;
  }

  // A name by itself between headline and body is the writer's, if a date or a job stands by, or it follows the
  // headline or precedes the text at once. Who is spoken of in the article is no writer of it.
  void ReadBareNames(size_t anchor, size_t first_prose) {
    if (page_.headline == kNoLine) return;
    // A standfirst may stand between the headline and the name; behind it only a date or a job makes a name a credit.
    constexpr size_t kReach = 12;
    size_t end = std::min(first_prose + 1, page_.lines.size());  // a headline may be the last line
    while (end < page_.body_end && end < first_prose + kReach && page_.looks[end] != Look::kProse) ++end;
    for (size_t i = anchor + 1; i < end; ++i) {
      const bool dated =
          page_.looks[i] == Look::kDate || (page_.looks[i] == Look::kChrome && page_.lines[i].digits > 0);
      const bool bare = page_.looks[i] == Look::kBareName || page_.looks[i] == Look::kShort;
      if (page_.zones[i] == Zone::kDeck || !(bare || dated) || absl::EndsWith(page_.lines[i].text, ":")) continue;
      const BylineReading reading = page_.judge.Names(page_.lines[i].text);
      const bool titled = HasTitle(page_.lines[i].folded);
      if (reading.people.empty() || !IsMadeOf(reading, page_.lines[i].text, titled || dated ? 2 : 5)) {
        continue;
      }
      if (page_.lines[i].ideographic && !titled) continue;
      const bool follows = i == anchor + 1 || (page_.deck != kNoLine && i == page_.deck + 1) || i + 1 == first_prose;
      if ((!follows || i > first_prose) && !titled && !StandsByDate(i)) continue;
      if (IsMentioned(reading.people.front().name, first_prose)) continue;
      page_.zones[i] = Zone::kByline;
      AddCredits(reading, "name between headline and body", i);
    }
  }

  // Whether the names are so many tenths of what the line says, up to its first digit.
  static bool IsMadeOf(const BylineReading& reading, absl::string_view text, size_t tenths) {
    constexpr size_t kMaxLine = 90;
    if (text.size() > kMaxLine) return false;
    text = text.substr(0, text.find_first_of("0123456789"));
    // "Jane Doe / AP" is the credit of a picture.
    if (!reading.agencies.empty() || reading.people.front().role == Role::kDesk) return false;
    size_t named = 0;
    for (const Credit& credit : reading.people) named += credit.name.size();
    return named * 10 >= text.size() * tenths;
  }

  // A date, "3 hours ago", "Published" or a job within two lines.
  bool StandsByDate(size_t i) const {
    for (size_t j = i >= 2 ? i - 2 : 0; j < std::min(page_.lines.size(), i + 3); ++j) {
      if (page_.looks[j] == Look::kDate) return true;
      if (j == i || page_.lines[j].words > 8) continue;
      size_t length = 0;
      const std::string& folded = page_.lines[j].folded;
      if (page_.lexicon.StartsWith(WordKind::kPublished, folded) > 0 ||
          page_.lexicon.StartsWith(WordKind::kUpdated, folded) > 0 || page_.lexicon.Is(WordKind::kTitle, folded) ||
          (j > i && page_.lexicon.Find(WordKind::kRelative, folded, &length) != kNoLine)) {
        return true;
      }
    }
    return absl::StrContains(page_.lines[i].text, "|") ||
           page_.lines[i].text.find_first_of("0123456789") != std::string::npos;
  }

  // A job, as a word of the line.
  bool HasTitle(absl::string_view folded) const {
    size_t length = 0;
    return page_.lexicon.Find(WordKind::kTitle, folded, &length) != kNoLine;
  }

  bool IsMentioned(absl::string_view name, size_t first_prose) const {
    for (size_t i = first_prose; i < page_.body_end; ++i) {
      // A line that begins with the name is about the writer.
      const size_t at = page_.lines[i].text.find(name.data(), 0, name.size());
      if (page_.zones[i] == Zone::kBody && at != std::string::npos && at > 0) return true;
    }
    return page_.headline != kNoLine && absl::StrContains(page_.lines[page_.headline].text, name);
  }

  // At the end persons are added only where the head names no writer, or as contributors; a desk never.
  void AddTailCredits(BylineReading reading, size_t line) {
    const bool signed_above = HasWriter();
    reading.people.erase(std::remove_if(reading.people.begin(), reading.people.end(),
                                        [&](const Credit& c) {
                                          return c.role == Role::kDesk || (signed_above && c.role == Role::kWriter);
                                        }),
                         reading.people.end());
    AddCredits(reading, "credit line at the end", line);
  }

  // Credit lines and end marks at the end of the article.
  void ReadTailCredits() {
    constexpr size_t kReach = 6;
    size_t last = kNoLine;
    for (size_t i = page_.body_begin; i < page_.body_end; ++i) {
      if (page_.zones[i] == Zone::kBody) last = i;
    }
    if (last == kNoLine) return;
    const size_t begin = last >= kReach / 2 ? last - kReach / 2 : 0;
    for (size_t i = std::max(begin, page_.FirstProse() + 1); i < std::min(page_.lines.size(), last + 1 + kReach);
         ++i) {
      const BylineReading reading = ReadCreditLine(page_.lines[i].text, page_.lexicon);
      if (reading.empty()) continue;
      page_.zones[i] = Zone::kCredit;
      AddTailCredits(reading, i);
    }
    // A name by itself behind the last paragraph signs the article.
    constexpr size_t kMaxLinesBehind = 3;
    if (!HasWriter() && last + 1 < page_.lines.size() && page_.lines.size() <= last + 1 + kMaxLinesBehind &&
        page_.looks[last + 1] == Look::kBareName && !page_.lines[last + 1].ideographic &&
        !IsMentioned(page_.lines[last + 1].text, page_.FirstProse())) {
      page_.zones[last + 1] = Zone::kByline;
      AddTailCredits(page_.judge.Names(page_.lines[last + 1].text), last + 1);
    }
    if (page_.zones[last] != Zone::kBody) return;
    size_t length = 0;
    const std::vector<AgencyCredit> agencies = ReadEndMark(page_.lines[last].text, page_.lexicon, &length);
    if (agencies.empty()) return;
    AddAgencies(page_, agencies, "mark behind the last sentence", last);
    page_.end_mark = last;
    page_.end_mark_bytes = length;
  }

 private:
  TextPage& page_;
};

}  // namespace

void AddAgencies(TextPage& page, const std::vector<AgencyCredit>& agencies, absl::string_view rule, size_t line) {
  for (const AgencyCredit& agency : agencies) {
    const bool known = std::any_of(page.article().agencies.begin(), page.article().agencies.end(),
                                   [&](const Credit& c) { return c.name == agency.credit.name; });
    if (known) continue;
    page.article().agencies.push_back(agency.credit);
    page.Prove("agency", agency.as_printed, rule, line);
    page.out.evidence.back().canonical = agency.credit.name;
  }
}

void ReadCredits(TextPage& page) { CreditReader(page).ReadCredits(); }

}  // namespace dateline::extract
