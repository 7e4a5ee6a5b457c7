// Dates as people print them, in any language of the lexicon, found inside a line of text.
//
//   16:31 April 25, 2019 | 25. April 2019, 16.31 Uhr | 25/04/2019 | 2019年4月25日 16時31分 | Thu 11 Apr 2024 17.52
//   BST
//
// Nothing is guessed: "25 April" alone is partial ("--04-25"), "Thursday" is nothing, and 04/05/2019 is a date only
// when the caller knows which of day and month comes first.
//
// Thread-safety: pure functions.
#ifndef DATELINE_INDEXER_EXTRACT_RULES_DATE_FINDER_H_
#define DATELINE_INDEXER_EXTRACT_RULES_DATE_FINDER_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/article/article.h"
#include "indexer/extract/rules/lexicon.h"

namespace dateline::extract {

// How 04/05/2019 is read.
enum class DayOrder { kUnknown, kDayFirst, kMonthFirst };

// By the language (and, for English, the country where it is known: "US", "CA", "PH"); kUnknown for bare English.
DayOrder DayOrderOf(absl::string_view lang, absl::string_view country);

struct FoundDate {
  article::Publication publication;  // without source
  size_t begin = 0;                  // bytes of the line, half-open
  size_t end = 0;
};

// Lines are short; of a longer text only so much is looked at.
inline constexpr size_t kMaxLineBytes = 4096;

// In order of place; they do not overlap.
std::vector<FoundDate> FindDates(absl::string_view line, const Lexicon& lexicon, DayOrder order);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_RULES_DATE_FINDER_H_
