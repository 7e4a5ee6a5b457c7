#include "indexer/extract/html/html_reader.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "indexer/extract/html/html_body.h"
#include "indexer/extract/html/html_dates.h"
#include "indexer/extract/html/html_headline.h"
#include "indexer/extract/html/html_page.h"
#include "indexer/extract/html/html_text.h"
#include "indexer/extract/html/html_writers.h"
#include "indexer/extract/html/json_ld.h"

namespace dateline::extract {
namespace {

using absl::string_view;
using article::Source;

constexpr size_t kMaxHeadlineBytes = 1000;
constexpr size_t kMaxNameBytes = 200;  // of an outlet, a section

string_view HostOf(string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == string_view::npos) return "";
  url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of("/?#:"));
}

// "en-GB" and "EN_us" to "en"; "" when it is no language code.
std::string LanguageCode(string_view lang) {
  lang = absl::StripAsciiWhitespace(lang);
  lang = lang.substr(0, lang.find_first_of("-_"));
  const bool letters = std::all_of(lang.begin(), lang.end(),
                                   [](char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); });
  return letters && lang.size() == 2 ? absl::AsciiStrToLower(lang) : "";
}

// Whether a name is that of a firm rather than of what it publishes.
bool NamesFirm(string_view name) {
  for (const string_view form :
       {" AG",   " GmbH", " KG",     " SE",   " Ltd", " Ltd.", " Limited", " Inc", " Inc.", " LLC",  " plc",
        " S.A.", " SpA",  " S.p.A.", " S.L.", " SRL", " B.V.", " AB",      " ASA", " Oy",   " Corp."}) {
    if (absl::EndsWith(name, form)) return true;
  }
  return false;
}

// Paragraphs of an "articleBody", which may be markup itself.
std::string PlainBody(string_view body) {
  if (body.empty()) return "";
  std::string decoded = DecodeReferences(body);
  std::vector<std::string> paragraphs;
  if (absl::StrContains(decoded, "</")) {
    for (PageBlock& block : ReadPage(decoded).blocks) paragraphs.push_back(std::move(block.text));
  } else {
    for (string_view line : absl::StrSplit(decoded, absl::ByAnyChar("\r\n"), absl::SkipWhitespace())) {
      paragraphs.push_back(CleanText(line));
    }
  }
  std::string plain;
  for (const std::string& paragraph : paragraphs) absl::StrAppend(&plain, plain.empty() ? "" : "\n", paragraph);
  return plain;
}

class Reader {
 public:
  Reader(string_view html, string_view url, const Lexicon& lexicon, Extraction& out)
      : page_(ReadPage(html)),
        ld_(ReadJsonLd(page_.json_ld)),
        page_bytes_(html.size()),
        given_url_(url),
        lexicon_(lexicon),
        out_(out) {}

  void Read() {
    ReadUrl();
    ReadLanguage();
    ReadOutlet();
    ReadHeadline();
    const PageBody body = FindBody(page_, Clues(), lexicon_);
    SetBody(body);
    ReadPageDate(page_, ld_, body, out_.article.url, lexicon_, out_);
    ReadPageWriters(page_, ld_, body, outlets_, lexicon_, out_);
    ReadSection();
    KeepPlacesInside();
  }

 private:
  void Chose(string_view field, string_view value, string_view rule, size_t begin = 0, size_t end = 0) {
    out_.evidence.push_back(
        Evidence{std::string(field), std::string(value), "", std::string(rule), Source::kMarkup, begin, end, true});
  }

  // What was balanced or quoted for the parser may end a few bytes behind its source.
  void KeepPlacesInside() {
    for (Evidence& evidence : out_.evidence) {
      evidence.end = std::min(evidence.end, page_bytes_);
      evidence.begin = std::min(evidence.begin, evidence.end);
    }
  }

  void ReadUrl() {
    const MarkupValue* const og = page_.Meta({"og:url"});
    for (const string_view url :
         {string_view(page_.canonical), og == nullptr ? string_view() : string_view(og->value), given_url_}) {
      if (HostOf(url).empty()) continue;
      out_.article.url = std::string(url);
      return Chose("url", url, url == given_url_ ? "address" : "canonical link");
    }
    out_.article.url = std::string(given_url_);
  }

  void ReadLanguage() {
    const MarkupValue* const locale = page_.Meta({"og:locale", "content-language", "dc.language", "language"});
    for (const auto& [text, rule] :
         {std::make_pair(string_view(page_.lang.value), "html lang"),
          std::make_pair(string_view(ld_.lang), "json-ld"),
          std::make_pair(locale == nullptr ? string_view() : string_view(locale->value), "meta")}) {
      out_.article.lang = LanguageCode(text);
      if (!out_.article.lang.empty()) return Chose("lang", out_.article.lang, rule);
    }
  }

  void ReadOutlet() {
    AddOutlet(ld_.publisher.name, "json-ld publisher");
    for (const string_view name : {"og:site_name", "application-name", "apple-mobile-web-app-title", "dc.publisher",
                                   "publisher", "article:publisher", "copyright"}) {
      if (const MarkupValue* const meta = page_.Meta({name})) AddOutlet(meta->value, absl::StrCat("meta ", name));
    }
    const string_view host = absl::StripPrefix(HostOf(out_.article.url), "www.");
    if (out_.article.outlet.empty() || lexicon_.OutletByName(out_.article.outlet) == nullptr) {
      if (const Outlet* const outlet = lexicon_.OutletByHost(host)) SetOutlet(outlet->name, "host");
    }
    if (!host.empty()) {
      outlets_.emplace_back(host);
      const size_t dot = host.find('.');
      if (dot >= 3) outlets_.emplace_back(host.substr(0, dot));
    }
    if (!out_.article.outlet.empty()) outlets_.push_back(out_.article.outlet);
  }

  // A printed name of the outlet; the first one, or the first that is known, names it.
  void AddOutlet(string_view name, string_view rule) {
    name = absl::StripAsciiWhitespace(name);
    if (name.size() < 2 || name.size() > kMaxNameBytes || !HostOf(name).empty()) return;
    outlets_.emplace_back(name);
    const Outlet* const known = lexicon_.OutletByName(name);
    if (known != nullptr && !outlet_known_) {
      outlet_known_ = true;
      SetOutlet(known->name, rule);
    } else if (!outlet_known_ && (out_.article.outlet.empty() || NamesFirm(out_.article.outlet)) &&
               rule != "meta copyright" && rule != "meta article:publisher") {
      SetOutlet(std::string(name), rule);
    }
  }

  void SetOutlet(std::string name, string_view rule) {
    for (Evidence& evidence : out_.evidence) evidence.used &= evidence.field != "outlet";
    out_.article.outlet = std::move(name);
    out_.article.outlet_source = Source::kMarkup;
    Chose("outlet", out_.article.outlet, rule);
  }

  void ReadHeadline() {
    std::vector<HeadlineCandidate> candidates;
    const auto add = [&candidates](string_view text, string_view rule, size_t begin, size_t end) {
      if (text.empty() || text.size() > kMaxHeadlineBytes) return;
      candidates.push_back({std::string(text), std::string(rule), begin, end});
    };
    if (const MarkupValue* og = page_.Meta({"og:title"})) add(og->value, "og:title", og->begin, og->end);
    add(ld_.headline, "json-ld headline", 0, 0);
    for (const PageBlock& block : page_.blocks) {
      if (block.tag == Tag::kHeading1) add(block.text, "h1", block.begin, block.end);
      if (candidates.size() > 8) break;
    }
    if (const MarkupValue* tw = page_.Meta({"twitter:title"})) add(tw->value, "twitter:title", tw->begin, tw->end);
    add(page_.title, "title", 0, 0);
    std::vector<std::string> others;
    for (const HeadlineCandidate& candidate : candidates) others.push_back(candidate.text);
    for (HeadlineCandidate& candidate : candidates) {
      std::string bare = WithoutOutlet(candidate.text, outlets_, others);
      if (!bare.empty()) candidate.text = std::move(bare);
    }
    const HeadlineCandidate* const best = ChooseHeadline(candidates);
    if (best == nullptr) return;
    out_.article.headline = best->text;
    out_.article.headline_source = Source::kMarkup;
    Chose("headline", best->text, best->rule, best->begin, best->end);
    KeepLosers(candidates, *best);
  }

  // Other headlines than the one chosen, each once.
  void KeepLosers(const std::vector<HeadlineCandidate>& candidates, const HeadlineCandidate& best) {
    std::vector<string_view> kept = {best.text};
    for (const HeadlineCandidate& candidate : candidates) {
      if (candidate.rule == "h1" || std::find(kept.begin(), kept.end(), candidate.text) != kept.end()) continue;
      kept.push_back(candidate.text);
      Chose("headline", candidate.text, candidate.rule, candidate.begin, candidate.end);
      out_.evidence.back().used = false;
    }
  }

  BodyClues Clues() const {
    BodyClues clues;
    clues.headline = out_.article.headline;
    clues.article_body = PlainBody(ld_.body);
    for (const string_view name : {"og:description", "description", "twitter:description"}) {
      if (const MarkupValue* const meta = page_.Meta({name})) clues.descriptions.push_back(meta->value);
    }
    if (!ld_.description.empty()) clues.descriptions.push_back(ld_.description);
    return clues;
  }

  void SetBody(const PageBody& body) {
    out_.article.body = body.text;
    out_.article.deck = body.deck;
    out_.article.caption = body.captions;
    size_t begin = 0;
    size_t end = 0;
    string_view rule = "densest container";
    if (body.first_block < page_.blocks.size()) {
      begin = page_.blocks[body.first_block].begin;
      end = page_.blocks[body.end_block - 1].end;
    }
    const std::string witness = PlainBody(ld_.body);
    if (ReadingLength(witness) > 300 && ReadingLength(witness) > 2 * ReadingLength(body.text)) {
      out_.article.body = witness;
      rule = "json-ld articleBody";
      begin = end = 0;
    }
    // No page is lost to the rules: without headline and body all that can be seen is the body.
    if (out_.article.body.empty() && out_.article.headline.empty()) {
      rule = "all visible text";
      for (const PageBlock& block : page_.blocks) {
        absl::StrAppend(&out_.article.body, out_.article.body.empty() ? "" : "\n", block.text);
      }
    }
    if (!out_.article.body.empty()) Chose("body", "", rule, begin, end);
  }

  void ReadSection() {
    std::string section = ld_.section;
    string_view rule = "json-ld articleSection";
    if (section.empty()) {
      const MarkupValue* const meta = page_.Meta({"article:section", "section", "category", "parsely-section"});
      if (meta == nullptr) return;
      section = meta->value;
      rule = "meta section";
    }
    if (section.size() > kMaxNameBytes) return;
    out_.article.section = section;
    Chose("section", section, rule);
  }

  const Page page_;
  const LdArticle ld_;
  const size_t page_bytes_;
  const string_view given_url_;
  const Lexicon& lexicon_;
  Extraction& out_;
  std::vector<std::string> outlets_;  // names by which the outlet goes on this page
  bool outlet_known_ = false;
};

}  // namespace

void ReadHtml(string_view html, string_view url, const Lexicon& lexicon, Extraction& out) {
  Reader(html, url, lexicon, out).Read();
}

}  // namespace dateline::extract
