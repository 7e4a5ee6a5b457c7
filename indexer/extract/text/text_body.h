// Which lines of a scraped text are its body.
//
// Thread-safety: pure functions of the page.
#ifndef DATELINE_INDEXER_EXTRACT_TEXT_TEXT_BODY_H_
#define DATELINE_INDEXER_EXTRACT_TEXT_TEXT_BODY_H_

#include "indexer/extract/text/text_page.h"

namespace dateline::extract {

// A line above the credit of a picture tells what is on it.
void MarkCaptionsByCredit(TextPage& page);

// What stands twice is furniture.
void CountRepeats(TextPage& page);

// The stretch of lines with the greatest sum of worth.
void FindBody(TextPage& page);

// Behind "Related articles" comes no article, unless most of it does.
void CutTail(TextPage& page);

// What the outlet and the writer say about themselves behind the text.
void CutPromotion(TextPage& page);

// Gives every line of the stretch its zone.
void MarkBody(TextPage& page);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_TEXT_TEXT_BODY_H_
