#include "indexer/extract/rules/wire_rules.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/characters.h"
#include "indexer/extract/rules/date_finder.h"

namespace dateline::extract {
namespace {

using article::Credit;
using article::Role;
using article::Source;

constexpr size_t kMaxDatelineBytes = 120;
constexpr size_t kMaxPlaceWords = 6;
constexpr size_t kMaxColonPlaceWords = 3;
constexpr size_t kMaxColonPlaceBytes = 40;
constexpr size_t kMinSentenceBytes = 20;  // behind a dateline something is told
constexpr size_t kMaxUpdateNumber = 99;

// Marks that say what kind of version a story is; the ones with a number behind them say so.
constexpr absl::string_view kFlags[] = {
    "ROUNDUP", "CORRECTED", "CORRECTION", "WRAPUP",           "URGENT",    "RECAST",   "REFILE",
    "RPT",     "REPEAT",    "FOCUS",      "YONHAP INTERVIEW", "EXCLUSIVE", "ADVISORY", "SUMMARY",
    "UPDATED", "NEWSALERT", "BREAKING",   "NEWS FOCUS",       "FACTBOX",   "TIMELINE", "PREVIEW",
    "GRAPHIC", "PIX",       "CLARIFIED",  "REWRITE",          "FLASH",     "WRITETHRU"};

bool IsFlag(absl::string_view mark) {
  return std::find(std::begin(kFlags), std::end(kFlags), mark) != std::end(kFlags);
}

// "4th", "2nd", "3RD", "1st" to its number.
absl::optional<uint32_t> Ordinal(absl::string_view text) {
  uint32_t number = 0;
  if (text.size() < 3 || text.size() > 4) return absl::nullopt;
  const std::string ending = absl::AsciiStrToLower(text.substr(text.size() - 2));
  if (ending != "st" && ending != "nd" && ending != "rd" && ending != "th") return absl::nullopt;
  if (!absl::SimpleAtoi(text.substr(0, text.size() - 2), &number) || number == 0) return absl::nullopt;
  return number;
}

// One mark without its brackets or dash. False when it is none; nothing is changed then.
bool ReadMark(absl::string_view mark, article::WireVersion& version) {
  mark = absl::StripAsciiWhitespace(mark);
  const std::vector<absl::string_view> words = absl::StrSplit(mark, ' ', absl::SkipEmpty());
  if (words.empty() || words.size() > 3) return false;
  const absl::string_view last = words.back();
  if (last == "LEAD" || last == "LD") {
    if (words.size() == 1) {
      version.lead = 1;
      return true;
    }
    const auto number = Ordinal(words[0]);
    if (words.size() != 2 || !number) return false;
    version.lead = *number;
    return true;
  }
  uint32_t number = 0;
  const bool numbered =
      words.size() == 2 && absl::SimpleAtoi(last, &number) && number > 0 && number <= kMaxUpdateNumber;
  if (words[0] == "UPDATE" && (words.size() == 1 || numbered)) {
    version.update = numbered ? number : 1;
    version.flags.emplace_back("UPDATE");
    return true;
  }
  if (numbered && IsFlag(words[0])) {
    version.update = number;
    version.flags.emplace_back(words[0]);
    return true;
  }
  if (!IsFlag(mark)) return false;
  version.flags.emplace_back(mark);
  return true;
}

size_t SkipBlanks(absl::string_view text, size_t at) {
  while (at < text.size()) {
    base::CharacterReader reader(text.substr(at));
    if (!base::IsBlankCharacter(reader.Next())) break;
    at += reader.at();
  }
  return at;
}

// The length of a dash that sets a dateline apart, blanks around it included; 0 when there is none at `at`.
size_t DashLength(absl::string_view text, size_t at) {
  const size_t begin = SkipBlanks(text, at);
  for (absl::string_view dash : {"---", "--", "—", "–", "−", "-"}) {
    if (!absl::StartsWith(text.substr(begin), dash)) continue;
    const size_t end = begin + dash.size();
    const size_t after = SkipBlanks(text, end);
    // A hyphen inside a word is no dash.
    if (dash == "-" && after == end) return 0;
    return after - at;
  }
  return 0;
}

struct WordForm {
  bool begins_upper = false;
  bool all_upper = true;
  size_t letters = 0;
  bool plain = true;  // nothing but letters, apostrophes, hyphens and full stops
};

WordForm FormOf(absl::string_view word) {
  WordForm form;
  bool first = true;
  base::CharacterReader reader(word);
  while (!reader.done()) {
    const char32_t c = reader.Next();
    if (base::IsLetter(c)) {
      ++form.letters;
      const bool upper = base::IsUpperCase(c);
      if (first) form.begins_upper = upper || (c >= 0x590 && c < 0x1E00);
      if (!upper) form.all_upper = false;
    } else if (c != '.' && c != '\'' && c != 0x2019 && c != '-' && c != '/' && c != 0x2018) {
      form.plain = false;
    }
    first = false;
  }
  return form;
}

// Small words inside the names of places.
bool IsPlaceParticle(absl::string_view word) {
  static constexpr absl::string_view kParticles[] = {"of",  "de",  "la", "del", "al",  "el",  "am",  "an",   "der",
                                                     "den", "do",  "da", "dos", "les", "le",  "sur", "upon", "and",
                                                     "on",  "bei", "im", "in",  "ob",  "y",   "und", "the",  "le",
                                                     "los", "las", "du", "en",  "aan", "bin", "of"};
  return std::find(std::begin(kParticles), std::end(kParticles), word) != std::end(kParticles);
}

// Whether `text` has the form of a place: "VLADIVOSTOK, Russia", "St. Brannock", "Berlin/New York". With
// `need_capitals` its first word must be all capitals.
bool LooksLikePlace(absl::string_view text, bool need_capitals) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, absl::ByAnyChar(" "), absl::SkipEmpty());
  if (words.empty() || words.size() > kMaxPlaceWords) return false;
  for (size_t i = 0; i < words.size(); ++i) {
    const absl::string_view word = absl::StripSuffix(words[i], ",");
    const WordForm form = FormOf(word);
    if (form.letters == 0 || !form.plain) return false;
    if (!form.begins_upper && (i == 0 || !IsPlaceParticle(word))) return false;
    if (need_capitals && i == 0 && (!form.all_upper || form.letters < 2)) return false;
  }
  return true;
}

// A name in brackets that can only be a source: known, or by its words ("Meridian News Service").
bool AddSource(absl::string_view name, const Lexicon& lexicon, bool believe, std::vector<AgencyCredit>& agencies) {
  // A name may hold the sign that else sets two apart: "dpa/lno".
  const bool one = lexicon.Agency(name) != nullptr;
  for (absl::string_view part : absl::StrSplit(name, absl::ByAnyChar(one ? "\n" : "/,;"))) {
    part = absl::StripAsciiWhitespace(part);
    if (part.empty()) continue;
    const std::string* known = lexicon.Agency(part);
    if (known == nullptr && !believe) return false;
    const std::string canonical = known != nullptr ? *known : std::string(part);
    const bool repeated = std::any_of(agencies.begin(), agencies.end(),
                                      [&](const AgencyCredit& a) { return a.credit.name == canonical; });
    if (!repeated) {
      agencies.push_back(AgencyCredit{Credit{canonical, Role::kOrigin, Source::kText}, std::string(part)});
    }
  }
  return true;
}

// A bracket before the dash of a dateline holds a source: one to four words, the first of which begins with a
// capital, or a known one.
bool IsSourceForm(absl::string_view text, const Lexicon& lexicon) {
  if (lexicon.Agency(text) != nullptr) return true;
  const std::vector<absl::string_view> words = absl::StrSplit(text, ' ', absl::SkipEmpty());
  if (words.empty() || words.size() > 4 || text.size() > 40) return false;
  return std::all_of(words.begin(), words.end(), [](absl::string_view word) {
    const WordForm form = FormOf(word);
    return form.plain && form.letters > 1 && form.begins_upper;
  });
}

// Splits "PLACE, April 25" into the place and the day.
void SplitDay(absl::string_view head, const Lexicon& lexicon, Dateline& out) {
  const std::vector<FoundDate> dates = FindDates(head, lexicon, DayOrder::kUnknown);
  absl::string_view place = head;
  if (!dates.empty()) {
    out.day = dates.front().publication;
    place = head.substr(0, dates.front().begin);
  }
  place = absl::StripAsciiWhitespace(place);
  while (absl::ConsumeSuffix(&place, ",") || absl::ConsumeSuffix(&place, "-"))
    place = absl::StripAsciiWhitespace(place);
  // "PARIS, Thursday": the weekday is no part of the place.
  const size_t comma = place.rfind(',');
  if (comma != absl::string_view::npos && lexicon.Weekday(FoldLine(place.substr(comma + 1)))) {
    place = place.substr(0, comma);
  }
  out.place = std::string(absl::StripAsciiWhitespace(place));
}

}  // namespace

size_t ReadVersionMarks(absl::string_view headline, article::WireVersion& out) {
  article::WireVersion version = out;
  size_t taken = 0;
  for (;;) {
    const size_t at = SkipBlanks(headline, taken);
    const absl::string_view rest = headline.substr(at);
    if (absl::StartsWith(rest, "(")) {
      const size_t close = rest.find(')');
      if (close == absl::string_view::npos || !ReadMark(rest.substr(1, close - 1), version)) break;
      taken = SkipBlanks(headline, at + close + 1);
      continue;
    }
    // "UPDATE 3-Kim ..." and "CORRECTED (OFFICIAL)-": capitals up to a dash or a colon close by.
    constexpr size_t kMaxMarkBytes = 30;
    const size_t dash = rest.substr(0, kMaxMarkBytes).find_first_of("-:");
    if (dash == absl::string_view::npos || !ReadMark(rest.substr(0, dash), version)) break;
    taken = SkipBlanks(headline, at + dash + 1);
  }
  if (taken == headline.size()) return 0;  // marks of nothing
  out = std::move(version);
  return taken;
}

Dateline ReadDateline(absl::string_view paragraph, const Lexicon& lexicon, bool colon_form) {
  Dateline out;
  const absl::string_view start = paragraph.substr(0, kMaxDatelineBytes);
  // Where the head ends: at the first dash that stands alone, or behind a bracket with a source.
  for (size_t at = 0; at < start.size(); ++at) {
    const bool boundary = start[at] == ' ' || start[at] == '(' || start[at] == '-' ||
                          (static_cast<unsigned char>(start[at]) & 0xC0) == 0xC0;
    if (!boundary) continue;
    if (start[at] == '(') {
      const size_t close = start.find(')', at);
      if (close == absl::string_view::npos) break;
      const absl::string_view inside = start.substr(at + 1, close - at - 1);
      const absl::string_view place = absl::StripAsciiWhitespace(start.substr(0, at));
      size_t dash = DashLength(paragraph, close + 1);
      if (dash == 0 && absl::StartsWith(paragraph.substr(close + 1), ".-")) {
        dash = SkipBlanks(paragraph, close + 3) - (close + 1);  // "Madrid, 25 abr (EFE).- "
      }
      Dateline head;
      SplitDay(place, lexicon, head);
      const bool known = lexicon.Agency(inside) != nullptr;
      const bool has_place = head.place.empty() ? known : LooksLikePlace(head.place, false);
      // Without a dash only a known source after a place in capitals, or a day, is believed: "WASHINGTON (AP) The
      // ...".
      const bool has_day = head.day.dated() || !head.day.partial.empty();
      const bool set_apart = dash > 0 || (known && (has_day || LooksLikePlace(head.place, true)));
      if (has_place && set_apart && IsSourceForm(inside, lexicon) &&
          paragraph.size() > close + 1 + dash + kMinSentenceBytes) {
        AddSource(inside, lexicon, true, head.agencies);
        head.length = dash > 0 ? close + 1 + dash : SkipBlanks(paragraph, close + 1);
        const absl::string_view rest = paragraph.substr(head.length);
        if (at == 0 && !absl::StartsWith(rest, "(")) {  // "(ANSA) - ROMA, 25 APR - "
          Dateline next = ReadDateline(rest, lexicon, false);
          if (next.length == 0 || !next.agencies.empty()) return head;
          head.place = std::move(next.place);
          head.day = std::move(next.day);
          head.length += next.length;
        }
        return head;
      }
      break;
    }
    const size_t dash = DashLength(paragraph, at);
    if (dash == 0) continue;
    Dateline head;
    SplitDay(start.substr(0, at), lexicon, head);
    // "Putin - the president - said" is no dateline: in front of a bare dash a place is all capitals or has a day.
    const bool certain = LooksLikePlace(head.place, true) ||
                         (LooksLikePlace(head.place, false) && (head.day.dated() || !head.day.partial.empty()));
    if (certain && lexicon.StartsWith(WordKind::kLeadIn, FoldLine(head.place)) == 0 &&
        paragraph.size() > at + dash + kMinSentenceBytes) {
      head.length = at + dash;
      return head;
    }
    break;
  }
  // "GOTHENBURG. For two years ...": capitals and a full stop.
  const size_t stop = start.find(". ");
  if (stop != absl::string_view::npos && stop >= 4 && LooksLikePlace(start.substr(0, stop), true) &&
      FormOf(start.substr(0, stop)).all_upper && start.substr(0, stop).find('.') == absl::string_view::npos &&
      paragraph.size() > stop + kMinSentenceBytes) {
    out.place = std::string(start.substr(0, stop));
    out.length = stop + 2;
    return out;
  }
  if (!colon_form) return out;
  const size_t colon = paragraph.substr(0, kMaxColonPlaceBytes).find(": ");
  if (colon == absl::string_view::npos || colon == 0) return out;
  const absl::string_view place = paragraph.substr(0, colon);
  const std::vector<absl::string_view> words = absl::StrSplit(place, ' ', absl::SkipEmpty());
  const std::string folded = FoldLine(place);
  const absl::string_view rest = paragraph.substr(colon + 2);
  const bool sentence = !rest.empty() && FormOf(rest.substr(0, rest.find(' '))).begins_upper;
  size_t length = 0;
  const auto has = [&](WordKind kind) { return lexicon.Find(kind, folded, &length) != absl::string_view::npos; };
  if (words.size() > kMaxColonPlaceWords || !LooksLikePlace(place, false) || !sentence ||
      rest.size() < kMinSentenceBytes || has(WordKind::kLeadIn) || has(WordKind::kDesk) || has(WordKind::kNote) ||
      has(WordKind::kPhoto) || has(WordKind::kChrome) || has(WordKind::kUpdated) || has(WordKind::kTail)) {
    return out;
  }
  out.place = std::string(place);
  out.length = colon + 2;
  return out;
}

Dateline ReadDatelineLine(absl::string_view line, const Lexicon& lexicon) {
  Dateline out;
  if (line.size() > kMaxDatelineBytes) return out;
  for (absl::string_view sign : {"--", "—", "–", "-", "/", "|", "("}) {
    const size_t at = line.find(sign.data(), 0, sign.size());
    if (at == absl::string_view::npos || at == 0) continue;
    absl::string_view source = absl::StripAsciiWhitespace(line.substr(at + sign.size()));
    absl::ConsumeSuffix(&source, ")");
    source = absl::StripAsciiWhitespace(source);
    Dateline head;
    SplitDay(line.substr(0, at), lexicon, head);
    // A source that no table knows is believed beside a place in capitals.
    const bool known = lexicon.Agency(source) != nullptr;
    const bool unknown =
        IsSourceForm(source, lexicon) && LooksLikePlace(head.place, true) && !LooksLikePlace(source, true);
    if (!(known ? LooksLikePlace(head.place, false) : unknown)) continue;
    // "ST. BRANNOCK- AFP" is a place, "Ines Calloway - AFP" and "INES CALLOWAY | AFP" are persons.
    const bool capitals = FormOf(head.place).all_upper && sign != "/" && sign != "|";
    if (lexicon.Agency(head.place) != nullptr || (!capitals && LooksLikePerson(head.place, lexicon))) continue;
    AddSource(source, lexicon, true, head.agencies);
    head.length = line.size();
    return head;
  }
  return out;
}

BylineReading ReadCreditLine(absl::string_view line, const Lexicon& lexicon) {
  BylineReading reading;
  line = absl::StripAsciiWhitespace(line);
  if (line.size() > 400) return reading;
  absl::string_view inner = line;
  if (absl::ConsumePrefix(&inner, "(")) absl::ConsumeSuffix(&inner, ")");
  for (absl::string_view dash : {"—", "–", "--", "-"}) absl::ConsumePrefix(&inner, dash);
  inner = absl::StripAsciiWhitespace(inner);
  absl::ConsumeSuffix(&inner, ".");
  const std::string folded = FoldLine(inner);
  const auto starts = [&](WordKind kind) { return lexicon.StartsWith(kind, folded) > 0; };
  if (starts(WordKind::kContributor) || starts(WordKind::kReporting)) {
    return ReadByline(inner, lexicon, Trust::kText, Role::kWriter, Source::kText);
  }
  // "NORPRESS contributed to this story."
  for (absl::string_view phrase : {" contributed to this", " contributed reporting", " contributed to the report"}) {
    const size_t at = folded.find(phrase.data(), 0, phrase.size());
    if (at == std::string::npos || at > inner.size()) continue;
    // Persons who helped are no byline: such a line stays in the text, where they can be found.
    reading = ReadByline(inner.substr(0, at), lexicon, Trust::kText, Role::kContributor, Source::kText);
    return reading.people.empty() ? reading : BylineReading();
  }
  // A line that is nothing but agencies: "BLOOMBERG", "(dpa)", "AFP, Reuters".
  if (inner.size() <= 60 && !inner.empty()) {
    std::vector<AgencyCredit> agencies;
    if (AddSource(inner, lexicon, false, agencies)) reading.agencies = std::move(agencies);
  }
  return reading;
}

std::vector<AgencyCredit> ReadEndMark(absl::string_view paragraph, const Lexicon& lexicon, size_t* length) {
  *length = 0;
  std::vector<AgencyCredit> agencies;
  constexpr size_t kMaxMarkBytes = 40;
  const absl::string_view text = absl::StripTrailingAsciiWhitespace(paragraph);
  if (absl::EndsWith(text, ")")) {
    const size_t open = text.rfind('(');
    if (open == absl::string_view::npos || open == 0 || text.size() - open > kMaxMarkBytes) return agencies;
    if (!AddSource(text.substr(open + 1, text.size() - open - 2), lexicon, false, agencies)) return {};
    *length = paragraph.size() - absl::StripTrailingAsciiWhitespace(text.substr(0, open)).size();
    return agencies;
  }
  // Behind the end of the last sentence, in capitals or after a dash: "... year end. BLOOMBERG", "... said. –
  // Bernama".
  for (size_t n = 1; n <= 3; ++n) {
    size_t at = text.size();
    for (size_t i = 0; i < n && at != absl::string_view::npos && at > 0; ++i) at = text.rfind(' ', at - 1);
    if (at == absl::string_view::npos || at == 0 || text.size() - at > kMaxMarkBytes) return agencies;
    absl::string_view mark = absl::StripAsciiWhitespace(text.substr(at));
    absl::string_view before = absl::StripTrailingAsciiWhitespace(text.substr(0, at));
    bool dashed = false;
    for (absl::string_view dash : {"—", "–", "--", "-"}) {
      dashed = dashed || absl::ConsumePrefix(&mark, dash);
      dashed = absl::ConsumeSuffix(&before, dash) || dashed;
    }
    mark = absl::StripAsciiWhitespace(mark);
    before = absl::StripTrailingAsciiWhitespace(before);
    const bool capitals = FormOf(mark).all_upper;
    const bool after_sentence = absl::EndsWith(before, ".") || absl::EndsWith(before, "\"") ||
                                absl::EndsWith(before, "”") || absl::EndsWith(before, "?") ||
                                absl::EndsWith(before, "!") || absl::EndsWith(before, "»");
    if (mark.empty() || !(capitals || dashed) || !after_sentence || lexicon.Agency(mark) == nullptr) {
      continue;
    }
    AddSource(mark, lexicon, false, agencies);
    *length = paragraph.size() - before.size();
    return agencies;
  }
  return agencies;
}

}  // namespace dateline::extract
