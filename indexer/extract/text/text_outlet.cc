#include "indexer/extract/text/text_outlet.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/characters.h"
#include "indexer/extract/rules/wire_rules.h"

namespace dateline::extract {
namespace {

using article::Credit;
using article::Role;
using article::Source;

class OutletFinder {
 public:
  explicit OutletFinder(TextPage& page) : page_(page) {}

  void ReadOutletAndSection() {
    FindOutlet();
    FindSection();
  }

  void SetOutlet(absl::string_view name, absl::string_view rule, size_t line) {
    page_.article().outlet = std::string(name);
    page_.article().outlet_source = Source::kText;
    page_.Prove("outlet", name, rule, line);
  }

  void FindOutlet() {
    const size_t above = page_.headline != kNoLine ? page_.headline : page_.body_begin;
    // A known name, or one by its form, on a line of its own above the headline.
    constexpr size_t kMastheadLines = 4;
    for (size_t i = 0; i < above; ++i) {
      if (page_.looks[i] == Look::kDate || page_.lines[i].words > 6 || page_.lines[i].opens.Is(WordKind::kSection))
        continue;
      const Outlet* known = page_.lexicon.OutletByName(page_.lines[i].text);
      if (known != nullptr && known->trusted) return SetOutlet(known->name, "known outlet on a line", i);
    }
    for (size_t i = 0; i < std::min({above, kMastheadLines, page_.lines.size()}); ++i) {
      if (!IsMasthead(i)) continue;
      // "THE LANTERN POST * WORLD": the outlet and the section.
      const std::string& text = page_.lines[i].text;
      const size_t sign = std::min({text.find(" * "), text.find(" | "), text.find(" - "), text.size()});
      return SetOutlet(absl::string_view(text).substr(0, sign), "masthead", i);
    }
    for (size_t i = above + 1; page_.headline != kNoLine && i < std::min(above + 3, page_.FirstProse()); ++i) {
      const bool name =
          page_.looks[i] == Look::kShort && ReadDatelineLine(page_.lines[i].text, page_.lexicon).length == 0;
      if (name && page_.HasNewspaperName(i)) return SetOutlet(page_.lines[i].text, "name below the headline", i);
    }
    for (size_t i = page_.article_end; i < page_.lines.size(); ++i) {
      if (const std::string name = OutletInNotice(i); !name.empty()) return SetOutlet(name, "notice of rights", i);
    }
    // What the outlet says about itself behind the article begins with its name.
    for (size_t i = page_.article_end; i < page_.lines.size(); ++i) {
      if (page_.zones[i] == Zone::kCredit) continue;
      if (const Outlet* outlet = OutletAtStart(page_.lines[i].text); outlet != nullptr) {
        return SetOutlet(outlet->name, "what the outlet says about itself", i);
      }
    }
    FindAgencyAsOutlet();
  }

  // That, or a line near the top that comes back behind the article with more around it: an address, a notice.
  bool IsMasthead(size_t i) const {
    const TextLine& line = page_.lines[i];
    if (page_.HasMastheadForm(i)) return true;
    if (page_.looks[i] != Look::kShort && page_.looks[i] != Look::kBareName) return false;
    constexpr size_t kMaxMenuLines = 12;
    if (line.words < 2 || line.words > 5 || page_.headline == kNoLine || page_.headline > kMaxMenuLines) return false;
    for (size_t j = page_.article_end; j < page_.lines.size(); ++j) {
      if (page_.lines[j].folded.size() > line.folded.size() && absl::StrContains(page_.lines[j].folded, line.folded))
        return true;
    }
    return false;
  }

  // "© 2024 The Alder Daily Call. All rights reserved."
  std::string OutletInNotice(size_t i) const {
    absl::string_view text = page_.lines[i].text;
    if (page_.lines[i].words > 20) return "";
    const size_t sign = text.find("©");
    if (sign == absl::string_view::npos) return "";
    text = text.substr(sign + 2);
    while (!text.empty() && (absl::ascii_isdigit(static_cast<unsigned char>(text.front())) ||
                             absl::StrContains(" -,", text.substr(0, 1)))) {
      text.remove_prefix(1);
    }
    for (absl::string_view stop : {". ", ", ", " - ", " | ", " All ", "."}) text = text.substr(0, text.find(stop));
    const Outlet* known = page_.lexicon.OutletByName(text);
    if (known != nullptr && known->trusted) return known->name;
    // A company that no line above names may own a hundred outlets.
    const std::string folded = FoldLine(text);
    const size_t above = page_.headline != kNoLine ? page_.headline : page_.body_begin;
    for (size_t j = 0; j < above; ++j) {
      if (page_.lines[j].folded == folded) return std::string(text);
    }
    return "";
  }

  const Outlet* OutletAtStart(absl::string_view text) const {
    constexpr size_t kMaxWords = 5;
    size_t at = 0;
    const Outlet* found = nullptr;
    for (size_t n = 0; n < kMaxWords && at < text.size(); ++n) {
      at = std::min(text.find(' ', at + 1), text.size());
      const Outlet* outlet = page_.lexicon.OutletByName(text.substr(0, at));
      if (outlet != nullptr && outlet->trusted) found = outlet;
    }
    return found;
  }

  // An agency's own page: the agency of the dateline is the one that owns the pictures too.
  void FindAgencyAsOutlet() {
    if (page_.article().agencies.size() != 1 || page_.article().agencies.front().role != Role::kOrigin) return;
    const std::string& agency = page_.article().agencies.front().name;
    for (size_t i = page_.body_begin; i < page_.body_end; ++i) {
      if (page_.zones[i] != Zone::kCaption) continue;
      size_t length = 0;
      for (const AgencyCredit& owner : ReadEndMark(page_.lines[i].text, page_.lexicon, &length)) {
        if (owner.credit.name == agency) return SetOutlet(agency, "agency of the dateline and of the pictures", i);
      }
    }
  }

  void SetSection(absl::string_view name, absl::string_view rule, size_t line) {
    page_.article().section = std::string(name);
    page_.Prove("section", name, rule, line);
  }

  bool IsSectionForm(absl::string_view text) const {
    const std::string folded = FoldLine(text);
    const auto words = static_cast<size_t>(std::count(folded.begin(), folded.end(), ' ')) + 1;
    for (const Credit& credit : page_.article().bylines) {
      if (FoldLine(credit.name) == folded) return false;
    }
    if (folded.empty() || words > 3 || text.size() > 40) return false;
    base::CharacterReader reader(text);
    if (text.find_first_of("0123456789:") != absl::string_view::npos) return false;
    if (page_.lexicon.Is(WordKind::kSection, folded)) return true;
    if (!base::IsLetter(reader.Next()) || page_.lexicon.Is(WordKind::kChrome, folded)) return false;
    size_t length = 0;
    if (page_.lexicon.Find(WordKind::kLeadIn, folded, &length) == 0 && length == folded.size()) return true;
    return page_.lexicon.StartsWith(WordKind::kPublished, folded) == 0 &&
           page_.lexicon.StartsWith(WordKind::kUpdated, folded) == 0 &&
           page_.lexicon.StartsWith(WordKind::kBy, folded) == 0 && page_.lexicon.OutletByName(text) == nullptr &&
           page_.lexicon.Agency(text) == nullptr && !page_.lexicon.Weekday(folded) && !page_.lexicon.Month(folded) &&
           FoldLine(page_.article().outlet) != folded;
  }

  void FindSection() {
    const size_t above = page_.headline != kNoLine ? page_.headline : page_.body_begin;
    constexpr size_t kReach = 6;
    for (size_t i = above > kReach ? above - kReach : 0; i < above; ++i) {
      // "News > Investigations", "Home / Politics / Assembly": the last part.
      for (absl::string_view sign : {" > ", " / ", " » ", " › ", " * "}) {
        if (!absl::StrContains(page_.lines[i].text, sign) || page_.lines[i].words > 10) continue;
        const std::vector<absl::string_view> parts = absl::StrSplit(page_.lines[i].text, sign);
        absl::string_view section = absl::StripAsciiWhitespace(parts.back());
        // A part that also stands by itself is the one that the page is filed under.
        for (size_t j = 0; j < above; ++j) {
          for (absl::string_view part : parts) {
            if (page_.lines[j].folded == FoldLine(part) && IsSectionForm(part))
              section = absl::StripAsciiWhitespace(part);
          }
        }
        if (IsSectionForm(section)) return SetSection(section, "part of the breadcrumbs", i);
      }
    }
    // "Diplomacy 16:31 April 25, 2019"
    for (size_t i = above > 2 ? above - 2 : 0; i < std::min(page_.lines.size(), page_.FirstProse()); ++i) {
      if (page_.looks[i] != Look::kDate) continue;
      const std::vector<FoundDate> dates = FindDates(page_.lines[i].text, page_.lexicon, page_.order);
      absl::string_view head = absl::StripAsciiWhitespace(
          absl::string_view(page_.lines[i].text).substr(0, dates.empty() ? 0 : dates.front().begin));
      while (absl::ConsumeSuffix(&head, ",") || absl::ConsumeSuffix(&head, "|"))
        head = absl::StripAsciiWhitespace(head);
      if (IsSectionForm(head)) return SetSection(head, "word before the date", i);
    }
    // A word or two by itself right above the headline, on a page without a long menu.
    constexpr size_t kMaxMenuLines = 8;
    if (page_.headline == kNoLine || page_.headline == 0) return;
    for (size_t i = page_.headline; i > 0 && i + 4 > page_.headline; --i) {
      const TextLine& line = page_.lines[i - 1];
      const bool section = line.opens.Is(WordKind::kSection);
      if (!section && (page_.looks[i - 1] == Look::kChrome || page_.looks[i - 1] == Look::kTail)) continue;
      // One of several words below each other is an entry of a menu.
      if (i >= 2 && page_.lines[i - 2].words <= 2 && page_.looks[i - 2] != Look::kDate &&
          !page_.HasMastheadForm(i - 2) && page_.lines[i - 2].folded != FoldLine(page_.article().outlet)) {
        return;
      }
      if (section) return SetSection(line.text, "section above the headline", i - 1);
      if (page_.headline > kMaxMenuLines) return;
      if (page_.looks[i - 1] != Look::kShort || line.words > 2 || !IsSectionForm(line.text)) return;
      return SetSection(line.text, "line above the headline", i - 1);
    }
  }

 private:
  TextPage& page_;
};

}  // namespace

void ReadOutletAndSection(TextPage& page) { OutletFinder(page).ReadOutletAndSection(); }

}  // namespace dateline::extract
