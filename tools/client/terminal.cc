#include "tools/client/terminal.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "core/base/safe_text.h"
#include "core/base/utf8.h"

namespace dateline::client {
namespace {

constexpr absl::string_view kPlain = "\x1b[0m";

struct Range {
  char32_t first;
  char32_t last;
};

// The blocks of East Asian and emoji characters that take two columns.
constexpr Range kWide[] = {
    {0x1100, 0x115F}, {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE4F},   {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

// The combining marks of common scripts, and characters that only join or separate.
constexpr Range kZeroWidth[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x200B, 0x200F}, {0x20D0, 0x20FF},
    {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
};

template <size_t kSize>
bool Contains(const Range (&ranges)[kSize], char32_t c) {
  return std::any_of(std::begin(ranges), std::end(ranges), [c](Range r) { return r.first <= c && c <= r.last; });
}

// Marks of direction stay: headlines in Arabic and Hebrew have them, and they reorder no letters.
std::string Escape(absl::string_view text, bool keep_lines) {
  return base::SafeText(text, {.keep_lines = keep_lines, .keep_direction_marks = true});
}

}  // namespace

bool IsWide(char32_t c) { return c >= 0x1100 && Contains(kWide, c); }

size_t CharacterWidth(char32_t c) {
  if (c < 0x300) return 1;
  if (Contains(kZeroWidth, c)) return 0;
  return IsWide(c) ? 2 : 1;
}

void ForEachCharacter(absl::string_view text, absl::FunctionRef<void(char32_t, absl::string_view)> visit) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = base::CodePointBytes(text, at);
    if (length == 0) {
      visit(char32_t{0xFFFD}, text.substr(at, 1));
      ++at;
    } else {
      visit(base::DecodeCodePoint(text, at, length), text.substr(at, length));
      at += length;
    }
  }
}

std::string SafeForTerminal(absl::string_view text) { return Escape(text, /*keep_lines=*/false); }

std::string SafeLinesForTerminal(absl::string_view text) { return Escape(text, /*keep_lines=*/true); }

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  ForEachCharacter(text, [&width](char32_t c, absl::string_view) { width += CharacterWidth(c); });
  return width;
}

std::string Styled(absl::string_view style, absl::string_view text, const TextOptions& options) {
  return options.color ? absl::StrCat(style, text, kPlain) : std::string(text);
}

}  // namespace dateline::client
