// The shipped tables as they lie in `indexer/extract/tables`; the build makes the definitions from the files.
//
// Thread-safety: constants.
#ifndef DATELINE_INDEXER_EXTRACT_RULES_TABLES_H_
#define DATELINE_INDEXER_EXTRACT_RULES_TABLES_H_

#include "absl/strings/string_view.h"

namespace dateline::extract {

extern const absl::string_view kWordsTable;
extern const absl::string_view kAgenciesTable;
extern const absl::string_view kOutletsTable;

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_RULES_TABLES_H_
