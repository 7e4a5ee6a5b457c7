// The documents with any of several words, scored by the sum over the words of the best stem of each that the
// document has: an OR of words that knows what cannot reach the page.
//
// Once Xapian asks for a least weight, words whose bounds together stay below it cannot lift a document by
// themselves: only the others are looked through, and the rest are asked about candidates (MaxScore: Turtle and
// Flood, "Query evaluation: strategies and optimizations", 1995). Xapian's own OP_OR turns into OP_AND_MAYBE there,
// which loses hits in 1.4.22.
//
// Thread-safety: belongs to one thread. Exceptions: Xapian's and DeadlinePassed may pass through.
#ifndef DATELINE_SEARCHER_MATCH_ANY_WORD_SOURCE_H_
#define DATELINE_SEARCHER_MATCH_ANY_WORD_SOURCE_H_

#include <xapian.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/base/deadline.h"
#include "searcher/match/deadline_check.h"
#include "searcher/match/word_cursors.h"

namespace dateline::match {

class AnyWordSource : public Xapian::PostingSource {
 public:
  // `deadline` must outlive the source.
  AnyWordSource(std::vector<WeightedWord> words, float average_length, const base::Deadline& deadline)
      : words_(std::move(words)),
        average_length_(average_length),
        deadline_(deadline),
        check_(deadline),
        norm_(average_length) {}

  AnyWordSource* clone() const override { return new AnyWordSource(words_, average_length_, deadline_); }
  void init(const Xapian::Database& shard) override;

  Xapian::doccount get_termfreq_min() const override { return frequency_.min; }
  Xapian::doccount get_termfreq_est() const override { return frequency_.max; }
  Xapian::doccount get_termfreq_max() const override { return frequency_.max; }

  void next(double min_weight) override { Find(current_ + 1, min_weight); }
  void skip_to(Xapian::docid docid, double min_weight) override {
    if (docid > current_ || current_ == 0) Find(docid, min_weight);
  }
  bool at_end() const override { return at_end_; }
  Xapian::docid get_docid() const override { return current_; }
  double get_weight() const override { return static_cast<double>(score_); }
  std::string get_description() const override { return "AnyWordSource"; }

 private:
  // Goes to the first document from `from` on that may weigh `min_weight`.
  void Find(Xapian::docid from, double min_weight);
  void SetEssential(double min_weight);
  Xapian::docid NextCandidate(Xapian::docid from);
  // The score of a candidate, or -1 when it stays below `min_weight`.
  int64_t ScoreOf(Xapian::docid docid, double min_weight);

  const std::vector<WeightedWord> words_;
  const float average_length_;
  const base::Deadline& deadline_;
  DeadlineCheck check_;

  std::vector<WordCursors> lists_;  // by ascending bound
  std::vector<int64_t> below_;      // the bounds of the first n lists together
  size_t essential_ = 0;            // the first list without which no document reaches the least weight
  double essential_for_ = -1;       // the least weight that this holds for
  NormOfDocument norm_;
  WordFrequency frequency_;
  Xapian::docid current_ = 0;  // 0: before the first
  int64_t score_ = 0;
  bool at_end_ = false;
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_ANY_WORD_SOURCE_H_
