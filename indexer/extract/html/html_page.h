// A page of HTML as the rules see it: what its head says, its structured data, and its visible text in blocks, each
// with the elements that it stands in and what these are called.
//
// Total on any bytes; linear in the size of the page.
//
// Thread-safety: plain values; ReadPage is pure. Ownership: json_ld points into the page that was read.
#ifndef DATELINE_INDEXER_EXTRACT_HTML_HTML_PAGE_H_
#define DATELINE_INDEXER_EXTRACT_HTML_HTML_PAGE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::extract {

// A value of the markup, with its place in the page.
struct MarkupValue {
  std::string name;   // lower case: of the meta, of the itemprop
  std::string value;  // clean text
  size_t begin = 0;   // bytes of the page, half-open
  size_t end = 0;
  int node = -1;     // the element that it stands in; -1 in the head
  size_t block = 0;  // how many blocks begin before it
};

// What the name, the class, the id or the role of an element tell about it.
enum Hint : uint32_t {
  kHintFurniture = 1 << 0,   // by the words of class or id: related, newsletter, share ...
  kHintHidden = 1 << 1,      // not shown
  kHintNavigation = 1 << 2,  // by its tag or role: nav, footer, aside ...
  kHintCaption = 1 << 3,
  kHintByline = 1 << 4,
  kHintDate = 1 << 5,
  kHintStandfirst = 1 << 6,
  kHintBody = 1 << 7,      // itemprop articleBody, or called so
  kHintArticle = 1 << 8,   // <article>, <main>
  kHintHeadline = 1 << 9,  // <h1>, or called so
  kHintList = 1 << 10,     // <ul>, <ol>
  kHintTable = 1 << 11,
  kHintQuote = 1 << 12,
  kHintBox = 1 << 13,  // a box beside the text: facts, a quote pulled out of it
};

enum class Tag : uint8_t { kOther, kParagraph, kHeading1, kHeading, kListItem, kCell, kQuote, kDivision };

struct PageNode {
  int parent = -1;
  uint32_t hints = 0;  // of this element alone
  Tag tag = Tag::kOther;
  size_t look = 0;       // the same for elements of one name and class
  bool in_line = false;  // it runs on in the line of text that it stands in
};

struct PageBlock {
  std::string text;  // clean
  int node = 0;      // the innermost element that the block fills
  Tag tag = Tag::kOther;
  uint32_t hints = 0;     // of the inline elements that hold all of its text
  size_t link_bytes = 0;  // of text, inside links
  size_t links = 0;
  size_t begin = 0;  // bytes of the page, half-open
  size_t end = 0;
};

struct Page {
  std::string title;
  MarkupValue lang;
  std::string canonical;
  std::vector<MarkupValue> metas;
  std::vector<MarkupValue> properties;  // microdata: content, datetime, href or text
  std::vector<MarkupValue> times;    // <time>: datetime, else the text; its name is "pubdate" or the hints' "updated"
  std::vector<MarkupValue> authors;  // the text of "rel"=author, and of a "link" whose path names an author
  std::vector<absl::string_view> json_ld;
  std::vector<PageNode> nodes;    // parents before children; the first is the page
  std::vector<PageBlock> blocks;  // in order

  // The value of the first meta called one of `names`, in the order of the names; null when there is none.
  const MarkupValue* Meta(std::initializer_list<absl::string_view> names) const;
  // The hints of a node and all that it stands in.
  uint32_t HintsAround(int node) const;
  bool IsInside(int node, int ancestor) const;
};

Page ReadPage(absl::string_view html);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_HTML_HTML_PAGE_H_
