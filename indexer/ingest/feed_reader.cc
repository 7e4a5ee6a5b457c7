#include "indexer/ingest/feed_reader.h"

#include <algorithm>
#include <deque>
#include <pugixml.hpp>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace dateline::ingest {
namespace {

// The parser takes some 60 bytes for each tag and attribute, however short, so there may not be any number of them in
// the bytes of a record. (A real feed of 16 MB has about a tenth of this.)
constexpr uint64_t kMaxMarks = 2'000'000;

// What every item repeats of its feed must stay small beside the item.
constexpr size_t kMaxOpenTagBytes = 16 * 1024;

constexpr unsigned kParseAsWritten = pugi::parse_cdata | pugi::parse_ws_pcdata;
constexpr unsigned kWriteAsWritten = pugi::format_raw | pugi::format_no_escapes;

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// "item" of "rss:item".
absl::string_view LocalName(const pugi::xml_node& node) {
  const absl::string_view name = node.name();
  return name.substr(name.rfind(':') + 1);  // npos + 1 is 0
}

pugi::xml_node FirstElement(const pugi::xml_node& parent, absl::string_view local_name) {
  for (const pugi::xml_node& child : parent.children()) {
    if (child.type() == pugi::node_element && LocalName(child) == local_name) return child;
  }
  return pugi::xml_node();
}

// Its text as it may stand in an attribute: what the parser left as written is, CDATA is written anew.
std::string AttributeText(const pugi::xml_node& element) {
  std::string text;
  for (const pugi::xml_node& child : element.children()) {
    if (child.type() == pugi::node_pcdata) {
      absl::StrAppend(&text, child.value());
    } else if (child.type() == pugi::node_cdata) {
      absl::StrAppend(&text, absl::StrReplaceAll(child.value(), {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}}));
    }
  }
  absl::StripAsciiWhitespace(&text);
  return absl::StrReplaceAll(text, {{"\"", "&quot;"}, {"<", "&lt;"}});
}

// Where a channel, feed, item or entry leads to, as it may stand in an attribute.
std::string LinkOf(const pugi::xml_node& parent) {
  for (const pugi::xml_node& child : parent.children()) {
    if (child.type() != pugi::node_element || LocalName(child) != "link") continue;
    const absl::string_view rel = child.attribute("rel").value();
    if (!rel.empty() && rel != "alternate") continue;  // Atom: self, replies, enclosure, ...
    std::string link = child.attribute("href") ? child.attribute("href").value() : AttributeText(child);
    absl::StripAsciiWhitespace(&link);
    if (!link.empty()) return absl::StrReplaceAll(link, {{"\"", "&quot;"}});
  }
  return "";
}

std::string LanguageOf(const pugi::xml_node& root, const pugi::xml_node& channel) {
  for (const pugi::xml_node& node : {channel, root}) {
    const std::string said = AttributeText(FirstElement(node, "language"));
    if (!said.empty()) return said;
    const absl::string_view attribute = node.attribute("xml:lang").value();
    if (!attribute.empty()) return absl::StrReplaceAll(attribute, {{"\"", "&quot;"}});
  }
  return "";
}

void AppendAttribute(std::string& out, absl::string_view name, absl::string_view value) {
  if (!value.empty()) absl::StrAppend(&out, " ", name, "=\"", value, "\"");
}

void AppendNamespaces(std::string& out, const pugi::xml_node& node) {
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    const absl::string_view name = attribute.name();
    if (name == "xmlns" || absl::StartsWith(name, "xmlns:")) {
      AppendAttribute(out, name, absl::StrReplaceAll(attribute.value(), {{"\"", "&quot;"}}));
    }
  }
}

// The parser writes every value between double quotes; one that stood between single ones may hold such.
class QuoteKeeper : public pugi::xml_tree_walker {
 public:
  bool for_each(pugi::xml_node& node) override {
    for (pugi::xml_attribute attribute : node.attributes()) {
      if (!absl::StrContains(attribute.value(), '"')) continue;
      attribute.set_value(absl::StrReplaceAll(attribute.value(), {{"\"", "&quot;"}}).c_str());
    }
    return true;
  }
};

class StringWriter : public pugi::xml_writer {
 public:
  explicit StringWriter(std::string& out) : out_(out) {}
  void write(const void* data, size_t size) override { out_.append(static_cast<const char*>(data), size); }

 private:
  std::string& out_;
};

// The label in <?xml version="1.0" encoding="LABEL"?>, or "".
absl::string_view DeclaredCharset(absl::string_view text) {
  if (!absl::StartsWith(text, "<?xml")) return "";
  text = text.substr(0, text.find("?>"));
  const size_t name = text.find("encoding");
  if (name == absl::string_view::npos) return "";
  text.remove_prefix(name + 8);
  text = absl::StripLeadingAsciiWhitespace(text);
  if (!absl::ConsumePrefix(&text, "=")) return "";
  text = absl::StripLeadingAsciiWhitespace(text);
  if (text.empty() || (text[0] != '"' && text[0] != '\'')) return "";
  const char quote = text[0];
  text.remove_prefix(1);
  return text.substr(0, text.find(quote));
}

bool IsWide(absl::string_view text) {
  return absl::StartsWith(text, "\xFF\xFE") || absl::StartsWith(text, "\xFE\xFF") ||
         text.substr(0, 4).find('\0') != absl::string_view::npos;
}

class FeedReader : public RecordReader {
 public:
  FeedReader(BufferedInput& input, uint64_t max_record_bytes) : input_(input), max_record_bytes_(max_record_bytes) {}

  absl::optional<Record> Next(std::vector<Reject>& rejects) override {
    if (!std::exchange(read_, true)) ReadFeed(rejects);
    while (!items_.empty()) {
      Record record = TakeItem();
      if (record.bytes.size() <= max_record_bytes_) return record;
      rejects.push_back(Reject{"", record.offset, 0, TooLarge("the item", max_record_bytes_)});
    }
    document_.reset();
    return absl::nullopt;
  }

 private:
  void ReadFeed(std::vector<Reject>& rejects) {
    const auto refuse = [&rejects](uint64_t offset, std::string reason) {
      rejects.push_back(Reject{"", offset, 0, std::move(reason)});
    };
    if (input_.Ensure(max_record_bytes_ + 1)) return refuse(0, TooLarge("the feed", max_record_bytes_));
    if (!input_.status().ok()) return refuse(0, std::string(input_.status().message()));
    const absl::string_view text = input_.bytes();
    const auto marks =
        static_cast<uint64_t>(std::count_if(text.begin(), text.end(), [](char c) { return c == '<' || c == '='; }));
    if (marks > kMaxMarks)
      return refuse(0, absl::StrCat("the feed has more than ", kMaxMarks, " tags and attributes"));
    const bool wide = IsWide(text);
    NameCharset(text, wide);
    // Told that it is UTF-8, the parser passes on the bytes of any charset that extends ASCII.
    const pugi::xml_parse_result result = document_.load_buffer(text.data(), text.size(), kParseAsWritten,
                                                                wide ? pugi::encoding_auto : pugi::encoding_utf8);
    Collect();
    if (!result) {
      const auto offset = static_cast<uint64_t>(std::max<ptrdiff_t>(result.offset, 0));
      if (!items_.empty()) items_.pop_back();  // the damage may lie in it
      refuse(offset, absl::StrCat("not well-formed XML: ", result.description()));
    } else if (!is_feed_) {
      refuse(0, absl::StrCat("XML, but no feed: its root is <", document_.document_element().name(),
                             ">, not <rss>, <feed> or <rdf:RDF>"));
    }
    input_.Consume(input_.bytes().size());
  }

  void NameCharset(absl::string_view text, bool wide) {
    const bool marked = absl::ConsumePrefix(&text, kByteOrderMark);
    const absl::string_view charset = marked || wide ? "utf-8" : DeclaredCharset(text);
    if (!charset.empty()) content_type_ = absl::StrCat("application/xml; charset=", charset);
  }

  // Finds the items, and makes the tag that is wrapped around each.
  void Collect() {
    const pugi::xml_node root = document_.document_element();
    const absl::string_view kind = LocalName(root);
    is_feed_ = kind == "rss" || kind == "feed" || kind == "RDF";
    if (!is_feed_) return;
    const pugi::xml_node channel = kind == "feed" ? root : FirstElement(root, "channel");
    open_tag_ = "<feed-item";
    AppendAttribute(open_tag_, "title", AttributeText(FirstElement(channel, "title")));
    AppendAttribute(open_tag_, "link", LinkOf(channel));
    AppendAttribute(open_tag_, "lang", LanguageOf(root, channel));
    AppendNamespaces(open_tag_, root);
    open_tag_.push_back('>');
    if (open_tag_.size() > kMaxOpenTagBytes) open_tag_ = "<feed-item>";
    AddItems(root);
    if (channel != root) AddItems(channel);
  }

  void AddItems(const pugi::xml_node& parent) {
    for (const pugi::xml_node& child : parent.children()) {
      const absl::string_view name = LocalName(child);
      if (child.type() == pugi::node_element && (name == "item" || name == "entry")) items_.push_back(child);
    }
  }

  Record TakeItem() {
    pugi::xml_node item = items_.front();
    items_.pop_front();
    Record record;
    record.format = Format::kFeedItem;
    record.content_type = content_type_;
    record.url = absl::StrReplaceAll(LinkOf(item), {{"&amp;", "&"}});
    const ptrdiff_t name_at = item.offset_debug();
    record.offset = name_at > 0 ? static_cast<uint64_t>(name_at) - 1 : 0;
    QuoteKeeper quotes;
    quotes.for_each(item);
    item.traverse(quotes);
    record.bytes = open_tag_;
    StringWriter writer(record.bytes);
    item.print(writer, "", kWriteAsWritten, pugi::encoding_utf8);
    absl::StrAppend(&record.bytes, "</feed-item>");
    return record;
  }

  BufferedInput& input_;
  const uint64_t max_record_bytes_;
  bool read_ = false;
  bool is_feed_ = false;
  std::string content_type_;
  std::string open_tag_;
  pugi::xml_document document_;
  std::deque<pugi::xml_node> items_;  // nodes of document_
};

}  // namespace

std::unique_ptr<RecordReader> MakeFeedReader(BufferedInput& input, uint64_t max_record_bytes) {
  return std::make_unique<FeedReader>(input, max_record_bytes);
}

}  // namespace dateline::ingest
