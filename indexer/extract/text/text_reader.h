// Scraped plain text to an article. Text has no tags: what a line is shows in its words, its form and its neighbours.
//
// How: the lines that can only be furniture are told by the lexicon and by their form. The body is the stretch of
// lines with the greatest sum of prose less furniture. The headline stands above it (or the first lines of it), its
// words come back in the body, and a byline or a date often follows it. Writers, dates and the dateline are believed
// only in the places where they stand in print: a name in the text is a mention, not a credit.
//
// Total on any UTF-8; linear time. Thread-safety: pure function.
#ifndef DATELINE_INDEXER_EXTRACT_TEXT_TEXT_READER_H_
#define DATELINE_INDEXER_EXTRACT_TEXT_TEXT_READER_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "indexer/extract/rules/extraction.h"
#include "indexer/extract/rules/lexicon.h"

namespace dateline::extract {

// A text of more lines is no scraped page, and each line costs some hundred bytes while it is read: it is taken as it
// is, all body, and a note says so.
inline constexpr size_t kMaxTextLines = 100'000;

// Fills `out.article` (all but id, path and what a record supplies), its zones and its evidence, whose offsets are
// bytes of `text`. REQUIRES: valid UTF-8.
void ReadText(absl::string_view text, const Lexicon& lexicon, Extraction& out);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_TEXT_TEXT_READER_H_
