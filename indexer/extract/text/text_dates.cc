#include "indexer/extract/text/text_dates.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "indexer/extract/rules/date_finder.h"

namespace dateline::extract {
namespace {

using article::Credit;
using article::Role;
using article::Source;

class DateReader {
 public:
  explicit DateReader(TextPage& page) : page_(page) {}

  struct Candidate {
    size_t line = 0;
    FoundDate date;
    bool published = false;  // labelled so
    bool updated = false;
  };

  std::vector<Candidate> DatesOf(size_t i) const {
    std::vector<Candidate> candidates;
    const std::string& text = page_.lines[i].text;
    size_t from = 0;
    for (const FoundDate& date : FindDates(text, page_.lexicon, page_.order)) {
      Candidate candidate{i, date};
      const std::string label = FoldLine(absl::string_view(text).substr(from, date.begin - from));
      size_t length = 0;
      candidate.published = page_.lexicon.Find(WordKind::kPublished, label, &length) != kNoLine;
      candidate.updated = page_.lexicon.Find(WordKind::kUpdated, label, &length) != kNoLine;
      from = date.end;
      candidates.push_back(std::move(candidate));
    }
    // A label may stand on a line of its own.
    if (!candidates.empty() && i > 0 && page_.lines[i - 1].words <= 4) {
      Candidate& first = candidates.front();
      const std::string& above = page_.lines[i - 1].folded;
      if (!first.published && !first.updated) {
        first.published = page_.lexicon.StartsWith(WordKind::kPublished, above) > 0;
        first.updated = page_.lexicon.StartsWith(WordKind::kUpdated, above) > 0;
      }
    }
    return candidates;
  }

  void ReadDates() {
    constexpr size_t kAbove = 12;
    constexpr size_t kBelow = 10;
    page_.order = GuessOrder();
    const size_t anchor = page_.headline != kNoLine ? page_.headline : page_.body_begin;
    const size_t begin = anchor > kAbove ? anchor - kAbove : 0;
    constexpr size_t kFarBelow = 40;  // as far as a label is believed
    const size_t near = page_.FirstProse() + kBelow;
    const size_t end = std::min(page_.lines.size(), page_.FirstProse() + kFarBelow);
    std::vector<Candidate> candidates;
    for (size_t i = begin; i < end; ++i) {
      if (page_.looks[i] != Look::kDate && page_.looks[i] != Look::kByline) continue;
      for (Candidate& candidate : DatesOf(i)) {
        if (!candidate.date.publication.dated() || (i >= near && !candidate.published)) continue;
        candidates.push_back(std::move(candidate));
      }
    }
    // Behind the article a date must say what it is.
    for (size_t i = page_.article_end; i < std::min(page_.lines.size(), page_.article_end + kBelow); ++i) {
      if (page_.looks[i] != Look::kDate) continue;
      for (Candidate& candidate : DatesOf(i)) {
        if (candidate.published && candidate.date.publication.dated()) candidates.push_back(std::move(candidate));
      }
    }
    const Candidate* chosen = Choose(candidates, anchor);
    if (chosen == nullptr) return;
    page_.article().publication = chosen->date.publication;
    page_.article().publication.source = Source::kText;
    if (page_.zones[chosen->line] == Zone::kChrome || page_.zones[chosen->line] == Zone::kBody)
      page_.zones[chosen->line] = Zone::kDate;
    page_.Prove("published", PrintedDateText(page_.article().publication),
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
    for (size_t i = 0; i < page_.lines.size(); ++i) {
      if (page_.lines[i].digits < 6 || page_.lines[i].characters > 200 ||
          !absl::StrContains(page_.lines[i].text, "/"))
        continue;
      for (const FoundDate& date : FindDates(page_.lines[i].text, page_.lexicon, DayOrder::kUnknown)) {
        const absl::string_view printed =
            absl::string_view(page_.lines[i].text).substr(date.begin, date.end - date.begin);
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

  void ReadPartialDate() {
    constexpr size_t kParagraphs = 3;
    if (page_.article().publication.dated() || !page_.article().publication.partial.empty()) return;
    size_t seen = 0;
    for (size_t i = page_.body_begin; i < page_.body_end && seen < kParagraphs; ++i) {
      if (page_.zones[i] != Zone::kBody) continue;
      ++seen;
      for (const FoundDate& date : FindDates(page_.lines[i].text, page_.lexicon, page_.order)) {
        if (!absl::StartsWith(date.publication.partial, "--") || !IsSaidOfThePast(page_.lines[i].text, date))
          continue;
        page_.article().publication.partial = date.publication.partial;
        page_.article().publication.source = Source::kText;
        page_.Prove("partial_date", date.publication.partial, "day without a year in the first paragraphs", i);
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
    const bool on = absl::EndsWith(folded, " on ") || absl::EndsWith(folded, " am ") ||
                    absl::EndsWith(folded, " le ") || absl::EndsWith(folded, " el ") ||
                    absl::EndsWith(folded, " day, ") || absl::EndsWith(folded, "tag, ");
    return on && !ContainsAny(folded, {" will ", " would ", " until ", " by ", " before ", " from ", " since ",
                                       " due ", " to be ", " is to ", " are to ", " planned ", " scheduled ",
                                       " next ", " between ", " and december ", " last "});
  }

 private:
  TextPage& page_;
};

}  // namespace

void ReadDates(TextPage& page) { DateReader(page).ReadDates(); }
void ReadPartialDate(TextPage& page) { DateReader(page).ReadPartialDate(); }

}  // namespace dateline::extract
