#include "searcher/match/fast/term_cursor.h"

#include <bit>
#include <cstring>

namespace dateline::match::fast {
namespace {

// The first of the ascending `rows` from `at` on that is not below `row`, by steps that double.
uint32_t Gallop(const uint16_t* rows, uint32_t at, uint32_t count, uint32_t row) {
  uint32_t step = 1;
  uint32_t low = at;
  while (low + step < count && rows[low + step] < row) {
    low += step;
    step *= 2;
  }
  return static_cast<uint32_t>(std::lower_bound(rows + low, rows + std::min(low + step + 1, count), row) - rows);
}

}  // namespace

void TermCursor::MoveTo(const Window& window) {
  const bool ascends = chunk_ != nullptr && window.chunk() == window_.chunk() && window.begin >= window_.begin;
  if (!ascends) {
    chunk_ = list_->ChunkAt(window.chunk());
    begin_ = 0;
    count_ = 0;
  }
  window_ = window;
  count_ = chunk_ == nullptr ? 0 : count_;
  if (chunk_ == nullptr) return;
  const uint32_t begin = window.begin_in_chunk();
  if (chunk_->bits != nullptr) {
    const uint32_t begin_group = begin / 64 / index::kRankWords;
    const uint32_t end_word = (begin + kWindowRows) / 64;
    const uint32_t end = end_word < chunk_->words ? chunk_->ranks[end_word / index::kRankWords] : chunk_->count;
    first_ = chunk_->first + chunk_->ranks[begin_group];
    count_ = end - chunk_->ranks[begin_group];
    return;
  }
  begin_ = Gallop(chunk_->rows, begin_, chunk_->count, begin);
  const uint32_t end = begin + kWindowRows >= index::kChunkRows
                           ? chunk_->count
                           : Gallop(chunk_->rows, begin_, chunk_->count, begin + kWindowRows);
  first_ = chunk_->first + begin_;
  count_ = end - begin_;
}

void TermCursor::Fill(Bits& bits) const {
  bits.fill(0);
  if (count_ == 0) return;
  const uint32_t begin = window_.begin_in_chunk();
  if (chunk_->bits != nullptr) {
    const uint32_t words = std::min(kWindowWords, chunk_->words - begin / 64);
    std::memcpy(bits.data(), chunk_->bits + begin / 64, words * sizeof(uint64_t));
    return;
  }
  for (uint32_t i = begin_; i < begin_ + count_; ++i) Insert(bits, chunk_->rows[i] - begin);
}

void TermCursor::KeepBits(Bits& bits) const {
  Bits own;
  Fill(own);
  KeepCommon(own, bits);
}

void TermCursor::KeepRows(Rows& rows) const {
  if (count_ == 0) return rows.clear();
  const uint32_t begin = window_.begin_in_chunk();
  size_t kept = 0;
  if (chunk_->bits != nullptr) {
    const uint64_t* const bits = chunk_->bits + begin / 64;
    for (const uint16_t row : rows) {
      rows[kept] = row;
      kept += bits[row / 64] >> row % 64 & 1;
    }
    return rows.resize(kept);
  }
  uint32_t at = begin_;
  for (const uint16_t row : rows) {
    at = Gallop(chunk_->rows, at, begin_ + count_, begin + row);
    if (at == begin_ + count_) break;
    rows[kept] = row;
    kept += chunk_->rows[at] == begin + row ? 1 : 0;
  }
  rows.resize(kept);
}

uint32_t TermCursor::PostingOf(uint32_t row) const {
  if (count_ == 0) return index::kNoPosting;
  const uint32_t in_chunk = window_.begin_in_chunk() + row;
  if (chunk_->bits != nullptr) return chunk_->PostingOf(in_chunk);
  const uint16_t* const begin = chunk_->rows + begin_;
  const uint16_t* const at = std::lower_bound(begin, begin + count_, in_chunk);
  return at == begin + count_ || *at != in_chunk ? index::kNoPosting : first_ + static_cast<uint32_t>(at - begin);
}

void TermCursor::AddShares(uint16_t multiplier, Sums& sums) const {
  if (count_ == 0) return;
  const uint32_t begin = window_.begin_in_chunk();
  const uint8_t* const impacts = list_->impacts() + first_;
  if (chunk_->bits != nullptr) {
    const uint32_t words = std::min(kWindowWords, chunk_->words - begin / 64);
    return fast::AddShares(chunk_->bits + begin / 64, words, impacts, multiplier, sums);
  }
  const uint16_t* const rows = chunk_->rows + begin_;
  for (uint32_t i = 0; i < count_; ++i) {
    sums[rows[i] - begin] += static_cast<uint16_t>(Share(impacts[i], multiplier));
  }
}

void TermCursor::RaiseToShares(uint16_t multiplier, Sums& sums) const {
  if (count_ == 0) return;
  const uint32_t begin = window_.begin_in_chunk();
  const uint8_t* impact = list_->impacts() + first_;
  const auto raise = [&](uint32_t row) {
    sums[row] = std::max(sums[row], static_cast<uint16_t>(Share(*impact++, multiplier)));
  };
  if (chunk_->bits == nullptr) {
    for (uint32_t i = begin_; i < begin_ + count_; ++i) raise(chunk_->rows[i] - begin);
    return;
  }
  const uint32_t words = std::min(kWindowWords, chunk_->words - begin / 64);
  for (uint32_t i = 0; i < words; ++i) {
    for (uint64_t word = chunk_->bits[begin / 64 + i]; word != 0; word &= word - 1) {
      raise(64 * i + static_cast<uint32_t>(std::countr_zero(word)));
    }
  }
}

}  // namespace dateline::match::fast
