// Writers and agencies of a scraped text, where credits stand in print.
//
// Thread-safety: pure functions of the page.
#ifndef DATELINE_INDEXER_EXTRACT_TEXT_TEXT_CREDITS_H_
#define DATELINE_INDEXER_EXTRACT_TEXT_TEXT_CREDITS_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "indexer/extract/rules/byline.h"
#include "indexer/extract/text/text_page.h"

namespace dateline::extract {

// A byline below the headline, then one above it; names below a "By" alone; bare names; credits at the end.
void ReadCredits(TextPage& page);

// Adds the agencies that the article does not have yet.
void AddAgencies(TextPage& page, const std::vector<AgencyCredit>& agencies, absl::string_view rule, size_t line);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_TEXT_TEXT_CREDITS_H_
