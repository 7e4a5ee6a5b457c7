#include "searcher/match/any_word_source.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/index/score.h"

namespace dateline::match {

void AnyWordSource::Cursor::Skip(Xapian::docid to) {
  if (docid >= to) return;
  at.skip_to(to);
  docid = at == end ? kNone : *at;
}

void AnyWordSource::init(const Xapian::Database& shard) {
  lists_.clear();
  most_frequent_ = 0;
  uint64_t frequencies = 0;
  int64_t max_weight = 0;
  for (const Word& word : words_) {
    List list;
    Xapian::doccount frequency = 0;
    for (const BestStemSource::Stem& stem : word) {
      Cursor cursor;
      cursor.at = shard.postlist_begin(stem.term);
      cursor.end = shard.postlist_end(stem.term);
      cursor.weight = stem.weight;
      cursor.docid = cursor.at == cursor.end ? kNone : *cursor.at;
      if (cursor.docid == kNone) continue;
      frequency = std::max(frequency, shard.get_termfreq(stem.term));
      frequencies += shard.get_termfreq(stem.term);
      // Saturation stays below 1, so no contribution exceeds the weight, rounded up.
      list.bound = std::max(list.bound, static_cast<int64_t>(std::ceil(stem.weight)));
      list.stems.push_back(std::move(cursor));
    }
    if (list.stems.empty()) continue;
    most_frequent_ = std::max(most_frequent_, frequency);
    max_weight += list.bound;
    lists_.push_back(std::move(list));
  }
  std::sort(lists_.begin(), lists_.end(), [](const List& a, const List& b) { return a.bound < b.bound; });
  below_.assign(1, 0);
  for (const List& list : lists_) below_.push_back(below_.back() + list.bound);

  frequencies_ = static_cast<Xapian::doccount>(std::min<uint64_t>(frequencies, shard.get_doccount()));
  essential_ = 0;
  essential_for_ = -1;
  current_ = 0;
  at_end_ = false;
  set_maxweight(static_cast<double>(max_weight));
}

void AnyWordSource::Find(Xapian::docid from, double min_weight) {
  SetEssential(min_weight);
  while (true) {
    const Xapian::docid candidate = NextCandidate(from);
    if (candidate == kNone) {
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
  Xapian::docid first = kNone;
  for (size_t i = essential_; i < lists_.size(); ++i) {
    for (Cursor& cursor : lists_[i].stems) {
      cursor.Skip(from);
      first = std::min(first, cursor.docid);
    }
  }
  return first;
}

int64_t AnyWordSource::ScoreOf(Xapian::docid docid, double min_weight) {
  int64_t sum = 0;
  float norm = -1;
  for (size_t i = lists_.size(); i-- > 0;) {
    if (i < essential_ && static_cast<double>(sum + below_[i + 1]) < min_weight) return -1;
    int64_t best = 0;
    for (Cursor& cursor : lists_[i].stems) {
      cursor.Skip(docid);
      if (cursor.docid != docid) continue;
      if (norm < 0) norm = index::LengthNorm(cursor.at.get_doclength(), average_length_);
      best = std::max(best, index::Contribution(cursor.weight, index::Saturation(cursor.at.get_wdf(), norm)));
    }
    sum += best;
  }
  return static_cast<double>(sum) < min_weight ? -1 : sum;
}

}  // namespace dateline::match
