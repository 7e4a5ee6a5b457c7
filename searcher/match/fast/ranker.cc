#include "searcher/match/fast/ranker.h"

#include <algorithm>
#include <cmath>

#include "core/index/score.h"
#include "searcher/match/fast/kernels.h"

namespace dateline::match::fast {
namespace {

// Where no more rows of a window match, each is looked at by itself.
constexpr uint32_t kFewRows = 48;
// Candidates are thinned out when there are so many more than wanted.
constexpr size_t kMoreCandidates = 512;

// More units for one unit of score would tell nothing apart; what a row gets for being new must fit as well.
constexpr double kGreatestScale = 64;

// Of so many best rows the last one is looked for among the maxima of groups; more would want all rows.
constexpr size_t kMostBestSums = 256;

constexpr double kGreatestSum = 65535;
// A multiplier is at least this, so that the least impact gives a share and a sum of 0 says that no word is there.
constexpr uint32_t kLeastMultiplier = 256;

int64_t ContributionOf(const ScoredWord::Stem& stem, uint32_t row, const float* norms) {
  const uint32_t posting = stem.list->PostingOf(row);
  if (posting == index::kNoPosting) return 0;
  return index::Contribution(stem.weight, index::Saturation(stem.list->wdf(posting), norms[row]));
}

}  // namespace

int64_t ScoreOf(const ScoredWord& word, uint32_t row, const float* norms) {
  int64_t best = 0;
  for (const ScoredWord::Stem& stem : word.stems) best = std::max(best, ContributionOf(stem, row, norms));
  return best;
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
    words_.push_back(Word{{}, word.guard});
    double word_slack = 0;
    for (const ScoredWord::Stem& stem : word.stems) {
      const double units = scale_ * units_of(stem);
      const auto multiplier = static_cast<uint32_t>(
          std::clamp(std::ceil(units * 256.0 / 255.0) + 1, double{kLeastMultiplier}, kGreatestSum));
      words_.back().lists.push_back(List{TermCursor(*stem.list), static_cast<uint16_t>(multiplier)});
      word_slack = std::max(word_slack, 255.0 * multiplier / 256.0 - units + 1.01 * units / 255.0);
    }
    slack += word_slack;
  }
  const double rounding = 0.5 * count * scale_;
  margin_ = static_cast<uint32_t>(std::ceil(count + rounding)) + 1;
  slack_ = static_cast<uint32_t>(std::ceil(slack + rounding)) + margin_ + 1;
}

void Ranker::Take(const Window& window, const Bits* matching) {
  for (Word& word : words_) {
    for (List& list : word.lists) list.cursor.MoveTo(window);
    if (word.guard != nullptr) word.guard->MoveTo(window);
  }
  if (matching != nullptr && CountOf(*matching) <= kFewRows) return TakeFew(window, *matching);
  AddUp();
  FindMaxima(sums_, matching, maxima_);
  RaiseLeast();
  // No row of the window gets more for being new than its first.
  const uint32_t more = margin_ + BonusBound(window.begin);
  const uint32_t least = std::max(least_ > more ? least_ - more : 0, matching == nullptr ? 1U : 0U);
  if (least > static_cast<uint32_t>(kGreatestSum)) return;
  SelectSums(sums_, matching, maxima_, static_cast<uint16_t>(least), rows_);
  TakeRows(window, rows_);
}

// The maxima are sums of different rows: that of the last wanted one among them is reached by as many as are wanted.
void Ranker::RaiseLeast() {
  if (options_.wanted > kMostBestSums) return;
  const bool all_known = best_sums_.size() >= options_.wanted;
  if (all_known && last_best_ == UINT16_MAX) return;
  ListMaxima(maxima_, static_cast<uint16_t>(all_known ? last_best_ + 1 : 1), best_sums_);
  if (best_sums_.size() < options_.wanted) return;
  last_best_ = NthGreatest(best_sums_, options_.wanted);
  best_sums_.erase(
      std::remove_if(best_sums_.begin(), best_sums_.end(), [this](uint16_t sum) { return sum < last_best_; }),
      best_sums_.end());
  const uint32_t bound = last_best_ + margin_;
  least_ = std::max(least_, bound > slack_ ? bound - slack_ : 0);
}

void Ranker::AddUp() {
  sums_.fill(0);
  for (const Word& word : words_) {
    if (word.guard != nullptr) {
      ListRows(word.guard->Matching(), rows_);
      for (const uint16_t row : rows_) sums_[row] += static_cast<uint16_t>(BestShare(word, row));
    } else if (word.lists.size() == 1) {
      word.lists.front().cursor.AddShares(word.lists.front().multiplier, sums_);
    } else {
      best_.fill(0);
      for (const List& list : word.lists) list.cursor.RaiseToShares(list.multiplier, best_);
      AddSums(best_, sums_);
    }
  }
}

uint32_t Ranker::BestShare(const Word& word, uint32_t row) {
  uint32_t best = 0;
  for (const List& list : word.lists) {
    const uint32_t posting = list.cursor.PostingOf(row);
    if (posting == index::kNoPosting) continue;
    best = std::max(best, Share(list.cursor.list().impacts()[posting], list.multiplier));
  }
  return best;
}

void Ranker::TakeFew(const Window& window, const Bits& matching) {
  ListRows(matching, rows_);
  for (const uint16_t row : rows_) {
    uint32_t sum = 0;
    for (const Word& word : words_) {
      if (word.guard == nullptr || Contains(word.guard->Matching(), row)) sum += BestShare(word, row);
    }
    sums_[row] = static_cast<uint16_t>(sum);
  }
  TakeRows(window, rows_);
}

void Ranker::TakeRows(const Window& window, const Rows& rows) {
  for (const uint16_t row : rows) {
    const uint32_t bound = sums_[row] + margin_ + BonusBound(window.begin + row);
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
  const auto last = candidates_.begin() + static_cast<ptrdiff_t>(options_.wanted - 1);
  std::nth_element(candidates_.begin(), last, candidates_.end(),
                   [](const Candidate& a, const Candidate& b) { return a.bound > b.bound; });
  const uint32_t vouched = last->bound > slack_ ? last->bound - slack_ : 0;
  least_ = std::max(least_, vouched);
  candidates_.erase(std::remove_if(candidates_.begin(), candidates_.end(),
                                   [this](const Candidate& candidate) { return candidate.bound < least_; }),
                    candidates_.end());
}

void Ranker::Visit(absl::FunctionRef<bool(int64_t greatest_score, const Candidate& candidate)> visitor) {
  if (candidates_.size() > options_.wanted) Prune();
  std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
    return a.bound != b.bound ? a.bound > b.bound : a.row < b.row;
  });
  for (const Candidate& candidate : candidates_) {
    // The margin is part of the bound, so what the division loses matters only in the last unit.
    if (!visitor(GreatestScoreOf(candidate.bound), candidate)) return;
  }
}

}  // namespace dateline::match::fast
