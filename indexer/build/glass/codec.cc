#include "indexer/build/glass/codec.h"

#include <bit>

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

}  // namespace dateline::build::glass
