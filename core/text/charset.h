// Bytes of any charset to UTF-8, and the repair of text that went through the wrong one.
//
// Thread-safety: pure functions. Errors: none, they are total on any bytes; what could not be read is U+FFFD and is
// counted.
#ifndef DATELINE_CORE_TEXT_CHARSET_H_
#define DATELINE_CORE_TEXT_CHARSET_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::text {

struct DecodedText {
  // What told the charset, most certain first.
  enum class How { kBom, kDeclared, kValidUtf8, kDetected };

  std::string utf8;     // valid, without a byte order mark
  std::string charset;  // lower case, as "utf-8", "windows-1252"
  How how = How::kValidUtf8;
  size_t replaced = 0;  // characters of `utf8` that stand for bytes which mean nothing
  bool mojibake_repaired = false;
};

// `declared_charset` is a label from a header, a page or an XML declaration, or "". In order: a byte order mark; the
// declared charset, if it is known and the bytes fit; valid UTF-8; a guess from the bytes; windows-1252.
//
// Labels mean what they mean on the web: iso-8859-1 and us-ascii are windows-1252, gb2312 is gb18030, shift_jis is
// windows-31j, euc-kr is windows-949. Bytes that are valid UTF-8 with several characters beyond ASCII are UTF-8
// whatever legacy charset is declared: text in another charset does not come out so by chance. Bytes "fit" with a
// little damage, a character in fifty.
DecodedText DecodeText(absl::string_view bytes, absl::string_view declared_charset);

// Undoes UTF-8 that was read as windows-1252 and written as UTF-8 again: "â€™" becomes "’", "Ã©" becomes "é". True
// when it changed something.
//
// The unit is a run of characters beyond ASCII, which must as a whole be the windows-1252 reading of valid UTF-8.
// Some such runs also occur in sound text ("É…", "ß“", "é" with a no-break space and "»"): these are changed only
// where other runs prove the damage and no run disproves it. REQUIRES: valid UTF-8, which it stays.
bool RepairMojibake(std::string& text);

}  // namespace dateline::text

#endif  // DATELINE_CORE_TEXT_CHARSET_H_
