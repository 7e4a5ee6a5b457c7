#include "searcher/match/fast/best_rows.h"

#include <array>
#include <bit>
#include <utility>

#include "searcher/match/fast/kernels.h"

namespace dateline::match::fast {
namespace {

// So many are sorted by rank: fewer are not worth the way, and more take as many comparisons as they have pairs.
constexpr size_t kFewestRanked = 40;
constexpr size_t kMostRanked = 256;

// As one number, so that no comparison waits for the one before it; a type, so that sorting sees into it.
struct ComesBefore {
  bool operator()(const RowScore& a, const RowScore& b) const { return KeyOf(a) > KeyOf(b); }
  static __int128 KeyOf(const RowScore& entry) { return (__int128{entry.score} << 32) | ~entry.row; }
};

}  // namespace

void ShortScores::Set(absl::Span<const RowScore> entries) {
  int64_t least = entries.front().score;
  int64_t greatest = least;
  for (const RowScore& entry : entries) {
    least = std::min(least, entry.score);
    greatest = std::max(greatest, entry.score);
  }
  base_ = least;
  shift_ = std::max(0, static_cast<int>(std::bit_width(static_cast<uint64_t>(greatest - least))) - 16);
  values_.resize(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    values_[i] = static_cast<uint16_t>(static_cast<uint64_t>(entries[i].score - base_) >> shift_);
  }
}

uint16_t ShortScores::NthGreatest(size_t n) { return fast::NthGreatest(values_, n); }

const std::vector<uint16_t>& ShortScores::Ranks() {
  FindRanks(values_, ranks_);
  return ranks_;
}

void BestRows::DropOthers() {
  added_ = false;
  if (entries_.size() < kFewestRanked || !DropByShortScores()) DropByScores();
}

// False where it leaves too many, whose scores are equal in sixteen bits.
bool BestRows::DropByShortScores() {
  short_scores_.Set(entries_);
  const uint16_t last = short_scores_.NthGreatest(wanted_);
  least_ = short_scores_.LeastOf(last);
  size_t kept = 0;
  for (size_t i = 0; i < entries_.size(); ++i) {
    entries_[kept] = entries_[i];
    kept += short_scores_.of(i) >= last ? 1 : 0;
  }
  entries_.resize(kept);
  return kept <= wanted_ + wanted_ / 4;
}

void BestRows::DropByScores() {
  const auto last_wanted = entries_.begin() + static_cast<ptrdiff_t>(wanted_ - 1);
  std::nth_element(entries_.begin(), last_wanted, entries_.end(), ComesBefore());
  least_ = last_wanted->score;
  entries_.resize(wanted_);
}

const std::vector<BestRows::Entry>& BestRows::Sorted() {
  if (added_ && entries_.size() > wanted_) DropOthers();
  Sort();
  if (entries_.size() > wanted_) entries_.resize(wanted_);
  return entries_;
}

// Ranks by short scores put nearly all in their places; what is left to do is done by insertion.
void BestRows::Sort() {
  const bool by_rank = entries_.size() >= kFewestRanked && entries_.size() <= kMostRanked;
  if (!by_rank) return std::sort(entries_.begin(), entries_.end(), ComesBefore());
  short_scores_.Set(entries_);
  const std::vector<uint16_t>& ranks = short_scores_.Ranks();
  std::array<uint16_t, kMostRanked> taken = {};  // of each rank
  sorted_.resize(entries_.size());
  for (size_t i = 0; i < entries_.size(); ++i) sorted_[ranks[i] + taken[ranks[i]]++] = entries_[i];
  for (size_t i = 1; i < sorted_.size(); ++i) {
    const Entry entry = sorted_[i];
    size_t at = i;
    for (; at > 0 && ComesBefore()(entry, sorted_[at - 1]); --at) sorted_[at] = sorted_[at - 1];
    sorted_[at] = entry;
  }
  std::swap(entries_, sorted_);
}

}  // namespace dateline::match::fast
