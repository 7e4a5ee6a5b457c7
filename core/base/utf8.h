// UTF-8 that may be damaged: where its characters are, and how it is made valid.
//
// Thread-safety: pure functions. Ownership: views point into the argument. Errors: none; damage is a value.
#ifndef DATELINE_CORE_BASE_UTF8_H_
#define DATELINE_CORE_BASE_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::base {

// The length in bytes, 1 to 4, of the well-formed character that begins at byte `at`; 0 when none does (overlong
// forms, surrogates and values beyond U+10FFFF are not well formed). REQUIRES: at < text.size().
size_t CodePointBytes(absl::string_view text, size_t at);

// The character at byte `at`. REQUIRES: length == CodePointBytes(text, at) and length > 0.
char32_t DecodeCodePoint(absl::string_view text, size_t at, size_t length);

bool IsAscii(absl::string_view text);
bool IsValidUtf8(absl::string_view text);

// Replaces each byte that belongs to no well-formed character by U+FFFD, and returns how many there were.
size_t RepairUtf8(std::string& text);
// The repaired text.
std::string ValidUtf8(std::string text);

// Appends `c` as UTF-8. REQUIRES: c is a character, no surrogate.
void AppendUtf8(std::string& text, char32_t c);

// The longest start of `text`, of at most `max_bytes`, that cuts no character in two.
absl::string_view TruncateUtf8(absl::string_view text, size_t max_bytes);

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_UTF8_H_
