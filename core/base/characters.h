// Letters, cases and scripts of single characters, as far as rules about names and lines need them: without ICU, for
// the scripts that have cases (Latin, Greek, Cyrillic, Armenian is left out) and the ones that do not use blanks.
//
// Thread-safety: pure functions.
#ifndef DATELINE_CORE_BASE_CHARACTERS_H_
#define DATELINE_CORE_BASE_CHARACTERS_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "core/base/utf8.h"

namespace dateline::base {

// Lower case of Latin, Greek and Cyrillic letters; anything else is returned as it is.
char32_t LowerCaseBeyondAscii(char32_t c);
inline char32_t LowerCase(char32_t c) {
  return c >= 0x80 ? LowerCaseBeyondAscii(c) : c >= 'A' && c <= 'Z' ? c + 0x20 : c;
}
inline bool IsUpperCase(char32_t c) { return LowerCase(c) != c; }

bool IsLetterBeyondAscii(char32_t c);
inline bool IsLetter(char32_t c) {  // of any script, ideographs and syllables included
  return c >= 0x80 ? IsLetterBeyondAscii(c) : (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
inline bool IsDigit(char32_t c) { return c >= '0' && c <= '9'; }
bool IsBlankBeyondAscii(char32_t c);
inline bool IsBlankCharacter(char32_t c) {  // white space of any width, line breaks included
  return c >= 0x80 ? IsBlankBeyondAscii(c) : c == ' ' || (c >= 0x09 && c <= 0x0D);
}

// Han, Kana, Hangul, Thai and the other scripts that set no blank between words or have syllables as letters.
bool IsIdeographicBeyondLatin(char32_t c);
inline bool IsIdeographic(char32_t c) { return c >= 0x0E00 && IsIdeographicBeyondLatin(c); }

// One character after the other; a byte that is not UTF-8 is U+FFFD.
class CharacterReader {
 public:
  explicit CharacterReader(absl::string_view text) : text_(text) {}
  bool done() const { return at_ >= text_.size(); }
  size_t at() const { return at_; }  // the byte where the next character begins
  char32_t Next() {
    const unsigned char byte = static_cast<unsigned char>(text_[at_]);
    if (byte < 0x80) {
      ++at_;
      return byte;
    }
    const size_t length = CodePointBytes(text_, at_);
    if (length == 0) {
      ++at_;
      return 0xFFFD;
    }
    const char32_t c = DecodeCodePoint(text_, at_, length);
    at_ += length;
    return c;
  }

 private:
  absl::string_view text_;
  size_t at_ = 0;
};

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_CHARACTERS_H_
