#include "indexer/extract/text/text_headline.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "core/base/characters.h"
#include "indexer/extract/rules/wire_rules.h"

namespace dateline::extract {
namespace {

using article::Credit;
using article::Role;
using article::Source;

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

class HeadlineFinder {
 public:
  explicit HeadlineFinder(TextPage& page) : page_(page) {}

  void FindHeadline() {
    constexpr size_t kMaxLinesAbove = 150;
    constexpr double kMaxMassAbove = 0.25;  // a headline may stand inside the stretch, when little of it comes before
    constexpr double kMinScore = 0.6;
    constexpr double kMinWeakScore = 1.4;  // of a line that may be a sentence of the text, or a name
    // What is prose and the words in it.
    absl::flat_hash_set<uint64_t> keys;
    double mass = 0;
    for (size_t i = page_.body_begin; i < page_.body_end; ++i) {
      if (page_.looks[i] != Look::kProse) continue;
      mass += page_.Worth(i);
      ForEachKey(page_.lines[i].folded, [&](uint64_t key) { keys.insert(key); });
    }
    const size_t first = page_.body_begin > kMaxLinesAbove ? page_.body_begin - kMaxLinesAbove : 0;
    constexpr double kNoScore = -1e9;
    std::vector<double> scores(page_.lines.size(), kNoScore);
    double best = kMinScore;
    double above = 0;
    for (size_t i = first; i < page_.body_end; ++i) {
      const bool weak = page_.looks[i] != Look::kShort;
      const double part = mass > 0 ? above / mass : 0;
      if (i >= page_.body_begin && page_.looks[i] == Look::kProse) above += page_.Worth(i);
      if (part > kMaxMassAbove) break;
      scores[i] = kNoScore;
      if (!IsHeadlineForm(i)) continue;
      double score = HeadlineScore(i, keys, page_.times[page_.lines[i].folded]);
      // Behind the first paragraphs stand subheadings.
      if (part > 0) score -= 0.8 + 8 * part;
      scores[i] = score;
      if (score > best && (!weak || score > kMinWeakScore)) {
        best = score;
        page_.headline = i;
      }
    }
    if (page_.headline == kNoLine) {
      if (!page_.has_prose) FindHeadlineOfFewWords();
      return;
    }
    ClimbFromDeck(scores);
    // The same line may stand in a list of news above; the one next to the text is meant.
    for (size_t i = page_.headline + 1; i < page_.body_end; ++i) {
      if (scores[i] > kNoScore && page_.lines[i].folded == page_.lines[page_.headline].folded) page_.headline = i;
    }
  }

  // Too little text for words to come back in it: the first line, if it is no sentence and one stands below it.
  void FindHeadlineOfFewWords() {
    for (size_t i = 0; i + 1 < page_.lines.size(); ++i) {
      if (page_.looks[i] == Look::kChrome) continue;
      const TextLine& next = page_.lines[i + 1];
      const bool above_sentence = page_.looks[i + 1] == Look::kShort && next.ends_sentence;
      const bool title = page_.looks[i] == Look::kShort && IsHeadlineForm(i) && !page_.lines[i].ends_sentence;
      if (title && above_sentence) page_.headline = i;
      return;
    }
  }

  // The line below a headline tells the story again and shares even more words with it: of lines that follow each
  // other the first is the headline, unless it is a kicker of a few words.
  void ClimbFromDeck(const std::vector<double>& scores) {
    constexpr double kMinPart = 0.5;
    constexpr double kMinScore = 1.8;
    while (page_.headline > 0) {
      const size_t j = page_.headline - 1;
      const TextLine& line = page_.lines[j];
      const bool wordy = line.ideographic ? line.characters >= 12 : line.words >= 5;
      if (page_.looks[j] != Look::kShort || !wordy || scores[j] < kMinPart * scores[page_.headline] ||
          scores[j] < kMinScore)
        break;
      page_.headline = j;
    }
  }

  bool IsHeadlineForm(size_t i) const {
    const TextLine& line = page_.lines[i];
    const Look look = page_.looks[i];
    if (look != Look::kShort && look != Look::kProse && look != Look::kBareName) return false;
    if (ReadDatelineLine(line.text, page_.lexicon).length > 0) return false;
    if (absl::StartsWith(line.text, "(") && absl::EndsWith(line.text, ")")) return false;
    if (page_.HasMastheadForm(i)) return false;
    // At the top of a short text two words are enough.
    constexpr size_t kTop = 2;
    const size_t fewest = i < kTop && page_.lines.size() < 40 ? 2 : 3;
    if (line.ideographic) return line.characters >= 7 && line.characters <= 90;
    return line.words >= fewest && line.words <= kMaxHeadlineWords && line.characters <= 230 &&
           line.letters * 2 > line.characters;
  }

  double HeadlineScore(size_t i, const absl::flat_hash_set<uint64_t>& keys, size_t times) const {
    const TextLine& line = page_.lines[i];
    size_t shared = 0;
    size_t all = 0;
    ForEachKey(line.folded, [&](uint64_t key) {
      ++all;
      if (keys.contains(key)) ++shared;
    });
    double score = 3.3 * static_cast<double>(shared) / (static_cast<double>(all) + 1.0);
    // A prose line is in the words of the body itself.
    if (page_.looks[i] == Look::kProse && i >= page_.body_begin) score -= absl::EndsWith(line.text, "?") ? 0.3 : 1.2;
    if (page_.looks[i] == Look::kBareName) score -= 1;
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
    for (size_t j = i + 1; j < page_.body_end && page_.looks[j] != Look::kProse; ++j)
      distance += page_.IsNoted(page_.looks[j]) ? 0 : 1;
    score -= 0.05 * static_cast<double>(std::min<size_t>(distance, 40));
    return score;
  }

  // What stands around a headline: a byline, a date, the dateline or the first prose below it, no player.
  double NeighbourScore(size_t i) const {
    constexpr size_t kReach = 6;
    double score = 0;
    bool byline = false;
    bool date = false;
    for (size_t j = i + 1; j < std::min(page_.lines.size(), i + 1 + kReach); ++j) {
      byline = byline || page_.looks[j] == Look::kByline || page_.looks[j] == Look::kBareName;
      date = date || page_.looks[j] == Look::kDate;
      if (page_.looks[j] == Look::kProse && j > i + 2) break;
    }
    if (byline) score += 0.7;
    if (date) score += 0.7;
    if (i + 1 < page_.lines.size()) {
      const Look next = page_.looks[i + 1];
      if (page_.IsNoted(next) || next == Look::kProse) score += 0.3;
      if (next == Look::kChrome && page_.lines[i + 1].words <= 3 && IsPlayerLine(i + 1)) score -= 1.5;
    }
    if (i > 0 && page_.looks[i - 1] == Look::kDate) score += 0.2;
    if (i > 0 && page_.looks[i - 1] == Look::kTail) score -= 0.7;
    return score;
  }

  bool IsPlayerLine(size_t i) const {
    return ContainsAny(page_.lines[i].folded, {"please wait", "0:00", "no media source", "play", "loading"});
  }

  // "WATCH: ..." elsewhere: this line is the title of a film.
  bool IsFilmTitle(size_t i) const {
    constexpr size_t kReach = 12;
    const std::string& folded = page_.lines[i].folded;
    for (size_t j = i > kReach ? i - kReach : 0; j < std::min(page_.lines.size(), i + kReach); ++j) {
      absl::string_view other = page_.lines[j].folded;
      if (j == i || !absl::EndsWith(other, folded)) continue;
      other.remove_suffix(folded.size());
      const size_t lead_in = page_.lexicon.StartsWith(WordKind::kLeadIn, other);
      if (lead_in > 0 && other.size() <= lead_in + 2) return true;
    }
    return false;
  }

  // Another short line holds it whole: "Share this story: ...", a breadcrumb, a page title with the outlet's name.
  bool IsRepeatedInLine(size_t i) const {
    constexpr size_t kReach = 40;
    const std::string& folded = page_.lines[i].folded;
    if (folded.size() < 20) return false;
    for (size_t j = i > kReach ? i - kReach : 0; j < std::min(page_.lines.size(), i + kReach); ++j) {
      const std::string& other = page_.lines[j].folded;
      if (j != i && other.size() > folded.size() && other.size() < folded.size() + 80 &&
          absl::StrContains(other, folded)) {
        // The title of a film is no headline: "WATCH: ...".
        return page_.lexicon.StartsWith(WordKind::kLeadIn, other) == 0;
      }
    }
    return false;
  }

  void ReadHeadline() {
    if (page_.headline == kNoLine) return;
    const std::string& text = page_.lines[page_.headline].text;
    page_.zones[page_.headline] = Zone::kHeadline;
    const size_t marks = ReadVersionMarks(text, page_.article().version);
    if (marks > 0) page_.Prove("version", text.substr(0, marks), "marks before the headline", page_.headline);
    page_.article().headline = text.substr(marks);
    page_.article().headline_source = Source::kText;
    page_.Prove("headline", page_.article().headline, "line above the body whose words come back in it",
                page_.headline);
    // The same line again is the head of another page, or furniture.
    for (size_t i = 0; i < page_.lines.size(); ++i) {
      if (i != page_.headline && IsHeadlineAgain(i))
        page_.zones[i] = i > page_.headline ? Zone::kPageHeader : Zone::kChrome;
    }
    FindDeck();
  }

  // The headline's line, or it with a page number behind.
  bool IsHeadlineAgain(size_t i) const {
    absl::string_view rest = page_.lines[i].folded;
    if (page_.headline == kNoLine || !absl::ConsumePrefix(&rest, page_.lines[page_.headline].folded)) return false;
    return rest.size() <= 8 && std::all_of(rest.begin(), rest.end(), [](char c) {
             return !absl::ascii_isalpha(static_cast<unsigned char>(c));
           });
  }

  // The line below the headline, when it is told apart from the body: by a byline, a date or a caption behind it, or
  // because it ends like no sentence.
  void FindDeck() {
    constexpr size_t kReach = 5;
    size_t i = page_.headline + 1;
    while (i < page_.body_end && (page_.looks[i] == Look::kChrome || page_.zones[i] == Zone::kPageHeader)) ++i;
    if (i >= page_.body_end) return;
    const TextLine& line = page_.lines[i];
    if (page_.looks[i] != Look::kShort && page_.looks[i] != Look::kProse) return;
    if (line.words < 5 || line.words > 45 || line.characters > 320) return;
    if (ReadDatelineLine(line.text, page_.lexicon).length > 0 ||
        ReadDateline(line.text, page_.lexicon, false).length > 0)
      return;
    bool apart = false;
    for (size_t j = i + 1; j < std::min(page_.body_end, i + 1 + kReach) && !apart; ++j) {
      if (page_.looks[j] == Look::kProse) {
        apart = apart || (page_.looks[i] == Look::kShort && !line.ends_sentence && j <= i + 2);
        break;
      }
      apart = page_.IsNoted(page_.looks[j]) || page_.looks[j] == Look::kCaption;
    }
    if (!apart) return;
    page_.deck = i;
    page_.zones[i] = Zone::kDeck;
    page_.article().deck = line.text;
    page_.Prove("deck", line.text, "line below the headline, set apart", i);
  }

 private:
  TextPage& page_;
};

}  // namespace

void FindHeadline(TextPage& page) { HeadlineFinder(page).FindHeadline(); }
void ReadHeadline(TextPage& page) { HeadlineFinder(page).ReadHeadline(); }

}  // namespace dateline::extract
