// The best documents of one word that stands alone: stem by stem, those first that may give most, from the impacts of
// their postings, until no other stem and no other posting can reach the page. No window is looked at.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_SEARCHER_MATCH_FAST_WORD_RANKER_H_
#define DATELINE_SEARCHER_MATCH_FAST_WORD_RANKER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/deadline.h"
#include "core/index/postings.h"
#include "searcher/match/fast/best_rows.h"
#include "searcher/match/fast/node.h"
#include "searcher/match/fast/ranker.h"

namespace dateline::match::fast {

// The greatest score that was told of each row.
class RowScores {
 public:
  using Entry = RowScore;

  void Raise(uint32_t row, int64_t score);

  const std::vector<Entry>& entries() const { return entries_; }  // of different rows

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  uint32_t& SlotOf(uint32_t row);
  void Grow();

  std::vector<Entry> entries_;
  std::vector<uint32_t> slots_;  // a hash table of numbers of entries; more than half of it is empty
};

class WordRanker {
 public:
  // The word has no guard. `norms` are index::Postings::norms(); `matching` are the rows that match, null: every row
  // that has the word. `best` is empty. All must outlive the ranker.
  WordRanker(const ScoredWord& word, const ShardRows* matching, const float* norms, const base::Deadline& deadline,
             BestRows& best)
      : word_(word), matching_(matching), norms_(norms), deadline_(deadline), best_(best) {}

  // Gives `best` the best of the rows that match and have the word, as many as it wants or all. False where the lists
  // do not tell so many of their best: then it is empty. Call once.
  bool TakeBest();

 private:
  using Stem = ScoredWord::Stem;

  bool IsOfOneStem() const { return word_.stems.size() == 1; }
  // Scores the postings of a stem that may be on the page; false when that is not known of so many.
  bool TakeStem(const Stem& stem);
  // Scores the postings of these impacts.
  void Score(const Stem& stem, uint32_t least_impact, uint32_t most_impact);
  // Finds them: into postings_.
  void Select(const index::PostingList& list, uint8_t least_impact, uint8_t most_impact);
  void Keep(uint32_t row, int64_t score);
  // Postings of smaller impacts do not reach the page.
  uint32_t LeastImpact(const Stem& stem) const;
  // Finds out what the last wanted row of those that are scored reaches.
  void RaiseLeast();

  const ScoredWord& word_;
  const ShardRows* const matching_;
  const float* const norms_;
  const base::Deadline& deadline_;

  int64_t least_ = -1;  // what the page reaches at least; -1: nothing yet
  BestRows& best_;
  RowScores scores_;  // of several stems: what goes to best_ in the end
  size_t known_ = 0;  // so many rows had scores_ when the least was found
  std::vector<uint32_t> postings_;
  std::vector<uint32_t> blocks_;
  std::vector<uint32_t> rows_;
  ShortScores short_scores_;
};

}  // namespace dateline::match::fast

#endif  // DATELINE_SEARCHER_MATCH_FAST_WORD_RANKER_H_
