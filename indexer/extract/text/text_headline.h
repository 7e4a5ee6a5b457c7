// The headline of a scraped text, and the deck below it.
//
// Thread-safety: pure functions of the page.
#ifndef DATELINE_INDEXER_EXTRACT_TEXT_TEXT_HEADLINE_H_
#define DATELINE_INDEXER_EXTRACT_TEXT_TEXT_HEADLINE_H_

#include "indexer/extract/text/text_page.h"

namespace dateline::extract {

// The line above the body whose words come back in it, if there is one.
void FindHeadline(TextPage& page);

// Reads it: version marks, headline, deck; marks where it comes back as the head of a page.
void ReadHeadline(TextPage& page);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_TEXT_TEXT_HEADLINE_H_
