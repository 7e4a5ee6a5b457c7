#include "searcher/match/any_word_source.h"

#include <algorithm>

namespace dateline::match {

void AnyWordSource::init(const Xapian::Database& shard) {
  lists_.clear();
  frequency_ = WordFrequency();
  for (const WeightedWord& word : words_) {
    lists_.emplace_back(shard, word);
    const WordFrequency frequency = FrequencyOf(shard, word);
    frequency_.min = std::max(frequency_.min, frequency.min);
    frequency_.max = std::min(frequency_.max + frequency.max, shard.get_doccount());
  }
  std::sort(lists_.begin(), lists_.end(),
            [](const WordCursors& a, const WordCursors& b) { return a.bound() < b.bound(); });
  below_.assign(1, 0);
  for (const WordCursors& list : lists_) below_.push_back(below_.back() + list.bound());

  norm_ = NormOfDocument(average_length_);
  essential_ = 0;
  essential_for_ = -1;
  current_ = 0;
  at_end_ = false;
  set_maxweight(static_cast<double>(below_.back()));
}

void AnyWordSource::Find(Xapian::docid from, double min_weight) {
  SetEssential(min_weight);
  while (true) {
    const Xapian::docid candidate = NextCandidate(from);
    if (candidate == WordCursors::kNone) {
      at_end_ = true;
      return;
    }
    check_.Step();
    score_ = ScoreOf(candidate, min_weight);
    current_ = candidate;
    if (score_ >= 0) return;
    from = candidate + 1;
  }
}

void AnyWordSource::SetEssential(double min_weight) {
  if (min_weight <= essential_for_) return;  // it only grows while a page fills
  essential_for_ = min_weight;
  while (essential_ < lists_.size() && static_cast<double>(below_[essential_ + 1]) < min_weight) ++essential_;
}

Xapian::docid AnyWordSource::NextCandidate(Xapian::docid from) {
  Xapian::docid first = WordCursors::kNone;
  for (size_t i = essential_; i < lists_.size(); ++i) first = std::min(first, lists_[i].FirstFrom(from));
  return first;
}

int64_t AnyWordSource::ScoreOf(Xapian::docid docid, double min_weight) {
  int64_t sum = 0;
  for (size_t i = lists_.size(); i-- > 0;) {
    if (i < essential_ && static_cast<double>(sum + below_[i + 1]) < min_weight) return -1;
    sum += lists_[i].ContributionAt(docid, norm_);
  }
  return static_cast<double>(sum) < min_weight ? -1 : sum;
}

}  // namespace dateline::match
