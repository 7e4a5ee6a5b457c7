#include "indexer/build/glass/codec.h"

#include <bit>

#include "core/base/coding.h"

namespace dateline::build::glass {

void AppendLastTerm(std::string& key, absl::string_view term) {
  for (char c : term) {
    key.push_back(c);
    if (c == '\0') key.push_back('\xff');
  }
}

void AppendSortableTerm(std::string& key, absl::string_view term) {
  AppendLastTerm(key, term);
  key.push_back('\0');
}

void PositionCoder::Append(absl::Span<const uint32_t> positions, ByteBuffer& out) {
  out.AppendVarint(positions.back());
  if (positions.size() == 1) return;
  out_ = &out;
  pending_ = 0;
  pending_bits_ = 0;
  const auto size = static_cast<uint32_t>(positions.size());
  Encode(positions.front(), positions.back());
  Encode(size - 2, positions.back() - positions.front());
  Interpolate(positions, 0, positions.size() - 1);
  out.AppendLow(pending_, static_cast<size_t>(pending_bits_ + 7) / 8);
}

// What lies between two positions that are known: the middle one, then each half.
void PositionCoder::Interpolate(absl::Span<const uint32_t> positions, size_t first, size_t last) {
  while (last - first > 1) {
    const size_t middle = first + (last - first) / 2;
    const auto between = static_cast<uint32_t>(last - first);
    const uint32_t least = positions[first] + static_cast<uint32_t>(middle - first);
    Encode(positions[middle] - least, positions[last] - positions[first] - between + 1);
    Interpolate(positions, first, middle);
    first = middle;
  }
}

// A number below `range`: the middle ones, as many as the powers of two leave over, take a bit less.
void PositionCoder::Encode(uint32_t value, uint32_t range) {
  const int bits = range <= 1 ? 0 : std::bit_width(range - 1);
  const uint32_t spare = static_cast<uint32_t>((uint64_t{1} << bits) - range);
  const uint32_t short_begin = (range - spare) / 2;
  if (spare == 0 || value < short_begin) return WriteBits(value, bits);
  if (value < short_begin + spare) return WriteBits(value, bits - 1);
  WriteBits((value - (short_begin + spare)) | 1U << (bits - 1), bits);
}

void PositionCoder::WriteBits(uint32_t value, int bits) {
  pending_ |= uint64_t{value} << pending_bits_;
  pending_bits_ += bits;
  if (pending_bits_ < 32) return;  // so that the next ones, 32 at most, fit
  out_->AppendLow(pending_, 4);
  pending_ >>= 32;
  pending_bits_ -= 32;
}

bool PositionDecoder::Read(absl::string_view tag, std::vector<uint32_t>& positions) {
  positions.clear();
  base::Decoder front(tag);
  const auto last = static_cast<uint32_t>(front.Varint());
  if (!front.ok()) return false;
  if (front.empty()) {
    positions.push_back(last);
    return true;
  }
  rest_ = front.rest();
  pending_ = 0;
  pending_bits_ = 0;
  ok_ = true;
  const uint32_t first = Decode(last);
  if (first >= last) return false;
  const uint64_t size = uint64_t{Decode(last - first)} + 2;
  if (!ok_ || size > uint64_t{last - first} + 1) return false;
  positions.resize(size);
  positions.front() = first;
  positions.back() = last;
  Interpolate(positions, 0, size - 1);
  return ok_;
}

void PositionDecoder::Interpolate(std::vector<uint32_t>& positions, size_t first, size_t last) {
  while (last - first > 1 && ok_) {
    const size_t middle = first + (last - first) / 2;
    const auto between = static_cast<uint32_t>(last - first);
    const uint32_t distance = positions[last] - positions[first];
    if (positions[last] < positions[first] || distance < between) {
      ok_ = false;
      return;
    }
    positions[middle] = positions[first] + static_cast<uint32_t>(middle - first) + Decode(distance - between + 1);
    Interpolate(positions, first, middle);
    first = middle;
  }
}

uint32_t PositionDecoder::Decode(uint32_t range) {
  const int bits = range <= 1 ? 0 : std::bit_width(range - 1);
  const uint32_t spare = static_cast<uint32_t>((uint64_t{1} << bits) - range);
  const uint32_t short_begin = (range - spare) / 2;
  if (bits == 0 || spare == 0) return ReadBits(bits);
  const uint32_t low = ReadBits(bits - 1);
  if (low >= short_begin && low < short_begin + spare) return low;
  if (ReadBits(1) == 0) return low;
  // The top bit says that it lies behind the short ones; its other bits count from there.
  return low + short_begin + spare;
}

uint32_t PositionDecoder::ReadBits(int bits) {
  while (pending_bits_ < bits) {
    if (rest_.empty()) {
      ok_ = false;
      return 0;
    }
    pending_ |= uint64_t{static_cast<uint8_t>(rest_.front())} << pending_bits_;
    rest_.remove_prefix(1);
    pending_bits_ += 8;
  }
  const auto value = static_cast<uint32_t>(pending_ & ((uint64_t{1} << bits) - 1));
  pending_ >>= bits;
  pending_bits_ -= bits;
  return value;
}

}  // namespace dateline::build::glass
