// The date of a scraped text.
//
// Thread-safety: pure functions of the page.
#ifndef DATELINE_INDEXER_EXTRACT_TEXT_TEXT_DATES_H_
#define DATELINE_INDEXER_EXTRACT_TEXT_TEXT_DATES_H_

#include "indexer/extract/text/text_page.h"

namespace dateline::extract {

// A labelled date, else the one nearest to the headline; never one of change.
void ReadDates(TextPage& page);

// A day without a year in the first paragraphs: shown, never a date of publication.
void ReadPartialDate(TextPage& page);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_TEXT_TEXT_DATES_H_
