#include "searcher/match/best_stem_source.h"

#include <algorithm>
#include <cmath>

#include "core/index/score.h"

namespace dateline::match {

void BestStemSource::init(const Xapian::Database& shard) {
  cursors_.clear();
  most_frequent_ = 0;
  uint64_t frequencies = 0;
  double max_weight = 0;
  for (const Stem& stem : stems_) {
    const Xapian::doccount frequency = shard.get_termfreq(stem.term);
    most_frequent_ = std::max(most_frequent_, frequency);
    frequencies += frequency;
    // Saturation stays below 1, so no contribution exceeds the weight, rounded up.
    max_weight = std::max(max_weight, std::ceil(static_cast<double>(stem.weight)));
    cursors_.push_back(Cursor{shard.postlist_begin(stem.term), shard.postlist_end(stem.term), stem.weight});
  }
  frequencies_ = static_cast<Xapian::doccount>(std::min<uint64_t>(frequencies, shard.get_doccount()));
  started_ = false;
  current_ = 0;
  set_maxweight(max_weight);
}

void BestStemSource::next(double) {
  for (Cursor& cursor : cursors_) {
    if (started_ && cursor.at != cursor.end && *cursor.at == current_) ++cursor.at;
  }
  FindCurrent();
}

void BestStemSource::skip_to(Xapian::docid docid, double) {
  for (Cursor& cursor : cursors_) {
    if (cursor.at != cursor.end && *cursor.at < docid) cursor.at.skip_to(docid);
  }
  FindCurrent();
}

void BestStemSource::FindCurrent() {
  started_ = true;
  current_ = 0;
  for (const Cursor& cursor : cursors_) {
    if (cursor.at != cursor.end && (current_ == 0 || *cursor.at < current_)) current_ = *cursor.at;
  }
}

double BestStemSource::get_weight() const {
  int64_t best = 0;
  for (const Cursor& cursor : cursors_) {
    if (cursor.at == cursor.end || *cursor.at != current_) continue;
    const float norm = index::LengthNorm(cursor.at.get_doclength(), average_length_);
    best = std::max(best, index::Contribution(cursor.weight, index::Saturation(cursor.at.get_wdf(), norm)));
  }
  return static_cast<double>(best);
}

}  // namespace dateline::match
