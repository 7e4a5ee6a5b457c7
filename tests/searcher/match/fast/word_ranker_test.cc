// The best rows of a word beside exact scores of all rows.
#include "searcher/match/fast/word_ranker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
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
using Hits = std::vector<std::pair<int64_t, uint32_t>>;  // score, row

constexpr uint32_t kDocuments = 70'000;  // more than a chunk

class WordRankerTest : public ::testing::Test {
 protected:
  // Equal lengths, few wdfs and few weights make many scores equal: then the first rows win.
  void Make(bool equal) {
    equal_ = equal;
    made_ = test::MakePostings(random_, {kDocuments, {2, 7, 30, 200, 2'000, 20'000}, 4, equal ? 3U : 0U});
    terms_ = made_->Terms();
  }

  ScoredWord RandomWord() {
    ScoredWord word;
    for (uint64_t stems = random_.OneIn(3) ? 1 : 1 + random_.Below(12); stems > 0; --stems) {
      const uint64_t frequency = equal_ ? 1 + random_.Below(2) : 1 + random_.Below(random_.OneIn(2) ? 999'999 : 300);
      const float weight = index::TermWeight(1'000'000, frequency);
      word.stems.push_back({&made_->List(random_.Pick(terms_)), weight});
    }
    word.OrderStems();
    return word;
  }

  ShardRows RandomRows() {
    ShardRows rows((kDocuments + 63) / 64);
    const uint64_t one_in = uint64_t{1} << random_.Below(12);
    for (uint32_t row = 0; row < kDocuments; ++row) {
      if (random_.OneIn(one_in)) Insert(rows, row);
    }
    return rows;
  }

  Hits Expected(const ScoredWord& word, size_t wanted, const ShardRows* matching) const {
    std::map<uint32_t, int64_t> scores;
    for (const ScoredWord::Stem& stem : word.stems) {
      for (uint32_t posting = 0; posting < stem.list->size(); ++posting) {
        const uint32_t row = stem.list->RowOf(posting);
        if (matching != nullptr && !Contains(*matching, row)) continue;
        const float saturation = index::Saturation(stem.list->wdf(posting), norms()[row]);
        int64_t& score = scores[row];
        score = std::max(score, index::Contribution(stem.weight, saturation));
      }
    }
    Hits hits;
    for (const auto& [row, score] : scores) hits.emplace_back(-score, row);
    std::sort(hits.begin(), hits.end());
    hits.resize(std::min(hits.size(), wanted));
    for (auto& [score, row] : hits) score = -score;
    return hits;
  }

  const float* norms() const { return made_->postings().norms(); }

  void ExpectBest(const ScoredWord& word, size_t wanted, const ShardRows* matching) {
    const base::Deadline deadline;
    BestRows best(wanted);
    if (!WordRanker(word, matching, norms(), deadline, best).TakeBest()) {
      EXPECT_EQ(best.size(), 0U);
      // Only long lists may leave that open, and only beyond the last rank.
      EXPECT_GT(wanted, index::kImpactRanks.back());
      ++unanswered_;
      return;
    }
    Hits hits;
    for (const BestRows::Entry& entry : best.Sorted()) hits.emplace_back(entry.score, entry.row);
    EXPECT_EQ(hits, Expected(word, wanted, matching));
    ++answered_;
  }

  void ExpectAll(int words) {
    for (int i = 0; i < test::Scaled(words) && !HasFailure(); ++i) {
      SCOPED_TRACE(absl::StrCat("word ", i));
      const ScoredWord word = RandomWord();
      const size_t wanted = std::vector<size_t>{1, 10, 16, 100, 128, 300, 1'024, 1'025, kDocuments}[random_.Below(9)];
      const ShardRows matching = RandomRows();
      ExpectBest(word, wanted, random_.OneIn(2) ? &matching : nullptr);
    }
    EXPECT_GT(answered_, 4 * unanswered_);
  }

  const uint64_t seed_ = test::TestSeed(77);
  const ::testing::ScopedTrace trace_{__FILE__, __LINE__, absl::StrCat("seed ", seed_)};
  Random random_{seed_};
  std::unique_ptr<MadePostings> made_;
  std::vector<std::string> terms_;
  bool equal_ = false;
  int answered_ = 0;
  int unanswered_ = 0;
};

TEST_F(WordRankerTest, FindsTheBestRows) {
  Make(/*equal=*/false);
  ExpectAll(200);
}

TEST_F(WordRankerTest, OfEqualRowsTheFirst) {
  Make(/*equal=*/true);
  ExpectAll(200);
}

TEST_F(WordRankerTest, OneStemTwice) {
  Make(/*equal=*/false);
  ScoredWord word;
  const float weight = index::TermWeight(1'000'000, 5'000);
  for (const char* const term : {"t2-0", "t2-0", "t200-1"}) word.stems.push_back({&made_->List(term), weight});
  word.OrderStems();
  ExpectBest(word, 100, nullptr);
}

TEST_F(WordRankerTest, GivesUpWhenTheTimeIsUp) {
  Make(/*equal=*/false);
  ScoredWord word;
  for (const char* const term : {"t2-0", "t2-1"}) word.stems.push_back({&made_->List(term), 1});
  const base::Deadline deadline = base::Deadline::After(std::chrono::milliseconds(-1));
  BestRows best(10);
  EXPECT_THROW(WordRanker(word, nullptr, norms(), deadline, best).TakeBest(), GaveUp);
}

TEST(RowScoresTest, KeepTheGreatestOfEachRow) {
  const uint64_t seed = test::TestSeed(5);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  Random random(seed);
  for (const uint64_t rows : {1, 5, 600, 5'000}) {
    RowScores scores;
    std::map<uint32_t, int64_t> expected;
    for (int i = 0; i < 8'000; ++i) {
      const auto row = static_cast<uint32_t>(random.Below(rows) * 0x10001);
      const auto score = static_cast<int64_t>(random.Below(100));
      scores.Raise(row, score);
      const auto at = expected.emplace(row, score).first;
      at->second = std::max(at->second, score);
    }
    std::map<uint32_t, int64_t> found;
    for (const RowScores::Entry& entry : scores.entries()) {
      EXPECT_TRUE(found.emplace(entry.row, entry.score).second) << "row " << entry.row << " twice";
    }
    EXPECT_EQ(found, expected);
  }
}

}  // namespace
}  // namespace dateline::match::fast
