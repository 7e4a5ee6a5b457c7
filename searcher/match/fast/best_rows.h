// The best rows of one shard by score; of equal scores the first rows, which is the order of hits.
//
// Rows are gathered without order, and the last of them are dropped when there are twice as many as wanted: cheaper
// than a heap, which moves something for every row. Of some hundred scores the n-th is found, and their order, from
// sixteen bits of each: many at a time and without a guess, which is what sorting spends its time on.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_SEARCHER_MATCH_FAST_BEST_ROWS_H_
#define DATELINE_SEARCHER_MATCH_FAST_BEST_ROWS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/types/span.h"

namespace dateline::match::fast {

struct RowScore {
  int64_t score;
  uint32_t row;
};

// Scores in sixteen bits, in the same order as far as these tell them apart.
class ShortScores {
 public:
  // REQUIRES: there are some.
  void Set(absl::Span<const RowScore> entries);

  uint16_t of(size_t entry) const { return values_[entry]; }
  // REQUIRES: n is from 1 to the number of entries.
  uint16_t NthGreatest(size_t n);
  // The least score that has this short one.
  int64_t LeastOf(uint16_t value) const { return base_ + static_cast<int64_t>(uint64_t{value} << shift_); }
  // By entry, how many have a greater short score.
  const std::vector<uint16_t>& Ranks();

 private:
  int64_t base_ = 0;
  int shift_ = 0;
  std::vector<uint16_t> values_;
  std::vector<uint16_t> ranks_;
};

class BestRows {
 public:
  using Entry = RowScore;

  // REQUIRES: wanted > 0.
  explicit BestRows(size_t wanted) : wanted_(wanted) { entries_.reserve(std::min(2 * wanted, kReserved)); }

  size_t wanted() const { return wanted_; }

  // May a row of this score be among the best?
  bool MayTake(int64_t score) const { return score >= least_; }

  void Add(int64_t score, uint32_t row) {
    if (!MayTake(score)) return;
    entries_.push_back(Entry{score, row});
    added_ = true;
    if (entries_.size() / 2 >= wanted_) DropOthers();
  }

  // How many there are, up to those that are wanted.
  size_t size() const { return std::min(entries_.size(), wanted_); }
  bool full() const { return entries_.size() >= wanted_; }
  // What the last wanted one reaches at least, and mostly its score. REQUIRES: full().
  int64_t Least() {
    if (added_) DropOthers();
    return least_;
  }

  void Clear() {
    entries_.clear();
    least_ = kUnknown;
  }

  // In their order. Nothing may be added any more.
  const std::vector<Entry>& Sorted();

 private:
  // Room for so many at most is taken before there are any.
  static constexpr size_t kReserved = 512;
  static constexpr int64_t kUnknown = std::numeric_limits<int64_t>::min();

  // Drops most that are not wanted. REQUIRES: full().
  void DropOthers();
  bool DropByShortScores();
  void DropByScores();
  void Sort();

  const size_t wanted_;
  std::vector<Entry> entries_;
  int64_t least_ = kUnknown;  // that the last wanted one reaches, when others were last dropped
  bool added_ = false;        // since then
  ShortScores short_scores_;
  std::vector<Entry> sorted_;
};

}  // namespace dateline::match::fast

#endif  // DATELINE_SEARCHER_MATCH_FAST_BEST_ROWS_H_
