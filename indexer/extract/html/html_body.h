// The body of an article among the blocks of its page.
//
// The container is found by density: paragraphs, weighed by length and freedom from links, pull it down the tree to
// the smallest element that holds most of them. What stands in it and is furniture by element, by name or by wording
// is left out. An "articleBody" of the markup, where there is one, tells which paragraphs the outlet counts as its
// own.
//
// Thread-safety: pure function.
#ifndef DATELINE_INDEXER_EXTRACT_HTML_HTML_BODY_H_
#define DATELINE_INDEXER_EXTRACT_HTML_HTML_BODY_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "indexer/extract/html/html_page.h"
#include "indexer/extract/rules/lexicon.h"

namespace dateline::extract {

struct BodyClues {
  std::string headline;
  std::vector<std::string> descriptions;  // of the article, by its head and structured data
  std::string article_body;               // plain, paragraphs apart by '\n'; "" when the markup has none
};

struct PageBody {
  std::string text;           // paragraphs are separated by one '\n'
  std::string deck;           // the standfirst, if it stands above the first paragraph; part of `text` too
  std::string captions;       // one a line
  size_t headline_block = 0;  // where the headline stands; blocks.size() when it does not
  size_t first_block = 0;     // of the text; blocks.size() when the page shows none
  size_t end_block = 0;
};

PageBody FindBody(const Page& page, const BodyClues& clues, const Lexicon& lexicon);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_HTML_HTML_BODY_H_
