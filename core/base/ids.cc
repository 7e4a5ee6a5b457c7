#include "core/base/ids.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/coding.h"

namespace dateline::base {

std::string ToHex(const DocKey& key) {
  return absl::StrCat(absl::Hex(key.high, absl::kZeroPad16), absl::Hex(key.low, absl::kZeroPad16));
}

absl::optional<DocKey> DocKeyFromHex(absl::string_view hex) {
  if (hex.size() != 32) return absl::nullopt;
  for (char c : hex) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return absl::nullopt;
  }
  return DocKeyFromBytes(absl::HexStringToBytes(hex));
}

std::string ToBytes(const DocKey& key) {
  std::string bytes;
  AppendBigEndian64(bytes, key.high);
  AppendBigEndian64(bytes, key.low);
  return bytes;
}

DocKey DocKeyFromBytes(absl::string_view bytes) {
  return DocKey{ReadBigEndian64(bytes.data()), ReadBigEndian64(bytes.data() + 8)};
}

}  // namespace dateline::base
