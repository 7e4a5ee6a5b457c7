// Folding: what makes two spellings of a word one.
//
// Fold applies NFKC case folding (Unicode Standard, 3.13 and UAX 31), makes every apostrophe straight and removes the
// English possessive. StripDiacritics then removes combining marks from Latin and Greek letters, and maps the few
// Latin letters that only look like accented ones (o with stroke and its like), so that "Almeron" finds "Almerón".
// Marks of other scripts carry the letter's identity and stay.
//
// Thread-safety: pure functions.
#ifndef DATELINE_CORE_TEXT_NORMALIZER_H_
#define DATELINE_CORE_TEXT_NORMALIZER_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dateline::text {

// REQUIRES: valid UTF-8 (anything else is treated as if each bad byte were U+FFFD).
std::string Fold(absl::string_view word);

// REQUIRES: `folded` came from Fold.
std::string StripDiacritics(absl::string_view folded);

// A whole name (of an outlet, a writer, an agency) as it is compared: every word folded and without diacritics, white
// space collapsed to single spaces, other characters kept.
std::string FoldName(absl::string_view name);

}  // namespace dateline::text

#endif  // DATELINE_CORE_TEXT_NORMALIZER_H_
