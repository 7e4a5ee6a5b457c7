// The ranker beside exact scores of all rows: no row of the page may be missing, and no bound may lie.
#include "searcher/match/fast/ranker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/index/score.h"
#include "tests/support/made_postings.h"

namespace dateline::match::fast {
namespace {

using test::MadePostings;
using test::Random;

constexpr uint32_t kDocuments = 2 * kWindowRows + 3000;

// An archive whose documents are equally long where scores are to be equal.
class RankerTest : public ::testing::Test {
 protected:
  void Make(bool equal) {
    made_ = test::MakePostings(random_, {kDocuments, {1, 2, 7, 30, 200, 2'000}, 16, equal ? 1U : 0U});
    terms_ = made_->Terms();
  }

  float RandomWeight() {
    return index::TermWeight(1'000'000, 1 + random_.Below(random_.OneIn(2) ? 999'999 : 300)) *
           (random_.OneIn(5) ? index::QueryFrequencyFactor(3) : 1);
  }

  // At most `most` stems.
  std::vector<ScoredWord> RandomWords(size_t most) {
    std::vector<ScoredWord> words;
    for (size_t left = 1 + random_.Below(most); left > 0;) {
      ScoredWord word;
      for (uint64_t stems = std::min<uint64_t>(left, random_.OneIn(3) ? 1 + random_.Below(3) : 1); stems > 0;
           --stems) {
        word.stems.push_back({&made_->List(random_.Pick(terms_)), RandomWeight()});
        --left;
      }
      words.push_back(std::move(word));
    }
    return words;
  }

  // A guard that matches a list's rows.
  SharedNode& Guard() {
    guards_.push_back(std::make_unique<SharedNode>());
    guards_.back()->Set(std::make_unique<TermNode>(made_->List(random_.Pick(terms_))));
    return *guards_.back();
  }

  struct Setup {
    std::vector<ScoredWord> words;
    std::vector<bool> matching;  // by row; empty: every row with a word
    size_t wanted = 10;
    const std::function<int64_t(uint32_t)>* bonus = nullptr;
  };

  int64_t ScoreOf(const ScoredWord& word, uint32_t row) const {
    int64_t best = 0;
    for (const ScoredWord::Stem& stem : word.stems) {
      const uint32_t posting = stem.list->PostingOf(row);
      if (posting == index::kNoPosting) continue;
      const float saturation = index::Saturation(stem.list->wdf(posting), norms()[row]);
      best = std::max(best, index::Contribution(stem.weight, saturation));
    }
    return best;
  }

  // By row, of those that match.
  std::map<uint32_t, int64_t> ExactScores(const Setup& setup) {
    std::vector<std::vector<bool>> guarded;
    for (const ScoredWord& word : setup.words) guarded.push_back(RowsOf(word.guard));
    std::map<uint32_t, int64_t> scores;
    for (uint32_t row = 0; row < kDocuments; ++row) {
      int64_t score = 0;
      for (size_t i = 0; i < setup.words.size(); ++i) {
        if (guarded[i].empty() || guarded[i][row]) score += ScoreOf(setup.words[i], row);
      }
      const bool has_word = std::any_of(setup.words.begin(), setup.words.end(), [row](const ScoredWord& word) {
        return std::any_of(word.stems.begin(), word.stems.end(), [row](const ScoredWord::Stem& stem) {
          return stem.list->PostingOf(row) != index::kNoPosting;
        });
      });
      if (setup.matching.empty() ? !has_word : !setup.matching[row]) continue;
      scores[row] = score + (setup.bonus == nullptr ? 0 : (*setup.bonus)(row));
    }
    return scores;
  }

  static std::vector<bool> RowsOf(SharedNode* guard) {
    std::vector<bool> rows;
    if (guard == nullptr) return rows;
    for (uint32_t begin = 0; begin < kDocuments; begin += kWindowRows) {
      const Window window{begin, std::min(kWindowRows, kDocuments - begin)};
      guard->MoveTo(window);
      for (uint32_t row = 0; row < window.rows; ++row) rows.push_back(Contains(guard->Matching(), row));
    }
    return rows;
  }

  // The candidates by row: all that are as good as the last of the page are among them, none twice.
  static void ExpectByRow(Ranker& ranker, const std::map<uint32_t, int64_t>& scores, int64_t last) {
    std::map<uint32_t, int64_t> missing;
    for (const auto& [row, score] : scores) {
      if (score >= last) missing[row] = score;
    }
    std::set<uint32_t> shown;
    const auto take = [&](const std::vector<Ranker::Candidate>& candidates) {
      for (size_t i = 0; i < candidates.size(); ++i) {
        EXPECT_TRUE(shown.insert(candidates[i].row).second) << "row " << candidates[i].row << " twice";
        EXPECT_TRUE(i == 0 || candidates[i - 1].row < candidates[i].row) << "row " << candidates[i].row;
        missing.erase(candidates[i].row);
      }
    };
    take(ranker.Best());
    take(ranker.OthersThatReach(last));
    EXPECT_TRUE(missing.empty()) << missing.size() << " rows are missing";
  }

  // Runs the ranker as a matcher would, and holds all that it says against the exact scores.
  void Expect(const Setup& setup) {
    const std::map<uint32_t, int64_t> scores = ExactScores(setup);
    Ranker::Options options;
    options.wanted = setup.wanted;
    options.bonus = setup.bonus;
    options.any_word = setup.matching.empty();
    Ranker ranker(setup.words, options);
    for (uint32_t begin = 0; begin < kDocuments; begin += kWindowRows) {
      const Window window{begin, std::min(kWindowRows, kDocuments - begin)};
      Bits bits = {};
      for (uint32_t row = 0; row < window.rows && !setup.matching.empty(); ++row) {
        if (setup.matching[begin + row]) Insert(bits, row);
      }
      if (!setup.matching.empty() && CountOf(bits) <= kMostListed && random_.OneIn(2)) {
        Rows rows;
        ListRows(bits, rows);
        ranker.Take(window, rows);
      } else {
        ranker.Take(window, setup.matching.empty() ? nullptr : &bits);
      }
    }
    ASSERT_GE(ranker.taken(), std::min(setup.wanted, scores.size()));
    if (ranker.taken() < setup.wanted) {
      ASSERT_EQ(ranker.taken(), scores.size());
    }

    std::vector<int64_t> best;
    for (const auto& [row, score] : scores) best.push_back(score);
    std::sort(best.rbegin(), best.rend());
    const int64_t last = best.size() < setup.wanted ? INT64_MIN : best[setup.wanted - 1];
    // All rows that are as good as the last of the page, however many have its score, are to be shown in time.
    std::map<uint32_t, int64_t> missing;
    for (const auto& [row, score] : scores) {
      if (score >= last) missing[row] = score;
    }
    std::map<uint32_t, int64_t> passed_over = scores;
    int64_t bound_before = INT64_MAX;
    ranker.Visit([&](int64_t greatest, const Ranker::Candidate& candidate) {
      EXPECT_LE(greatest, bound_before);
      bound_before = greatest;
      const auto score = scores.find(candidate.row);
      EXPECT_NE(score, scores.end()) << "row " << candidate.row << " does not match";
      if (score == scores.end()) return false;
      EXPECT_GE(greatest, score->second) << "row " << candidate.row;
      for (size_t i = 0; i < setup.words.size(); ++i) {
        if (setup.words[i].guard == nullptr) continue;
        SharedNode& guard = *setup.words[i].guard;
        guard.MoveTo(Window{candidate.row / kWindowRows * kWindowRows, kWindowRows});
        EXPECT_EQ((candidate.guards >> i & 1) != 0, Contains(guard.Matching(), candidate.row % kWindowRows));
      }
      missing.erase(candidate.row);
      return greatest >= last && !HasFailure();
    });
    ExpectByRow(ranker, scores, last);
    ranker.Visit([&](int64_t, const Ranker::Candidate& candidate) { return passed_over.erase(candidate.row) > 0; });
    for (const auto& [row, score] : passed_over) EXPECT_LE(score, ranker.GreatestPassedOver()) << "row " << row;
    EXPECT_TRUE(missing.empty()) << missing.size() << " rows are missing, as " << missing.begin()->first
                                 << " with a score of " << missing.begin()->second << "; the page ends at " << last;
  }

  void ExpectScoreRows(const ScoredWord& word) {
    std::vector<uint32_t> rows;
    const uint64_t one_in = uint64_t{1} << random_.Below(10);
    for (uint32_t row = 0; row < kDocuments; ++row) {
      if (random_.OneIn(one_in)) rows.push_back(row);
    }
    RowScorer scorer;
    scorer.SetRows(rows, norms());
    const std::vector<int64_t>& scores = scorer.ScoresOf(word);
    ASSERT_EQ(scores.size(), rows.size());
    for (size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(scores[i], ScoreOf(word, rows[i])) << "row " << rows[i];
  }

  std::vector<bool> RandomMatching() {
    std::vector<bool> matching(kDocuments);
    const uint64_t one_in = uint64_t{1} << random_.Below(12);
    for (uint32_t row = 0; row < kDocuments; ++row) matching[row] = random_.OneIn(one_in);
    return matching;
  }

  const float* norms() const { return made_->postings().norms(); }

  const uint64_t seed_ = test::TestSeed(99);
  const ::testing::ScopedTrace trace_{__FILE__, __LINE__, absl::StrCat("seed ", seed_)};
  Random random_{seed_};
  std::unique_ptr<MadePostings> made_;
  std::vector<std::string> terms_;
  std::vector<std::unique_ptr<SharedNode>> guards_;
};

// What a row gets for being new falls from row to row.
const std::function<int64_t(uint32_t)>& Bonus() {
  static const auto* const bonus = new std::function<int64_t(uint32_t)>([](uint32_t row) -> int64_t {
    return row > kDocuments - 500 ? 0 : index::RecencyBonus(2'000'000'000, 2'000'000'000 - int64_t{row} * 3'600);
  });
  return *bonus;
}

TEST_F(RankerTest, FindsTheBestRows) {
  Make(/*equal=*/false);
  for (int i = 0; i < test::Scaled(80); ++i) {
    SCOPED_TRACE(absl::StrCat("query ", i));
    Setup setup;
    setup.words = RandomWords(random_.OneIn(4) ? Ranker::kMaxWords : 6);
    setup.wanted = std::vector<size_t>{1, 10, 100, 300, 1000, kDocuments}[random_.Below(6)];
    if (!random_.OneIn(4)) setup.matching = RandomMatching();
    if (random_.OneIn(3)) setup.bonus = &Bonus();
    guards_.clear();
    for (ScoredWord& word : setup.words) {
      if (!setup.matching.empty() && random_.OneIn(4)) word.guard = &Guard();
    }
    Expect(setup);
    if (HasFailure()) return;
  }
}

TEST_F(RankerTest, ScoresRowsAsOneByOne) {
  Make(/*equal=*/false);
  for (int i = 0; i < test::Scaled(60); ++i) ExpectScoreRows(RandomWords(3).front());
}

TEST_F(RankerTest, EqualScoresAtTheEdgeOfThePageAreAllShown) {
  Make(/*equal=*/true);
  for (int i = 0; i < test::Scaled(30); ++i) {
    SCOPED_TRACE(absl::StrCat("query ", i));
    Setup setup;
    setup.words = RandomWords(2);
    setup.wanted = std::vector<size_t>{1, 10, 1000}[random_.Below(3)];
    if (random_.OneIn(2)) setup.matching = RandomMatching();
    Expect(setup);
    if (HasFailure()) return;
  }
}

TEST_F(RankerTest, WithoutWordsOnlyWhatIsNewCounts) {
  Make(/*equal=*/true);
  Setup setup;
  setup.matching = RandomMatching();
  Expect(setup);
  setup.bonus = &Bonus();
  Expect(setup);
}

}  // namespace
}  // namespace dateline::match::fast
