#include "indexer/extract/text/text_look.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "core/base/characters.h"
#include "indexer/extract/rules/date_finder.h"

namespace dateline::extract {
namespace {

using article::Role;
using article::Source;

constexpr size_t kNone = static_cast<size_t>(-1);
constexpr size_t kMaxNameCharacters = 60;
constexpr size_t kMaxChromeStartCharacters = 320;
constexpr size_t kMaxChromeProseCharacters = 130;
constexpr size_t kMaxBylineCharacters = 160;

// "Local | Sports | Harbor", "Home > News".
bool IsMenu(const TextLine& line) {
  if (!line.Has('|') && !line.Has('>') && !line.HasBeyondAscii()) return false;
  size_t bars = 0;
  for (absl::string_view sign : {" | ", " > ", " » ", " › ", " • ", " · "}) {
    for (size_t at = line.text.find(sign.data(), 0, sign.size()); at != std::string::npos;
         at = line.text.find(sign.data(), at + sign.size(), sign.size())) {
      ++bars;
    }
  }
  return bars >= 2 && line.words < (bars + 1) * 4 && !line.ends_sentence;
}

// Where the last sentence, bracket or part of a line begins.
size_t LastPart(absl::string_view folded) {
  for (size_t at = folded.size(); at > 1; --at) {
    const char c = folded[at - 1];
    const char before = folded[at - 2];
    if (c == ' ' && (before == '.' || before == '!' || before == '?' || before == '|' || before == '"')) return at;
    if ((c == '(' || c == '[') && before == ' ') return at;
    if (absl::EndsWith(folded.substr(0, at), "。") || absl::EndsWith(folded.substr(0, at), "） ")) return at;
  }
  return 0;
}

// "(right)", "(L)", "(second from left)", "pictured": who stands where in a picture.
bool HasPlaceInPicture(absl::string_view folded) {
  return ContainsAny(folded, {"(right)",  "(left)",      "(l)",          "(r)",        "(c)",        "(centre)",
                              "(center)", " from left)", " from right)", "(pictured",  "(links)",    "(rechts)",
                              "(mitte)",  "(gauche)",    "(droite)",     "(à gauche)", "(à droite)", "(izq)",
                              "(dcha)",   "(izquierda)", "(derecha)",    "(sx)",       "(dx)",       "(top)",
                              "(bottom)", "(front)",     "(l.)",         "(r.)",       "(v.l.)",     "(v.l.n.r.)"});
}

}  // namespace

bool ContainsAny(absl::string_view text, std::initializer_list<absl::string_view> needles) {
  return std::any_of(needles.begin(), needles.end(), [&](absl::string_view n) { return absl::StrContains(text, n); });
}

Look LineJudge::Judge(const TextLine& line) const {
  if (line.letters == 0) return HasDate(line) ? Look::kDate : Look::kChrome;
  // Most lines of a page are entries of its menus: known whole, and nothing else.
  if (line.opens.Is(WordKind::kChrome) && line.digits == 0 && !line.opens.Starts(WordKind::kBy) &&
      !line.opens.Starts(WordKind::kTail) && !line.opens.Starts(WordKind::kNote) &&
      !line.opens.Starts(WordKind::kPhoto)) {
    return Look::kChrome;
  }
  if (IsByline(line)) return Look::kByline;
  if (IsDateLine(line)) return Look::kDate;
  if (IsCaption(line)) return Look::kCaption;
  if (IsNote(line)) return Look::kNote;
  if (IsTail(line)) return Look::kTail;
  if (IsChrome(line)) return Look::kChrome;
  if (IsProse(line)) return Look::kProse;
  if (line.words >= 2 && line.words <= 6 && line.digits == 0 && line.characters <= kMaxNameCharacters &&
      !absl::ascii_islower(static_cast<unsigned char>(line.text.front())) && !line.Holds(WordKind::kDesk) &&
      LooksLikePerson(line.text, lexicon_)) {
    return Look::kBareName;
  }
  if (line.ideographic && line.words >= 1 && LooksLikePerson(line.text, lexicon_)) return Look::kBareName;
  return Look::kShort;
}

// The names of a line, without the dates that share it: all behind the first digit is left out.
BylineReading LineJudge::Names(absl::string_view text) const {
  constexpr size_t kMinName = 5;
  absl::ConsumePrefix(&text, "From ");
  const size_t digit = text.find_first_of("0123456789");
  if (digit != absl::string_view::npos && digit >= kMinName) text = text.substr(0, digit);
  // "Jane Doe|Published", "By Jane Doe Tue, 26 November": what is left of the date is no name.
  for (size_t space = text.find_last_of(" |"); space != absl::string_view::npos; space = text.find_last_of(" |")) {
    std::string last = FoldLine(text.substr(space + 1));
    while (!last.empty() && absl::StrContains(",.|", last.substr(last.size() - 1))) last.pop_back();
    const bool label = last.empty() || lexicon_.Weekday(last) || lexicon_.Month(last) ||
                       lexicon_.Is(WordKind::kPublished, last) || lexicon_.Is(WordKind::kUpdated, last);
    if (!label) break;
    text = text.substr(0, space);
  }
  return ReadByline(text, lexicon_, Trust::kText, Role::kWriter, Source::kText);
}

bool LineJudge::IsProse(const TextLine& line) {
  if (line.ideographic) {
    const bool stops = ContainsAny(line.text, {"。", "．", ". "});
    return (line.characters >= 20 && (line.ends_sentence || stops)) || line.characters >= 70;
  }
  if (line.words >= 25) return true;
  return line.ends_sentence && line.words >= 8 && line.characters >= 45;
}

bool LineJudge::HasDate(const TextLine& line) const {
  return line.digits >= 4 && !FindDates(line.text, lexicon_, DayOrder::kDayFirst).empty();
}

bool LineJudge::IsByline(const TextLine& line) const {
  if (line.characters > kMaxBylineCharacters) return false;
  absl::string_view folded = line.folded;
  while (!folded.empty() && absl::StrContains("|-*/ >", folded.substr(0, 1))) folded.remove_prefix(1);
  const bool glued = absl::StartsWith(folded, "by") && line.text.size() > 2 && base::IsUpperCase(line.text[2]);
  // "From Jane Doe in Lima"
  if (absl::StartsWith(folded, "from ") && absl::StrContains(folded, " in ") && line.words <= 8) {
    return !Names(absl::string_view(line.text).substr(5)).people.empty();
  }
  if (!glued && lexicon_.StartsWith(WordKind::kBy, folded) == 0) return false;
  return !Names(line.text).empty();
}

// Mostly a date: what is left without it are labels, weekdays, times and a word or two.
bool LineJudge::IsDateLine(const TextLine& line) const {
  constexpr size_t kMaxDateLineCharacters = 140;
  constexpr size_t kMaxOtherWords = 7;
  if (line.digits < 2 || line.characters > kMaxDateLineCharacters) return false;
  const std::vector<FoundDate> dates = FindDates(line.text, lexicon_, DayOrder::kDayFirst);
  constexpr size_t kMaxPartialWords = 6;  // "Monday 5 August, 14:47" has no year
  const bool whole = std::any_of(dates.begin(), dates.end(), [&](const FoundDate& d) {
    return d.publication.dated() || (absl::StartsWith(d.publication.partial, "--") && line.words <= kMaxPartialWords);
  });
  if (!whole) return false;
  size_t covered = 0;
  for (const FoundDate& date : dates) covered += date.end - date.begin;
  const bool labelled = line.opens.Starts(WordKind::kPublished) || line.opens.Starts(WordKind::kUpdated);
  return covered * 2 >= line.text.size() || (labelled && line.words <= 24) ||
         (line.words <= kMaxOtherWords + 4 && (!line.ends_sentence || covered * 3 >= line.text.size())) ||
         (line.words <= 3 * kMaxOtherWords && !line.ends_sentence && ContainsAny(line.text, {" · ", " | ", " • "}));
}

bool LineJudge::IsNote(const TextLine& line) const {
  if (absl::StartsWith(line.folded, "(attn:") || absl::StartsWith(line.folded, "(eds:")) return true;
  absl::string_view folded = line.folded;
  const bool bracket = absl::ConsumePrefix(&folded, "(");
  // Some notes are known by their bracket: "(Corrects ...".
  const size_t length =
      std::max(bracket ? lexicon_.StartsWith(WordKind::kNote, folded) : 0, line.opens.Length(WordKind::kNote));
  return length > 0 && (bracket || line.characters < 600);
}

bool LineJudge::IsTail(const TextLine& line) const {
  constexpr size_t kMaxTailCharacters = 60;
  if (line.characters > kMaxTailCharacters || (line.ends_sentence && line.words > 6)) return false;
  const size_t length = line.opens.Length(WordKind::kTail);
  if (length == 0) return false;
  return length == line.folded.size() || line.folded.size() <= length + 30;
}

bool LineJudge::IsChrome(const TextLine& line) const {
  if (line.opens.Is(WordKind::kChrome)) return true;
  absl::string_view bare = line.folded;
  while (!bare.empty() && absl::StrContains(" .:>»›→|-*+\"()[]", bare.substr(bare.size() - 1))) bare.remove_suffix(1);
  while (!bare.empty() && absl::StrContains(" .:<«|-*+\"()[]", bare.substr(0, 1))) bare.remove_prefix(1);
  if (bare.empty() || lexicon_.Is(WordKind::kChrome, bare)) return true;
  // Of running text only a short line: "Watch the surveyors. If they are given the summer ..." is a paragraph.
  const size_t most = IsProse(line) ? kMaxChromeProseCharacters : kMaxChromeStartCharacters;
  if (line.characters <= most && lexicon_.StartsWith(WordKind::kChromeStart, bare) > 0) return true;
  if (line.words <= 40 &&
      ((line.Has('/') && absl::StrContains(line.folded, "://")) ||
       (line.HasBeyondAscii() && absl::StrContains(line.folded, "©")) ||
       (line.Has('.') && absl::StrContains(line.folded, "www.")) ||
       (line.Holds(WordKind::kPromotion) && absl::StrContains(line.folded, "all rights reserved")))) {
    return true;
  }
  // Counters, players and reading times: "0:00 / 3:07", "4 min read", "12 comments".
  size_t length = 0;
  if (line.words <= 8 && line.digits > 0 && line.Holds(WordKind::kReading) &&
      lexicon_.Find(WordKind::kReading, line.folded, &length) != kNone)
    return true;
  if (line.digits * 2 > line.letters + line.digits && line.words <= 6) return true;
  if (line.words <= 6 && line.Has('@')) return true;
  // "3 hours ago" and its like.
  if (line.words <= 6 && line.Holds(WordKind::kRelative) &&
      lexicon_.Find(WordKind::kRelative, line.folded, &length) != kNone && !line.ends_sentence)
    return true;
  return IsMenu(line);
}

bool LineJudge::IsCaption(const TextLine& line) const {
  constexpr size_t kMaxCaptionCharacters = 600;
  constexpr size_t kMaxCreditWords = 9;
  if (line.characters > kMaxCaptionCharacters) return false;
  if (line.words <= kMaxShortWords && !line.Has('/') && !line.Has('(') && !line.Holds(WordKind::kPhoto)) return false;
  if (line.Has('(') && HasPlaceInPicture(line.folded)) return true;
  // "Jane Doe / AP"
  const size_t slash = line.text.rfind('/');
  if (line.words <= 6 && slash != std::string::npos && slash > 0 &&
      lexicon_.Agency(absl::string_view(line.text).substr(slash + 1)) != nullptr) {
    return true;
  }
  const size_t start = line.opens.Length(WordKind::kPhoto);
  if (start > 0) {
    // "Photo: ..." or "This photo shows ..."; a sentence about a photo of some length is prose.
    const absl::string_view rest = absl::StripLeadingAsciiWhitespace(absl::string_view(line.folded).substr(start));
    if (absl::StartsWith(rest, ":") || absl::EndsWith(absl::string_view(line.folded).substr(0, start), ":") ||
        line.words <= kMaxCreditWords || absl::EndsWith(line.text, ")") || start >= 9) {
      return true;
    }
  }
  if (line.folded.size() >= kMaxFoldedBytes) return false;
  // A credit at the end, behind the last sentence: "... on Monday. Photo by A/B", "... (Bild: A/dpa)", "© A".
  const absl::string_view folded = line.folded;
  const size_t at = LastPart(folded);
  const absl::string_view last = folded.substr(at);
  if (absl::StrContains(last, "©") && at > 0) return true;
  size_t length = 0;
  const size_t photo = lexicon_.Find(WordKind::kPhoto, last, &length);
  if (photo == kNone) return false;
  const absl::string_view behind = last.substr(photo + length);
  const bool colon = absl::StartsWith(absl::StripLeadingAsciiWhitespace(behind), ":") ||
                     absl::EndsWith(last.substr(0, photo + length), ":");
  const size_t words = static_cast<size_t>(std::count(last.begin(), last.end(), ' ')) + 1;
  const bool sentence = !last.empty() && last.back() == '.' && at > 0 && last.size() > 1;
  if (colon && photo == 0 && words <= kMaxCreditWords + 4) return true;
  if (photo == 0 && at > 0 && words <= kMaxCreditWords && !sentence) return true;
  return at > 0 && words <= kMaxCreditWords && !sentence && ContainsAny(last, {"/", " via "});
}

}  // namespace dateline::extract
