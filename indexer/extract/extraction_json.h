// An extraction as one JSON object on one line, for `dateline-indexer extract --json`.
//
// Thread-safety: pure function.
#ifndef DATELINE_INDEXER_EXTRACT_EXTRACTION_JSON_H_
#define DATELINE_INDEXER_EXTRACT_EXTRACTION_JSON_H_

#include <string>

#include "indexer/extract/rules/extraction.h"

namespace dateline::extract {

// Without the line break. Absent facts are null, absent lists are empty; a headline that the lead stands in for has
// the source "lead".
std::string ExtractionJson(const Extraction& extraction);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_EXTRACTION_JSON_H_
