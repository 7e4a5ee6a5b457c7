// Plain text to lines with meaning: paragraphs and a headline.
//
// Thread-safety: pure functions.
#ifndef DATELINE_INDEXER_EXTRACT_PLAIN_TEXT_H_
#define DATELINE_INDEXER_EXTRACT_PLAIN_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::extract {

// Joins the lines of text that was wrapped by hand at a fixed width, so that a line break means a paragraph. Text
// that was not wrapped comes back unchanged.
std::string UnwrapLines(absl::string_view text);

struct HeadlineAndBody {
  std::string headline;  // "" when no line is plausible
  std::string body;
};

// The first plausible line of unwrapped text is the headline: short, of several words, and no sentence of its own.
HeadlineAndBody SplitHeadline(absl::string_view text);

// "By Ines Calloway and Tom Reed" to the two names. `lang` (ISO 639-1) tells other words for "and".
std::vector<std::string> SplitNames(absl::string_view names, absl::string_view lang);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_PLAIN_TEXT_H_
