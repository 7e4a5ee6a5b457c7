// Text on its way to a terminal: made harmless, measured, coloured.
//
// Articles are foreign text, and a terminal obeys what it is sent. So everything that comes from an article, an error
// or a query passes SafeForTerminal; the only escape sequences that a terminal gets are our colours.
//
// Thread-safety: pure functions. Errors: none.
#ifndef DATELINE_TOOLS_CLIENT_TERMINAL_H_
#define DATELINE_TOOLS_CLIENT_TERMINAL_H_

#include <cstddef>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace dateline::client {

// `text` on one line with every character that could steer a terminal or reorder a line made visible: C0 controls
// (line feed and tab too), DEL and bytes that are not UTF-8 as \x1b; C1 controls, line separators and bidirectional
// overrides as \u202e. The result is valid UTF-8. No line feed is added.
std::string SafeForTerminal(absl::string_view text);

// The same for text of many lines: line feeds stay.
std::string SafeLinesForTerminal(absl::string_view text);

// The columns that `text`, one line without control characters, takes on a terminal: East Asian wide characters take
// two, combining marks none. Near enough for tables.
size_t DisplayWidth(absl::string_view text);
size_t CharacterWidth(char32_t c);
bool IsWide(char32_t c);

// Calls visit(character, bytes) for each character of `text`, and visit(0xFFFD, byte) for a byte that is not UTF-8.
void ForEachCharacter(absl::string_view text, absl::FunctionRef<void(char32_t, absl::string_view)> visit);

struct TextOptions {
  bool color = false;
  size_t width = 80;      // columns of the terminal
  bool terminal = false;  // a person looks at it: bars are drawn
};

inline constexpr absl::string_view kBold = "\x1b[1m";
inline constexpr absl::string_view kHighlight = "\x1b[1;33m";

// `text` in `style`, if there are to be colours.
std::string Styled(absl::string_view style, absl::string_view text, const TextOptions& options);

}  // namespace dateline::client

#endif  // DATELINE_TOOLS_CLIENT_TERMINAL_H_
