// The best documents of one shard by score: the ranked side of the fast engine.
//
// Window by window, the impacts of the words are added up to an upper bound of every row's score, in 16 bits: one
// instruction for many rows. Rows whose bound reaches the page are kept, the others are never looked at again; in the
// end the few that are left are scored exactly, best bound first, until no bound reaches the page any more.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_SEARCHER_MATCH_FAST_RANKER_H_
#define DATELINE_SEARCHER_MATCH_FAST_RANKER_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "core/index/score.h"
#include "searcher/match/fast/node.h"
#include "searcher/match/fast/term_cursor.h"

namespace dateline::match::fast {

// One word of a query: its stems count as the best of them that the document has, where `guard` matches.
struct ScoredWord {
  struct Stem {
    const index::PostingList* list = nullptr;  // not empty, scored
    float weight = 0;                          // core/index/score.h, TermWeight, times what the query says

    // More it adds to no score.
    int64_t MostPoints() const { return index::Contribution(weight, list->greatest_saturation()); }
  };
  std::vector<Stem> stems;      // as OrderStems leaves them
  SharedNode* guard = nullptr;  // null: everywhere

  // By MostPoints, the greatest first.
  void OrderStems() {
    std::sort(stems.begin(), stems.end(),
              [](const Stem& a, const Stem& b) { return a.MostPoints() > b.MostPoints(); });
  }
};

// Scores rows of a shard, word by word.
class RowScorer {
 public:
  // The rows ascend and must stay. `norms` are index::Postings::norms().
  void SetRows(absl::Span<const uint32_t> rows, const float* norms);
  // What the word adds to the score of each of them, guard or not. Stays until the next call.
  const std::vector<int64_t>& ScoresOf(const ScoredWord& word);

 private:
  void FindPostings(const index::PostingList& list);

  absl::Span<const uint32_t> rows_;
  std::vector<uint16_t> rows_in_chunk_;  // the same within their chunks
  std::vector<float> norms_;             // by row of rows_
  std::vector<uint32_t> postings_;       // the same, of one stem
  std::vector<int64_t> scores_;          // the same, of one word
};

class Ranker {
 public:
  static constexpr size_t kMaxWords = 64;

  struct Options {
    size_t wanted = 1;      // so many best rows; not 0
    bool any_word = false;  // does every row that has one of the words match, and no other?
    // What a row gets for being new; null: nothing. It does not grow from row to row.
    const std::function<int64_t(uint32_t row)>* bonus = nullptr;
  };
  // REQUIRES: at most kMaxWords. The lists and guards must outlive the ranker.
  Ranker(const std::vector<ScoredWord>& words, const Options& options);

  // Takes the rows of `matching` in the window, or, where that is null, all rows that have one of the words. Windows
  // ascend.
  void Take(const Window& window, const Bits* matching);
  // The same for few rows, at most kMostListed: each is looked at by itself.
  void Take(const Window& window, const Rows& matching);

  // How many rows were taken as candidates, at least up to `wanted`: when fewer, they are all that match.
  size_t taken() const { return taken_; }

  size_t candidates() const { return candidates_.size(); }

  // No row that was passed over has a score above this; -1 when none was.
  int64_t GreatestPassedOver() const { return least_ == 0 ? -1 : GreatestScoreOf(least_); }

  struct Candidate {
    uint32_t bound = 0;  // of its score, in units of the ranker
    uint32_t row = 0;
    uint64_t guards = 0;  // by word: does its guard match?
  };
  // Shows the candidates by falling bound; each time with an upper bound of the scores of it and all that follow.
  // Ends when the visitor says false.
  void Visit(absl::FunctionRef<bool(int64_t greatest_score, const Candidate& candidate)> visitor);

  // The candidates of the best bounds, as many as are wanted or some more, by row: so they are scored soonest.
  // Nothing may be taken any more.
  const std::vector<Candidate>& Best();
  // After that those of the others, by row, whose score may be `score` or more.
  const std::vector<Candidate>& OthersThatReach(int64_t score);

 private:
  struct List {
    TermCursor cursor;
    uint16_t multiplier;

    uint32_t Most() const { return Share(UINT8_MAX, multiplier); }  // no share of it is greater
  };
  struct Word {
    std::vector<List> lists;  // by multiplier, the greatest first
    uint32_t most;            // of the shares of all lists
    SharedNode* guard;
  };

  int64_t GreatestScoreOf(uint32_t bound) const {
    return static_cast<int64_t>(static_cast<double>(bound) / scale_) + 1;
  }
  // A row of this bound may have the score of rows whose bounds are as small as the result, but of none below.
  uint32_t LeastBoundBeside(uint32_t bound) const { return bound > slack_ ? bound - slack_ : 0; }
  uint32_t BonusBound(uint32_t row) const {
    return options_.bonus == nullptr
               ? 0
               : static_cast<uint32_t>(std::ceil(static_cast<double>((*options_.bonus)(row)) * scale_));
  }
  // Of rows of the window, sums below this reach no page. No row gets more for being new than the first.
  uint32_t LeastSum(const Window& window) const;
  void DropHopeless(const Window& window);
  // What the last wanted row is known to reach at least by the lists' ranks.
  uint16_t SumAtRank() const;
  void MoveTo(const Window& window);
  // The blocks of the window that have a row whose sum may be `least`.
  uint32_t BlocksThatReach(uint32_t least) const;
  // In these blocks; elsewhere sums may lie below what they would be.
  void AddUp(uint32_t blocks);
  void TakeFew(const Window& window, const Rows& rows);
  // `sum_of(i)` is what the impacts of rows[i] add up to.
  template <typename SumOf>
  void TakeRows(const Window& window, const Rows& rows, SumOf sum_of);
  uint64_t GuardsOf(uint32_t row) const;
  // Learns from the maxima what the last wanted row reaches at least.
  void RaiseLeast();
  void Prune();

  const Options options_;
  std::vector<Word> words_;
  double scale_ = 0;           // units of a bound for one unit of score
  uint32_t margin_ = 0;        // a sum may lie so many units below what its score would give
  uint32_t slack_ = 0;         // a bound lies at most so many units above what its score gives
  uint32_t least_ = 0;         // bounds below this reach no page
  uint16_t floor_ = 1;         // sums below this are not among those of the wanted rows
  uint32_t wanted_bound_ = 0;  // of the last wanted candidate, as Prune found it; a great one is cut to 16 bits
  uint32_t most_ = 0;          // no sum is greater
  bool guarded_ = false;       // has some word a guard?

  Sums sums_;
  Sums best_;  // of the stems of one word
  SumMaxima maxima_;
  std::vector<uint16_t> best_sums_;  // of different rows; once there are as many as wanted, the others are dropped
  uint16_t last_best_ = 0;           // the least of them, once they are as many
  Rows rows_;
  std::vector<Candidate> candidates_;  // by row
  std::vector<uint16_t> bounds_;       // of theirs, cut to 16 bits
  std::vector<Candidate> shown_;
  size_t taken_ = 0;
};

}  // namespace dateline::match::fast

#endif  // DATELINE_SEARCHER_MATCH_FAST_RANKER_H_
