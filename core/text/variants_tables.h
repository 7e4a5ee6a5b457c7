// The shipped tables of variants as they lie in `core/text/variants`; the build makes the definitions from the files.
//
// Thread-safety: constants.
#ifndef DATELINE_CORE_TEXT_VARIANTS_TABLES_H_
#define DATELINE_CORE_TEXT_VARIANTS_TABLES_H_

#include "absl/strings/string_view.h"

namespace dateline::text {

extern const absl::string_view kSpellingsTable;
extern const absl::string_view kWordsTable;
extern const absl::string_view kNamesTable;

}  // namespace dateline::text

#endif  // DATELINE_CORE_TEXT_VARIANTS_TABLES_H_
