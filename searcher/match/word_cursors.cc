#include "searcher/match/word_cursors.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/index/score.h"

namespace dateline::match {

float NormOfDocument::At(const Xapian::PostingIterator& posting) {
  if (*posting != docid_) {
    docid_ = *posting;
    norm_ = index::LengthNorm(posting.get_doclength(), average_length_);
  }
  return norm_;
}

void WordCursors::Cursor::Skip(Xapian::docid to) {
  if (docid >= to) return;
  at.skip_to(to);
  docid = at == end ? kNone : *at;
}

WordCursors::WordCursors(const Xapian::Database& shard, const WeightedWord& word) {
  for (const WeightedStem& stem : word) {
    Cursor cursor;
    cursor.at = shard.postlist_begin(stem.term);
    cursor.end = shard.postlist_end(stem.term);
    cursor.weight = stem.weight;
    if (cursor.at == cursor.end) continue;
    cursor.docid = *cursor.at;
    // Saturation stays below 1, so no contribution exceeds the weight, rounded up.
    bound_ = std::max(bound_, static_cast<int64_t>(std::ceil(stem.weight)));
    cursors_.push_back(std::move(cursor));
  }
}

Xapian::docid WordCursors::FirstFrom(Xapian::docid docid) {
  Xapian::docid first = kNone;
  for (Cursor& cursor : cursors_) {
    cursor.Skip(docid);
    first = std::min(first, cursor.docid);
  }
  return first;
}

int64_t WordCursors::ContributionAt(Xapian::docid docid, NormOfDocument& norm) {
  int64_t best = 0;
  for (Cursor& cursor : cursors_) {
    cursor.Skip(docid);
    if (cursor.docid != docid) continue;
    const float saturation = index::Saturation(cursor.at.get_wdf(), norm.At(cursor.at));
    best = std::max(best, index::Contribution(cursor.weight, saturation));
  }
  return best;
}

WordFrequency FrequencyOf(const Xapian::Database& shard, const WeightedWord& word) {
  WordFrequency frequency;
  uint64_t sum = 0;
  for (const WeightedStem& stem : word) {
    const Xapian::doccount documents = shard.get_termfreq(stem.term);
    frequency.min = std::max(frequency.min, documents);
    sum += documents;
  }
  frequency.max = static_cast<Xapian::doccount>(std::min<uint64_t>(sum, shard.get_doccount()));
  return frequency;
}

}  // namespace dateline::match
