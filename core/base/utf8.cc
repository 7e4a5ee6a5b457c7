#include "core/base/utf8.h"

#include <cstdint>
#include <cstring>
#include <utility>

namespace dateline::base {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";

uint8_t ByteAt(absl::string_view text, size_t at) { return static_cast<uint8_t>(text[at]); }

// The length that `lead` announces (0: it begins no character), and the range of the second byte, which is where
// overlong forms, surrogates and values beyond U+10FFFF are told apart (The Unicode Standard, table 3-7).
struct LeadInfo {
  size_t length = 0;
  uint8_t low = 0x80;
  uint8_t high = 0xBF;
};

LeadInfo InspectLead(uint8_t lead) {
  if (lead < 0x80) return {1};
  if (lead < 0xC2) return {};
  if (lead < 0xE0) return {2};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead < 0xF0) return {3};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead < 0xF4) return {4};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {};
}

// Most text is ASCII, and is walked eight bytes at a time.
bool BeginsWithEightAscii(absl::string_view text, size_t at) {
  if (text.size() - at < 8) return false;
  uint64_t bytes;
  std::memcpy(&bytes, text.data() + at, 8);
  return (bytes & 0x8080808080808080) == 0;
}

bool IsTrailByte(uint8_t byte) { return (byte & 0xC0) == 0x80; }

}  // namespace

size_t CodePointBytes(absl::string_view text, size_t at) {
  const LeadInfo info = InspectLead(ByteAt(text, at));
  if (info.length <= 1) return info.length;
  if (text.size() - at < info.length) return 0;
  if (ByteAt(text, at + 1) < info.low || ByteAt(text, at + 1) > info.high) return 0;
  for (size_t i = 2; i < info.length; ++i) {
    if (!IsTrailByte(ByteAt(text, at + i))) return 0;
  }
  return info.length;
}

char32_t DecodeCodePoint(absl::string_view text, size_t at, size_t length) {
  if (length == 1) return ByteAt(text, at);
  char32_t value = ByteAt(text, at) & (0x7F >> length);
  for (size_t i = 1; i < length; ++i) value = value << 6 | (ByteAt(text, at + i) & 0x3F);
  return value;
}

bool IsAscii(absl::string_view text) {
  // All bytes, whatever the first ones say: that is many at a time.
  unsigned char all = 0;
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

bool IsValidUtf8(absl::string_view text) {
  for (size_t at = 0; at < text.size();) {
    if (BeginsWithEightAscii(text, at)) {
      at += 8;
      continue;
    }
    const size_t length = CodePointBytes(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

size_t RepairUtf8(std::string& text) {
  if (IsValidUtf8(text)) return 0;
  size_t repaired = 0;
  std::string valid;
  valid.reserve(text.size() + 16);
  for (size_t at = 0; at < text.size();) {
    const size_t length = CodePointBytes(text, at);
    if (length == 0) {
      valid.append(kReplacement.data(), kReplacement.size());
      ++repaired;
      ++at;
    } else {
      valid.append(text, at, length);
      at += length;
    }
  }
  text = std::move(valid);
  return repaired;
}

std::string ValidUtf8(std::string text) {
  RepairUtf8(text);
  return text;
}

void AppendUtf8(std::string& text, char32_t c) {
  if (c < 0x80) {
    text.push_back(static_cast<char>(c));
    return;
  }
  const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  static constexpr unsigned char kLead[] = {0, 0xC0, 0xE0, 0xF0};
  text.push_back(static_cast<char>(kLead[more] | (c >> (6 * more))));
  for (int i = more - 1; i >= 0; --i) text.push_back(static_cast<char>(0x80 | ((c >> (6 * i)) & 0x3F)));
}

absl::string_view TruncateUtf8(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  // A character has at most three trail bytes; more of them are damage, and there is nothing to keep whole.
  for (int i = 0; i < 3 && end > 0 && IsTrailByte(ByteAt(text, end)); ++i) --end;
  return text.substr(0, IsTrailByte(ByteAt(text, end)) ? max_bytes : end);
}

}  // namespace dateline::base
