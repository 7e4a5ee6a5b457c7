// Bytes that grow at their end by many small appends, each of which costs little more than its bytes: what
// std::string does anew for every byte is done once an append.
//
// Thread-safety: belongs to one thread. Ownership: view() lives until the next append.
#ifndef DATELINE_INDEXER_BUILD_GLASS_BYTE_BUFFER_H_
#define DATELINE_INDEXER_BUILD_GLASS_BYTE_BUFFER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace dateline::build::glass {

// AppendShort reads so much from where it copies, whatever the size.
inline constexpr size_t kCopySlack = 16;

class ByteBuffer {
 public:
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  absl::string_view view() const { return {bytes_.data(), size_}; }
  // Keeps the memory.
  void clear() { size_ = 0; }

  // So many more bytes may be read, whatever they are.
  void Reserve(size_t bytes) { Room(bytes); }

  void AppendByte(char byte) { *Room(1) = byte, ++size_; }

  void AppendVarint(uint64_t value) {
    char* const begin = Room(kMaxVarintBytes);
    char* at = begin;
    while (value >= 0x80) {
      *at++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *at++ = static_cast<char>(value);
    size_ += static_cast<size_t>(at - begin);
  }

  // Ascending numbers: the first, then each less the one before.
  void AppendDeltas(absl::Span<const uint32_t> numbers) {
    uint32_t previous = 0;
    for (const uint32_t number : numbers) AppendVarint(number - std::exchange(previous, number));
  }

  // The low `bytes` bytes of `value`, low ones first. REQUIRES: 8 at most.
  void AppendLow(uint64_t value, size_t bytes) {
    std::memcpy(Room(sizeof(value)), &value, sizeof(value));
    size_ += bytes;
  }

  void Append(absl::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(Room(bytes.size()), bytes.data(), bytes.size());
    size_ += bytes.size();
  }

  // The same for few bytes. REQUIRES: kCopySlack bytes may be read from where they begin.
  void AppendShort(absl::string_view bytes) {
    if (bytes.size() > kCopySlack) return Append(bytes);
    std::memcpy(Room(kCopySlack), bytes.data(), kCopySlack);
    size_ += bytes.size();
  }

  void AppendString(absl::string_view value) {
    AppendVarint(value.size());
    Append(value);
  }

 private:
  static constexpr size_t kMaxVarintBytes = 10;

  // Where the next `bytes` go.
  char* Room(size_t bytes) {
    if (bytes_.size() - size_ < bytes) Grow(bytes);
    return bytes_.data() + size_;
  }
  [[gnu::noinline]] void Grow(size_t bytes) { bytes_.resize(std::max(2 * bytes_.size(), size_ + bytes)); }

  std::string bytes_;  // all of it may be written to
  size_t size_ = 0;
};

}  // namespace dateline::build::glass

#endif  // DATELINE_INDEXER_BUILD_GLASS_BYTE_BUFFER_H_
