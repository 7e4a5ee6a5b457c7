// The moment of publication of a page, from its markup, and what other places say about it.
//
// Thread-safety: pure function.
#ifndef DATELINE_INDEXER_EXTRACT_HTML_HTML_DATES_H_
#define DATELINE_INDEXER_EXTRACT_HTML_HTML_DATES_H_

#include "absl/strings/string_view.h"
#include "indexer/extract/html/html_body.h"
#include "indexer/extract/html/html_page.h"
#include "indexer/extract/html/json_ld.h"
#include "indexer/extract/rules/extraction.h"
#include "indexer/extract/rules/lexicon.h"

namespace dateline::extract {

// Sets out.article.publication. In order of trust: the article's own structured data, metas, microdata, <time> beside
// the headline, a date in the text beside the headline, the path of the address. A date of another day that lost is
// kept as unused evidence; a date of modification is never taken.
void ReadPageDate(const Page& page, const LdArticle& ld, const PageBody& body, absl::string_view url,
                  const Lexicon& lexicon, Extraction& out);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_HTML_HTML_DATES_H_
