#include "searcher/match/word_score_source.h"

#include <algorithm>
#include <cmath>

#include "core/index/score.h"

namespace dateline::match {

void WordScoreSource::init(const Xapian::Database& shard) {
  cursors_.clear();
  current_ = 0;
  last_ = shard.get_lastdocid();
  double max_weight = 0;
  for (const Word& word : words_) {
    cursors_.emplace_back();
    double most = 0;
    for (const BestStemSource::Stem& stem : word) {
      // Saturation stays below 1, so no contribution exceeds the weight, rounded up.
      most = std::max(most, std::ceil(static_cast<double>(stem.weight)));
      cursors_.back().push_back(Cursor{shard.postlist_begin(stem.term), shard.postlist_end(stem.term), stem.weight});
    }
    max_weight += most;
  }
  set_maxweight(max_weight);
}

bool WordScoreSource::check(Xapian::docid docid, double) {
  current_ = std::max(current_, docid);
  return true;
}

double WordScoreSource::get_weight() const {
  int64_t sum = 0;
  for (std::vector<Cursor>& word : cursors_) {
    int64_t best = 0;
    for (Cursor& cursor : word) {
      if (cursor.at != cursor.end && *cursor.at < current_) cursor.at.skip_to(current_);
      if (cursor.at == cursor.end || *cursor.at != current_) continue;
      const float norm = index::LengthNorm(cursor.at.get_doclength(), average_length_);
      best = std::max(best, index::Contribution(cursor.weight, index::Saturation(cursor.at.get_wdf(), norm)));
    }
    sum += best;
  }
  return static_cast<double>(sum);
}

}  // namespace dateline::match
