#include "searcher/match/fast/ranker.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/index/score.h"
#include "searcher/match/fast/kernels.h"

namespace dateline::match::fast {
namespace {

// Candidates are thinned out when there are so many more than wanted.
constexpr size_t kMoreCandidates = 512;

// More units for one unit of score would tell nothing apart; what a row gets for being new must fit as well.
constexpr double kGreatestScale = 64;

// Of so many best rows the last one is looked for among the maxima of blocks; more would want all rows.
constexpr size_t kMostBestSums = 256;

constexpr double kGreatestSum = 65535;
// A multiplier is at least this, so that the least impact gives a share and a sum of 0 says that no word is there.
constexpr uint32_t kLeastMultiplier = 256;

}  // namespace

void RowScorer::SetRows(absl::Span<const uint32_t> rows, const float* norms) {
  rows_ = rows;
  rows_in_chunk_.resize(rows.size());
  norms_.resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    rows_in_chunk_[i] = static_cast<uint16_t>(rows[i]);
    norms_[i] = norms[rows[i]];
  }
}

void RowScorer::FindPostings(const index::PostingList& list) {
  postings_.resize(rows_.size());
  for (size_t begin = 0, end = 0; begin < rows_.size(); begin = end) {
    const uint32_t stretch = rows_[begin] >> index::kStretchBits;
    while (end < rows_.size() && rows_[end] >> index::kStretchBits == stretch) ++end;
    const index::PostingChunk* const chunk = list.ChunkAt(stretch / index::kChunkStretches);
    if (chunk == nullptr) {
      std::fill_n(postings_.begin() + static_cast<ptrdiff_t>(begin), end - begin, index::kNoPosting);
    } else {
      PostingsInStretch(*chunk, stretch % index::kChunkStretches, 0,
                        absl::MakeConstSpan(rows_in_chunk_).subspan(begin, end - begin), postings_.data() + begin);
    }
  }
}

// In two passes, neither of which waits for memory or guesses what a row has: a row without the stem counts as one
// with the wdf 0 of the first posting. Stems that can raise no score any more are not looked up.
const std::vector<int64_t>& RowScorer::ScoresOf(const ScoredWord& word) {
  scores_.assign(rows_.size(), 0);
  if (rows_.empty()) return scores_;
  int64_t least = 0;
  for (const ScoredWord::Stem& stem : word.stems) {
    if (stem.MostPoints() <= least) continue;
    FindPostings(*stem.list);
    for (size_t i = 0; i < rows_.size(); ++i) {
      const bool has = postings_[i] != index::kNoPosting;
      const uint32_t wdf = stem.list->wdf(has ? postings_[i] : 0);
      const float saturation = index::Saturation(has ? wdf : 0, norms_[i]);
      scores_[i] = std::max(scores_[i], index::Contribution(stem.weight, saturation));
    }
    if (&stem != &word.stems.back()) least = *std::min_element(scores_.begin(), scores_.end());
  }
  return scores_;
}

// Let w be a stem's weight, g its list's greatest saturation, i the impact of a posting of saturation s, and m the
// multiplier. i / 255 * g >= s, and m >= scale * w * g * 256 / 255, so a share, floor(i * m / 256), lies less than 1
// below scale * w * s, and a contribution, which is rounded, at most half a unit of score above w * s. From the other
// side, (i - 1) / 255 * g < s, but for what is lost in floating point, for which a hundredth of an impact is taken.
Ranker::Ranker(const std::vector<ScoredWord>& words, const Options& options) : options_(options) {
  const auto units_of = [](const ScoredWord::Stem& stem) {
    return static_cast<double>(stem.weight) * static_cast<double>(stem.list->greatest_saturation());
  };
  double greatest = words.empty() ? 1 : 0;  // without words all scores are 0, or what a row gets for being new
  for (const ScoredWord& word : words) {
    double best = 0;
    for (const ScoredWord::Stem& stem : word.stems) best = std::max(best, units_of(stem));
    greatest += best;
    guarded_ = guarded_ || word.guard != nullptr;
  }
  const auto count = static_cast<double>(words.size());
  scale_ = std::min((kGreatestSum - count * (kLeastMultiplier + 2)) / greatest, kGreatestScale);
  double slack = 0;
  for (const ScoredWord& word : words) {
    words_.push_back(Word{{}, 0, word.guard});
    double word_slack = 0;
    for (const ScoredWord::Stem& stem : word.stems) {
      const double units = scale_ * units_of(stem);
      const auto multiplier = static_cast<uint32_t>(
          std::clamp(std::ceil(units * 256.0 / 255.0) + 1, double{kLeastMultiplier}, kGreatestSum));
      words_.back().lists.push_back(List{TermCursor(*stem.list), static_cast<uint16_t>(multiplier)});
      word_slack = std::max(word_slack, 255.0 * multiplier / 256.0 - units + 1.01 * units / 255.0);
    }
    slack += word_slack;
    std::vector<List>& lists = words_.back().lists;
    std::sort(lists.begin(), lists.end(), [](const List& a, const List& b) { return a.multiplier > b.multiplier; });
    words_.back().most = lists.front().Most();
    most_ += words_.back().most;
  }
  const double rounding = 0.5 * count * scale_;
  margin_ = static_cast<uint32_t>(std::ceil(count + rounding)) + 1;
  slack_ = static_cast<uint32_t>(std::ceil(slack + rounding)) + margin_ + 1;
  floor_ = SumAtRank();
  if (floor_ > 1) least_ = LeastBoundBeside(floor_ + margin_);
}

// A row that has a stem has at least its share.
uint16_t Ranker::SumAtRank() const {
  uint32_t sum = 1;
  const auto rank = std::lower_bound(index::kImpactRanks.begin(), index::kImpactRanks.end(), options_.wanted);
  if (!options_.any_word || rank == index::kImpactRanks.end()) return 1;
  for (const Word& word : words_) {
    if (word.guard != nullptr) continue;
    for (const List& list : word.lists) {
      const auto number = static_cast<size_t>(rank - index::kImpactRanks.begin());
      sum = std::max(sum, Share(list.cursor.list().ImpactAtRank(number), list.multiplier));
    }
  }
  return static_cast<uint16_t>(sum);
}

uint32_t Ranker::LeastSum(const Window& window) const {
  const uint32_t more = margin_ + BonusBound(window.begin);
  return least_ > more ? least_ - more : 0;
}

// Of the stems of a word only the best counts. One that does not reach the page even with all that the other words
// can give is not looked at in this window nor, since the page only gets better, in those that follow.
void Ranker::DropHopeless(const Window& window) {
  const uint32_t least = LeastSum(window);
  for (Word& word : words_) {
    const uint32_t others = most_ - word.most;
    while (word.lists.size() > 1 && word.lists.back().Most() + others < least) word.lists.pop_back();
  }
}

void Ranker::MoveTo(const Window& window) {
  DropHopeless(window);
  for (Word& word : words_) {
    for (List& list : word.lists) list.cursor.MoveTo(window);
    if (word.guard != nullptr) word.guard->MoveTo(window);
  }
}

void Ranker::Take(const Window& window, const Rows& matching) {
  MoveTo(window);
  TakeFew(window, matching);
}

void Ranker::Take(const Window& window, const Bits* matching) {
  MoveTo(window);
  if (matching != nullptr && CountOf(*matching) <= kMostListed) {
    ListRows(*matching, rows_);
    return TakeFew(window, rows_);
  }
  const uint32_t blocks = BlocksThatReach(LeastSum(window));
  if (blocks == 0) return;
  AddUp(blocks);
  FindMaxima(sums_, matching, maxima_);
  RaiseLeast();
  const uint32_t least = std::max(LeastSum(window), matching == nullptr ? 1U : 0U);
  if (least > static_cast<uint32_t>(kGreatestSum)) return;
  SelectSums(sums_, matching, maxima_, static_cast<uint16_t>(least), rows_);
  TakeRows(window, rows_, [this](size_t i) { return sums_[rows_[i]]; });
}

// The maxima are sums of different rows: that of the last wanted one among them is reached by as many as are wanted.
void Ranker::RaiseLeast() {
  if (options_.wanted > kMostBestSums) return;
  const bool all_known = best_sums_.size() >= options_.wanted;
  if (all_known && last_best_ == UINT16_MAX) return;
  ListMaxima(maxima_, static_cast<uint16_t>(all_known ? last_best_ + 1 : floor_), best_sums_);
  if (best_sums_.size() < options_.wanted) return;
  last_best_ = NthGreatest(best_sums_, options_.wanted);
  KeepAtLeast(last_best_, best_sums_);
  least_ = std::max(least_, LeastBoundBeside(last_best_ + margin_));
}

uint32_t Ranker::BlocksThatReach(uint32_t least) const {
  if (least == 0) return kAllBlocks;
  std::array<uint32_t, kWindowBlocks> sums = {};
  for (const Word& word : words_) {
    std::array<uint32_t, kWindowBlocks> best = {};
    for (const List& list : word.lists) {
      const uint8_t* const maxima = list.cursor.BlockMaxima();
      if (maxima == nullptr) continue;
      for (size_t i = 0; i < kWindowBlocks; ++i) best[i] = std::max(best[i], Share(maxima[i], list.multiplier));
    }
    for (size_t i = 0; i < kWindowBlocks; ++i) sums[i] += best[i];
  }
  uint32_t blocks = 0;
  for (size_t i = 0; i < kWindowBlocks; ++i) blocks |= (sums[i] >= least ? 1U : 0U) << i;
  return blocks;
}

void Ranker::AddUp(uint32_t blocks) {
  sums_.fill(0);
  for (const Word& word : words_) {
    const bool first = &word == &words_.front();  // nothing is to be added to
    if (word.guard != nullptr) {
      best_.fill(0);
      for (const List& list : word.lists) list.cursor.RaiseToShares(list.multiplier, blocks, best_);
      ListRows(word.guard->Matching(), rows_);
      for (const uint16_t row : rows_) sums_[row] = static_cast<uint16_t>(sums_[row] + best_[row]);
    } else if (word.lists.size() == 1) {
      word.lists.front().cursor.AddShares(word.lists.front().multiplier, blocks, sums_);
    } else if (first) {
      for (const List& list : word.lists) list.cursor.RaiseToShares(list.multiplier, blocks, sums_);
    } else {
      best_.fill(0);
      for (const List& list : word.lists) list.cursor.RaiseToShares(list.multiplier, blocks, best_);
      AddSums(best_, sums_);
    }
  }
}

void Ranker::TakeFew(const Window& window, const Rows& rows) {
  std::array<uint16_t, kMostListed> sums;
  std::array<uint16_t, kMostListed> best;
  const size_t count = rows.size();
  std::fill_n(sums.begin(), count, uint16_t{0});
  for (const Word& word : words_) {
    std::fill_n(best.begin(), count, uint16_t{0});
    for (const List& list : word.lists) list.cursor.RaiseSharesOf(rows, list.multiplier, best.data());
    for (size_t i = 0; i < count; ++i) {
      const bool counts = word.guard == nullptr || Contains(word.guard->Matching(), rows[i]);
      sums[i] = static_cast<uint16_t>(sums[i] + (counts ? best[i] : 0));
    }
  }
  TakeRows(window, rows, [&sums](size_t i) { return sums[i]; });
}

template <typename SumOf>
void Ranker::TakeRows(const Window& window, const Rows& rows, SumOf sum_of) {
  for (size_t i = 0; i < rows.size(); ++i) {
    const uint32_t row = rows[i];
    const uint32_t bound = sum_of(i) + margin_ + BonusBound(window.begin + row);
    if (bound < least_) continue;
    candidates_.push_back(Candidate{bound, window.begin + row, guarded_ ? GuardsOf(row) : 0});
    ++taken_;
  }
  if (candidates_.size() > options_.wanted + std::max(kMoreCandidates, options_.wanted / 4)) Prune();
}

uint64_t Ranker::GuardsOf(uint32_t row) const {
  uint64_t guards = 0;
  for (size_t i = 0; i < words_.size(); ++i) {
    if (words_[i].guard != nullptr && Contains(words_[i].guard->Matching(), row)) guards |= uint64_t{1} << i;
  }
  return guards;
}

// So many rows have at least the score that the last of the best bounds vouches for: what cannot reach that goes.
void Ranker::Prune() {
  bounds_.clear();
  for (const Candidate& candidate : candidates_) {
    bounds_.push_back(static_cast<uint16_t>(std::min<uint32_t>(candidate.bound, UINT16_MAX)));
  }
  wanted_bound_ = NthGreatest(bounds_, options_.wanted);
  least_ = std::max(least_, LeastBoundBeside(wanted_bound_));
  candidates_.erase(std::remove_if(candidates_.begin(), candidates_.end(),
                                   [this](const Candidate& candidate) { return candidate.bound < least_; }),
                    candidates_.end());
}

const std::vector<Ranker::Candidate>& Ranker::Best() {
  if (candidates_.size() > options_.wanted) Prune();
  if (candidates_.size() <= options_.wanted) wanted_bound_ = 0;
  shown_.clear();
  for (const Candidate& candidate : candidates_) {
    if (candidate.bound >= wanted_bound_) shown_.push_back(candidate);
  }
  return shown_;
}

const std::vector<Ranker::Candidate>& Ranker::OthersThatReach(int64_t score) {
  shown_.clear();
  for (const Candidate& candidate : candidates_) {
    if (candidate.bound < wanted_bound_ && GreatestScoreOf(candidate.bound) >= score) shown_.push_back(candidate);
  }
  return shown_;
}

void Ranker::Visit(absl::FunctionRef<bool(int64_t greatest_score, const Candidate& candidate)> visitor) {
  if (candidates_.size() > options_.wanted) Prune();
  shown_ = candidates_;
  std::sort(shown_.begin(), shown_.end(), [](const Candidate& a, const Candidate& b) {
    return a.bound != b.bound ? a.bound > b.bound : a.row < b.row;
  });
  for (const Candidate& candidate : shown_) {
    // The margin is part of the bound, so what the division loses matters only in the last unit.
    if (!visitor(GreatestScoreOf(candidate.bound), candidate)) return;
  }
}

}  // namespace dateline::match::fast
