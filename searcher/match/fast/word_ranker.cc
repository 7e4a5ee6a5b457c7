#include "searcher/match/fast/word_ranker.h"

#include <algorithm>
#include <cmath>

#include "core/index/score.h"
#include "searcher/match/fast/kernels.h"

namespace dateline::match::fast {
namespace {

// All postings of lists up to this length are scored while nothing is known of the page, or so many times as many as
// are wanted.
constexpr size_t kScoredAtOnce = 128;
constexpr size_t kScoredForEachHit = 3;

constexpr uint8_t kGreatestImpact = 255;

constexpr size_t kFirstSlots = 1024;

// Blocks are passed over where a page has no more hits than there are blocks divided by this: else most have one.
constexpr size_t kBlocksForEachHit = 16;

// Stems of so many postings are looked through without a look at the clock.
constexpr uint64_t kPostingsBetweenLooks = 1 << 16;

// A posting of impact i adds at most i times this, and less than 1 by rounding.
double PointsPerImpact(const ScoredWord::Stem& stem) {
  return static_cast<double>(stem.weight) * static_cast<double>(stem.list->greatest_saturation()) / 255.0;
}

}  // namespace

uint32_t& RowScores::SlotOf(uint32_t row) {
  const size_t mask = slots_.size() - 1;
  size_t at = (row * uint64_t{0x9E3779B97F4A7C15} >> 32) & mask;
  while (slots_[at] != kNone && entries_[slots_[at]].row != row) at = (at + 1) & mask;
  return slots_[at];
}

void RowScores::Grow() {
  slots_.assign(std::max(slots_.size() * 2, kFirstSlots), kNone);
  entries_.reserve(slots_.size() / 2);
  for (uint32_t i = 0; i < entries_.size(); ++i) SlotOf(entries_[i].row) = i;
}

void RowScores::Raise(uint32_t row, int64_t score) {
  if (2 * entries_.size() >= slots_.size()) Grow();
  uint32_t& slot = SlotOf(row);
  if (slot != kNone) {
    entries_[slot].score = std::max(entries_[slot].score, score);
    return;
  }
  slot = static_cast<uint32_t>(entries_.size());
  entries_.push_back(Entry{score, row});
}

bool WordRanker::TakeBest() {
  // One stem takes little more than a look at the clock.
  uint64_t postings = IsOfOneStem() ? 0 : kPostingsBetweenLooks;
  for (const Stem& stem : word_.stems) {
    // They fall from stem to stem. What gives as much may still be a row that comes first.
    if (stem.MostPoints() < least_) break;
    if (postings >= kPostingsBetweenLooks) {
      CheckTime(deadline_);
      postings = 0;
    }
    postings += stem.list->size();
    if (!TakeStem(stem)) {
      best_.Clear();
      return false;
    }
  }
  for (const RowScores::Entry& entry : scores_.entries()) {
    if (entry.score >= least_) best_.Add(entry.score, entry.row);
  }
  return true;
}

// While fewer rows are known than are wanted, the best postings of a long list may be enough to fill the page, and
// what they reach tells which others may be on it.
bool WordRanker::TakeStem(const Stem& stem) {
  const index::PostingList& list = *stem.list;
  uint32_t scored = kGreatestImpact + 1;  // from this impact on
  if (least_ < 0 && list.size() > std::max(kScoredAtOnce, best_.wanted() * kScoredForEachHit)) {
    const auto rank = std::lower_bound(index::kImpactRanks.begin(), index::kImpactRanks.end(), best_.wanted());
    if (rank == index::kImpactRanks.end()) return false;
    scored = std::max<uint32_t>(1, list.ImpactAtRank(static_cast<size_t>(rank - index::kImpactRanks.begin())));
    Score(stem, scored, kGreatestImpact);
    RaiseLeast();
  }
  const uint32_t least = least_ < 0 ? 1 : LeastImpact(stem);
  if (least < scored) {
    Score(stem, least, scored - 1);
    RaiseLeast();
  }
  return true;
}

void WordRanker::Score(const Stem& stem, uint32_t least_impact, uint32_t most_impact) {
  const index::PostingList& list = *stem.list;
  const auto score = [&](uint32_t posting, uint32_t row) {
    if (matching_ != nullptr && !Contains(*matching_, row)) return;
    const float saturation = index::Saturation(list.wdf(posting), norms_[row]);
    Keep(row, index::Contribution(stem.weight, saturation));
  };
  if (least_impact <= 1 && most_impact == kGreatestImpact) {
    for (const index::PostingChunk& chunk : list.chunks()) {
      uint32_t posting = chunk.first;
      chunk.VisitRows([&](uint32_t row) { score(posting++, row); });
    }
    return;
  }
  Select(list, static_cast<uint8_t>(least_impact), static_cast<uint8_t>(most_impact));
  list.RowsOf(postings_, rows_);
  for (size_t i = 0; i < rows_.size(); ++i) score(postings_[i], rows_[i]);
}

// Of frequent words in large shards only blocks are read whose maximum says that there is one.
void WordRanker::Select(const index::PostingList& list, uint8_t least_impact, uint8_t most_impact) {
  postings_.clear();
  const bool by_blocks =
      list.chunks().size() * index::PostingList::kChunkBlocks >= best_.wanted() * kBlocksForEachHit;
  const auto select = [&](uint32_t begin, uint32_t end) {
    SelectImpacts(list.impacts(), begin, end, least_impact, most_impact, postings_);
  };
  for (const index::PostingChunk& chunk : list.chunks()) {
    if (chunk.bits == nullptr || !by_blocks) {
      select(chunk.first, chunk.first + chunk.count);
      continue;
    }
    const uint32_t blocks = chunk.words / index::kRankWords;
    blocks_.clear();
    SelectImpacts(list.BlockMaxima(chunk), 0, blocks, least_impact, kGreatestImpact, blocks_);
    for (size_t i = 0; i < blocks_.size();) {
      const uint32_t first = blocks_[i];
      uint32_t behind = first;
      while (i < blocks_.size() && blocks_[i] == behind) ++i, ++behind;
      select(chunk.first + chunk.ranks[first], chunk.first + (behind < blocks ? chunk.ranks[behind] : chunk.count));
    }
  }
}

void WordRanker::Keep(uint32_t row, int64_t score) {
  if (IsOfOneStem()) {
    best_.Add(score, row);
  } else if (score >= least_) {
    scores_.Raise(row, score);
  }
}

uint32_t WordRanker::LeastImpact(const Stem& stem) const {
  const double impact = std::ceil(static_cast<double>(least_ - 1) / PointsPerImpact(stem));
  return static_cast<uint32_t>(std::clamp(impact, 1.0, 255.0));
}

// To look at all scores for every row that is added would cost more than it saves.
void WordRanker::RaiseLeast() {
  if (IsOfOneStem()) {
    if (best_.full()) least_ = best_.Least();
    return;
  }
  const size_t rows = scores_.entries().size();
  if (rows < best_.wanted() || (least_ >= 0 && rows < known_ + known_ / 2)) return;
  known_ = rows;
  short_scores_.Set(scores_.entries());
  least_ = std::max(least_, short_scores_.LeastOf(short_scores_.NthGreatest(best_.wanted())));
}

}  // namespace dateline::match::fast
