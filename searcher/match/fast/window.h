// A window: the stretch of a shard that is looked at in one go. What matches in it is a bitset of its rows, or a list
// of them, small enough to stay in the nearest cache.
//
// Thread-safety: plain values and pure functions.
#ifndef DATELINE_SEARCHER_MATCH_FAST_WINDOW_H_
#define DATELINE_SEARCHER_MATCH_FAST_WINDOW_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "core/index/postings.h"

namespace dateline::match::fast {

inline constexpr uint32_t kWindowRows = index::kStretchRows;
inline constexpr uint32_t kWindowWords = kWindowRows / 64;
static_assert(index::kChunkRows % kWindowRows == 0, "a window lies in one chunk of a posting list");
static_assert(kWindowRows % (64 * index::kRankWords) == 0, "a window begins where a rank is known");

// A window is looked at in blocks, of which a mask says which.
inline constexpr uint32_t kWindowBlocks = kWindowRows / index::kBlockRows;
inline constexpr uint32_t kAllBlocks = (uint32_t{1} << kWindowBlocks) - 1;

struct Window {
  uint32_t begin = 0;  // a row of the shard, a multiple of kWindowRows
  uint32_t rows = 0;   // kWindowRows, less in the last one

  uint32_t chunk() const { return begin >> index::kChunkBits; }
  uint32_t begin_in_chunk() const { return begin & (index::kChunkRows - 1); }
};

// Up to so many candidates of a window are passed on as a list of rows.
inline constexpr uint32_t kMostListed = kWindowRows / 64;

// Rows of a window, counted from its begin. Those behind its end are never set.
using Bits = std::array<uint64_t, kWindowWords>;

// Ascending rows of a window. There is room for all of them, so that nothing is allocated or cleared to list some.
class Rows {
 public:
  // Whoever writes many at a time may write so many behind the last.
  static constexpr size_t kPadding = 64;

  Rows() {}  // NOLINT: the room is not to be cleared
  Rows(std::initializer_list<uint16_t> rows) { Assign(rows.begin(), rows.end()); }
  Rows(const Rows& other) { Assign(other.begin(), other.end()); }
  Rows& operator=(const Rows& other) {
    if (this != &other) Assign(other.begin(), other.end());
    return *this;
  }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  uint16_t* data() { return rows_.data(); }
  uint16_t* begin() { return rows_.data(); }
  uint16_t* end() { return rows_.data() + size_; }
  const uint16_t* begin() const { return rows_.data(); }
  const uint16_t* end() const { return rows_.data() + size_; }
  uint16_t& operator[](size_t i) { return rows_[i]; }
  uint16_t operator[](size_t i) const { return rows_[i]; }

  void clear() { size_ = 0; }
  void push_back(uint16_t row) { rows_[size_++] = row; }
  void Assign(const uint16_t* first, const uint16_t* last) {
    size_ = std::copy(first, last, rows_.data()) - rows_.data();
  }
  // Those that were not written before are to be written now.
  void resize(size_t size) { size_ = size; }

  // Keeps the rows for which `keep` says true.
  template <typename Keep>
  void KeepIf(Keep keep) {
    size_t kept = 0;
    for (size_t i = 0; i < size_; ++i) {
      const uint16_t row = rows_[i];
      rows_[kept] = row;
      kept += keep(row) ? 1 : 0;
    }
    size_ = kept;
  }

  bool operator==(const Rows& other) const { return std::equal(begin(), end(), other.begin(), other.end()); }

 private:
  size_t size_ = 0;
  std::array<uint16_t, kWindowRows + kPadding> rows_;
};

// A row in words of 64 of them: Bits, or those of a whole shard (ShardRows).
template <typename Words>
bool Contains(const Words& words, uint32_t row) {
  return (words[row / 64] >> row % 64 & 1) != 0;
}
template <typename Words>
void Insert(Words& words, uint32_t row) {
  words[row / 64] |= uint64_t{1} << row % 64;
}

// The rows of a list as bits.
inline void FillWith(const Rows& rows, Bits& bits) {
  bits.fill(0);
  for (const uint16_t row : rows) Insert(bits, row);
}

// All rows of the window.
inline void FillAll(const Window& window, Bits& bits) {
  bits.fill(0);
  const uint32_t whole = window.rows / 64;
  for (uint32_t i = 0; i < whole; ++i) bits[i] = ~uint64_t{0};
  if (window.rows % 64 != 0) bits[whole] = (uint64_t{1} << window.rows % 64) - 1;
}

}  // namespace dateline::match::fast

#endif  // DATELINE_SEARCHER_MATCH_FAST_WINDOW_H_
