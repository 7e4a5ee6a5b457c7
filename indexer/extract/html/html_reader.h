// A page of HTML to an article: schema.org JSON-LD and microdata, OpenGraph and other metas, <time>, then the visible
// structure; the body by density of content.
//
// Total on any bytes: damaged markup gives what can be read. Depth and size are bounded.
//
// Thread-safety: pure function.
#ifndef DATELINE_INDEXER_EXTRACT_HTML_HTML_READER_H_
#define DATELINE_INDEXER_EXTRACT_HTML_HTML_READER_H_

#include "absl/strings/string_view.h"
#include "indexer/extract/rules/extraction.h"
#include "indexer/extract/rules/lexicon.h"

namespace dateline::extract {

// `html` is UTF-8. `url` is where the page came from, or "". Fills `out.article` (all but id, path and what a record
// supplies) and adds to its evidence.
void ReadHtml(absl::string_view html, absl::string_view url, const Lexicon& lexicon, Extraction& out);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_HTML_HTML_READER_H_
