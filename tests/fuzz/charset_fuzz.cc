// Any bytes under any label: valid UTF-8 comes out, and a repair only ever shortens it. The first byte chooses
// the label; where it is 0xFF, the label is the first line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"
#include "core/base/utf8.h"
#include "core/text/charset.h"
#include "core/text/language_detector.h"

namespace {

constexpr absl::string_view kLabels[] = {"",       "utf-8",  "iso-8859-1", "windows-1251", "gb2312", "shift_jis",
                                         "euc-kr", "euc-jp", "big5",       "utf-16",       "koi8-r", "iso-2022-jp"};

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  absl::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  absl::string_view label = kLabels[data[0] % (sizeof kLabels / sizeof *kLabels)];
  if (data[0] == 0xFF) {
    label = bytes.substr(0, bytes.find('\n'));
    bytes.remove_prefix(label.size());
  }
  const dateline::text::DecodedText text = dateline::text::DecodeText(bytes, label);
  Require(dateline::base::IsValidUtf8(text.utf8));
  Require(!text.charset.empty());
  std::string again = text.utf8;
  const bool changed = dateline::text::RepairMojibake(again);
  Require(changed == (again != text.utf8));
  Require(dateline::base::IsValidUtf8(again) && again.size() <= text.utf8.size());
  const auto language = dateline::text::DetectLanguage(bytes, label);
  Require(language.code.empty() || language.code.size() == 2);
  return 0;
}
