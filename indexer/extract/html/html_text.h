// Text as it stands in markup, made plain: references decoded, invisible characters removed, white space folded.
//
// Thread-safety: pure functions.
#ifndef DATELINE_INDEXER_EXTRACT_HTML_HTML_TEXT_H_
#define DATELINE_INDEXER_EXTRACT_HTML_HTML_TEXT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::extract {

// Decodes character references, also those encoded twice ("&amp;quot;").
std::string DecodeReferences(absl::string_view text);

// Any run of white space (no-break spaces too) becomes one blank, none at the ends; soft hyphens, zero-width
// characters and marks of direction are removed.
std::string CleanText(absl::string_view text);

// DecodeReferences and CleanText; tags, if there are any, are dropped.
std::string PlainValue(absl::string_view text);

// How much a reader sees: bytes of ASCII count one, characters of two bytes one, of three and more (which are words
// or syllables in most scripts that need them) two and a half.
size_t ReadingLength(absl::string_view text);

// Letters and digits of `text` in lower case, words separated by one blank: for comparing what is printed in two
// places.
std::string ComparableText(absl::string_view text);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_HTML_HTML_TEXT_H_
