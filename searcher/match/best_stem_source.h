// The documents with any of several stems of one word, each scored by the best of those that it has.
//
// Xapian's own OP_MAX would say the same, but in 1.4.22 it crashes below OP_OR once the page is full (its sublists
// are pruned under a parent that keeps the old pointer); the twin test finds that within seconds.
//
// Thread-safety: belongs to one thread. Exceptions: Xapian's may pass through.
#ifndef DATELINE_SEARCHER_MATCH_BEST_STEM_SOURCE_H_
#define DATELINE_SEARCHER_MATCH_BEST_STEM_SOURCE_H_

#include <xapian.h>

#include <string>
#include <vector>

namespace dateline::match {

class BestStemSource : public Xapian::PostingSource {
 public:
  struct Stem {
    std::string term;
    float weight = 0;  // core/index/score.h, TermWeight
  };

  BestStemSource(std::vector<Stem> stems, float average_length)
      : stems_(std::move(stems)), average_length_(average_length) {}

  BestStemSource* clone() const override { return new BestStemSource(stems_, average_length_); }
  void init(const Xapian::Database& shard) override;

  Xapian::doccount get_termfreq_min() const override { return most_frequent_; }
  Xapian::doccount get_termfreq_est() const override { return frequencies_; }
  Xapian::doccount get_termfreq_max() const override { return frequencies_; }

  void next(double min_weight) override;
  void skip_to(Xapian::docid docid, double min_weight) override;
  bool at_end() const override { return started_ && current_ == 0; }
  Xapian::docid get_docid() const override { return current_; }
  double get_weight() const override;
  std::string get_description() const override { return "BestStemSource"; }

 private:
  struct Cursor {
    Xapian::PostingIterator at;
    Xapian::PostingIterator end;
    float weight;
  };

  void FindCurrent();

  const std::vector<Stem> stems_;
  const float average_length_;
  std::vector<Cursor> cursors_;
  Xapian::doccount most_frequent_ = 0;
  Xapian::doccount frequencies_ = 0;
  bool started_ = false;
  Xapian::docid current_ = 0;  // 0: before the first or after the last
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_BEST_STEM_SOURCE_H_
