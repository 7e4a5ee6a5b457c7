// A page made fit to be parsed: what holds no text of the article is left out, what nests is balanced and bounded.
//
// The parser behind html_page.h is quadratic over depth and over misnested formatting. What comes from here
// has explicit end tags, at most kMaxDepth open elements, no formatting elements but links (renamed to an element
// that the parser treats as any other), no tables (renamed likewise), no scripts, styles, drawings or comments, and
// of the attributes only those that are read. It is mostly a small part of the page, which is where the speed comes
// from.
//
// Linear in the size of the page. Total on any bytes.
//
// Thread-safety: pure function. Ownership: views point into the page.
#ifndef DATELINE_INDEXER_EXTRACT_HTML_HTML_PRUNER_H_
#define DATELINE_INDEXER_EXTRACT_HTML_HTML_PRUNER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::extract {

struct PrunedHtml {
  std::string html;
  std::vector<absl::string_view> json_ld;  // the content of each script of that type, in order

  // Where byte `offset` of `html` stood in the page.
  size_t SourceOffset(size_t offset) const;

  struct Stretch {
    size_t pruned = 0;  // from this byte of `html` on ...
    size_t source = 0;  // ... the bytes are those of the page from here on
  };
  std::vector<Stretch> stretches;  // ascending
};

inline constexpr size_t kMaxDepth = 200;  // start tags below are left out, their text is kept

// The names that stand for links and the parts of tables.
inline constexpr absl::string_view kLinkTag = "x-a";
inline constexpr absl::string_view kTableTag = "x-table";
inline constexpr absl::string_view kRowTag = "x-tr";
inline constexpr absl::string_view kCellTag = "x-td";

PrunedHtml PruneHtml(absl::string_view page);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_HTML_HTML_PRUNER_H_
