#include "searcher/match/fast/term_cursor.h"

#include <array>
#include <bit>

namespace dateline::match::fast {
namespace {

// From so many on it pays to set them in several sets.
constexpr uint32_t kManyRows = 192;

}  // namespace

void TermCursor::MoveTo(const Window& window) {
  if (chunk_ == nullptr || window.chunk() != window_.chunk()) chunk_ = list_->ChunkAt(window.chunk());
  window_ = window;
  count_ = 0;
  if (chunk_ == nullptr) return;
  const uint32_t begin = window.begin_in_chunk();
  uint32_t end = 0;
  if (chunk_->bits != nullptr) {
    const uint32_t end_word = (begin + kWindowRows) / 64;
    begin_ = chunk_->ranks[begin / 64 / index::kRankWords];
    end = end_word < chunk_->words ? chunk_->ranks[end_word / index::kRankWords] : chunk_->count;
  } else {
    begin_ = chunk_->stretches[begin / kWindowRows];
    end = chunk_->stretches[begin / kWindowRows + 1];
  }
  first_ = chunk_->first + begin_;
  count_ = end - begin_;
}

void TermCursor::List(Rows& rows) const {
  rows.clear();
  if (count_ == 0) return;
  const uint32_t begin = window_.begin_in_chunk();
  if (chunk_->bits != nullptr) {
    Bits bits;
    Fill(bits);
    return ListRows(bits, rows);
  }
  for (uint32_t i = begin_; i < begin_ + count_; ++i) rows.push_back(static_cast<uint16_t>(chunk_->rows[i] - begin));
}

void TermCursor::Fill(Bits& bits) const {
  bits.fill(0);
  JoinTo(bits);
}

absl::Span<const uint64_t> TermCursor::Words() const {
  const uint32_t begin = window_.begin_in_chunk() / 64;
  return {chunk_->bits + begin, std::min(kWindowWords, chunk_->words - begin)};
}

void TermCursor::JoinTo(Bits& bits) const {
  if (count_ == 0) return;
  if (chunk_->bits == nullptr) return JoinRowsTo(bits);
  const absl::Span<const uint64_t> words = Words();
  for (size_t i = 0; i < words.size(); ++i) bits[i] |= words[i];
}

// Neighbours lie in the same word, and each would wait for the one before it to be written: many are set in turn in
// several sets.
void TermCursor::JoinRowsTo(Bits& bits) const {
  const uint32_t begin = window_.begin_in_chunk();
  const uint16_t* row = chunk_->rows + begin_;
  const uint16_t* const end = row + count_;
  if (count_ >= kManyRows) {
    std::array<Bits, 3> others;
    for (Bits& other : others) other.fill(0);
    for (; end - row >= 4; row += 4) {
      Insert(bits, row[0] - begin);
      Insert(others[0], row[1] - begin);
      Insert(others[1], row[2] - begin);
      Insert(others[2], row[3] - begin);
    }
    for (const Bits& other : others) Join(other, bits);
  }
  for (; row != end; ++row) Insert(bits, *row - begin);
}

void TermCursor::KeepBits(Bits& bits) const {
  Bits own;
  Fill(own);
  KeepCommon(own, bits);
}

void TermCursor::KeepRows(Rows& rows) const {
  if (count_ == 0) return rows.clear();
  if (chunk_->bits != nullptr) {
    const uint64_t* const bits = Words().data();
    return rows.KeepIf([bits](uint16_t row) { return Contains(bits, row); });
  }
  if (rows.size() > kMostListed) {
    Bits bits;
    Fill(bits);
    return rows.KeepIf([&bits](uint16_t row) { return Contains(bits, row); });
  }
  const Postings postings = PostingsOf(rows);
  size_t kept = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[kept] = rows[i];
    kept += postings[i] != index::kNoPosting ? 1 : 0;
  }
  rows.resize(kept);
}

TermCursor::Postings TermCursor::PostingsOf(const Rows& rows) const {
  Postings postings;
  const uint32_t begin = window_.begin_in_chunk();
  PostingsInStretch(*chunk_, begin / kWindowRows, begin, {rows.begin(), rows.size()}, postings.data());
  return postings;
}

void TermCursor::RaiseSharesOf(const Rows& rows, uint16_t multiplier, uint16_t* shares) const {
  if (count_ == 0) return;
  const Postings postings = PostingsOf(rows);
  const uint8_t* const impacts = list_->impacts();
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool has = postings[i] != index::kNoPosting;
    const uint32_t share = Share(impacts[has ? postings[i] : 0], multiplier);
    shares[i] = std::max(shares[i], static_cast<uint16_t>(has ? share : 0));
  }
}

template <typename TakeBits, typename TakeRow>
void TermCursor::VisitImpacts(uint32_t blocks, TakeBits take_bits, TakeRow take_row) const {
  if (count_ == 0) return;
  const uint8_t* const impacts = list_->impacts() + first_;
  const uint32_t begin = window_.begin_in_chunk();
  if (chunk_->bits == nullptr) {
    const uint16_t* const rows = chunk_->rows + begin_;
    for (uint32_t i = 0; i < count_; ++i) take_row(rows[i] - begin, impacts[i]);
    return;
  }
  const absl::Span<const uint64_t> words = Words();
  const uint16_t* const ranks = chunk_->ranks + begin / index::kBlockRows;
  blocks &= (uint32_t{1} << words.size() / index::kRankWords) - 1;
  while (blocks != 0) {
    const auto first = static_cast<uint32_t>(std::countr_zero(blocks));
    const auto count = static_cast<uint32_t>(std::countr_one(blocks >> first));
    take_bits(words.subspan(first * index::kRankWords, count * index::kRankWords), first * index::kBlockRows,
              impacts + (ranks[first] - ranks[0]));
    blocks &= ~(((uint32_t{1} << count) - 1) << first);
  }
}

void TermCursor::AddShares(uint16_t multiplier, uint32_t blocks, Sums& sums) const {
  VisitImpacts(
      blocks,
      [&](absl::Span<const uint64_t> words, uint32_t row, const uint8_t* impacts) {
        fast::AddShares(words.data(), words.size(), impacts, multiplier, sums.data() + row);
      },
      [&](uint32_t row, uint8_t impact) { sums[row] += static_cast<uint16_t>(Share(impact, multiplier)); });
}

void TermCursor::RaiseToShares(uint16_t multiplier, uint32_t blocks, Sums& sums) const {
  VisitImpacts(
      blocks,
      [&](absl::Span<const uint64_t> words, uint32_t row, const uint8_t* impacts) {
        fast::RaiseToShares(words.data(), words.size(), impacts, multiplier, sums.data() + row);
      },
      [&](uint32_t row, uint8_t impact) {
        sums[row] = std::max(sums[row], static_cast<uint16_t>(Share(impact, multiplier)));
      });
}

}  // namespace dateline::match::fast
