// Plain text cut into lines that stand for paragraphs, with what the rules ask about each.
//
// Thread-safety: pure functions; plain values.
#ifndef DATELINE_INDEXER_EXTRACT_TEXT_TEXT_LINES_H_
#define DATELINE_INDEXER_EXTRACT_TEXT_TEXT_LINES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "indexer/extract/rules/lexicon.h"

namespace dateline::extract {

// The bit of TextLine::signs for a sign: its number below 64; '|' and '@' have those of control characters, which no
// line holds, and bit 0 stands for all characters beyond ASCII.
constexpr uint32_t SignBit(uint32_t c) { return c == '|' ? 1 : c == '@' ? 2 : c & 63; }

struct TextLine {
  std::string text;    // white space collapsed, lines that were wrapped by hand joined
  std::string folded;  // FoldLine(text), of lines up to kMaxFoldedBytes; else of their first so many bytes
  size_t begin = 0;    // bytes of the input, half-open
  size_t end = 0;
  size_t characters = 0;
  size_t words = 0;  // ideographic characters count as half a word each
  size_t letters = 0;
  size_t digits = 0;
  bool ends_sentence = false;  // with . ! ? or one of their kin, quotes and brackets aside
  bool ideographic = false;    // mostly Han, Kana, Hangul or Thai
  bool after_blank = false;    // a blank line stands before it, or the start of the text
  uint64_t signs = 0;          // see Has
  Openings opens;  // what it begins with, and below the kinds anywhere in it; filled in by who has a lexicon
  uint32_t inside = ~0U;

  // Whether an ASCII sign stands in it: one below '@', or '@' or '|'.
  bool Has(char sign) const { return (signs >> SignBit(static_cast<unsigned char>(sign)) & 1) != 0; }
  bool HasBeyondAscii() const { return (signs & 1) != 0; }
  bool Holds(WordKind kind) const { return (inside >> static_cast<uint32_t>(kind) & 1) != 0; }
};

// Longer lines are running text, which no rule compares with a phrase.
inline constexpr size_t kMaxFoldedBytes = 400;

// Blank lines give none. REQUIRES: valid UTF-8.
std::vector<TextLine> CutLines(absl::string_view text);

// Joins the lines of text that was wrapped by hand at a fixed width, so that a line break means a paragraph. Of text
// that was not wrapped only the line breaks change, to '\n'.
std::string UnwrapLines(absl::string_view text);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_TEXT_TEXT_LINES_H_
