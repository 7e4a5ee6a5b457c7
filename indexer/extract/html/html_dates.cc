#include "indexer/extract/html/html_dates.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/types/optional.h"
#include "indexer/extract/rules/date_finder.h"
#include "indexer/extract/rules/date_parser.h"

namespace dateline::extract {
namespace {

using absl::string_view;
using article::Publication;
using article::Source;

constexpr size_t kBlocksAround = 12;  // before and after the headline where its date may stand
constexpr size_t kMaxDateLine = 160;  // bytes; a longer line tells about other days
constexpr int64_t kFirstEpochMillisecond = 100'000'000'000;

struct Candidate {
  Publication publication;
  Evidence evidence;
};

// A date as markup prints it: what the parser reads, seconds or milliseconds since the epoch, or as people print it.
absl::optional<Publication> MarkupDate(string_view text, const Lexicon& lexicon, DayOrder order) {
  int64_t number = 0;
  if (absl::SimpleAtoi(text, &number)) {
    const auto date = DateFromNumber(number >= kFirstEpochMillisecond ? number / 1000 : number);
    if (date && date->publication.dated()) return date->publication;
    return absl::nullopt;
  }
  const auto date = ParseDate(text);
  if (date && date->publication.dated()) return date->publication;
  if (text.size() > kMaxDateLine) return absl::nullopt;
  for (FoundDate& found : FindDates(text, lexicon, order)) {
    if (found.publication.dated()) return found.publication;
  }
  return absl::nullopt;
}

class DateReader {
 public:
  DateReader(const Page& page, const PageBody& body, const Lexicon& lexicon, DayOrder order)
      : page_(page), body_(body), lexicon_(lexicon), order_(order) {}

  void Markup(string_view text, string_view rule, size_t begin, size_t end) {
    if (text.empty()) return;
    const auto publication = MarkupDate(text, lexicon_, order_);
    if (publication) Add(*publication, text, rule, Source::kMarkup, begin, end);
  }

  void Metas() {
    for (const string_view name : {"article:published_time",
                                   "article:published",
                                   "og:published_time",
                                   "og:article:published_time",
                                   "published_time",
                                   "rnews:datepublished",
                                   "datepublished",
                                   "parsely-pub-date",
                                   "sailthru.date",
                                   "cxenseparse:recs:publishtime",
                                   "cxenseparse:recs:articlepublishtime",
                                   "cxenseparse:publishtime",
                                   "article.published",
                                   "publish-date",
                                   "publish_date",
                                   "publishdate",
                                   "pubdate",
                                   "publication_date",
                                   "publication-date",
                                   "dcterms.created",
                                   "dcterms.issued",
                                   "dcterms.date",
                                   "dc.date.issued",
                                   "dc.date.created",
                                   "dc.date",
                                   "dc.created",
                                   "prism.publicationdate",
                                   "citation_publication_date",
                                   "originalpublicationdate",
                                   "date",
                                   "created",
                                   "article:created",
                                   "releasedate",
                                   "displaydate",
                                   "vr:published_time",
                                   "bt:pubdate",
                                   "ob_pubdate",
                                   "news_publish_date",
                                   "cse-pubdate",
                                   "apub:date"}) {
      for (const MarkupValue& meta : page_.metas) {
        if (meta.name == name) Markup(meta.value, absl::StrCat("meta ", name), meta.begin, meta.end);
      }
    }
  }

  void Microdata() {
    for (const MarkupValue& property : page_.properties) {
      if (property.name == "datepublished")
        Markup(property.value, "itemprop datePublished", property.begin, property.end);
    }
  }

  // <time>, nearest to the headline first; one with the attribute "pubdate" before any other.
  void Times() {
    std::vector<const MarkupValue*> times;
    for (const MarkupValue& time : page_.times) {
      if (time.name != "updated" && Near(time.block)) times.push_back(&time);
    }
    std::stable_sort(times.begin(), times.end(), [&](const MarkupValue* a, const MarkupValue* b) {
      return std::make_pair(a->name != "pubdate", Distance(a->block)) <
             std::make_pair(b->name != "pubdate", Distance(b->block));
    });
    for (const MarkupValue* time : times) Markup(time->value, "<time> beside the headline", time->begin, time->end);
  }

  // A line of text between headline and body, or just above.
  void Lines() {
    if (Headline() == page_.blocks.size()) return;
    const size_t first = Headline() > 4 ? Headline() - 4 : 0;
    const size_t last = std::min(page_.blocks.size(), std::max(Headline(), FirstOfBody()) + 8);
    std::vector<Candidate> found;
    for (size_t i = first; i < last && i < Headline() + 30; ++i) {
      const PageBlock& block = page_.blocks[i];
      if (block.text.size() > kMaxDateLine || i == Headline()) continue;
      // "Updated ..." names another moment.
      if (lexicon_.StartsWith(WordKind::kUpdated, FoldLine(block.text)) > 0) continue;
      for (const FoundDate& date : FindDates(block.text, lexicon_, order_)) {
        if (!date.publication.dated()) continue;
        Add(date.publication, block.text, "date beside the headline", Source::kText, block.begin, block.end);
        break;
      }
    }
  }

  // ".../2024/04/22/..." and ".../2024-04-22-..." in the address.
  void Address(string_view url) {
    const size_t scheme = url.find("://");
    if (scheme != string_view::npos) url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("?#"));
    const std::vector<string_view> parts = absl::StrSplit(url, absl::ByAnyChar("/-_"));
    for (size_t i = 0; i + 2 < parts.size(); ++i) {
      if (parts[i].size() != 4 || parts[i + 1].size() != 2 || parts[i + 2].size() != 2) continue;
      const std::string text = absl::StrCat(parts[i], "-", parts[i + 1], "-", parts[i + 2]);
      const auto date = ParseDate(text);
      if (date && date->publication.dated())
        return Add(date->publication, text, "date in the address", Source::kText, 0, 0);
    }
  }

  void Write(Extraction& out) {
    bool first = true;
    std::vector<std::string> days;
    for (Candidate& candidate : candidates_) {
      const std::string day = article::PrintedDateText(candidate.publication);
      if (std::find(days.begin(), days.end(), day) != days.end()) continue;
      days.push_back(day);
      if (days.size() > 8) break;
      if (first) {
        out.article.publication = candidate.publication;
        out.article.publication.source = candidate.evidence.source;
      }
      candidate.evidence.used = first;
      out.evidence.push_back(std::move(candidate.evidence));
      first = false;
    }
  }

 private:
  size_t Headline() const { return body_.headline_block; }
  size_t FirstOfBody() const { return std::min(body_.first_block, page_.blocks.size()); }

  size_t Distance(size_t block) const {
    const size_t to = Headline() == page_.blocks.size() ? FirstOfBody() : Headline();
    return block > to ? block - to : to - block;
  }

  bool Near(size_t block) const {
    if (Headline() == page_.blocks.size()) return Distance(block) <= kBlocksAround;
    return Distance(block) <= kBlocksAround || (block > Headline() && block <= FirstOfBody());
  }

  void Add(const Publication& publication, string_view text, string_view rule, Source source, size_t begin,
           size_t end) {
    Candidate candidate;
    candidate.publication = publication;
    candidate.evidence.field = "published";
    candidate.evidence.value = std::string(text);
    candidate.evidence.rule = std::string(rule);
    candidate.evidence.source = source;
    candidate.evidence.begin = begin;
    candidate.evidence.end = end;
    candidates_.push_back(std::move(candidate));
  }

  const Page& page_;
  const PageBody& body_;
  const Lexicon& lexicon_;
  const DayOrder order_;
  std::vector<Candidate> candidates_;
};

// "US" of "en-US".
std::string CountryOf(string_view lang) {
  const size_t sign = lang.find_first_of("-_");
  return sign == string_view::npos ? "" : absl::AsciiStrToUpper(lang.substr(sign + 1, 2));
}

}  // namespace

void ReadPageDate(const Page& page, const LdArticle& ld, const PageBody& body, string_view url,
                  const Lexicon& lexicon, Extraction& out) {
  DateReader reader(page, body, lexicon, DayOrderOf(out.article.lang, CountryOf(page.lang.value)));
  reader.Markup(ld.published, "json-ld datePublished", 0, 0);
  reader.Metas();
  reader.Microdata();
  reader.Times();
  reader.Lines();
  reader.Address(url);
  reader.Write(out);
}

}  // namespace dateline::extract
