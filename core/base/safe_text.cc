#include "core/base/safe_text.h"

#include <cstddef>

#include "absl/strings/str_format.h"
#include "core/base/utf8.h"

namespace dateline::base {

bool SteersDisplay(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool IsDirectionMark(char32_t c) { return c == 0x061C || c == 0x200E || c == 0x200F; }

std::string SafeText(absl::string_view text, SafeTextOptions options) {
  std::string safe;
  safe.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t length = CodePointBytes(text, at);
    const absl::string_view bytes = text.substr(at, length == 0 ? 1 : length);
    at += bytes.size();
    const char32_t c = length == 0 ? 0 : DecodeCodePoint(bytes, 0, length);
    const bool kept = (c == '\n' && options.keep_lines) || (options.keep_direction_marks && IsDirectionMark(c));
    if (kept || (!SteersDisplay(c) && !IsDirectionMark(c))) {
      safe.append(bytes.data(), bytes.size());
    } else if (bytes.size() == 1) {
      absl::StrAppendFormat(&safe, "\\x%02x", static_cast<unsigned char>(bytes[0]));
    } else {
      absl::StrAppendFormat(&safe, "\\u%04x", static_cast<unsigned>(c));
    }
  }
  return safe;
}

}  // namespace dateline::base
