// What one posting list has in one window after another.
//
// Thread-safety: belongs to one thread. Ownership: the list must outlive the cursor.
#ifndef DATELINE_SEARCHER_MATCH_FAST_TERM_CURSOR_H_
#define DATELINE_SEARCHER_MATCH_FAST_TERM_CURSOR_H_

#include <algorithm>
#include <cstdint>

#include "absl/types/span.h"
#include "core/index/postings.h"
#include "searcher/match/fast/kernels.h"
#include "searcher/match/fast/window.h"

namespace dateline::match::fast {

class TermCursor {
 public:
  explicit TermCursor(const index::PostingList& list) : list_(&list) {}

  const index::PostingList& list() const { return *list_; }

  // Windows may come in any order; ascending ones are cheap.
  void MoveTo(const Window& window);

  uint32_t count() const { return count_; }  // postings in the window

  void Fill(Bits& bits) const;
  void JoinTo(Bits& bits) const;  // adds the rows
  void KeepBits(Bits& bits) const;
  void KeepRows(Rows& rows) const;

  // Replaces `rows` by those that have a posting.
  void List(Rows& rows) const;

  // The posting of a row of the window, as a number in the list; or index::kNoPosting.
  uint32_t PostingOf(uint32_t row) const {
    return count_ == 0 ? index::kNoPosting : chunk_->PostingOf(window_.begin_in_chunk() + row);
  }

  // The same of several rows, at most kMostListed. REQUIRES: count() > 0.
  using Postings = std::array<uint32_t, kMostListed>;
  Postings PostingsOf(const Rows& rows) const;

  // Raises shares[i] to the share of rows[i], where it has a posting. REQUIRES: the list is scored; no more than
  // kMostListed rows.
  void RaiseSharesOf(const Rows& rows, uint16_t multiplier, uint16_t* shares) const;

  // The greatest impact of each block of the window; null when it has no posting. REQUIRES: the list is scored.
  const uint8_t* BlockMaxima() const {
    if (count_ == 0) return nullptr;
    return list_->BlockMaxima(*chunk_) + window_.begin_in_chunk() / index::kBlockRows;
  }

  // Adds the share of each posting of these blocks to the sums, of others perhaps. REQUIRES: the list is scored.
  void AddShares(uint16_t multiplier, uint32_t blocks, Sums& sums) const;
  // Raises the sums of these rows to the share, where they are less.
  void RaiseToShares(uint16_t multiplier, uint32_t blocks, Sums& sums) const;

 private:
  // Of a bitset, those of the window. REQUIRES: count() > 0.
  absl::Span<const uint64_t> Words() const;
  void JoinRowsTo(Bits& bits) const;
  // Shows what the window has: of a bitset the words of neighbouring blocks, their first row and their impacts in one
  // go, of a list each row and its impact.
  template <typename TakeBits, typename TakeRow>
  void VisitImpacts(uint32_t blocks, TakeBits take_bits, TakeRow take_row) const;

  const index::PostingList* list_;
  const index::PostingChunk* chunk_ = nullptr;
  Window window_;
  uint32_t begin_ = 0;  // of the rows of chunk_ that lie in the window, where it has rows
  uint32_t count_ = 0;
  uint32_t first_ = 0;  // the first posting
};

}  // namespace dateline::match::fast

#endif  // DATELINE_SEARCHER_MATCH_FAST_TERM_CURSOR_H_
