// The score of words, added to what something else matches: the source claims every document, with the sum over the
// words of the best stem of each that the document has, and is joined to a filter by AND.
//
// Xapian's own OP_AND_MAYBE would say the same, but in 1.4.22 it loses hits: once the page is full it becomes an AND
// and goes on behind the further of its two sides, past a document that both may have. The twin test finds that in
// some thousand queries.
//
// Thread-safety: belongs to one thread. Exceptions: Xapian's may pass through.
#ifndef DATELINE_SEARCHER_MATCH_WORD_SCORE_SOURCE_H_
#define DATELINE_SEARCHER_MATCH_WORD_SCORE_SOURCE_H_

#include <xapian.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "searcher/match/best_stem_source.h"

namespace dateline::match {

class WordScoreSource : public Xapian::PostingSource {
 public:
  using Word = std::vector<BestStemSource::Stem>;  // its alternatives

  WordScoreSource(std::vector<Word> words, float average_length)
      : words_(std::move(words)), average_length_(average_length) {}

  WordScoreSource* clone() const override { return new WordScoreSource(words_, average_length_); }
  void init(const Xapian::Database& shard) override;

  // The most there can be, so that Xapian asks it last.
  Xapian::doccount get_termfreq_min() const override { return last_; }
  Xapian::doccount get_termfreq_est() const override { return last_; }
  Xapian::doccount get_termfreq_max() const override { return last_; }

  void next(double) override { ++current_; }
  void skip_to(Xapian::docid docid, double) override { current_ = std::max(current_, docid); }
  bool check(Xapian::docid docid, double min_weight) override;
  bool at_end() const override { return current_ > last_; }
  Xapian::docid get_docid() const override { return current_; }
  double get_weight() const override;
  std::string get_description() const override { return "WordScoreSource"; }

 private:
  struct Cursor {
    Xapian::PostingIterator at;
    Xapian::PostingIterator end;
    float weight;
  };

  const std::vector<Word> words_;
  const float average_length_;
  // A weight is asked for in ascending order of documents, and only of those that match: postings are moved then.
  mutable std::vector<std::vector<Cursor>> cursors_;  // by word
  Xapian::docid last_ = 0;
  Xapian::docid current_ = 0;  // 0: before the first; beyond last_: after the last
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_WORD_SCORE_SOURCE_H_
