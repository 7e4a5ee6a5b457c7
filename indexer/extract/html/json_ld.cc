#include "indexer/extract/html/json_ld.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/utf8.h"
#include "indexer/extract/html/html_text.h"

namespace dateline::extract {
namespace {

using absl::string_view;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr int kMaxNesting = 12;       // of articles in objects in lists
constexpr size_t kMaxArticles = 200;  // of one page; live pages hold one for each post
constexpr size_t kMaxNames = 64;      // of one article
constexpr size_t kMaxObjects = 1000;  // whose "@id" is remembered
constexpr size_t kMaxScriptBytes = 8 << 20;

string_view View(std::string_view text) { return string_view(text.data(), text.size()); }

bool Member(const object& from, string_view name, element& value) {
  return from.at_key(std::string_view(name.data(), name.size())).get(value) == simdjson::SUCCESS && !value.is_null();
}

// A string, a number, the first of a list, or the "@value" or "name" of an object.
std::string TextOf(const element& value, int depth = 0) {
  std::string_view text;
  int64_t number = 0;
  array list;
  object fields;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  if (value.get(number) == simdjson::SUCCESS) return absl::StrCat(number);
  if (depth >= 3) return "";
  if (value.get(list) == simdjson::SUCCESS) {
    for (const element item : list) return TextOf(item, depth + 1);
  }
  if (value.get(fields) == simdjson::SUCCESS) {
    element inner;
    for (const string_view name : {"@value", "name"}) {
      if (Member(fields, name, inner)) return TextOf(inner, depth + 1);
    }
  }
  return "";
}

std::string Field(const object& from, string_view name) {
  element value;
  return Member(from, name, value) ? TextOf(value) : "";
}

// All types of an object, one after the other.
std::string TypesOf(const object& fields) {
  element value;
  if (!Member(fields, "@type", value) && !Member(fields, "type", value)) return "";
  std::string_view text;
  array list;
  std::string types;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  if (value.get(list) == simdjson::SUCCESS) {
    for (const element item : list) {
      if (item.get(text) == simdjson::SUCCESS) absl::StrAppend(&types, View(text), " ");
    }
  }
  return types;
}

// How much an object of these types is an article; 0 when it is none.
int ArticleRank(string_view types) {
  if (absl::StrContains(types, "NewsArticle") || absl::StrContains(types, "LiveBlogPosting")) return 4;
  if (absl::StrContains(types, "Article") || absl::StrContains(types, "Report")) return 3;
  if (absl::StrContains(types, "BlogPosting")) return 2;
  return 0;
}

bool IsOrganization(string_view types) {
  return absl::StrContains(types, "Organization") && !absl::StrContains(types, "Person");
}

class Collector {
 public:
  void Read(element root) { Visit(root, 0); }

  LdArticle Take() {
    if (articles_.empty()) return LdArticle();
    const auto best = std::max_element(articles_.begin(), articles_.end(),
                                       [](const Found& a, const Found& b) { return Score(a) < Score(b); });
    LdArticle article = best->article;
    for (const Found& other : articles_) {
      if (&other != &*best && SameArticle(other.article, article)) FillUp(other.article, article);
    }
    for (std::vector<LdName>* names : {&article.authors, &article.contributors}) {
      for (LdName& name : *names) Resolve(name);
      names->erase(std::remove_if(names->begin(), names->end(), [](const LdName& name) { return name.name.empty(); }),
                   names->end());
    }
    Resolve(article.publisher);
    article.found = true;
    return article;
  }

 private:
  struct Found {
    LdArticle article;
    int rank = 0;
    int depth = 0;
  };

  static int Score(const Found& found) {
    const LdArticle& article = found.article;
    return found.rank * 2 - found.depth * 5 + (article.headline.empty() ? 0 : 10) +
           (article.published.empty() ? 0 : 10) + (article.authors.empty() ? 0 : 3) + (article.body.empty() ? 0 : 1);
  }

  static bool SameArticle(const LdArticle& a, const LdArticle& b) {
    return a.headline == b.headline || a.headline.empty() || b.headline.empty();
  }

  static void FillUp(const LdArticle& from, LdArticle& to) {
    for (std::string LdArticle::*field :
         {&LdArticle::headline, &LdArticle::alternative_headline, &LdArticle::description, &LdArticle::body,
          &LdArticle::published, &LdArticle::modified, &LdArticle::section, &LdArticle::lang, &LdArticle::url}) {
      if ((to.*field).empty()) to.*field = from.*field;
    }
    if (to.authors.empty()) to.authors = from.authors;
    if (to.publisher.name.empty()) to.publisher = from.publisher;
  }

  void Visit(const element& value, int depth) {
    if (depth > kMaxNesting) return;
    array list;
    object fields;
    if (value.get(list) == simdjson::SUCCESS) {
      for (const element item : list) Visit(item, depth);
      return;
    }
    if (value.get(fields) != simdjson::SUCCESS) return;
    Remember(fields);
    const int rank = ArticleRank(TypesOf(fields));
    if (rank > 0 && articles_.size() < kMaxArticles) articles_.push_back({ArticleOf(fields), rank, depth});
    for (const auto& member : fields) {
      const string_view key = View(member.key);
      const bool same_level = key == "@graph" || key == "mainEntity" || key == "mainEntityOfPage";
      if (member.value.is_object() || member.value.is_array()) Visit(member.value, same_level ? depth : depth + 1);
    }
  }

  // Keeps the name of whatever can be pointed to.
  void Remember(const object& fields) {
    const std::string id = Field(fields, "@id");
    const std::string name = NameOf(fields);
    if (id.empty() || name.empty() || named_.size() >= kMaxObjects) return;
    named_.emplace(id, LdName{name, IsOrganization(TypesOf(fields))});
  }

  static std::string NameOf(const object& fields) {
    for (const string_view key : {"name", "byline", "alternateName"}) {
      std::string name = PlainValue(Field(fields, key));
      if (!name.empty()) return name;
    }
    const std::string given = PlainValue(Field(fields, "givenName"));
    const std::string family = PlainValue(Field(fields, "familyName"));
    return given.empty() || family.empty() ? "" : absl::StrCat(given, " ", family);
  }

  static LdArticle ArticleOf(const object& fields) {
    LdArticle article;
    article.headline = PlainValue(Field(fields, "headline"));
    if (article.headline.empty()) article.headline = PlainValue(Field(fields, "name"));
    article.alternative_headline = PlainValue(Field(fields, "alternativeHeadline"));
    article.description = PlainValue(Field(fields, "description"));
    article.body = Field(fields, "articleBody");
    article.published = PlainValue(Field(fields, "datePublished"));
    if (article.published.empty()) article.published = PlainValue(Field(fields, "dateCreated"));
    article.modified = PlainValue(Field(fields, "dateModified"));
    article.section = PlainValue(Field(fields, "articleSection"));
    article.lang = PlainValue(Field(fields, "inLanguage"));
    article.url = Field(fields, "url");
    element value;
    if (Member(fields, "author", value) || Member(fields, "creator", value)) Names(value, 0, article.authors);
    if (Member(fields, "contributor", value)) Names(value, 0, article.contributors);
    std::vector<LdName> publishers;
    if (Member(fields, "publisher", value)) Names(value, 0, publishers);
    if (!publishers.empty()) article.publisher = publishers.front();
    return article;
  }

  // A name that is still to be looked up begins with the mark below.
  static constexpr char kPointer = '\x01';

  static void Names(const element& value, int depth, std::vector<LdName>& names) {
    if (depth > 3 || names.size() >= kMaxNames) return;
    std::string_view text;
    array list;
    object fields;
    if (value.get(text) == simdjson::SUCCESS) {
      std::string name = PlainValue(View(text));
      if (!name.empty()) names.push_back({std::move(name), false});
    } else if (value.get(list) == simdjson::SUCCESS) {
      for (const element item : list) Names(item, depth + 1, names);
    } else if (value.get(fields) == simdjson::SUCCESS) {
      element inner;
      std::string_view plain;
      // {"name": ["A", "B"]} is two people.
      if (Member(fields, "name", inner) && inner.is_array()) return Names(inner, depth + 1, names);
      if (Member(fields, "name", inner) && inner.get(plain) != simdjson::SUCCESS)
        return Names(inner, depth + 1, names);
      std::string name = NameOf(fields);
      if (name.empty()) {
        const std::string id = Field(fields, "@id");
        if (!id.empty()) name = absl::StrCat(std::string(1, kPointer), id);
      }
      if (!name.empty()) names.push_back({std::move(name), IsOrganization(TypesOf(fields))});
    }
  }

  void Resolve(LdName& name) const {
    if (name.name.empty() || name.name.front() != kPointer) return;
    const auto found = named_.find(name.name.substr(1));
    name = found == named_.end() ? LdName() : found->second;
  }

  std::vector<Found> articles_;
  absl::flat_hash_map<std::string, LdName> named_;
};

// The script without what some put around it.
string_view Unwrapped(string_view text) {
  text = absl::StripAsciiWhitespace(text);
  for (bool more = true; more;) {
    more = false;
    for (const string_view mark : {"<!--", "//<![CDATA[", "/*<![CDATA[*/", "<![CDATA[", "\xEF\xBB\xBF"}) {
      more |= absl::ConsumePrefix(&text, mark);
    }
    for (const string_view mark : {"-->", "//]]>", "/*]]>*/", "]]>", ";", "//"}) {
      more |= absl::ConsumeSuffix(&text, mark);
    }
    text = absl::StripAsciiWhitespace(text);
  }
  return text;
}

bool Parse(simdjson::dom::parser& parser, string_view text, Collector& collector) {
  element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return false;
  collector.Read(root);
  return true;
}

}  // namespace

std::string RepairJson(string_view text) {
  std::string repaired;
  repaired.reserve(text.size() + 64);
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\' && i + 1 < text.size()) {
      // An escape that JSON does not know stands for its character.
      if (string_view("\"\\/bfnrtu").find(text[i + 1]) != string_view::npos) repaired.push_back(c);
      repaired.push_back(text[++i]);
      continue;
    }
    if (c == '"') in_string = !in_string;
    if (in_string && static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppend(&repaired, c == '\n' ? "\\n" : " ");
      continue;
    }
    if (!in_string && c == ',') {
      size_t next = i + 1;
      while (next < text.size() && absl::ascii_isspace(static_cast<unsigned char>(text[next]))) ++next;
      if (next < text.size() && (text[next] == '}' || text[next] == ']')) continue;
    }
    repaired.push_back(c);
  }
  return repaired;
}

LdArticle ReadJsonLd(const std::vector<string_view>& scripts) {
  Collector collector;
  simdjson::dom::parser parser;
  for (const string_view script : scripts) {
    std::string text(Unwrapped(script));
    if (text.empty() || text.size() > kMaxScriptBytes) continue;
    base::RepairUtf8(text);
    if (Parse(parser, text, collector) || Parse(parser, RepairJson(text), collector)) continue;
    // Some escape the whole script as if it were text.
    if (absl::StrContains(text, "&quot;")) Parse(parser, RepairJson(DecodeReferences(text)), collector);
  }
  return collector.Take();
}

}  // namespace dateline::extract
