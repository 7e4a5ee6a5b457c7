// A window: the stretch of a shard that is looked at in one go. What matches in it is a bitset of its rows, or a list
// of them, small enough to stay in the nearest cache.
//
// Thread-safety: plain values and pure functions.
#ifndef DATELINE_SEARCHER_MATCH_FAST_WINDOW_H_
#define DATELINE_SEARCHER_MATCH_FAST_WINDOW_H_

#include <array>
#include <cstdint>
#include <vector>

#include "core/index/postings_format.h"

namespace dateline::match::fast {

inline constexpr uint32_t kWindowRows = 8192;
inline constexpr uint32_t kWindowWords = kWindowRows / 64;
static_assert(index::kChunkRows % kWindowRows == 0, "a window lies in one chunk of a posting list");
static_assert(kWindowRows % (64 * index::kRankWords) == 0, "a window begins where a rank is known");

struct Window {
  uint32_t begin = 0;  // a row of the shard, a multiple of kWindowRows
  uint32_t rows = 0;   // kWindowRows, less in the last one

  uint32_t chunk() const { return begin >> index::kChunkBits; }
  uint32_t begin_in_chunk() const { return begin & (index::kChunkRows - 1); }
};

// Rows of a window, counted from its begin. Those behind its end are never set.
using Bits = std::array<uint64_t, kWindowWords>;
using Rows = std::vector<uint16_t>;  // ascending

inline bool Contains(const Bits& bits, uint32_t row) { return (bits[row / 64] >> row % 64 & 1) != 0; }
inline void Insert(Bits& bits, uint32_t row) { bits[row / 64] |= uint64_t{1} << row % 64; }

// All rows of the window.
inline void FillAll(const Window& window, Bits& bits) {
  bits.fill(0);
  const uint32_t whole = window.rows / 64;
  for (uint32_t i = 0; i < whole; ++i) bits[i] = ~uint64_t{0};
  if (window.rows % 64 != 0) bits[whole] = (uint64_t{1} << window.rows % 64) - 1;
}

}  // namespace dateline::match::fast

#endif  // DATELINE_SEARCHER_MATCH_FAST_WINDOW_H_
