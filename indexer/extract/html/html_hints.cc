#include "indexer/extract/html/html_hints.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "indexer/extract/html/html_page.h"

namespace dateline::extract {
namespace {

using absl::string_view;
using WordHints = absl::flat_hash_map<string_view, uint32_t>;

constexpr size_t kMaxNameBytes = 1000;

// One word of a name.
const WordHints& OfWord() {
  static const auto* const kHints = [] {
    auto* const hints = new WordHints;
    for (string_view word :
         {"related",       "relateds",       "promo",           "promos",       "promotion",     "newsletter",
          "newsletters",   "social",         "socials",         "share",        "sharing",       "sharebar",
          "sharelinks",    "comment",        "comments",        "disqus",       "advert",        "adverts",
          "advertisement", "advertorial",    "advertising",     "sponsored",    "outbrain",      "taboola",
          "recommended",   "recommendation", "recommendations", "recommender",  "recirculation", "recirc",
          "breadcrumb",    "breadcrumbs",    "cookie",          "cookies",      "consent",       "gdpr",
          "subscribe",     "subscription",   "subscriptions",   "sidebar",      "nav",           "navigation",
          "navbar",        "menu",           "footer",          "toolbar",      "trending",      "popular",
          "mostread",      "readmore",       "morenews",        "moreon",       "seealso",       "bio",
          "tooltip",       "modal",          "popup",           "poll",         "quiz",          "copyright",
          "login",         "signup",         "donate",          "donation",     "teaser",        "teasers",
          "tags",          "taglist",        "keywords",        "rating",       "skip",          "banner",
          "outro",         "feedback",       "callout",         "offscreen",    "noprint",       "printonly",
          "affiliate",     "disclaimer",     "topiclist",       "furthermore",  "marketing",     "pagination",
          "pager",         "carousel",       "slider",          "similar",      "imprint",       "toc",
          "jumplinks",     "sociallinks",    "followus",        "whatsapp",     "subscriber",    "piano",
          "onetrust",      "infobox",        "relatedarticles", "relatedposts", "embed",         "embeds",
          "embedded",      "oembed",         "twitter",         "tweet",        "instagram",     "facebook",
          "tiktok",        "youtube",        "yarpp",           "jp",           "sharedaddy",    "addtoany",
          "podcast",       "livefyre"}) {
      (*hints)[word] = kHintFurniture;
    }
    for (string_view word : {"caption", "captions", "figcaption", "credit", "credits", "imagecaption", "legend",
                             "photocredit", "bildunterschrift"}) {
      (*hints)[word] = kHintCaption;
    }
    for (string_view word : {"byline", "bylines", "author", "authors", "autor", "autoren", "auteur", "autore",
                             "writer", "contributor", "contributors", "reporter", "authorname", "authorbox"}) {
      (*hints)[word] = kHintByline;
    }
    for (string_view word : {"date", "dateline", "datetime", "timestamp", "pubdate", "published", "publishdate",
                             "time", "datum", "fecha", "data", "updated", "dates"}) {
      (*hints)[word] = kHintDate;
    }
    for (string_view word :
         {"standfirst", "subheadline", "subtitle",  "subhead",      "dek",     "deck",    "summary",
          "lead",       "lede",        "intro",     "introduction", "excerpt", "chapeau", "vorspann",
          "entradilla", "bajada",      "sommario",  "abstract",     "ingress", "kicker",  "synopsis",
          "leadtext",   "subtitulo",   "podnaslov", "spot",         "perex"}) {
      (*hints)[word] = kHintStandfirst;
    }
    for (string_view word : {"articlebody", "storybody", "bodycopy", "bodytext", "articletext", "articlecontent",
                             "newstext", "storycontent", "postcontent"}) {
      (*hints)[word] = kHintBody;
    }
    for (string_view word : {"hidden", "visuallyhidden", "screenreader", "invisible"}) (*hints)[word] = kHintHidden;
    for (string_view word : {"headline", "entrytitle"}) (*hints)[word] = kHintHeadline;
    for (string_view word : {"pullquote", "factbox", "sidenote", "faktaboks", "fact"}) (*hints)[word] = kHintBox;
    return hints;
  }();
  return *kHints;
}

// Two words of a name, one after the other.
const WordHints& OfPair() {
  static const auto* const kHints = new WordHints{
      {"article body", kHintBody},
      {"story body", kHintBody},
      {"article text", kHintBody},
      {"article content", kHintBody},
      {"entry content", kHintBody},
      {"post content", kHintBody},
      {"story content", kHintBody},
      {"body text", kHintBody},
      {"body copy", kHintBody},
      {"post body", kHintBody},
      {"content body", kHintBody},
      {"news text", kHintBody},
      {"read more", kHintFurniture},
      {"more stories", kHintFurniture},
      {"more news", kHintFurniture},
      {"see also", kHintFurniture},
      {"most read", kHintFurniture},
      {"follow us", kHintFurniture},
      {"sign up", kHintFurniture},
      {"log in", kHintFurniture},
      {"read next", kHintFurniture},
      {"up next", kHintFurniture},
      {"more on", kHintFurniture},
      {"more from", kHintFurniture},
      {"also read", kHintFurniture},
      {"read also", kHintFurniture},
      {"next article", kHintFurniture},
      {"about author", kHintFurniture},
      {"topic list", kHintFurniture},
      {"tag list", kHintFurniture},
      {"article tags", kHintFurniture},
      {"post tags", kHintFurniture},
      {"link list", kHintFurniture},
      {"social media", kHintFurniture},
      {"screen reader", kHintHidden},
      {"sr only", kHintHidden},
      {"visually hidden", kHintHidden},
      {"pull quote", kHintBox},
      {"info box", kHintBox},
      {"expandable box", kHintBox},
      {"ai summary", kHintBox},
      {"ai content", kHintBox},
      {"fact box", kHintBox},
      {"image description", kHintCaption},
      {"photo description", kHintCaption},
      {"wp caption", kHintCaption},
      {"image credit", kHintCaption},
      {"photo credit", kHintCaption},
      {"image copyright", kHintCaption},
      {"sub headline", kHintStandfirst},
      {"sub title", kHintStandfirst},
      {"stand first", kHintStandfirst},
      {"in short", kHintStandfirst},
      {"key points", kHintStandfirst},
      {"site header", kHintNavigation},
      {"page header", kHintNavigation},
      {"site footer", kHintNavigation},
      {"ad slot", kHintFurniture},
      {"ad container", kHintFurniture},
      {"ad wrapper", kHintFurniture},
      {"ad label", kHintFurniture},
  };
  return *kHints;
}

}  // namespace

std::vector<std::string> NameWords(string_view name) {
  std::vector<std::string> words;
  std::string word;
  char last = ' ';
  for (const char c : name.substr(0, kMaxNameBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool part = absl::ascii_isalpha(byte) || byte >= 0x80;
    const bool starts = absl::ascii_isupper(byte) && absl::ascii_islower(static_cast<unsigned char>(last));
    if ((!part || starts) && !word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
    if (part) word.push_back(absl::ascii_tolower(byte));
    last = c;
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

uint32_t HintsOfName(string_view name) {
  uint32_t hints = 0;
  for (string_view token :
       absl::StrSplit(name.substr(0, kMaxNameBytes), absl::ByAnyChar(" \t\n\r\f"), absl::SkipEmpty())) {
    // A state or a capability of the element ("has-sidebar", "no-comments", "is-hidden" aside) is not what it is.
    const std::vector<std::string> words = NameWords(token);
    if (words.empty()) continue;
    if (words[0] == "has" || words[0] == "no" || words[0] == "with" || words[0] == "without" || words[0] == "js") {
      continue;
    }
    std::string previous;
    for (const std::string& word : words) {
      const auto one = OfWord().find(word);
      if (one != OfWord().end()) hints |= one->second;
      if (!previous.empty()) {
        const auto pair = OfPair().find(absl::StrCat(previous, " ", word));
        if (pair != OfPair().end()) hints |= pair->second;
      }
      previous = word;
    }
  }
  return hints;
}

uint32_t HintsOfRole(string_view role) {
  static const auto* const kHints = new WordHints{
      {"navigation", kHintNavigation}, {"complementary", kHintNavigation}, {"contentinfo", kHintNavigation},
      {"banner", kHintNavigation},     {"search", kHintNavigation},        {"menu", kHintNavigation},
      {"dialog", kHintNavigation},     {"alertdialog", kHintNavigation},   {"tablist", kHintNavigation},
      {"tooltip", kHintNavigation},    {"toolbar", kHintNavigation},       {"main", kHintArticle},
      {"article", kHintArticle}};
  const auto found = kHints->find(absl::AsciiStrToLower(role));
  return found == kHints->end() ? 0 : found->second;
}

uint32_t HintsOfTag(string_view tag) {
  static const auto* const kHints =
      new WordHints{{"nav", kHintNavigation},  {"footer", kHintNavigation}, {"aside", kHintNavigation},
                    {"menu", kHintNavigation}, {"dialog", kHintNavigation}, {"figcaption", kHintCaption},
                    {"figure", kHintCaption},  {"article", kHintArticle},   {"main", kHintArticle},
                    {"h1", kHintHeadline},     {"ul", kHintList},           {"ol", kHintList},
                    {"x-table", kHintTable},   {"blockquote", kHintQuote},  {"q", 0}};
  const auto found = kHints->find(tag);
  return found == kHints->end() ? 0 : found->second;
}

}  // namespace dateline::extract
