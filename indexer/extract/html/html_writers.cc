#include "indexer/extract/html/html_writers.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "indexer/extract/html/html_text.h"
#include "indexer/extract/rules/byline.h"
#include "indexer/extract/rules/date_finder.h"

namespace dateline::extract {
namespace {

using absl::string_view;
using article::Credit;
using article::Role;
using article::Source;

constexpr size_t kMaxFieldBytes = 1000;  // a longer one is no list of names
constexpr size_t kMaxLineBytes = 200;
constexpr size_t kMaxBareNames = 90;
constexpr size_t kBlocksAbove = 6;  // above the headline where a byline may stand

constexpr string_view kBegins = "line that begins like a byline";

bool IsAddress(string_view text) {
  return absl::StrContains(text, "://") || absl::StartsWith(text, "www.") || absl::StartsWith(text, "/");
}

// What one place of the page says.
struct Place {
  std::string rule;
  Source source = Source::kMarkup;
  std::string text;
  size_t begin = 0;
  size_t end = 0;
  BylineReading reading;

  bool HasPerson() const {
    return std::any_of(reading.people.begin(), reading.people.end(),
                       [](const Credit& credit) { return credit.role != Role::kDesk; });
  }
};

class WriterReader {
 public:
  WriterReader(const Page& page, const PageBody& body, const std::vector<std::string>& outlets,
               const Lexicon& lexicon)
      : page_(page), body_(body), outlets_(outlets), lexicon_(lexicon) {}

  void JsonLd(const LdArticle& ld) {
    Place place;
    place.rule = "json-ld author";
    for (const LdName& name : ld.authors) Read(name.name, Trust::kSupplied, name.organization, place);
    Keep(std::move(place));
  }

  void Metas() {
    for (const string_view name :
         {"author", "article:author", "article:author_name", "og:article:author", "byl", "byline", "dc.creator",
          "dcterms.creator", "parsely-author", "sailthru.author", "authors", "article.author", "cxenseparse:author",
          "dc.contributor", "citation_author"}) {
      Place place;
      place.rule = absl::StrCat("meta ", name);
      for (const MarkupValue& meta : page_.metas) {
        if (meta.name != name) continue;
        Read(meta.value, Trust::kSupplied, false, place);
        place.begin = meta.begin;
        place.end = meta.end;
      }
      Keep(std::move(place));
    }
  }

  void Microdata() {
    Place named;
    named.rule = "itemprop author";
    for (const MarkupValue& property : page_.properties) {
      if (property.name == "author" && Near(property.block)) ReadValue(property, named);
    }
    Keep(std::move(named));
    for (const string_view kind : {"rel", "link"}) {
      Place linked;
      linked.rule = kind == "rel" ? "rel=author" : "link to an author";
      for (const MarkupValue& author : page_.authors) {
        if (author.name == kind && Near(author.block)) ReadValue(author, linked);
      }
      Keep(std::move(linked));
    }
  }

  // Lines between the headline and the body, or just above: those that the markup calls bylines, then those that
  // begin like one.
  void Lines() {
    if (body_.headline_block >= page_.blocks.size()) return;
    Place called;
    called.rule = "line called a byline";
    called.source = Source::kText;
    Place begun;
    begun.rule = std::string(kBegins);
    begun.source = Source::kText;
    for (size_t i = FirstLine(); i < LastLine(); ++i) {
      const PageBlock& block = page_.blocks[i];
      if (block.text.size() > kMaxLineBytes || i == body_.headline_block) continue;
      if ((page_.HintsAround(block.node) & kHintCaption) != 0) continue;
      const bool is_called = ((CloseHints(block.node) | block.hints) & kHintByline) != 0;
      const bool begins = lexicon_.StartsWith(WordKind::kBy, FoldLine(block.text)) > 0;
      if (is_called) ReadLine(block, called);
      if (begins) ReadLine(block, begun);
    }
    Keep(std::move(begun));
    Keep(std::move(called));
    BareNames();
  }

  // A line of nothing but names between the headline and the first paragraph, or the first or last of the text.
  void BareNames() {
    Place bare;
    bare.rule = "line of bare names";
    bare.source = Source::kText;
    const size_t last = std::min({page_.blocks.size(), body_.first_block + 4, body_.headline_block + 30});
    const size_t first = std::max(body_.headline_block + 1, std::max<size_t>(body_.first_block, 3) - 3);
    std::vector<size_t> lines;
    for (size_t i = first; i < last; ++i) lines.push_back(i);
    // Or the last of the text.
    for (size_t i = std::max<size_t>(body_.end_block, 1) - 1; i < std::min(body_.end_block + 2, page_.blocks.size());
         ++i) {
      lines.push_back(i);
    }
    for (const size_t i : lines) {
      const PageBlock& block = page_.blocks[i];
      if (block.text.size() > kMaxBareNames || block.link_bytes > 0 || block.tag != Tag::kParagraph ||
          block.text.find_first_of(" /") == std::string::npos ||
          (page_.HintsAround(block.node) & (kHintNavigation | kHintCaption | kHintBox)) != 0) {
        continue;
      }
      const BylineReading reading = ReadByline(block.text, lexicon_, Trust::kText, Role::kWriter, Source::kText);
      size_t named = 0;
      for (const Credit& credit : reading.people) named += credit.role == Role::kDesk ? 0 : credit.name.size() + 1;
      if (named * 10 < block.text.size() * 9 || named == 0) continue;
      ReadLine(block, bare);
      break;
    }
    Keep(std::move(bare));
  }

  void Write(Extraction& out) {
    const Place* best = nullptr;
    for (const Place& place : places_) {
      if (best == nullptr || (!best->HasPerson() && place.HasPerson() && OnlyOutlet(*best)) ||
          SaysMore(place, *best)) {
        best = &place;
      }
    }
    for (const Place& place : places_) AddEvidence(place, &place == best, out);
    if (best == nullptr) return;
    // "The Arden Post with Agency": the outlet adds nothing to its agency.
    const bool with_agency = !best->reading.agencies.empty() && !best->HasPerson();
    for (const Credit& credit : best->reading.people) {
      if (!with_agency || !NamesOutlet(credit.name)) out.article.bylines.push_back(credit);
    }
    for (const Place& place : places_) {
      for (const AgencyCredit& agency : place.reading.agencies) AddAgency(agency, out.article.agencies);
    }
  }

 private:
  // Its name, or words of it with an initial ("Arden P"), as systems call the account of an outlet.
  bool IsOutlet(string_view name) const {
    const std::string comparable = ComparableText(name);
    return std::any_of(outlets_.begin(), outlets_.end(), [&](const std::string& outlet) {
      const std::string other = ComparableText(outlet);
      return other == comparable || IsAccount(comparable, other);
    });
  }

  static bool IsAccount(string_view name, string_view outlet) {
    const std::vector<string_view> words = absl::StrSplit(outlet, ' ');
    bool initial = false;
    bool shared = false;
    for (const string_view word : absl::StrSplit(name, ' ')) {
      const bool among = std::find(words.begin(), words.end(), word) != words.end();
      if (!among && word.size() > 1) return false;
      (among ? shared : initial) = true;
    }
    return shared && initial;
  }

  // Whether `place` has all the persons of `best`, and more. Only metas and lines that begin with "By" are asked:
  // other lines and links stand near names of other articles.
  static bool SaysMore(const Place& place, const Place& best) {
    if (!best.HasPerson() || !(absl::StartsWith(place.rule, "meta ") || place.rule == kBegins)) return false;
    if (place.reading.people.size() <= best.reading.people.size()) return false;
    return std::all_of(best.reading.people.begin(), best.reading.people.end(), [&](const Credit& credit) {
      return std::any_of(place.reading.people.begin(), place.reading.people.end(), [&](const Credit& other) {
        return ComparableText(other.name) == ComparableText(credit.name);
      });
    });
  }

  // Also a part of the outlet's name.
  bool NamesOutlet(string_view name) const {
    const std::string part = absl::StrCat(" ", ComparableText(name), " ");
    return std::any_of(outlets_.begin(), outlets_.end(), [&](const std::string& outlet) {
      return absl::StrContains(absl::StrCat(" ", ComparableText(outlet), " "), part);
    });
  }

  // Nothing but the outlet's own name, which its system writes where no person is named.
  bool OnlyOutlet(const Place& place) const {
    return place.reading.agencies.empty() &&
           std::all_of(place.reading.people.begin(), place.reading.people.end(),
                       [&](const Credit& credit) { return credit.role == Role::kDesk && IsOutlet(credit.name); });
  }

  void Read(string_view text, Trust trust, bool organization, Place& place) {
    if (text.empty() || text.size() > kMaxFieldBytes || IsAddress(text)) return;
    if (!place.text.empty()) absl::StrAppend(&place.text, "; ");
    absl::StrAppend(&place.text, text);
    if (IsOutlet(text)) return AddPerson(Credit{std::string(text), Role::kDesk, place.source}, place);
    BylineReading reading = ReadByline(text, lexicon_, trust, Role::kWriter, place.source);
    // What the markup calls an organization is no person, however its name looks.
    if (organization && reading.agencies.empty()) {
      return AddPerson(Credit{std::string(text), Role::kDesk, place.source}, place);
    }
    for (Credit& credit : reading.people) {
      // A word for any desk ("Staff") names none.
      if (lexicon_.Is(WordKind::kDesk, FoldLine(credit.name))) continue;
      if (IsOutlet(credit.name)) credit.role = Role::kDesk;
      AddPerson(std::move(credit), place);
    }
    for (AgencyCredit& agency : reading.agencies) place.reading.agencies.push_back(std::move(agency));
  }

  static void AddPerson(Credit credit, Place& place) {
    const std::string folded = FoldLine(credit.name);
    const bool known = std::any_of(place.reading.people.begin(), place.reading.people.end(),
                                   [&](const Credit& other) { return FoldLine(other.name) == folded; });
    if (!known && !folded.empty()) place.reading.people.push_back(std::move(credit));
  }

  void ReadValue(const MarkupValue& value, Place& place) {
    if (value.value.size() > kMaxLineBytes) return;
    if (place.text.empty()) place.begin = value.begin;
    place.end = value.end;
    Read(value.value, Trust::kText, false, place);
  }

  void ReadLine(const PageBlock& block, Place& place) {
    if (place.text.empty()) place.begin = block.begin;
    place.end = block.end;
    // "Von Jane Doe 28.04.2023, 18:11 Uhr": what begins with the date is no name.
    const std::vector<FoundDate> dates = FindDates(block.text, lexicon_, DayOrder::kDayFirst);
    const string_view text =
        string_view(block.text).substr(0, dates.empty() ? block.text.size() : dates.front().begin);
    Read(text, Trust::kText, false, place);
    // A line of text may hold the name of a region of the page; desks are believed where a field names them.
    std::vector<Credit>& people = place.reading.people;
    people.erase(
        std::remove_if(people.begin(), people.end(),
                       [&](const Credit& credit) { return credit.role == Role::kDesk && !IsOutlet(credit.name); }),
        people.end());
  }

  void Keep(Place place) {
    if (!place.reading.empty()) places_.push_back(std::move(place));
  }

  size_t FirstLine() const { return body_.headline_block > kBlocksAbove ? body_.headline_block - kBlocksAbove : 0; }
  size_t LastLine() const {
    const size_t body = std::max(body_.headline_block, std::min(body_.first_block, page_.blocks.size()));
    return std::min({page_.blocks.size(), body + 4, body_.headline_block + 30});
  }
  bool Near(size_t block) const {
    if (body_.headline_block >= page_.blocks.size()) {
      return body_.first_block < page_.blocks.size() && block + kBlocksAbove >= body_.first_block &&
             block <= body_.end_block + kBlocksAbove;
    }
    return block >= FirstLine() && block <= LastLine();
  }

  // The hints of the three innermost elements: further out the name is that of a region.
  uint32_t CloseHints(int node) const {
    uint32_t hints = 0;
    for (int i = 0; i < 3 && node >= 0; ++i, node = page_.nodes[static_cast<size_t>(node)].parent) {
      hints |= page_.nodes[static_cast<size_t>(node)].hints;
    }
    return hints;
  }

  static void AddAgency(const AgencyCredit& agency, std::vector<Credit>& agencies) {
    const bool known = std::any_of(agencies.begin(), agencies.end(),
                                   [&](const Credit& other) { return other.name == agency.credit.name; });
    if (!known) agencies.push_back(agency.credit);
  }

  static void AddEvidence(const Place& place, bool used, Extraction& out) {
    for (const Credit& credit : place.reading.people) {
      out.evidence.push_back(
          Evidence{"byline", credit.name, "", place.rule, place.source, place.begin, place.end, used});
    }
    for (const AgencyCredit& agency : place.reading.agencies) {
      out.evidence.push_back(Evidence{"agency", agency.as_printed, agency.credit.name, place.rule, place.source,
                                      place.begin, place.end, true});
    }
  }

  const Page& page_;
  const PageBody& body_;
  const std::vector<std::string>& outlets_;
  const Lexicon& lexicon_;
  std::vector<Place> places_;
};

}  // namespace

void ReadPageWriters(const Page& page, const LdArticle& ld, const PageBody& body,
                     const std::vector<std::string>& outlets, const Lexicon& lexicon, Extraction& out) {
  WriterReader reader(page, body, outlets, lexicon);
  reader.JsonLd(ld);
  reader.Metas();
  reader.Microdata();
  reader.Lines();
  reader.Write(out);
}

}  // namespace dateline::extract
