#include "indexer/extract/text/text_reader.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "indexer/extract/rules/wire_rules.h"
#include "indexer/extract/text/text_body.h"
#include "indexer/extract/text/text_credits.h"
#include "indexer/extract/text/text_dates.h"
#include "indexer/extract/text/text_headline.h"
#include "indexer/extract/text/text_outlet.h"
#include "indexer/extract/text/text_page.h"

namespace dateline::extract {
namespace {

using article::Credit;
using article::Source;

// The text of the body, without the dateline before it and the mark behind it, and the captions.
class BodyReader {
 public:
  explicit BodyReader(TextPage& page) : page_(page) {}

  void ReadBody() {
    bool first = true;
    for (size_t i = page_.body_begin; i < page_.body_end; ++i) {
      const std::string& text = page_.lines[i].text;
      if (page_.zones[i] == Zone::kCaption)
        absl::StrAppend(&page_.article().caption, page_.article().caption.empty() ? "" : "\n", text);
      if (first && page_.zones[i] != Zone::kDeck && ReadDatelineLineAt(i)) continue;
      if (page_.zones[i] != Zone::kBody) continue;
      absl::string_view paragraph = text;
      if (i == page_.end_mark) paragraph.remove_suffix(page_.end_mark_bytes);
      if (first && page_.article().dateline.empty()) paragraph.remove_prefix(ReadDatelineAt(i));
      first = false;
      absl::StrAppend(&page_.article().body, page_.article().body.empty() ? "" : "\n", paragraph);
    }
  }

  bool ReadDatelineLineAt(size_t i) {
    const Dateline dateline = ReadDatelineLine(page_.lines[i].text, page_.lexicon);
    if (dateline.length == 0) return false;
    page_.zones[i] = Zone::kByline;
    TakeDateline(dateline, "place and agency on a line", i);
    return true;
  }

  size_t ReadDatelineAt(size_t i) {
    const Dateline dateline = ReadDateline(page_.lines[i].text, page_.lexicon, HasOneColonStart(i));
    if (dateline.length > 0) TakeDateline(dateline, "before the first sentence", i);
    return dateline.length;
  }

  void TakeDateline(const Dateline& dateline, absl::string_view rule, size_t line) {
    if (!dateline.place.empty()) {
      page_.article().dateline = dateline.place;
      page_.Prove("dateline", dateline.place, rule, line);
    }
    AddAgencies(page_, dateline.agencies, absl::StrCat("dateline, ", rule), line);
    TakeDatelineDay(dateline, line);
  }

  // The day of a dateline dates the article, if its year stands there or elsewhere in the record.
  void TakeDatelineDay(const Dateline& dateline, size_t line) {
    if (page_.article().publication.dated()) return;
    if (dateline.day.dated()) {
      page_.article().publication = dateline.day;
      page_.article().publication.source = Source::kText;
      page_.Prove("published", PrintedDateText(page_.article().publication), "day in the dateline", line);
    } else if (!dateline.day.partial.empty()) {
      page_.article().publication.partial = dateline.day.partial;
      page_.article().publication.source = Source::kText;
      page_.Prove("partial_date", dateline.day.partial, "day in the dateline, without a year", line);
    }
  }

  // Whether only the first paragraph begins with "Word: ". In an interview many do.
  bool HasOneColonStart(size_t first) const {
    constexpr size_t kMaxHead = 40;
    for (size_t i = first + 1; i < page_.body_end; ++i) {
      if (page_.zones[i] == Zone::kBody &&
          absl::StrContains(absl::string_view(page_.lines[i].text).substr(0, kMaxHead), ": "))
        return false;
    }
    return true;
  }

 private:
  TextPage& page_;
};

// No article is lost to the rules: where they leave no body, all but the headline is one.
void KeepText(TextPage& page) {
  if (!page.article().body.empty()) return;
  for (size_t i = 0; i < page.lines.size(); ++i) {
    if (i == page.headline) continue;
    page.zones[i] = Zone::kBody;
    absl::StrAppend(&page.article().body, page.article().body.empty() ? "" : "\n", page.lines[i].text);
  }
}

}  // namespace

void ReadText(absl::string_view text, const Lexicon& lexicon, Extraction& out) {
  if (static_cast<size_t>(std::count(text.begin(), text.end(), '\n')) > kMaxTextLines) {
    out.article.body = std::string(text);
    out.article.notes.push_back(absl::StrCat("more than ", kMaxTextLines, " lines: taken as it is, without zones"));
    return;
  }
  TextPage page(text, lexicon, out);
  if (page.lines.empty()) return;
  CountRepeats(page);
  MarkCaptionsByCredit(page);
  FindBody(page);
  FindHeadline(page);
  if (page.headline != kNoLine) page.body_begin = page.headline + 1;  // prose above it is no part, prose below it is
  CutTail(page);
  CutPromotion(page);
  MarkBody(page);
  ReadHeadline(page);
  ReadCredits(page);
  ReadDates(page);
  BodyReader(page).ReadBody();
  ReadOutletAndSection(page);
  ReadPartialDate(page);
  KeepText(page);
  for (size_t i = 0; i < page.lines.size(); ++i) {
    out.zones.push_back(ZoneSpan{page.zones[i], page.lines[i].begin, page.lines[i].end});
  }
}

}  // namespace dateline::extract
