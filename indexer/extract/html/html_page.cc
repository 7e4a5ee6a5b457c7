#include "indexer/extract/html/html_page.h"

#include <gumbo.h>

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "indexer/extract/html/html_hints.h"
#include "indexer/extract/html/html_pruner.h"
#include "indexer/extract/html/html_text.h"

namespace dateline::extract {
namespace {

using absl::string_view;

constexpr size_t kMaxBlocks = 200'000;  // a page with more text than this has no article

string_view Attribute(const GumboElement& element, const char* name) {
  const GumboAttribute* const attribute = gumbo_get_attribute(&element.attributes, name);
  return attribute == nullptr ? string_view() : string_view(attribute->value);
}

bool HasAttribute(const GumboElement& element, const char* name) {
  return gumbo_get_attribute(&element.attributes, name) != nullptr;
}

// The name of the element in lower case, also of those that the parser does not know.
string_view NameOf(const GumboElement& element) {
  if (element.tag != GUMBO_TAG_UNKNOWN) return gumbo_normalized_tagname(element.tag);
  string_view tag(element.original_tag.data, element.original_tag.length);
  if (!tag.empty()) tag.remove_prefix(1);
  return tag.substr(0, tag.find_first_of(" >/"));
}

Tag TagOf(string_view name) {
  static const auto* const kTags = new absl::flat_hash_map<string_view, Tag>{
      {"p", Tag::kParagraph},   {"h1", Tag::kHeading1},  {"h2", Tag::kHeading},       {"h3", Tag::kHeading},
      {"h4", Tag::kHeading},    {"h5", Tag::kHeading},   {"h6", Tag::kHeading},       {"li", Tag::kListItem},
      {"dd", Tag::kListItem},   {"dt", Tag::kListItem},  {"x-td", Tag::kCell},        {"blockquote", Tag::kQuote},
      {"q", Tag::kOther},       {"div", Tag::kDivision}, {"section", Tag::kDivision}, {"article", Tag::kDivision},
      {"main", Tag::kDivision}, {"pre", Tag::kDivision}};
  const auto found = kTags->find(name);
  return found == kTags->end() ? Tag::kOther : found->second;
}

// Elements that run on in the line of text they stand in.
bool IsInline(string_view name) {
  static const auto* const kInline = new absl::flat_hash_map<string_view, bool>{
      {"span", true}, {"x-a", true}, {"abbr", true}, {"time", true},  {"cite", true},   {"q", true},    {"sub", true},
      {"sup", true},  {"del", true}, {"ins", true},  {"dfn", true},   {"kbd", true},    {"samp", true}, {"var", true},
      {"bdi", true},  {"bdo", true}, {"data", true}, {"label", true}, {"acronym", true}};
  return kInline->contains(name);
}

// Whether the path of a link names a person who writes: "/author/jane-doe", "/autoren/17".
bool LeadsToAuthor(string_view href) {
  const size_t scheme = href.find("://");
  if (scheme != string_view::npos) href.remove_prefix(scheme + 3);
  static const auto* const kParts = new absl::flat_hash_map<string_view, bool>{
      {"author", true},       {"authors", true},   {"autor", true},     {"autoren", true},    {"auteur", true},
      {"auteurs", true},      {"autore", true},    {"autori", true},    {"autores", true},    {"profile", true},
      {"profiles", true},     {"reporter", true},  {"reporters", true}, {"journalist", true}, {"journalists", true},
      {"byline", true},       {"bylines", true},   {"writers", true},   {"writer", true},     {"contributor", true},
      {"contributors", true}, {"forfatter", true}, {"skribent", true},  {"redacteur", true},  {"signataires", true},
      {"yazar", true},        {"yazarlar", true},  {"penulis", true},   {"columnist", true},  {"columnists", true},
      {"toireporter", true},  {"firmas", true},    {"redakcja", true}};
  for (const string_view part : absl::StrSplit(href.substr(0, 300), absl::ByAnyChar("/?#"), absl::SkipEmpty())) {
    if (kParts->contains(part)) return true;
  }
  return false;
}

// Walks the tree with a stack of its own.
class PageReader {
 public:
  PageReader(const PrunedHtml& pruned, Page& page) : pruned_(pruned), page_(page) {
    page_.nodes.push_back(PageNode{});
  }

  void Read(const GumboNode* root) {
    struct Frame {
      const GumboNode* node;
      unsigned int next = 0;
    };
    std::vector<Frame> stack;
    if (Enter(root)) stack.push_back({root});
    while (!stack.empty()) {
      Frame& frame = stack.back();
      const GumboVector& children = frame.node->v.element.children;
      if (frame.next == children.length) {
        Leave(frame.node);
        stack.pop_back();
        continue;
      }
      const auto* const child = static_cast<const GumboNode*>(children.data[frame.next++]);
      if (child->type == GUMBO_NODE_ELEMENT || child->type == GUMBO_NODE_TEMPLATE) {
        if (Enter(child)) stack.push_back({child});
      } else if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE) {
        Text(child->v.text);
      }
    }
    EndBlock();
  }

 private:
  // An element whose text is also a value.
  struct Capture {
    const GumboNode* element;
    std::vector<MarkupValue>* list;
    MarkupValue value;
  };

  size_t Source(size_t offset) const { return pruned_.SourceOffset(offset); }

  bool Enter(const GumboNode* node) {
    const GumboElement& element = node->v.element;
    const string_view name = NameOf(element);
    if (element.tag == GUMBO_TAG_META || element.tag == GUMBO_TAG_LINK || element.tag == GUMBO_TAG_TITLE) {
      HeadElement(element);
      return false;
    }
    if (element.tag == GUMBO_TAG_BR) {
      Break();
      return false;
    }
    if (element.tag == GUMBO_TAG_HTML && HasAttribute(element, "lang")) {
      page_.lang.value = CleanText(Attribute(element, "lang"));
    }
    const bool is_inline = IsInline(name);
    if (!is_inline) EndBlock();
    if (!is_inline || name == kLinkTag) SeparateCaptures();
    AddNode(element, name);
    if (!is_inline) {
      block_node_ = current_;
    } else if (name == kLinkTag) {
      ++links_;
      ++link_depth_;
    }
    Captures(node, name);
    return true;
  }

  void Leave(const GumboNode* node) {
    const string_view name = NameOf(node->v.element);
    while (!captures_.empty() && captures_.back().element == node) {
      Capture& capture = captures_.back();
      capture.value.value = CleanText(capture.value.value);
      capture.value.end = Source(node->v.element.end_pos.offset);
      if (!capture.value.value.empty()) capture.list->push_back(std::move(capture.value));
      captures_.pop_back();
    }
    left_inline_ = true;
    if (!IsInline(name)) {
      EndBlock();
    } else if (name == kLinkTag) {
      --link_depth_;
    }
    current_ = page_.nodes[static_cast<size_t>(current_)].parent;
    block_node_ = std::max(current_, 0);
    while (page_.nodes[static_cast<size_t>(block_node_)].in_line) {
      block_node_ = page_.nodes[static_cast<size_t>(block_node_)].parent;
    }
  }

  void AddNode(const GumboElement& element, string_view name) {
    PageNode node;
    node.parent = current_;
    node.tag = TagOf(name);
    node.in_line = IsInline(name);
    node.look = absl::HashOf(name, Attribute(element, "class"));
    node.hints = HintsOfTag(name) | HintsOfRole(Attribute(element, "role"));
    if (element.tag != GUMBO_TAG_HTML && element.tag != GUMBO_TAG_BODY) {
      node.hints |= HintsOfName(Attribute(element, "class")) | HintsOfName(Attribute(element, "id")) |
                    HintsOfName(Attribute(element, "data-testid"));
      const string_view property = Attribute(element, "itemprop");
      if (absl::EqualsIgnoreCase(property, "articleBody")) node.hints |= kHintBody;
      if (absl::EqualsIgnoreCase(property, "caption")) node.hints |= kHintCaption;
      if (HasAttribute(element, "hidden") || Attribute(element, "aria-hidden") == "true") node.hints |= kHintHidden;
    }
    page_.nodes.push_back(node);
    current_ = static_cast<int>(page_.nodes.size()) - 1;
  }

  MarkupValue ValueAt(const GumboElement& element, string_view name) const {
    MarkupValue value;
    value.name = absl::AsciiStrToLower(name);
    value.begin = Source(element.start_pos.offset);
    value.end = value.begin + element.original_tag.length;
    value.node = current_;
    value.block = page_.blocks.size();
    return value;
  }

  void HeadElement(const GumboElement& element) {
    if (element.tag == GUMBO_TAG_TITLE) {
      if (element.children.length > 0 && page_.title.empty()) {
        page_.title = PlainValue(static_cast<const GumboNode*>(element.children.data[0])->v.text.text);
      }
      return;
    }
    const string_view property = Attribute(element, "itemprop");
    if (element.tag == GUMBO_TAG_LINK) {
      const string_view href = absl::StripAsciiWhitespace(Attribute(element, "href"));
      if (absl::EqualsIgnoreCase(Attribute(element, "rel"), "canonical") && page_.canonical.empty()) {
        page_.canonical = std::string(href);
      }
      return;
    }
    MarkupValue value = ValueAt(element, "");
    value.value = PlainValue(Attribute(element, "content"));
    if (value.value.empty()) return;
    for (const char* const key : {"property", "name", "http-equiv"}) {
      // A property may hold several names.
      for (string_view name : absl::StrSplit(Attribute(element, key), ' ', absl::SkipWhitespace())) {
        value.name = absl::AsciiStrToLower(name);
        page_.metas.push_back(value);
      }
    }
    if (!property.empty()) {
      value.name = absl::AsciiStrToLower(property);
      page_.properties.push_back(value);
    }
  }

  void Captures(const GumboNode* node, string_view name) {
    const GumboElement& element = node->v.element;
    const string_view property = Attribute(element, "itemprop");
    if (!property.empty() && !absl::EqualsIgnoreCase(property, "articleBody")) {
      AddValue(node, property, &page_.properties);
    }
    if (name == "time") {
      // The name tells which time it is: what is called an update cannot be the publication.
      string_view kind = "time";
      if (HasAttribute(element, "pubdate")) kind = "pubdate";
      const std::string words =
          absl::StrCat(" ", absl::AsciiStrToLower(Attribute(element, "class")), " ", absl::AsciiStrToLower(property));
      for (string_view sign : {"update", "modif", "edit"}) {
        if (absl::StrContains(words, sign)) kind = "updated";
      }
      AddValue(node, kind, &page_.times);
    }
    if (absl::EqualsIgnoreCase(Attribute(element, "rel"), "author")) {
      AddValue(node, "rel", &page_.authors);
    } else if (name == kLinkTag && LeadsToAuthor(Attribute(element, "href"))) {
      AddValue(node, "link", &page_.authors);
    }
  }

  void AddValue(const GumboNode* node, string_view name, std::vector<MarkupValue>* list) {
    const GumboElement& element = node->v.element;
    MarkupValue value = ValueAt(element, name);
    for (const char* const key : {"content", "datetime"}) {
      if (HasAttribute(element, key)) {
        value.value = PlainValue(Attribute(element, key));
        if (!value.value.empty()) {
          list->push_back(std::move(value));
          return;
        }
      }
    }
    captures_.push_back({node, list, std::move(value)});
  }

  // "<a>Jane Doe</a><span>The Arden Post</span>" is set apart by style sheets; a capital behind a small letter tells.
  void SplitGlued(string_view next) {
    const bool starts = !next.empty() && absl::ascii_isupper(static_cast<unsigned char>(next.front()));
    if (left_inline_ && starts && !text_.empty() && absl::ascii_islower(static_cast<unsigned char>(text_.back()))) {
      text_.push_back(' ');
      SeparateCaptures();
    }
    left_inline_ = false;
  }

  // What stands in two elements is no one word.
  void SeparateCaptures() {
    for (Capture& capture : captures_) {
      if (!capture.value.value.empty()) capture.value.value.push_back(' ');
    }
  }

  void Text(const GumboText& text) {
    const string_view bytes(text.text);
    SplitGlued(bytes);
    for (Capture& capture : captures_) {
      if (capture.value.value.size() < 2000) capture.value.value.append(bytes.data(), bytes.size());
    }
    const bool blank = std::all_of(bytes.begin(), bytes.end(),
                                   [](char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); });
    if (blank) {
      if (!text_.empty()) text_.push_back(' ');
      return;
    }
    const uint32_t hints = InlineHints();
    if ((hints & kHintHidden) != 0) return;
    if (text_.empty()) begin_ = text.start_pos.offset;
    hints_ &= hints;
    text_.append(bytes.data(), bytes.size());
    end_ = text.start_pos.offset + text.original_text.length;
    if (link_depth_ > 0) link_bytes_ += bytes.size();
    breaks_ = 0;
  }

  // The hints of the inline elements around the text.
  uint32_t InlineHints() const {
    uint32_t hints = 0;
    for (int node = current_; node != block_node_ && node > 0; node = page_.nodes[static_cast<size_t>(node)].parent) {
      hints |= page_.nodes[static_cast<size_t>(node)].hints;
    }
    return hints;
  }

  // One <br> is a blank, two end a paragraph.
  void Break() {
    if (++breaks_ >= 2) {
      EndBlock();
    } else if (!text_.empty()) {
      text_.push_back('\n');
    }
  }

  void EndBlock() {
    breaks_ = 0;
    if (!text_.empty() && page_.blocks.size() < kMaxBlocks) {
      PageBlock block;
      block.text = CleanText(text_);
      block.node = block_node_;
      block.tag = page_.nodes[static_cast<size_t>(block_node_)].tag;
      block.hints = hints_;
      block.link_bytes = std::min(link_bytes_, block.text.size());
      block.links = links_;
      block.begin = Source(begin_);
      block.end = Source(end_ == 0 ? 0 : end_ - 1) + 1;
      if (!block.text.empty()) page_.blocks.push_back(std::move(block));
    }
    text_.clear();
    hints_ = ~0u;
    link_bytes_ = 0;
    links_ = 0;
  }

  const PrunedHtml& pruned_;
  Page& page_;
  std::vector<Capture> captures_;
  int current_ = 0;     // the innermost element
  int block_node_ = 0;  // the innermost that is not inline
  size_t link_depth_ = 0;
  int breaks_ = 0;
  bool left_inline_ = false;  // an element ended since the last text
  // The block being read.
  std::string text_;
  size_t begin_ = 0;  // bytes of the pruned page
  size_t end_ = 0;
  uint32_t hints_ = ~0u;
  size_t link_bytes_ = 0;
  size_t links_ = 0;
};

}  // namespace

const MarkupValue* Page::Meta(std::initializer_list<string_view> names) const {
  for (const string_view name : names) {
    for (const MarkupValue& meta : metas) {
      if (meta.name == name) return &meta;
    }
  }
  return nullptr;
}

uint32_t Page::HintsAround(int node) const {
  uint32_t hints = 0;
  for (; node >= 0; node = nodes[static_cast<size_t>(node)].parent) hints |= nodes[static_cast<size_t>(node)].hints;
  return hints;
}

bool Page::IsInside(int node, int ancestor) const {
  while (node > ancestor) node = nodes[static_cast<size_t>(node)].parent;
  return node == ancestor;
}

Page ReadPage(string_view html) {
  Page page;
  PrunedHtml pruned = PruneHtml(html);
  page.json_ld = std::move(pruned.json_ld);
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  GumboOutput* const output = gumbo_parse_with_options(&options, pruned.html.data(), pruned.html.size());
  PageReader(pruned, page).Read(output->root);
  gumbo_destroy_output(&options, output);
  return page;
}

}  // namespace dateline::extract
