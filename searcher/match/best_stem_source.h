// The documents with any of several stems of one word, each scored by the best of those that it has.
//
// Xapian's own OP_MAX would say the same, but in 1.4.22 it crashes below OP_OR once the page is full (its sublists
// are pruned under a parent that keeps the old pointer); the twin test finds that within seconds.
//
// Thread-safety: belongs to one thread. Exceptions: Xapian's may pass through.
#ifndef DATELINE_SEARCHER_MATCH_BEST_STEM_SOURCE_H_
#define DATELINE_SEARCHER_MATCH_BEST_STEM_SOURCE_H_

#include <xapian.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/types/optional.h"
#include "searcher/match/word_cursors.h"

namespace dateline::match {

class BestStemSource : public Xapian::PostingSource {
 public:
  BestStemSource(WeightedWord word, float average_length) : word_(std::move(word)), average_length_(average_length) {}

  BestStemSource* clone() const override { return new BestStemSource(word_, average_length_); }

  void init(const Xapian::Database& shard) override {
    cursors_.emplace(shard, word_);
    norm_.emplace(average_length_);
    frequency_ = FrequencyOf(shard, word_);
    current_ = 0;
    set_maxweight(static_cast<double>(cursors_->bound()));
  }

  Xapian::doccount get_termfreq_min() const override { return frequency_.min; }
  Xapian::doccount get_termfreq_est() const override { return frequency_.max; }
  Xapian::doccount get_termfreq_max() const override { return frequency_.max; }

  void next(double) override { current_ = cursors_->FirstFrom(current_ + 1); }
  void skip_to(Xapian::docid docid, double) override { current_ = cursors_->FirstFrom(std::max(current_, docid)); }
  bool at_end() const override { return current_ == WordCursors::kNone; }
  Xapian::docid get_docid() const override { return current_; }
  double get_weight() const override { return static_cast<double>(cursors_->ContributionAt(current_, *norm_)); }
  std::string get_description() const override { return "BestStemSource"; }

 private:
  const WeightedWord word_;
  const float average_length_;
  // Asked for a weight, the postings stand where they must already.
  mutable absl::optional<WordCursors> cursors_;
  mutable absl::optional<NormOfDocument> norm_;
  WordFrequency frequency_;
  Xapian::docid current_ = 0;  // 0: before the first
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_BEST_STEM_SOURCE_H_
