// Outlet and section of a scraped text.
//
// Thread-safety: pure functions of the page.
#ifndef DATELINE_INDEXER_EXTRACT_TEXT_TEXT_OUTLET_H_
#define DATELINE_INDEXER_EXTRACT_TEXT_TEXT_OUTLET_H_

#include "indexer/extract/text/text_page.h"

namespace dateline::extract {

// A known name or a masthead; a notice of rights; what the outlet says about itself; then the section.
void ReadOutletAndSection(TextPage& page);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_TEXT_TEXT_OUTLET_H_
