#include "indexer/extract/text/text_body.h"

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

class BodyFinder {
 public:
  explicit BodyFinder(TextPage& page) : page_(page) {}

  // A line above the credit of a picture tells what is on it.
  void MarkCaptionsByCredit() {
    constexpr size_t kMaxCreditWords = 8;
    constexpr size_t kMaxCaptionCharacters = 300;
    constexpr size_t kReach = 15;  // the text has begun above it: a headline may stand over a picture too
    size_t prose = kNoLine;
    for (size_t i = 0; i + 1 < page_.lines.size(); ++i) {
      if (page_.looks[i] == Look::kProse) prose = i;
      if (prose == kNoLine || i > prose + kReach || prose == i) continue;
      if (page_.looks[i + 1] != Look::kCaption || page_.lines[i + 1].words > kMaxCreditWords) continue;
      const bool text = page_.looks[i] == Look::kShort || page_.looks[i] == Look::kProse;
      if (text && page_.lines[i].words >= 5 && page_.lines[i].characters <= kMaxCaptionCharacters)
        page_.looks[i] = Look::kCaption;
    }
  }

  // What stands twice is furniture: a box that is set in again, a menu of two shapes. A headline comes back too, and
  // so stays what it is.
  void CountRepeats() {
    constexpr size_t kMinProseRepeats = 2;
    for (size_t i = 0; i < page_.lines.size(); ++i) {
      if (page_.looks[i] != Look::kProse || page_.times[page_.lines[i].folded] < kMinProseRepeats) continue;
      page_.looks[i] = page_.lines[i].words <= kMaxHeadlineWords ? Look::kShort : Look::kChrome;
    }
  }

  void FindBody() {
    constexpr double kMaxGap = 400;  // a box inside an article costs no more, however many lines it has
    double sum = 0;
    double best = 0;
    double gap = 0;
    size_t begin = 0;
    for (size_t i = 0; i < page_.lines.size(); ++i) {
      if (sum <= 0) {
        sum = 0;
        begin = i;
      }
      double worth = page_.Worth(i);
      if (worth > 0) {
        gap = 0;
      } else {
        worth = std::max(worth, -std::max(0.0, kMaxGap - gap));
        gap -= worth;
      }
      sum += worth;
      if (sum > best) {
        best = sum;
        page_.body_begin = begin;
        page_.body_end = i + 1;
      }
    }
    if (page_.body_end > 0) return;
    // No prose at all: everything that is no furniture is the text.
    page_.body_begin = 0;
    page_.body_end = page_.lines.size();
    page_.has_prose = false;
  }

  // Behind "Related articles" comes no article, unless most of it does: then it was a box in the middle.
  void CutTail() {
    constexpr double kMaxRest = 0.3;
    double before = 0;
    double rest = 0;
    for (size_t i = page_.body_begin; i < page_.body_end; ++i) rest += std::max(0.0, page_.Worth(i));
    for (size_t i = page_.body_begin; i < page_.body_end; ++i) {
      const double worth = std::max(0.0, page_.Worth(i));
      before += worth;
      rest -= worth;
      const bool ends = page_.looks[i] == Look::kTail || EndsArticle(i);
      if (!ends || before == 0 || rest > kMaxRest * before) continue;
      page_.article_end = page_.looks[i] == Look::kTail ? i : i + 1;
      page_.body_end = page_.article_end;
      return;
    }
    page_.article_end = page_.body_end;
  }

  // What the outlet and the writer say about themselves behind the text: short, with the words for it, or beginning
  // with the writer's name or the outlet's.
  void CutPromotion() {
    if (!page_.has_prose) return;
    constexpr size_t kMaxCharacters = 240;
    constexpr size_t kMaxLines = 6;
    std::vector<std::string> names;
    for (size_t i = page_.headline != kNoLine ? page_.headline : page_.body_begin;
         i < std::min(page_.body_begin + 4, page_.body_end); ++i) {
      if (page_.looks[i] != Look::kByline && page_.looks[i] != Look::kBareName) continue;
      for (const Credit& credit : page_.judge.Names(page_.lines[i].text).people)
        names.push_back(FoldLine(credit.name));
    }
    for (size_t i = 0; i < std::min<size_t>(5, page_.lines.size()); ++i) {
      if (page_.HasMastheadForm(i)) names.push_back(page_.lines[i].folded);
    }
    size_t cut = 0;
    for (size_t n = 0; n < kMaxLines && page_.body_end > page_.body_begin + 1; ++n) {
      const TextLine& line = page_.lines[page_.body_end - 1];
      if (page_.looks[page_.body_end - 1] == Look::kProse) {
        size_t length = 0;
        const bool said = page_.lexicon.Find(WordKind::kPromotion, line.folded, &length) != kNoLine;
        const bool named = std::any_of(names.begin(), names.end(),
                                       [&](const std::string& name) { return absl::StartsWith(line.folded, name); });
        if (line.characters > kMaxCharacters || !(said || named) || cut >= kMaxLines / 2) break;
        ++cut;
        page_.looks[page_.body_end - 1] = Look::kChrome;
      }
      --page_.body_end;
      page_.article_end = page_.body_end;
    }
  }

  // Cheaper than to read it: only such lines can be credit lines.
  static bool MayBeCredit(const TextLine& line) {
    constexpr size_t kMaxAgenciesCharacters = 64;
    return line.characters <= kMaxAgenciesCharacters || line.opens.Starts(WordKind::kContributor) ||
           line.opens.Starts(WordKind::kReporting) || line.Has('(') || absl::StrContains(line.folded, "contributed");
  }

  // A credit line, or an agency's mark behind the last sentence.
  bool EndsArticle(size_t i) const {
    if (MayBeCredit(page_.lines[i]) && !ReadCreditLine(page_.lines[i].text, page_.lexicon).empty()) return true;
    size_t length = 0;
    const bool capitals_mark =
        page_.looks[i] == Look::kProse && !ReadEndMark(page_.lines[i].text, page_.lexicon, &length).empty();
    return capitals_mark && page_.lines[i].text.back() != ')';
  }

  void MarkBody() {
    // A run of short lines between paragraphs: one is a subheading, more are links, unless they are a list.
    size_t last = kNoLine;
    for (size_t i = page_.body_begin; i < page_.body_end; ++i) {
      if (page_.looks[i] == Look::kProse) last = i;
    }
    // The stretch ends with its last prose; a short sentence may follow.
    if (last != kNoLine && last + 1 == page_.body_end && last + 1 < page_.lines.size() &&
        page_.looks[last + 1] == Look::kShort && IsLastSentence(last + 1, last)) {
      page_.body_end = last + 2;
      page_.article_end = std::max(page_.article_end, page_.body_end);
    }
    bool begun = false;
    for (size_t i = page_.body_begin; i < page_.body_end; ++i) {
      switch (page_.looks[i]) {
        case Look::kProse:
          page_.zones[i] = Zone::kBody;
          begun = true;
          break;
        case Look::kCaption:
          page_.zones[i] = Zone::kCaption;
          break;
        case Look::kNote:
          page_.zones[i] = Zone::kNote;
          break;
        case Look::kShort:
        case Look::kBareName:
          if (!page_.has_prose || (begun && last != kNoLine && i < last && IsPartOfBody(i)) ||
              IsLastSentence(i, last)) {
            page_.zones[i] = Zone::kBody;
          }
          break;
        case Look::kDate:
          page_.zones[i] = Zone::kDate;
          break;
        case Look::kByline:
          page_.zones[i] = Zone::kByline;
          break;
        case Look::kChrome:
        case Look::kTail:
          break;
      }
    }
    for (size_t i = page_.article_end; i < page_.lines.size(); ++i) {
      if (page_.looks[i] == Look::kProse) page_.zones[i] = Zone::kPromotion;
    }
  }

  // "Attendance: 48,213." and "Jane Doe writes on small states." are about the match and the writer.
  bool SpeaksOfItself(const TextLine& line) const {
    if (line.digits > 0 || line.Has(':') || line.Holds(WordKind::kPromotion)) return true;
    const size_t first = line.text.find(' ');
    const size_t second = first == std::string::npos ? first : line.text.find(' ', first + 1);
    return LooksLikePerson(absl::string_view(line.text).substr(0, second), page_.lexicon);
  }

  // A short sentence right behind the last paragraph, or a few quoted words.
  bool IsLastSentence(size_t i, size_t last) const {
    const TextLine& line = page_.lines[i];
    if (last == kNoLine || i != last + 1 || !line.ends_sentence || line.words < 3) return false;
    if (SpeaksOfItself(line)) return false;
    return absl::EndsWith(line.text, ".") || absl::StartsWith(line.text, "\"") || absl::StartsWith(line.text, "“") ||
           absl::EndsWith(line.text, "\"") || absl::EndsWith(line.text, "”");
  }

  // A short line between paragraphs: a short sentence, a quotation, an item of a list, or a subheading by itself.
  bool IsPartOfBody(size_t i) const {
    const TextLine& line = page_.lines[i];
    if (line.ends_sentence && line.words >= 2) return true;
    if (absl::StartsWith(line.text, "\"") || absl::StartsWith(line.text, "“") || absl::StartsWith(line.text, "„") ||
        absl::StartsWith(line.text, "«") || absl::StartsWith(line.text, "- ") || absl::StartsWith(line.text, "• ") ||
        absl::StartsWith(line.text, "– ")) {
      return true;
    }
    // First lines below the headline that are no sentence are furniture.
    const auto is_text = [this](size_t j) {
      return page_.looks[j] == Look::kProse || (page_.looks[j] == Look::kShort && page_.lines[j].ends_sentence);
    };
    const bool before = i > page_.body_begin && is_text(i - 1);
    const bool after = i + 1 < page_.body_end && is_text(i + 1);
    return before && after && line.words <= 16;
  }

 private:
  TextPage& page_;
};

}  // namespace

void MarkCaptionsByCredit(TextPage& page) { BodyFinder(page).MarkCaptionsByCredit(); }
void CountRepeats(TextPage& page) { BodyFinder(page).CountRepeats(); }
void FindBody(TextPage& page) { BodyFinder(page).FindBody(); }
void CutTail(TextPage& page) { BodyFinder(page).CutTail(); }
void CutPromotion(TextPage& page) { BodyFinder(page).CutPromotion(); }
void MarkBody(TextPage& page) { BodyFinder(page).MarkBody(); }

}  // namespace dateline::extract
