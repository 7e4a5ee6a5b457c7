// Foreign text made safe to show: on a terminal, in a log.
//
// Thread-safety: pure functions. Errors: none; damage becomes visible.
#ifndef DATELINE_CORE_BASE_SAFE_TEXT_H_
#define DATELINE_CORE_BASE_SAFE_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dateline::base {

// Does `c` end a line, steer a terminal or reorder what stands around it: C0, DEL, C1, the separators of lines and
// paragraphs, embeddings, overrides and isolates of direction?
bool SteersDisplay(char32_t c);

// The marks of direction, which move punctuation only and belong into Arabic and Hebrew text.
bool IsDirectionMark(char32_t c);

struct SafeTextOptions {
  bool keep_lines = false;            // line feeds stay
  bool keep_direction_marks = false;  // so do these
};

// `text` with every such character made visible: C0, DEL and bytes that are not UTF-8 as \x1b, others as \u202e. The
// result is valid UTF-8.
std::string SafeText(absl::string_view text, SafeTextOptions options = SafeTextOptions());

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_SAFE_TEXT_H_
