// Who wrote the article of a page, by its markup.
//
// Thread-safety: pure function.
#ifndef DATELINE_INDEXER_EXTRACT_HTML_HTML_WRITERS_H_
#define DATELINE_INDEXER_EXTRACT_HTML_HTML_WRITERS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "indexer/extract/html/html_body.h"
#include "indexer/extract/html/html_page.h"
#include "indexer/extract/html/json_ld.h"
#include "indexer/extract/rules/extraction.h"
#include "indexer/extract/rules/lexicon.h"

namespace dateline::extract {

// Adds to out.article.bylines and out.article.agencies. In order of trust: the article's own structured data, metas,
// microdata and links to authors beside the headline, lines there that are called or begin like a byline. A place
// that names persons beats an earlier one that names only the outlet (one of `outlets`) or a desk.
void ReadPageWriters(const Page& page, const LdArticle& ld, const PageBody& body,
                     const std::vector<std::string>& outlets, const Lexicon& lexicon, Extraction& out);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_HTML_HTML_WRITERS_H_
