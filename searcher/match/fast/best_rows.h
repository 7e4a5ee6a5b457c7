// The best rows of one shard by score; of equal scores the first rows, which is the order of hits.
//
// Rows are gathered without order, and the last of them are dropped when there are twice as many as wanted: cheaper
// than a heap, which moves something for every row.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_SEARCHER_MATCH_FAST_BEST_ROWS_H_
#define DATELINE_SEARCHER_MATCH_FAST_BEST_ROWS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace dateline::match::fast {

class BestRows {
 public:
  struct Entry {
    int64_t score;
    uint32_t row;
  };
  // REQUIRES: wanted > 0.
  explicit BestRows(size_t wanted) : wanted_(wanted) {}

  size_t wanted() const { return wanted_; }

  // May a row of this score be among the best?
  bool MayTake(int64_t score) const { return score >= least_; }

  void Add(int64_t score, uint32_t row) {
    if (!MayTake(score)) return;
    entries_.push_back(Entry{score, row});
    if (entries_.size() / 2 >= wanted_) DropOthers();
  }

  // How many there are, up to those that are wanted.
  size_t size() const { return std::min(entries_.size(), wanted_); }
  bool full() const { return entries_.size() >= wanted_; }
  // The score of the last wanted one. REQUIRES: full().
  int64_t Least() {
    DropOthers();
    return least_;
  }

  void Clear() {
    entries_.clear();
    least_ = kUnknown;
  }

  // In their order. Nothing may be added any more.
  const std::vector<Entry>& Sorted() {
    if (entries_.size() > wanted_) DropOthers();
    std::sort(entries_.begin(), entries_.end(), ComesBefore());
    return entries_;
  }

 private:
  static constexpr int64_t kUnknown = std::numeric_limits<int64_t>::min();

  // As one number, so that no comparison waits for the one before it; a type, so that sorting sees into it.
  struct ComesBefore {
    bool operator()(const Entry& a, const Entry& b) const { return KeyOf(a) > KeyOf(b); }
    static __int128 KeyOf(const Entry& entry) { return (__int128{entry.score} << 32) | ~entry.row; }
  };

  void DropOthers() {
    if (entries_.size() == wanted_ && least_ != kUnknown) return;  // nothing was added since
    const auto last = entries_.begin() + static_cast<ptrdiff_t>(wanted_ - 1);
    std::nth_element(entries_.begin(), last, entries_.end(), ComesBefore());
    least_ = last->score;
    entries_.resize(wanted_);
  }

  const size_t wanted_;
  std::vector<Entry> entries_;
  int64_t least_ = kUnknown;  // of the wanted ones, when others were last dropped
};

}  // namespace dateline::match::fast

#endif  // DATELINE_SEARCHER_MATCH_FAST_BEST_ROWS_H_
