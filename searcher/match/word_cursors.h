// The postings of one word of a query in one shard: of all its stems, which count as their best member.
//
// Thread-safety: belongs to one thread. Exceptions: Xapian's may pass through.
#ifndef DATELINE_SEARCHER_MATCH_WORD_CURSORS_H_
#define DATELINE_SEARCHER_MATCH_WORD_CURSORS_H_

#include <xapian.h>

#include <cstdint>
#include <string>
#include <vector>

namespace dateline::match {

struct WeightedStem {
  std::string term;
  float weight = 0;  // core/index/score.h, TermWeight
};
using WeightedWord = std::vector<WeightedStem>;

// The K of core/index/score.h of one document after another, told once for all words that the document has.
class NormOfDocument {
 public:
  explicit NormOfDocument(float average_length) : average_length_(average_length) {}
  float At(const Xapian::PostingIterator& posting);

 private:
  float average_length_;
  Xapian::docid docid_ = 0;  // whose norm it is; 0: none yet
  float norm_ = 0;
};

class WordCursors {
 public:
  static constexpr Xapian::docid kNone = UINT32_MAX;

  WordCursors(const Xapian::Database& shard, const WeightedWord& word);

  // No contribution is greater.
  int64_t bound() const { return bound_; }

  // The first document from `docid` on that has a stem; kNone when there is none. `docid` never falls.
  Xapian::docid FirstFrom(Xapian::docid docid);

  // What the word adds to the score of a document: its best stem's contribution, 0 when the document has none.
  // `docid` never falls.
  int64_t ContributionAt(Xapian::docid docid, NormOfDocument& norm);

 private:
  struct Cursor {
    Xapian::PostingIterator at;
    Xapian::PostingIterator end;
    float weight = 0;
    Xapian::docid docid = 0;  // where `at` stands; kNone behind the end

    void Skip(Xapian::docid to);
  };

  std::vector<Cursor> cursors_;  // of the stems that the shard has
  int64_t bound_ = 0;
};

// How many documents of a shard have a word, at least and at most.
struct WordFrequency {
  Xapian::doccount min = 0;
  Xapian::doccount max = 0;
};
WordFrequency FrequencyOf(const Xapian::Database& shard, const WeightedWord& word);

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_WORD_CURSORS_H_
