#include "indexer/extract/feed_item.h"

#include <initializer_list>
#include <pugixml.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "indexer/extract/html/html_reader.h"
#include "indexer/extract/html/html_text.h"
#include "indexer/extract/rules/byline.h"
#include "indexer/extract/rules/date_parser.h"

namespace dateline::extract {
namespace {

using article::Article;
using article::Role;
using article::Source;

// All text below `node`, as the XML of Atom's xhtml content where it has elements.
std::string ContentOf(const pugi::xml_node& node) {
  if (!node.first_child()) return "";
  bool elements = false;
  for (const pugi::xml_node& child : node.children()) elements = elements || child.type() == pugi::node_element;
  if (!elements) return node.child_value();
  struct Writer : pugi::xml_writer {
    std::string text;
    void write(const void* data, size_t size) override { text.append(static_cast<const char*>(data), size); }
  } writer;
  for (const pugi::xml_node& child : node.children()) child.print(writer, "", pugi::format_raw);
  return writer.text;
}

bool IsMarkup(absl::string_view text) {
  const size_t open = text.find('<');
  return open != absl::string_view::npos && text.find('>', open) != absl::string_view::npos;
}

class Reader {
 public:
  Reader(const pugi::xml_node& wrapper, const Lexicon& lexicon, Extraction& out)
      : wrapper_(wrapper), item_(wrapper.first_child()), lexicon_(lexicon), out_(out), article_(out.article) {}

  void Read() {
    article_.headline = PlainValue(First({"title"}));
    if (!article_.headline.empty()) article_.headline_source = Source::kFeed;
    Prove("headline", article_.headline, "title of the item");
    article_.id = std::string(absl::StripAsciiWhitespace(First({"guid", "id"})));
    article_.url = Link();
    ReadBody();
    ReadWriters();
    ReadDate();
    article_.section = PlainValue(Category());
    article_.lang = wrapper_.attribute("lang").value();
    ReadOutlet();
  }

 private:
  void Prove(absl::string_view field, absl::string_view value, absl::string_view rule) {
    if (!value.empty()) AddEvidence(out_, field, value, rule, Source::kFeed);
  }

  // The content of the first of these elements that holds something, by its local name with its usual prefix.
  std::string First(std::initializer_list<const char*> names) const {
    for (const char* name : names) {
      for (const pugi::xml_node& node : item_.children(name)) {
        std::string content = ContentOf(node);
        if (!absl::StripAsciiWhitespace(content).empty()) return content;
      }
    }
    return "";
  }

  // RSS has the address as text, Atom in an attribute of the link whose relation is "alternate" or not given.
  std::string Link() const {
    for (const pugi::xml_node& node : item_.children("link")) {
      const absl::string_view relation = node.attribute("rel").value();
      if (!relation.empty() && relation != "alternate") continue;
      const std::string address = node.attribute("href") ? node.attribute("href").value() : ContentOf(node);
      if (!absl::StripAsciiWhitespace(address).empty()) return std::string(absl::StripAsciiWhitespace(address));
    }
    const std::string guid = First({"guid"});
    return absl::StrContains(guid, "://") ? std::string(absl::StripAsciiWhitespace(guid)) : "";
  }

  std::string Category() const {
    const pugi::xml_node node = item_.child("category");
    return node.attribute("term") ? node.attribute("term").value() : ContentOf(node);
  }

  // The whole text where the feed carries it, else what it says in short.
  void ReadBody() {
    const std::string summary = First({"description", "summary", "dc:description", "media:description"});
    const std::string content = First({"content:encoded", "content", "a10:content"});
    article_.body = PlainParagraphs(content.empty() ? summary : content);
    if (!content.empty() && !summary.empty()) article_.deck = PlainValue(summary);
    Prove("body", "", content.empty() ? "description of the item" : "content of the item");
  }

  std::string PlainParagraphs(const std::string& text) {
    if (!IsMarkup(text)) return text;
    Extraction page;
    ReadHtml(text, "", lexicon_, page);
    return page.article.body.empty() ? PlainValue(text) : page.article.body;
  }

  void ReadWriters() {
    std::vector<std::string> names;
    for (const char* name : {"dc:creator", "author", "itunes:author"}) {
      for (const pugi::xml_node& node : item_.children(name)) {
        names.push_back(node.child("name") ? ContentOf(node.child("name")) : ContentOf(node));
      }
      if (!names.empty()) break;
    }
    for (const std::string& name : names) {
      // RSS asks for "jane@example.org (Jane Doe)".
      const size_t open = name.find('(');
      const bool mail = absl::StrContains(name, "@") && open != std::string::npos;
      const std::string plain = PlainValue(
          mail ? absl::string_view(name).substr(open + 1, name.find(')', open) - open - 1) : absl::string_view(name));
      BylineReading reading = ReadByline(plain, lexicon_, Trust::kSupplied, Role::kWriter, Source::kFeed);
      for (article::Credit& person : reading.people) {
        Prove("byline", person.name, "author of the item");
        article_.bylines.push_back(std::move(person));
      }
      for (AgencyCredit& agency : reading.agencies) {
        Prove("agency", agency.as_printed, "author of the item");
        out_.evidence.back().canonical = agency.credit.name;
        article_.agencies.push_back(std::move(agency.credit));
      }
    }
  }

  void ReadDate() {
    const std::string text(absl::StripAsciiWhitespace(First({"pubDate", "published", "dc:date", "date", "issued"})));
    if (text.empty()) return;
    const absl::optional<ParsedDate> date = ParseDate(text);
    if (!date) {
      article_.notes.push_back(absl::StrCat("the date \"", text, "\" of the item was not understood"));
      return;
    }
    article_.publication = date->publication;
    article_.publication.source = Source::kFeed;
    Prove("published", text, "date of the item");
  }

  // The item's own source, else the feed's title.
  void ReadOutlet() {
    std::string name = PlainValue(First({"source"}));
    if (name.empty()) name = PlainValue(wrapper_.attribute("title").value());
    const Outlet* known = lexicon_.OutletByName(name);
    article_.outlet = known != nullptr && known->trusted ? known->name : name;
    if (article_.outlet.empty()) return;
    article_.outlet_source = Source::kFeed;
    Prove("outlet", article_.outlet, "source of the item, or title of the feed");
  }

  const pugi::xml_node wrapper_;
  const pugi::xml_node item_;
  const Lexicon& lexicon_;
  Extraction& out_;
  Article& article_;
};

}  // namespace

absl::Status ReadFeedItem(absl::string_view xml, const Lexicon& lexicon, Extraction& out) {
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_buffer(
      xml.data(), xml.size(), pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
  const pugi::xml_node wrapper = document.child("feed-item");
  if (!result || !wrapper.first_child()) {
    return absl::InvalidArgumentError(absl::StrCat("the item of the feed is no valid XML: ", result.description()));
  }
  Reader(wrapper, lexicon, out).Read();
  return absl::OkStatus();
}

}  // namespace dateline::extract
