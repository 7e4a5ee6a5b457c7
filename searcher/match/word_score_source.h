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

#include <string>
#include <utility>
#include <vector>

#include "searcher/match/every_document_source.h"
#include "searcher/match/word_cursors.h"

namespace dateline::match {

class WordScoreSource : public EveryDocumentSource {
 public:
  WordScoreSource(std::vector<WeightedWord> words, float average_length)
      : words_(std::move(words)), average_length_(average_length), norm_(average_length) {}

  WordScoreSource* clone() const override { return new WordScoreSource(words_, average_length_); }

  void init(const Xapian::Database& shard) override {
    EveryDocumentSource::init(shard);
    cursors_.clear();
    norm_ = NormOfDocument(average_length_);
    int64_t max_weight = 0;
    for (const WeightedWord& word : words_) {
      cursors_.emplace_back(shard, word);
      max_weight += cursors_.back().bound();
    }
    set_maxweight(static_cast<double>(max_weight));
  }

  double get_weight() const override {
    int64_t sum = 0;
    for (WordCursors& word : cursors_) sum += word.ContributionAt(current(), norm_);
    return static_cast<double>(sum);
  }

  std::string get_description() const override { return "WordScoreSource"; }

 private:
  const std::vector<WeightedWord> words_;
  const float average_length_;
  // A weight is asked for in ascending order of documents, and only of those that match: postings are moved then.
  mutable std::vector<WordCursors> cursors_;
  mutable NormOfDocument norm_;
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_WORD_SCORE_SOURCE_H_
