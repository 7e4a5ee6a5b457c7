// Numbers and strings to bytes and back. Fixed-width numbers are little-endian unless the name says otherwise;
// varints hold seven bits a byte, low group first, the top bit set on all but the last.
//
// Thread-safety: pure functions; a Decoder belongs to one thread.
#ifndef DATELINE_CORE_BASE_CODING_H_
#define DATELINE_CORE_BASE_CODING_H_

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::base {

static_assert(std::endian::native == std::endian::little, "formats are mapped into memory as they lie on disk");

inline void AppendFixed32(std::string& out, uint32_t value) { out.append(reinterpret_cast<const char*>(&value), 4); }
inline void AppendFixed64(std::string& out, uint64_t value) { out.append(reinterpret_cast<const char*>(&value), 8); }

inline void AppendBigEndian64(std::string& out, uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

inline uint64_t ReadBigEndian64(const char* p) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<uint8_t>(p[i]);
  return value;
}

inline void AppendVarint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

inline void AppendString(std::string& out, absl::string_view value) {
  AppendVarint(out, value.size());
  out.append(value.data(), value.size());
}

// Reads a byte string from its front. Total on any bytes: the first failure makes ok() false for good, and every read
// from then on gives zero or "". Ownership: views point into the bytes given to the constructor.
class Decoder {
 public:
  explicit Decoder(absl::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  bool empty() const { return rest_.empty(); }
  absl::string_view rest() const { return rest_; }

  uint8_t Byte() { return Take(1) ? static_cast<uint8_t>(taken_[0]) : 0; }
  uint32_t Fixed32() { return FixedWidth<uint32_t>(); }
  uint64_t Fixed64() { return FixedWidth<uint64_t>(); }

  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (!Take(1)) return 0;
      const uint64_t byte = static_cast<uint8_t>(taken_[0]);
      if (shift == 63 && byte > 1) break;  // more than 64 bits
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }

  absl::string_view String() {
    const uint64_t size = Varint();
    return ok_ ? Bytes(size) : absl::string_view();
  }

  absl::string_view Bytes(uint64_t size) { return Take(size) ? taken_ : absl::string_view(); }

  // A varint that counts things of at least `bytes_each` bytes, which must still follow: a damaged count cannot make
  // the caller reserve more memory than the input justifies.
  uint64_t Count(uint64_t bytes_each = 1) {
    const uint64_t count = Varint();
    if (count > rest_.size() / (bytes_each == 0 ? 1 : bytes_each)) ok_ = false;
    return ok_ ? count : 0;
  }

 private:
  bool Take(uint64_t size) {
    if (!ok_ || size > rest_.size()) {
      ok_ = false;
      return false;
    }
    taken_ = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

  template <typename T>
  T FixedWidth() {
    T value = 0;
    if (Take(sizeof(T))) std::memcpy(&value, taken_.data(), sizeof(T));
    return value;
  }

  absl::string_view rest_;
  absl::string_view taken_;
  bool ok_ = true;
};

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_CODING_H_
