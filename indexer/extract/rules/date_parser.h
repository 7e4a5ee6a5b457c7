// Printed dates to moments, without guessing: what is missing stays missing.
//
// Understood: ISO 8601 (2019-04-25, with a time, fractions and a zone), RFC 5322 (Thu, 25 Apr 2019 16:31:00 +0900),
// and the partial 2019-04 and 2019. A time without a zone is read as UTC and marked; a printed zone is kept. Forms
// that markup is full of pass too: parts that were not padded (2019-4-5 7:05), blanks before the zone, its name in
// brackets.
//
// Thread-safety: pure functions.
#ifndef DATELINE_INDEXER_EXTRACT_RULES_DATE_PARSER_H_
#define DATELINE_INDEXER_EXTRACT_RULES_DATE_PARSER_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/article/article.h"

namespace dateline::extract {

struct ParsedDate {
  article::Publication publication;  // without source
  bool time_ignored = false;         // a day was read, and something after it was not understood
};

// Nothing when `text` is no date of these forms, or one before the year 1000 or after 2999.
absl::optional<ParsedDate> ParseDate(absl::string_view text);

// A date that a feed wrote as a bare number: 20190425, or seconds since the epoch from 100,000,000 (March 1973) on,
// where the two cannot be confused; 2019 is a partial date. Nothing for any other number.
absl::optional<ParsedDate> DateFromNumber(int64_t number);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_RULES_DATE_PARSER_H_
