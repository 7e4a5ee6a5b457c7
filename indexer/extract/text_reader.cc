#include "indexer/extract/text_reader.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/characters.h"
#include "indexer/extract/byline.h"
#include "indexer/extract/date_finder.h"
#include "indexer/extract/text_lines.h"
#include "indexer/extract/wire_rules.h"

namespace dateline::extract {
namespace {

using article::Article;
using article::Credit;
using article::Role;
using article::Source;

constexpr size_t kNone = static_cast<size_t>(-1);
constexpr size_t kMaxHeadlineWords = 32;

// ---- What a line looks like by itself.

enum class Look {
  kProse,
  kShort,    // neither prose nor known furniture: a headline, a subheading, a menu entry, a link
  kChrome,
  kTail,     // "Related articles"
  kCaption,
  kNote,
  kByline,   // "By Jane Doe"
  kBareName, // a person's name and no more
  kDate,     // a line that is mainly a date
};

bool ContainsAny(absl::string_view text, std::initializer_list<absl::string_view> needles) {
  return std::any_of(needles.begin(), needles.end(), [&](absl::string_view n) { return absl::StrContains(text, n); });
}

class LineJudge {
 public:
  explicit LineJudge(const Lexicon& lexicon) : lexicon_(lexicon) {}

  Look Judge(const TextLine& line) const {
    if (line.letters == 0) return HasDate(line) ? Look::kDate : Look::kChrome;
    if (IsByline(line)) return Look::kByline;
    if (IsDateLine(line)) return Look::kDate;
    if (IsCaption(line)) return Look::kCaption;
    if (IsNote(line)) return Look::kNote;
    if (IsTail(line)) return Look::kTail;
    if (IsChrome(line)) return Look::kChrome;
    if (IsProse(line)) return Look::kProse;
    if (line.words >= 2 && line.words <= 6 && line.characters <= kMaxNameCharacters && !line.Holds(WordKind::kDesk) &&
        LooksLikePerson(line.text, lexicon_)) {
      return Look::kBareName;
    }
    if (line.ideographic && line.words >= 1 && LooksLikePerson(line.text, lexicon_)) return Look::kBareName;
    return Look::kShort;
  }

  // The names of a line, without the dates that share it: all behind the first digit is left out.
  BylineReading Names(absl::string_view text) const {
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

  static bool IsProse(const TextLine& line) {
    if (line.ideographic) {
      const bool stops = ContainsAny(line.text, {"。", "．", ". "});
      return (line.characters >= 20 && (line.ends_sentence || stops)) || line.characters >= 70;
    }
    if (line.words >= 25) return true;
    return line.ends_sentence && line.words >= 8 && line.characters >= 45;
  }

  // Of lines up to so many words the lexicon says what stands anywhere in them.
  static constexpr size_t kMaxShortWords = 10;

 private:
  static constexpr size_t kMaxNameCharacters = 60;
  static constexpr size_t kMaxChromeStartCharacters = 320;
  static constexpr size_t kMaxChromeProseCharacters = 150;
  static constexpr size_t kMaxBylineCharacters = 160;

  bool HasDate(const TextLine& line) const {
    return line.digits >= 4 && !FindDates(line.text, lexicon_, DayOrder::kDayFirst).empty();
  }

  bool IsByline(const TextLine& line) const {
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
  bool IsDateLine(const TextLine& line) const {
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
    const bool labelled = line.opens.Starts(WordKind::kPublished) ||
                          line.opens.Starts(WordKind::kUpdated);
    return covered * 2 >= line.text.size() || (labelled && line.words <= 24) ||
           (line.words <= kMaxOtherWords + 4 && (!line.ends_sentence || covered * 3 >= line.text.size())) ||
           (line.words <= 3 * kMaxOtherWords && !line.ends_sentence && ContainsAny(line.text, {" · ", " | ", " • "}));
  }

  bool IsNote(const TextLine& line) const {
    if (absl::StartsWith(line.folded, "(attn:") || absl::StartsWith(line.folded, "(eds:")) return true;
    absl::string_view folded = line.folded;
    const bool bracket = absl::ConsumePrefix(&folded, "(");
    const size_t length = lexicon_.StartsWith(WordKind::kNote, folded);
    return length > 0 && (bracket || line.characters < 600);
  }

  bool IsTail(const TextLine& line) const {
    constexpr size_t kMaxTailCharacters = 60;
    if (line.characters > kMaxTailCharacters || (line.ends_sentence && line.words > 6)) return false;
    const size_t length = line.opens.Length(WordKind::kTail);
    if (length == 0) return false;
    return length == line.folded.size() || line.folded.size() <= length + 30;
  }

  bool IsChrome(const TextLine& line) const {
    if (line.opens.Is(WordKind::kChrome)) return true;
    absl::string_view bare = line.folded;
    while (!bare.empty() && absl::StrContains(" .:>»›→|-*+\"()[]", bare.substr(bare.size() - 1))) bare.remove_suffix(1);
    while (!bare.empty() && absl::StrContains(" .:<«|-*+\"()[]", bare.substr(0, 1))) bare.remove_prefix(1);
    if (bare.empty() || lexicon_.Is(WordKind::kChrome, bare)) return true;
    // Of running text only a short line: "Watch the surveyors. If they are given the summer ..." is a paragraph.
    const size_t most = IsProse(line) ? kMaxChromeProseCharacters : kMaxChromeStartCharacters;
    if (line.characters <= most && lexicon_.StartsWith(WordKind::kChromeStart, bare) > 0) return true;
    if (line.words <= 40 && ((line.Has('/') && absl::StrContains(line.folded, "://")) ||
                             (line.signs & 1 && absl::StrContains(line.folded, "©")) ||
                             (line.Has('.') && absl::StrContains(line.folded, "www.")) ||
                             absl::StrContains(line.folded, "all rights reserved"))) {
      return true;
    }
    // Counters, players and reading times: "0:00 / 3:07", "4 min read", "12 comments".
    size_t length = 0;
    if (line.words <= 8 && line.digits > 0 && line.Holds(WordKind::kReading) && lexicon_.Find(WordKind::kReading, line.folded, &length) != kNone)
      return true;
    if (line.digits * 2 > line.letters + line.digits && line.words <= 6) return true;
    if (line.words <= 6 && absl::StrContains(line.text, "@")) return true;
    // "3 hours ago" and its like.
    if (line.words <= 6 && line.Holds(WordKind::kRelative) && lexicon_.Find(WordKind::kRelative, line.folded, &length) != kNone && !line.ends_sentence)
      return true;
    return IsMenu(line);
  }

  // "Local | Sports | Harbor", "Home > News".
  static bool IsMenu(const TextLine& line) {
    size_t bars = 0;
    for (absl::string_view sign : {" | ", " > ", " » ", " › ", " • ", " · "}) {
      for (size_t at = line.text.find(sign.data(), 0, sign.size()); at != std::string::npos;
           at = line.text.find(sign.data(), at + sign.size(), sign.size())) {
        ++bars;
      }
    }
    return bars >= 2 && line.words < (bars + 1) * 4 && !line.ends_sentence;
  }

  bool IsCaption(const TextLine& line) const {
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

  // Where the last sentence, bracket or part of a line begins.
  static size_t LastPart(absl::string_view folded) {
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
  static bool HasPlaceInPicture(absl::string_view folded) {
    return ContainsAny(folded, {"(right)", "(left)", "(l)", "(r)", "(c)", "(centre)", "(center)", " from left)",
                                " from right)", "(pictured", "(links)", "(rechts)", "(mitte)", "(gauche)", "(droite)",
                                "(à gauche)", "(à droite)", "(izq)", "(dcha)", "(izquierda)", "(derecha)", "(sx)",
                                "(dx)", "(top)", "(bottom)", "(front)", "(l.)", "(r.)", "(v.l.)", "(v.l.n.r.)"});
  }

  const Lexicon& lexicon_;
};

// ---- The words that a headline shares with its article.

// The first letters of each word of some length, or pairs of ideographs: enough to know a word again when inflected.
template <typename Visit>
void ForEachKey(absl::string_view folded, Visit visit) {
  constexpr size_t kKeyLetters = 5;
  constexpr size_t kMinLetters = 4;
  uint64_t hash = 0;
  size_t letters = 0;
  char32_t before = 0;
  const auto flush = [&] {
    if (letters >= kMinLetters) visit(hash);
    hash = 0;
    letters = 0;
  };
  base::CharacterReader reader(folded);
  while (!reader.done()) {
    const char32_t c = reader.Next();
    if (base::IsIdeographic(c)) {
      flush();
      if (before != 0) visit((static_cast<uint64_t>(before) << 32) + c);
      before = c;
      continue;
    }
    before = 0;
    if (!base::IsLetter(c) && !base::IsDigit(c)) {
      flush();
      continue;
    }
    if (letters++ < kKeyLetters) hash = (hash ^ c) * 0x9E3779B97F4A7C15ULL + (hash >> 29);
  }
  flush();
}

// ---- The article as a whole.

class TextReader {
 public:
  TextReader(absl::string_view text, const Lexicon& lexicon, Extraction& out)
      : lexicon_(lexicon), judge_(lexicon), out_(out), article_(out.article), lines_(CutLines(text)) {}

  void Read() {
    if (lines_.empty()) return;
    for (TextLine& line : lines_) {
      line.opens = lexicon_.Look(line.folded);
      if (line.words <= LineJudge::kMaxShortWords) line.inside = lexicon_.LookInside(line.folded);
      looks_.push_back(judge_.Judge(line));
    }
    CountRepeats();
    MarkCaptionsByCredit();
    zones_.assign(lines_.size(), Zone::kChrome);
    FindBody();
    FindHeadline();
    if (headline_ != kNone) body_begin_ = headline_ + 1;  // prose above it is no part, prose below it is
    CutTail();
    CutPromotion();
    MarkBody();
    ReadHeadline();
    ReadCredits();
    ReadDates();
    ReadBody();
    ReadOutletAndSection();
    ReadPartialDate();
    for (size_t i = 0; i < lines_.size(); ++i) out_.zones.push_back(ZoneSpan{zones_[i], lines_[i].begin, lines_[i].end});
  }

 private:
  void Prove(absl::string_view field, absl::string_view value, absl::string_view rule, size_t line, bool used = true) {
    Evidence evidence;
    evidence.field = std::string(field);
    evidence.value = std::string(value);
    evidence.rule = std::string(rule);
    evidence.source = Source::kText;
    evidence.begin = lines_[line].begin;
    evidence.end = lines_[line].end;
    evidence.used = used;
    out_.evidence.push_back(std::move(evidence));
  }

  // A line above the credit of a picture tells what is on it.
  void MarkCaptionsByCredit() {
    constexpr size_t kMaxCreditWords = 8;
    constexpr size_t kMaxCaptionCharacters = 300;
    constexpr size_t kReach = 15;  // the text has begun above it: a headline may stand over a picture too
    size_t prose = kNone;
    for (size_t i = 0; i + 1 < lines_.size(); ++i) {
      if (looks_[i] == Look::kProse) prose = i;
      if (prose == kNone || i > prose + kReach || prose == i) continue;
      if (looks_[i + 1] != Look::kCaption || lines_[i + 1].words > kMaxCreditWords) continue;
      const bool text = looks_[i] == Look::kShort || looks_[i] == Look::kProse;
      if (text && lines_[i].words >= 5 && lines_[i].characters <= kMaxCaptionCharacters) looks_[i] = Look::kCaption;
    }
  }

  // What stands twice is furniture: a box that is set in again, a menu of two shapes. A headline comes back too, and so
  // stays what it is.
  void CountRepeats() {
    constexpr size_t kMinProseRepeats = 2;
    for (const TextLine& line : lines_) ++times_[line.folded];
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (looks_[i] != Look::kProse || times_[lines_[i].folded] < kMinProseRepeats) continue;
      looks_[i] = lines_[i].words <= kMaxHeadlineWords ? Look::kShort : Look::kChrome;
    }
  }

  static bool IsNoted(Look look) { return look == Look::kByline || look == Look::kDate; }

  // ---- Body: the stretch with the greatest sum.

  double Worth(size_t i) const {
    constexpr double kMaxProse = 500;
    constexpr double kIdeographWorth = 2.5;
    const TextLine& line = lines_[i];
    switch (looks_[i]) {
      case Look::kProse:
        return std::min(kMaxProse, static_cast<double>(line.characters) * (line.ideographic ? kIdeographWorth : 1));
      case Look::kShort:
      case Look::kBareName:
        return -20;
      case Look::kChrome:
        return -40;
      case Look::kTail:
        return -200;
      case Look::kCaption:
      case Look::kNote:
      case Look::kByline:
      case Look::kDate:
        return -10;
    }
    return 0;
  }

  void FindBody() {
    constexpr double kMaxGap = 400;  // a box inside an article costs no more, however many lines it has
    double sum = 0;
    double best = 0;
    double gap = 0;
    size_t begin = 0;
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (sum <= 0) {
        sum = 0;
        begin = i;
      }
      double worth = Worth(i);
      if (worth > 0) {
        gap = 0;
      } else {
        worth = std::max(worth, -std::max(0.0, kMaxGap - gap));
        gap -= worth;
      }
      sum += worth;
      if (sum > best) {
        best = sum;
        body_begin_ = begin;
        body_end_ = i + 1;
      }
    }
    if (body_end_ > 0) return;
    // No prose at all: everything that is no furniture is the text.
    body_begin_ = 0;
    body_end_ = lines_.size();
    has_prose_ = false;
  }

  // Behind "Related articles" comes no article, unless most of it does: then it was a box in the middle.
  void CutTail() {
    constexpr double kMaxRest = 0.3;
    double before = 0;
    double rest = 0;
    for (size_t i = body_begin_; i < body_end_; ++i) rest += std::max(0.0, Worth(i));
    for (size_t i = body_begin_; i < body_end_; ++i) {
      const double worth = std::max(0.0, Worth(i));
      before += worth;
      rest -= worth;
      const bool ends = looks_[i] == Look::kTail || EndsArticle(i);
      if (!ends || before == 0 || rest > kMaxRest * before) continue;
      article_end_ = looks_[i] == Look::kTail ? i : i + 1;
      body_end_ = article_end_;
      return;
    }
    article_end_ = body_end_;
  }

  // What the outlet and the writer say about themselves behind the text: short, with the words for it, or beginning
  // with the writer's name or the outlet's.
  void CutPromotion() {
    constexpr size_t kMaxCharacters = 240;
    constexpr size_t kMaxLines = 6;
    std::vector<std::string> names;
    for (size_t i = headline_ != kNone ? headline_ : body_begin_; i < std::min(body_begin_ + 4, body_end_); ++i) {
      if (looks_[i] != Look::kByline && looks_[i] != Look::kBareName) continue;
      for (const Credit& credit : judge_.Names(lines_[i].text).people) names.push_back(FoldLine(credit.name));
    }
    for (size_t i = 0; i < std::min<size_t>(5, lines_.size()); ++i) {
      if (HasMastheadForm(i)) names.push_back(lines_[i].folded);
    }
    size_t cut = 0;
    for (size_t n = 0; n < kMaxLines && body_end_ > body_begin_ + 1; ++n) {
      const TextLine& line = lines_[body_end_ - 1];
      if (looks_[body_end_ - 1] == Look::kProse) {
        size_t length = 0;
        const bool said = lexicon_.Find(WordKind::kPromotion, line.folded, &length) != kNone;
        const bool named = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
          return absl::StartsWith(line.folded, name);
        });
        if (line.characters > kMaxCharacters || !(said || named) || cut >= kMaxLines / 2) break;
        ++cut;
        looks_[body_end_ - 1] = Look::kChrome;
      }
      --body_end_;
      article_end_ = body_end_;
    }
    // Back over furniture to the last prose, which stays.
    while (body_end_ < lines_.size() && article_end_ < body_end_) ++article_end_;
  }

  // Cheaper than to read it: only such lines can be credit lines.
  static bool MayBeCredit(const TextLine& line) {
    constexpr size_t kMaxAgenciesCharacters = 64;
    return line.characters <= kMaxAgenciesCharacters || line.opens.Starts(WordKind::kContributor) ||
           line.opens.Starts(WordKind::kReporting) || line.Has('(') || absl::StrContains(line.folded, "contributed");
  }

  // A credit line, or an agency's mark behind the last sentence.
  bool EndsArticle(size_t i) const {
    if (MayBeCredit(lines_[i]) && !ReadCreditLine(lines_[i].text, lexicon_).empty()) return true;
    size_t length = 0;
    const bool capitals_mark = looks_[i] == Look::kProse && !ReadEndMark(lines_[i].text, lexicon_, &length).empty();
    return capitals_mark && lines_[i].text.back() != ')';
  }

  // ---- Headline.

  void FindHeadline() {
    constexpr size_t kMaxLinesAbove = 150;
    constexpr double kMaxMassAbove = 0.25;  // a headline may stand inside the stretch, when little of it comes before
    constexpr double kMinScore = 0.6;
    constexpr double kMinWeakScore = 1.4;  // of a line that may be a sentence of the text, or a name
    // What is prose and the words in it.
    absl::flat_hash_set<uint64_t> keys;
    double mass = 0;
    for (size_t i = body_begin_; i < body_end_; ++i) {
      if (looks_[i] != Look::kProse) continue;
      mass += Worth(i);
      ForEachKey(lines_[i].folded, [&](uint64_t key) { keys.insert(key); });
    }
    const size_t first = body_begin_ > kMaxLinesAbove ? body_begin_ - kMaxLinesAbove : 0;
    constexpr double kNoScore = -1e9;
    std::vector<double> scores(lines_.size(), kNoScore);
    double best = kMinScore;
    double above = 0;
    for (size_t i = first; i < body_end_; ++i) {
      const bool weak = looks_[i] != Look::kShort;
      const double part = mass > 0 ? above / mass : 0;
      if (i >= body_begin_ && looks_[i] == Look::kProse) above += Worth(i);
      if (part > kMaxMassAbove) break;
      scores[i] = kNoScore;
      if (!IsHeadlineForm(i)) continue;
      double score = HeadlineScore(i, keys, times_[lines_[i].folded]);
      // Behind the first paragraphs stand subheadings.
      if (part > 0) score -= 0.8 + 8 * part;
      scores[i] = score;
      if (score > best && (!weak || score > kMinWeakScore)) {
        best = score;
        headline_ = i;
      }
    }
    if (headline_ == kNone) return;
    ClimbFromDeck(scores);
    // The same line may stand in a list of news above; the one next to the text is meant.
    for (size_t i = headline_ + 1; i < body_end_; ++i) {
      if (scores[i] > kNoScore && lines_[i].folded == lines_[headline_].folded) headline_ = i;
    }
  }

  // The line below a headline tells the story again and shares even more words with it: of lines that follow each other
  // the first is the headline, unless it is a kicker of a few words.
  void ClimbFromDeck(const std::vector<double>& scores) {
    constexpr double kMinPart = 0.5;
    constexpr double kMinScore = 1.8;
    while (headline_ > 0) {
      const size_t j = headline_ - 1;
      const TextLine& line = lines_[j];
      const bool wordy = line.ideographic ? line.characters >= 12 : line.words >= 5;
      if (looks_[j] != Look::kShort || !wordy || scores[j] < kMinPart * scores[headline_] || scores[j] < kMinScore) break;
      headline_ = j;
    }
  }

  bool IsHeadlineForm(size_t i) const {
    const TextLine& line = lines_[i];
    const Look look = looks_[i];
    if (look != Look::kShort && look != Look::kProse && look != Look::kBareName) return false;
    if (ReadDatelineLine(line.text, lexicon_).length > 0) return false;
    if (absl::StartsWith(line.text, "(") && absl::EndsWith(line.text, ")")) return false;
    if (HasMastheadForm(i)) return false;
    if (line.ideographic) return line.characters >= 7 && line.characters <= 90;
    return line.words >= 3 && line.words <= kMaxHeadlineWords && line.characters <= 230 && line.letters * 2 > line.characters;
  }

  double HeadlineScore(size_t i, const absl::flat_hash_set<uint64_t>& keys, size_t times) const {
    const TextLine& line = lines_[i];
    size_t shared = 0;
    size_t all = 0;
    ForEachKey(line.folded, [&](uint64_t key) {
      ++all;
      if (keys.contains(key)) ++shared;
    });
    double score = 3.3 * static_cast<double>(shared) / (static_cast<double>(all) + 1.0);
    // A prose line is in the words of the body itself.
    if (looks_[i] == Look::kProse && i >= body_begin_) score -= absl::EndsWith(line.text, "?") ? 0.3 : 1.2;
    if (looks_[i] == Look::kBareName) score -= 1;
    if (times > 1 && times < 4) score += 0.8;
    if (times > 4) score -= 0.8;
    if (IsRepeatedInLine(i)) score += 0.6;
    if (IsFilmTitle(i)) score -= 1.5;
    article::WireVersion version;
    if (ReadVersionMarks(line.text, version) > 0) score += 3;
    const size_t lead_in = line.opens.Length(WordKind::kLeadIn);
    if (lead_in > 0 && line.words <= 3) score -= 1.5;
    // "WATCH: ..." is the title of a film.
    if (lead_in > 0 && absl::StartsWith(absl::string_view(line.folded).substr(lead_in), ":")) score -= 1.5;
    if (absl::EndsWith(line.text, ".") && !absl::EndsWith(line.text, "...")) score -= 1.2;
    if (line.words >= 5 && line.words <= 20) score += 0.4;
    if (line.words < 4 && !line.ideographic) score -= 0.5;
    score += NeighbourScore(i);
    // Distance to the first prose below.
    size_t distance = 0;
    for (size_t j = i + 1; j < body_end_ && looks_[j] != Look::kProse; ++j) distance += IsNoted(looks_[j]) ? 0 : 1;
    score -= 0.05 * static_cast<double>(std::min<size_t>(distance, 40));
    return score;
  }

  // What stands around a headline: a byline, a date, the dateline or the first prose below it, no player.
  double NeighbourScore(size_t i) const {
    constexpr size_t kReach = 6;
    double score = 0;
    bool byline = false;
    bool date = false;
    for (size_t j = i + 1; j < std::min(lines_.size(), i + 1 + kReach); ++j) {
      byline = byline || looks_[j] == Look::kByline || looks_[j] == Look::kBareName;
      date = date || looks_[j] == Look::kDate;
      if (looks_[j] == Look::kProse && j > i + 2) break;
    }
    if (byline) score += 0.7;
    if (date) score += 0.7;
    if (i + 1 < lines_.size()) {
      const Look next = looks_[i + 1];
      if (IsNoted(next) || next == Look::kProse) score += 0.3;
      if (next == Look::kChrome && lines_[i + 1].words <= 3 && IsPlayerLine(i + 1)) score -= 1.5;
    }
    if (i > 0 && looks_[i - 1] == Look::kDate) score += 0.2;
    if (i > 0 && looks_[i - 1] == Look::kTail) score -= 0.7;
    return score;
  }

  bool IsPlayerLine(size_t i) const {
    return ContainsAny(lines_[i].folded, {"please wait", "0:00", "no media source", "play", "loading"});
  }

  // "WATCH: ..." elsewhere: this line is the title of a film.
  bool IsFilmTitle(size_t i) const {
    constexpr size_t kReach = 12;
    const std::string& folded = lines_[i].folded;
    for (size_t j = i > kReach ? i - kReach : 0; j < std::min(lines_.size(), i + kReach); ++j) {
      absl::string_view other = lines_[j].folded;
      if (j == i || !absl::EndsWith(other, folded)) continue;
      other.remove_suffix(folded.size());
      const size_t lead_in = lexicon_.StartsWith(WordKind::kLeadIn, other);
      if (lead_in > 0 && other.size() <= lead_in + 2) return true;
    }
    return false;
  }

  // Another short line holds it whole: "Share this story: ...", a breadcrumb, a page title with the outlet's name.
  bool IsRepeatedInLine(size_t i) const {
    constexpr size_t kReach = 40;
    const std::string& folded = lines_[i].folded;
    if (folded.size() < 20) return false;
    for (size_t j = i > kReach ? i - kReach : 0; j < std::min(lines_.size(), i + kReach); ++j) {
      const std::string& other = lines_[j].folded;
      if (j != i && other.size() > folded.size() && other.size() < folded.size() + 80 &&
          absl::StrContains(other, folded)) {
        // The title of a film is no headline: "WATCH: ...".
        return lexicon_.StartsWith(WordKind::kLeadIn, other) == 0;
      }
    }
    return false;
  }

  void ReadHeadline() {
    if (headline_ == kNone) return;
    const std::string& text = lines_[headline_].text;
    zones_[headline_] = Zone::kHeadline;
    const size_t marks = ReadVersionMarks(text, article_.version);
    if (marks > 0) Prove("version", text.substr(0, marks), "marks before the headline", headline_);
    article_.headline = text.substr(marks);
    article_.headline_source = Source::kText;
    Prove("headline", article_.headline, "line above the body whose words come back in it", headline_);
    // The same line again is the head of another page, or furniture.
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (i != headline_ && IsHeadlineAgain(i)) zones_[i] = i > headline_ ? Zone::kPageHeader : Zone::kChrome;
    }
    FindDeck();
  }

  // The headline's line, or it with a page number behind.
  bool IsHeadlineAgain(size_t i) const {
    absl::string_view rest = lines_[i].folded;
    if (headline_ == kNone || !absl::ConsumePrefix(&rest, lines_[headline_].folded)) return false;
    return rest.size() <= 8 && std::all_of(rest.begin(), rest.end(), [](char c) {
             return !absl::ascii_isalpha(static_cast<unsigned char>(c));
           });
  }

  // The line below the headline, when it is told apart from the body: by a byline, a date or a caption behind it, or
  // because it ends like no sentence.
  void FindDeck() {
    constexpr size_t kReach = 5;
    size_t i = headline_ + 1;
    while (i < body_end_ && (looks_[i] == Look::kChrome || zones_[i] == Zone::kPageHeader)) ++i;
    if (i >= body_end_) return;
    const TextLine& line = lines_[i];
    if (looks_[i] != Look::kShort && looks_[i] != Look::kProse) return;
    if (line.words < 5 || line.words > 45 || line.characters > 320) return;
    if (ReadDatelineLine(line.text, lexicon_).length > 0 || ReadDateline(line.text, lexicon_, false).length > 0) return;
    bool apart = false;
    for (size_t j = i + 1; j < std::min(body_end_, i + 1 + kReach) && !apart; ++j) {
      if (looks_[j] == Look::kProse) {
        apart = apart || (looks_[i] == Look::kShort && !line.ends_sentence && j <= i + 2);
        break;
      }
      apart = IsNoted(looks_[j]) || looks_[j] == Look::kCaption;
    }
    if (!apart) return;
    deck_ = i;
    zones_[i] = Zone::kDeck;
    article_.deck = line.text;
    Prove("deck", line.text, "line below the headline, set apart", i);
  }

  // ---- Which lines are body.

  void MarkBody() {
    // A run of short lines between paragraphs: one is a subheading, more are links, unless they are a list.
    size_t last = kNone;
    for (size_t i = body_begin_; i < body_end_; ++i) {
      if (looks_[i] == Look::kProse) last = i;
    }
    bool begun = false;
    for (size_t i = body_begin_; i < body_end_; ++i) {
      switch (looks_[i]) {
        case Look::kProse:
          zones_[i] = Zone::kBody;
          begun = true;
          break;
        case Look::kCaption:
          zones_[i] = Zone::kCaption;
          break;
        case Look::kNote:
          zones_[i] = Zone::kNote;
          break;
        case Look::kShort:
        case Look::kBareName:
          if (!has_prose_ || (begun && last != kNone && i < last && IsPartOfBody(i)) || IsLastQuotation(i, last)) {
            zones_[i] = Zone::kBody;
          }
          break;
        case Look::kDate:
          zones_[i] = Zone::kDate;
          break;
        case Look::kByline:
          zones_[i] = Zone::kByline;
          break;
        case Look::kChrome:
        case Look::kTail:
          break;
      }
    }
    for (size_t i = article_end_; i < lines_.size(); ++i) {
      if (looks_[i] == Look::kProse) zones_[i] = Zone::kPromotion;
    }
  }

  // A few quoted words right behind the last paragraph.
  bool IsLastQuotation(size_t i, size_t last) const {
    const TextLine& line = lines_[i];
    return last != kNone && i == last + 1 && line.ends_sentence && line.words >= 3 &&
           (absl::StartsWith(line.text, "\"") || absl::StartsWith(line.text, "“") || absl::EndsWith(line.text, "\"") ||
            absl::EndsWith(line.text, "”"));
  }

  // A short line between paragraphs: a short sentence, a quotation, an item of a list, or a subheading by itself.
  bool IsPartOfBody(size_t i) const {
    const TextLine& line = lines_[i];
    if (line.ends_sentence && line.words >= 2) return true;
    if (absl::StartsWith(line.text, "\"") || absl::StartsWith(line.text, "“") || absl::StartsWith(line.text, "„") ||
        absl::StartsWith(line.text, "«") || absl::StartsWith(line.text, "- ") || absl::StartsWith(line.text, "• ") ||
        absl::StartsWith(line.text, "– ")) {
      return true;
    }
    // First lines below the headline that are no sentence are furniture.
    const auto is_text = [this](size_t j) {
      return looks_[j] == Look::kProse || (looks_[j] == Look::kShort && lines_[j].ends_sentence);
    };
    const bool before = i > body_begin_ && is_text(i - 1);
    const bool after = i + 1 < body_end_ && is_text(i + 1);
    return before && after && line.words <= 16;
  }

  // ---- Writers and agencies.

  void AddCredits(const BylineReading& reading, absl::string_view rule, size_t line) {
    for (const Credit& credit : reading.people) {
      const bool known = std::any_of(article_.bylines.begin(), article_.bylines.end(), [&](const Credit& c) {
        return FoldLine(c.name) == FoldLine(credit.name);
      });
      if (known) continue;
      article_.bylines.push_back(credit);
      Prove("byline", credit.name, rule, line);
    }
    AddAgencies(reading.agencies, rule, line);
  }

  void AddAgencies(const std::vector<AgencyCredit>& agencies, absl::string_view rule, size_t line) {
    for (const AgencyCredit& agency : agencies) {
      const bool known = std::any_of(article_.agencies.begin(), article_.agencies.end(),
                                     [&](const Credit& c) { return c.name == agency.credit.name; });
      if (known) continue;
      article_.agencies.push_back(agency.credit);
      Prove("agency", agency.as_printed, rule, line);
      out_.evidence.back().canonical = agency.credit.name;
    }
  }

  // A byline below the headline, then one above it; names below a "By" alone; bare names. A desk only for want of a
  // person.
  void ReadCredits() {
    constexpr size_t kAbove = 8;
    constexpr size_t kBelow = 12;
    const size_t anchor = headline_ != kNone ? headline_ : body_begin_;
    const size_t first_prose = FirstProse();
    const size_t end = std::min(lines_.size(), std::max(first_prose, anchor) + kBelow);
    for (size_t i = anchor; i < end && !HasWriter(); ++i) ReadBylineAt(i);
    constexpr size_t kFarBelow = 40;  // "By" alone is sure of itself
    for (size_t i = anchor; i < std::min(article_end_, first_prose + kFarBelow) && !HasWriter(); ++i) ReadByAlone(i);
    if (!HasWriter()) ReadBareNames(anchor, first_prose);
    for (size_t i = anchor; i > 0 && i + kAbove > anchor && !HasWriter(); --i) ReadBylineAt(i - 1);
    ReadTailCredits();
    if (!HasWriter()) return;
    article_.bylines.erase(std::remove_if(article_.bylines.begin(), article_.bylines.end(),
                                          [](const Credit& c) { return c.role == Role::kDesk; }),
                           article_.bylines.end());
  }

  bool HasWriter() const {
    return std::any_of(article_.bylines.begin(), article_.bylines.end(),
                       [](const Credit& c) { return c.role == Role::kWriter; });
  }

  void ReadBylineAt(size_t i) {
    if (looks_[i] != Look::kByline) return;
    zones_[i] = Zone::kByline;
    AddCredits(judge_.Names(lines_[i].text), "byline", i);
  }

  size_t FirstProse() const {
    for (size_t i = body_begin_; i < body_end_; ++i) {
      if (zones_[i] == Zone::kBody) return i;
    }
    return body_begin_;
  }

  // "By" on a line of its own, the names on those below it.
  void ReadByAlone(size_t i) {
    constexpr size_t kMaxNames = 6;
    absl::string_view folded = lines_[i].folded;
    absl::ConsumeSuffix(&folded, ":");
    if (!lexicon_.Is(WordKind::kBy, absl::StripAsciiWhitespace(folded)) &&
        !lines_[i].opens.Is(WordKind::kBy)) {
      return;
    }
    for (size_t j = i + 1; j < std::min(lines_.size(), i + 1 + kMaxNames); ++j) {
      const BylineReading reading = judge_.Names(lines_[j].text);
      if (looks_[j] == Look::kProse || looks_[j] == Look::kChrome || reading.empty() || lines_[j].words > 12) break;
      zones_[j] = Zone::kByline;
      AddCredits(reading, "names below a line for them", j);
    }
    if (!article_.bylines.empty()) zones_[i] = Zone::kByline;
  }

  // A name by itself between headline and body is the writer's, if a date or a job stands by, or it follows the
  // headline or precedes the text at once. Who is spoken of in the article is no writer of it.
  void ReadBareNames(size_t anchor, size_t first_prose) {
    if (headline_ == kNone) return;
    for (size_t i = anchor + 1; i < first_prose; ++i) {
      const bool dated = looks_[i] == Look::kDate || (looks_[i] == Look::kChrome && lines_[i].digits > 0);
      const bool bare = looks_[i] == Look::kBareName || looks_[i] == Look::kShort;
      if (zones_[i] == Zone::kDeck || !(bare || dated) || absl::EndsWith(lines_[i].text, ":")) continue;
      const BylineReading reading = judge_.Names(lines_[i].text);
      const bool titled = HasTitle(lines_[i].folded);
      if (reading.people.empty() || !IsMadeOf(reading, lines_[i].text, titled || dated ? 2 : 5)) {
        continue;
      }
      if (lines_[i].ideographic && !titled) continue;
      const bool follows = i == anchor + 1 || (deck_ != kNone && i == deck_ + 1) || i + 1 == first_prose;
      if (!follows && !titled && !StandsByDate(i)) continue;
      if (IsMentioned(reading.people.front().name, first_prose)) continue;
      zones_[i] = Zone::kByline;
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
    for (size_t j = i >= 2 ? i - 2 : 0; j < std::min(lines_.size(), i + 3); ++j) {
      if (looks_[j] == Look::kDate) return true;
      if (j == i || lines_[j].words > 8) continue;
      size_t length = 0;
      const std::string& folded = lines_[j].folded;
      if (lexicon_.StartsWith(WordKind::kPublished, folded) > 0 || lexicon_.StartsWith(WordKind::kUpdated, folded) > 0 ||
          lexicon_.Is(WordKind::kTitle, folded) ||
          (j > i && lexicon_.Find(WordKind::kRelative, folded, &length) != kNone)) {
        return true;
      }
    }
    return absl::StrContains(lines_[i].text, "|") ||
           lines_[i].text.find_first_of("0123456789") != std::string::npos;
  }

  // A job, as a word of the line.
  bool HasTitle(absl::string_view folded) const {
    size_t length = 0;
    return lexicon_.Find(WordKind::kTitle, folded, &length) != kNone;
  }

  bool IsMentioned(absl::string_view name, size_t first_prose) const {
    for (size_t i = first_prose; i < body_end_; ++i) {
      // A line that begins with the name is about the writer.
      const size_t at = lines_[i].text.find(name.data(), 0, name.size());
      if (zones_[i] == Zone::kBody && at != std::string::npos && at > 0) return true;
    }
    return headline_ != kNone && absl::StrContains(lines_[headline_].text, name);
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
    size_t last = kNone;
    for (size_t i = body_begin_; i < body_end_; ++i) {
      if (zones_[i] == Zone::kBody) last = i;
    }
    if (last == kNone) return;
    const size_t begin = last >= kReach / 2 ? last - kReach / 2 : 0;
    for (size_t i = std::max(begin, FirstProse() + 1); i < std::min(lines_.size(), last + 1 + kReach); ++i) {
      const BylineReading reading = ReadCreditLine(lines_[i].text, lexicon_);
      if (reading.empty()) continue;
      zones_[i] = Zone::kCredit;
      AddTailCredits(reading, i);
    }
    // A name by itself behind the last paragraph signs the article.
    constexpr size_t kMaxLinesBehind = 3;
    if (!HasWriter() && last + 1 < lines_.size() && lines_.size() <= last + 1 + kMaxLinesBehind &&
        looks_[last + 1] == Look::kBareName &&
        !lines_[last + 1].ideographic && !IsMentioned(lines_[last + 1].text, FirstProse())) {
      zones_[last + 1] = Zone::kByline;
      AddTailCredits(judge_.Names(lines_[last + 1].text), last + 1);
    }
    if (zones_[last] != Zone::kBody) return;
    size_t length = 0;
    const std::vector<AgencyCredit> agencies = ReadEndMark(lines_[last].text, lexicon_, &length);
    if (agencies.empty()) return;
    AddAgencies(agencies, "mark behind the last sentence", last);
    end_mark_ = last;
    end_mark_bytes_ = length;
  }

  // ---- Date.

  struct Candidate {
    size_t line = 0;
    FoundDate date;
    bool published = false;  // labelled so
    bool updated = false;
  };

  std::vector<Candidate> DatesOf(size_t i) const {
    std::vector<Candidate> candidates;
    const std::string& text = lines_[i].text;
    size_t from = 0;
    for (const FoundDate& date : FindDates(text, lexicon_, order_)) {
      Candidate candidate{i, date};
      const std::string label = FoldLine(absl::string_view(text).substr(from, date.begin - from));
      size_t length = 0;
      candidate.published = lexicon_.Find(WordKind::kPublished, label, &length) != kNone;
      candidate.updated = lexicon_.Find(WordKind::kUpdated, label, &length) != kNone;
      from = date.end;
      candidates.push_back(std::move(candidate));
    }
    // A label may stand on a line of its own.
    if (!candidates.empty() && i > 0 && lines_[i - 1].words <= 4) {
      Candidate& first = candidates.front();
      const std::string& above = lines_[i - 1].folded;
      if (!first.published && !first.updated) {
        first.published = lexicon_.StartsWith(WordKind::kPublished, above) > 0;
        first.updated = lexicon_.StartsWith(WordKind::kUpdated, above) > 0;
      }
    }
    return candidates;
  }

  void ReadDates() {
    constexpr size_t kAbove = 12;
    constexpr size_t kBelow = 10;
    order_ = GuessOrder();
    const size_t anchor = headline_ != kNone ? headline_ : body_begin_;
    const size_t begin = anchor > kAbove ? anchor - kAbove : 0;
    constexpr size_t kFarBelow = 40;  // as far as a label is believed
    const size_t near = FirstProse() + kBelow;
    const size_t end = std::min(lines_.size(), FirstProse() + kFarBelow);
    std::vector<Candidate> candidates;
    for (size_t i = begin; i < end; ++i) {
      if (looks_[i] != Look::kDate && looks_[i] != Look::kByline) continue;
      for (Candidate& candidate : DatesOf(i)) {
        if (!candidate.date.publication.dated() || (i >= near && !candidate.published)) continue;
        candidates.push_back(std::move(candidate));
      }
    }
    // Behind the article a date must say what it is.
    for (size_t i = article_end_; i < std::min(lines_.size(), article_end_ + kBelow); ++i) {
      if (looks_[i] != Look::kDate) continue;
      for (Candidate& candidate : DatesOf(i)) {
        if (candidate.published && candidate.date.publication.dated()) candidates.push_back(std::move(candidate));
      }
    }
    const Candidate* chosen = Choose(candidates, anchor);
    if (chosen == nullptr) return;
    article_.publication = chosen->date.publication;
    article_.publication.source = Source::kText;
    if (zones_[chosen->line] == Zone::kChrome || zones_[chosen->line] == Zone::kBody) zones_[chosen->line] = Zone::kDate;
    Prove("published", PrintedDateText(article_.publication),
          chosen->published ? "date with a label" : "date near the headline", chosen->line);
  }

  // A labelled one, else the nearest to the headline, below it before above it. A date of change is none of
  // publication.
  static const Candidate* Choose(const std::vector<Candidate>& candidates, size_t anchor) {
    const Candidate* best = nullptr;
    double best_score = -1e9;
    for (const Candidate& candidate : candidates) {
      if (candidate.updated && !candidate.published) continue;
      const double distance = candidate.line > anchor ? static_cast<double>(candidate.line - anchor)
                                                      : 3.0 + 2.0 * static_cast<double>(anchor - candidate.line);
      const double score = (candidate.published ? 30.0 : 0.0) - distance;
      if (score <= best_score) continue;
      best_score = score;
      best = &candidate;
    }
    return best;
  }

  // From dates that leave no choice: 25/04/2019 somewhere in the text tells how 04/05/2019 is meant.
  DayOrder GuessOrder() const {
    bool day_first = false;
    bool month_first = false;
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i].digits < 6 || lines_[i].characters > 200 || !absl::StrContains(lines_[i].text, "/")) continue;
      for (const FoundDate& date : FindDates(lines_[i].text, lexicon_, DayOrder::kUnknown)) {
        const absl::string_view printed = absl::string_view(lines_[i].text).substr(date.begin, date.end - date.begin);
        const size_t slash = printed.find('/');
        if (slash == absl::string_view::npos || slash > 2) continue;
        int first = 0;
        for (char c : printed.substr(0, slash)) first = first * 10 + (c - '0');
        (first > 12 ? day_first : month_first) = true;
      }
    }
    if (day_first == month_first) return DayOrder::kUnknown;
    return day_first ? DayOrder::kDayFirst : DayOrder::kMonthFirst;
  }

  // ---- Body text, dateline, captions.

  void ReadBody() {
    bool first = true;
    for (size_t i = body_begin_; i < body_end_; ++i) {
      const std::string& text = lines_[i].text;
      if (zones_[i] == Zone::kCaption) absl::StrAppend(&article_.caption, article_.caption.empty() ? "" : "\n", text);
      if (first && zones_[i] != Zone::kDeck && ReadDatelineLineAt(i)) continue;
      if (zones_[i] != Zone::kBody) continue;
      absl::string_view paragraph = text;
      if (i == end_mark_) paragraph.remove_suffix(end_mark_bytes_);
      if (first && article_.dateline.empty()) paragraph.remove_prefix(ReadDatelineAt(i));
      first = false;
      absl::StrAppend(&article_.body, article_.body.empty() ? "" : "\n", paragraph);
    }
  }

  bool ReadDatelineLineAt(size_t i) {
    const Dateline dateline = ReadDatelineLine(lines_[i].text, lexicon_);
    if (dateline.length == 0) return false;
    zones_[i] = Zone::kByline;
    TakeDateline(dateline, "place and agency on a line", i);
    return true;
  }

  size_t ReadDatelineAt(size_t i) {
    const Dateline dateline = ReadDateline(lines_[i].text, lexicon_, HasOneColonStart(i));
    if (dateline.length > 0) TakeDateline(dateline, "before the first sentence", i);
    return dateline.length;
  }

  void TakeDateline(const Dateline& dateline, absl::string_view rule, size_t line) {
    if (!dateline.place.empty()) {
      article_.dateline = dateline.place;
      Prove("dateline", dateline.place, rule, line);
    }
    AddAgencies(dateline.agencies, absl::StrCat("dateline, ", rule), line);
    TakeDatelineDay(dateline, line);
  }

  // The day of a dateline dates the article, if its year stands there or elsewhere in the record.
  void TakeDatelineDay(const Dateline& dateline, size_t line) {
    if (article_.publication.dated()) return;
    if (dateline.day.dated()) {
      article_.publication = dateline.day;
      article_.publication.source = Source::kText;
      Prove("published", PrintedDateText(article_.publication), "day in the dateline", line);
    } else if (!dateline.day.partial.empty()) {
      article_.publication.partial = dateline.day.partial;
      article_.publication.source = Source::kText;
      Prove("partial_date", dateline.day.partial, "day in the dateline, without a year", line);
    }
  }

  // Whether only the first paragraph begins with "Word: ". In an interview many do.
  bool HasOneColonStart(size_t first) const {
    constexpr size_t kMaxHead = 40;
    for (size_t i = first + 1; i < body_end_; ++i) {
      if (zones_[i] == Zone::kBody && absl::StrContains(absl::string_view(lines_[i].text).substr(0, kMaxHead), ": "))
        return false;
    }
    return true;
  }

  // ---- A day without a year in the first paragraphs: shown, never a date of publication.

  void ReadPartialDate() {
    constexpr size_t kParagraphs = 3;
    if (article_.publication.dated() || !article_.publication.partial.empty()) return;
    size_t seen = 0;
    for (size_t i = body_begin_; i < body_end_ && seen < kParagraphs; ++i) {
      if (zones_[i] != Zone::kBody) continue;
      ++seen;
      for (const FoundDate& date : FindDates(lines_[i].text, lexicon_, order_)) {
        if (!absl::StartsWith(date.publication.partial, "--") || !IsSaidOfThePast(lines_[i].text, date)) continue;
        article_.publication.partial = date.publication.partial;
        article_.publication.source = Source::kText;
        Prove("partial_date", date.publication.partial, "day without a year in the first paragraphs", i);
        return;
      }
    }
  }

  // "met on April 25", not "would be put to the vote on 26 March", and no stretch or deadline.
  bool IsSaidOfThePast(absl::string_view text, const FoundDate& date) const {
    constexpr size_t kSentenceReach = 120;
    const size_t from = date.begin > kSentenceReach ? date.begin - kSentenceReach : 0;
    absl::string_view before = text.substr(from, date.begin - from);
    for (absl::string_view stop : {". ", "! ", "? "}) {
      const size_t at = before.rfind(stop);
      if (at != absl::string_view::npos) before = before.substr(at + stop.size());
    }
    const std::string folded = absl::StrCat(" ", FoldLine(before), " ");
    const bool on = absl::EndsWith(folded, " on ") || absl::EndsWith(folded, " am ") || absl::EndsWith(folded, " le ") ||
                    absl::EndsWith(folded, " el ") || absl::EndsWith(folded, " day, ") || absl::EndsWith(folded, "tag, ");
    return on && !ContainsAny(folded, {" will ", " would ", " until ", " by ", " before ", " from ", " since ", " due ",
                                       " to be ", " is to ", " are to ", " planned ", " scheduled ", " next ",
                                       " between ", " and december ", " last "});
  }

  // ---- Outlet and section.

  void ReadOutletAndSection() {
    FindOutlet();
    FindSection();
  }

  void SetOutlet(absl::string_view name, absl::string_view rule, size_t line) {
    article_.outlet = std::string(name);
    article_.outlet_source = Source::kText;
    Prove("outlet", name, rule, line);
  }

  void FindOutlet() {
    const size_t above = headline_ != kNone ? headline_ : body_begin_;
    // A known name, or one by its form, on a line of its own above the headline.
    constexpr size_t kMastheadLines = 4;
    for (size_t i = 0; i < above; ++i) {
      if (looks_[i] == Look::kDate || lines_[i].words > 6 || lines_[i].opens.Is(WordKind::kSection)) continue;
      const Outlet* known = lexicon_.OutletByName(lines_[i].text);
      if (known != nullptr && known->trusted) return SetOutlet(known->name, "known outlet on a line", i);
    }
    for (size_t i = 0; i < std::min({above, kMastheadLines, lines_.size()}); ++i) {
      if (!IsMasthead(i)) continue;
      // "THE LANTERN POST * WORLD": the outlet and the section.
      const std::string& text = lines_[i].text;
      const size_t sign = std::min({text.find(" * "), text.find(" | "), text.find(" - "), text.size()});
      return SetOutlet(absl::string_view(text).substr(0, sign), "masthead", i);
    }
    for (size_t i = above + 1; headline_ != kNone && i < std::min(above + 3, FirstProse()); ++i) {
      const bool name = looks_[i] == Look::kShort && ReadDatelineLine(lines_[i].text, lexicon_).length == 0;
      if (name && HasNewspaperName(i)) return SetOutlet(lines_[i].text, "name below the headline", i);
    }
    for (size_t i = article_end_; i < lines_.size(); ++i) {
      if (const std::string name = OutletInNotice(i); !name.empty()) return SetOutlet(name, "notice of rights", i);
    }
    // What the outlet says about itself behind the article begins with its name.
    for (size_t i = article_end_; i < lines_.size(); ++i) {
      if (const Outlet* outlet = OutletAtStart(lines_[i].text); outlet != nullptr) {
        return SetOutlet(outlet->name, "what the outlet says about itself", i);
      }
    }
    FindAgencyAsOutlet();
  }

  // The first line of text but for furniture, of few capitalised words of which newspapers have one in their names.
  bool HasMastheadForm(size_t i) const {
    for (size_t j = 0; j < i; ++j) {
      if (looks_[j] != Look::kChrome) return false;
      if (j > 4) return false;
    }
    return HasNewspaperName(i);
  }

  bool HasNewspaperName(size_t i) const {
    const TextLine& line = lines_[i];
    if (line.words < 2 || line.words > 5 || line.digits > 0 || line.ends_sentence) return false;
    if (line.opens.Is(WordKind::kLeadIn) || line.opens.Is(WordKind::kSection)) return false;
    size_t length = 0;
    return lexicon_.Find(WordKind::kMasthead, line.folded, &length) != kNone;
  }

  // That, or a line near the top that comes back behind the article with more around it: an address, a notice.
  bool IsMasthead(size_t i) const {
    const TextLine& line = lines_[i];
    if (HasMastheadForm(i)) return true;
    if (looks_[i] != Look::kShort && looks_[i] != Look::kBareName) return false;
    constexpr size_t kMaxMenuLines = 12;
    if (line.words < 2 || line.words > 5 || headline_ == kNone || headline_ > kMaxMenuLines) return false;
    for (size_t j = article_end_; j < lines_.size(); ++j) {
      if (lines_[j].folded.size() > line.folded.size() && absl::StrContains(lines_[j].folded, line.folded)) return true;
    }
    return false;
  }

  // "© 2024 The Alder Daily Call. All rights reserved."
  std::string OutletInNotice(size_t i) const {
    absl::string_view text = lines_[i].text;
    if (lines_[i].words > 20) return "";
    const size_t sign = text.find("©");
    if (sign == absl::string_view::npos) return "";
    text = text.substr(sign + 2);
    while (!text.empty() && (absl::ascii_isdigit(static_cast<unsigned char>(text.front())) ||
                             absl::StrContains(" -,", text.substr(0, 1)))) {
      text.remove_prefix(1);
    }
    for (absl::string_view stop : {". ", ", ", " - ", " | ", " All ", "."}) text = text.substr(0, text.find(stop));
    const Outlet* known = lexicon_.OutletByName(text);
    if (known != nullptr && known->trusted) return known->name;
    // A company that no line above names may own a hundred outlets.
    const std::string folded = FoldLine(text);
    const size_t above = headline_ != kNone ? headline_ : body_begin_;
    for (size_t j = 0; j < above; ++j) {
      if (lines_[j].folded == folded) return std::string(text);
    }
    return "";
  }

  const Outlet* OutletAtStart(absl::string_view text) const {
    constexpr size_t kMaxWords = 5;
    size_t at = 0;
    const Outlet* found = nullptr;
    for (size_t n = 0; n < kMaxWords && at < text.size(); ++n) {
      at = std::min(text.find(' ', at + 1), text.size());
      const Outlet* outlet = lexicon_.OutletByName(text.substr(0, at));
      if (outlet != nullptr && outlet->trusted) found = outlet;
    }
    return found;
  }

  // An agency's own page: the agency of the dateline is the one that owns the pictures too.
  void FindAgencyAsOutlet() {
    if (article_.agencies.size() != 1 || article_.agencies.front().role != Role::kOrigin) return;
    const std::string& agency = article_.agencies.front().name;
    for (size_t i = body_begin_; i < body_end_; ++i) {
      if (zones_[i] != Zone::kCaption) continue;
      size_t length = 0;
      for (const AgencyCredit& owner : ReadEndMark(lines_[i].text, lexicon_, &length)) {
        if (owner.credit.name == agency) return SetOutlet(agency, "agency of the dateline and of the pictures", i);
      }
    }
  }

  void SetSection(absl::string_view name, absl::string_view rule, size_t line) {
    article_.section = std::string(name);
    Prove("section", name, rule, line);
  }

  bool IsSectionForm(absl::string_view text) const {
    const std::string folded = FoldLine(text);
    const auto words = static_cast<size_t>(std::count(folded.begin(), folded.end(), ' ')) + 1;
    if (folded.empty() || words > 3 || text.size() > 40) return false;
    base::CharacterReader reader(text);
    if (text.find_first_of("0123456789:") != absl::string_view::npos) return false;
    if (lexicon_.Is(WordKind::kSection, folded)) return true;
    if (!base::IsLetter(reader.Next()) || lexicon_.Is(WordKind::kChrome, folded)) return false;
    size_t length = 0;
    if (lexicon_.Find(WordKind::kLeadIn, folded, &length) == 0 && length == folded.size()) return true;
    return lexicon_.StartsWith(WordKind::kPublished, folded) == 0 && lexicon_.StartsWith(WordKind::kUpdated, folded) == 0 &&
           lexicon_.StartsWith(WordKind::kBy, folded) == 0 && lexicon_.OutletByName(text) == nullptr &&
           lexicon_.Agency(text) == nullptr && !lexicon_.Weekday(folded) && !lexicon_.Month(folded) &&
           FoldLine(article_.outlet) != folded;
  }

  void FindSection() {
    const size_t above = headline_ != kNone ? headline_ : body_begin_;
    constexpr size_t kReach = 6;
    for (size_t i = above > kReach ? above - kReach : 0; i < above; ++i) {
      // "News > Investigations", "Home / Politics / Assembly": the last part.
      for (absl::string_view sign : {" > ", " / ", " » ", " › ", " * "}) {
        if (!absl::StrContains(lines_[i].text, sign) || lines_[i].words > 10) continue;
        const std::vector<absl::string_view> parts = absl::StrSplit(lines_[i].text, sign);
        absl::string_view section = absl::StripAsciiWhitespace(parts.back());
        // A part that also stands by itself is the one that the page is filed under.
        for (size_t j = 0; j < above; ++j) {
          for (absl::string_view part : parts) {
            if (lines_[j].folded == FoldLine(part) && IsSectionForm(part)) section = absl::StripAsciiWhitespace(part);
          }
        }
        if (IsSectionForm(section)) return SetSection(section, "part of the breadcrumbs", i);
      }
    }
    // "Diplomacy 16:31 April 25, 2019"
    for (size_t i = above > 2 ? above - 2 : 0; i < std::min(lines_.size(), FirstProse()); ++i) {
      if (looks_[i] != Look::kDate) continue;
      const std::vector<FoundDate> dates = FindDates(lines_[i].text, lexicon_, order_);
      absl::string_view head =
          absl::StripAsciiWhitespace(absl::string_view(lines_[i].text).substr(0, dates.empty() ? 0 : dates.front().begin));
      while (absl::ConsumeSuffix(&head, ",") || absl::ConsumeSuffix(&head, "|")) head = absl::StripAsciiWhitespace(head);
      if (IsSectionForm(head)) return SetSection(head, "word before the date", i);
    }
    // A word or two by itself right above the headline, on a page without a long menu.
    constexpr size_t kMaxMenuLines = 8;
    if (headline_ == kNone || headline_ == 0) return;
    for (size_t i = headline_; i > 0 && i + 4 > headline_; --i) {
      const TextLine& line = lines_[i - 1];
      const bool section = line.opens.Is(WordKind::kSection);
      if (!section && looks_[i - 1] == Look::kChrome) continue;
      // One of several words below each other is an entry of a menu.
      if (i >= 2 && lines_[i - 2].words <= 2 && looks_[i - 2] != Look::kDate && !HasMastheadForm(i - 2)) return;
      if (section) return SetSection(line.text, "section above the headline", i - 1);
      if (headline_ > kMaxMenuLines) return;
      if (looks_[i - 1] != Look::kShort || line.words > 2 || !IsSectionForm(line.text)) return;
      return SetSection(line.text, "line above the headline", i - 1);
    }
  }

  const Lexicon& lexicon_;
  const LineJudge judge_;
  Extraction& out_;
  Article& article_;
  std::vector<TextLine> lines_;
  std::vector<Look> looks_;
  std::vector<Zone> zones_;
  absl::flat_hash_map<absl::string_view, size_t> times_;  // how often a line stands in the text
  bool has_prose_ = true;
  size_t body_begin_ = 0;   // lines, half-open
  size_t body_end_ = 0;
  size_t article_end_ = 0;  // what follows is no part of the article
  size_t headline_ = kNone;
  size_t deck_ = kNone;
  size_t end_mark_ = kNone;  // the paragraph that ends in an agency's mark
  size_t end_mark_bytes_ = 0;
  DayOrder order_ = DayOrder::kUnknown;
};

}  // namespace

void ReadText(absl::string_view text, const Lexicon& lexicon, Extraction& out) {
  TextReader(text, lexicon, out).Read();
}

}  // namespace dateline::extract
