#include "searcher/match/fast/best_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/random.h"

namespace dateline::match::fast {
namespace {

using Pairs = std::vector<std::pair<int64_t, uint32_t>>;  // score, row

// The first `wanted` of all, sorted at once.
Pairs Expected(Pairs all, size_t wanted) {
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  if (all.size() > wanted) all.resize(wanted);
  return all;
}

Pairs Sorted(BestRows& best) {
  Pairs pairs;
  for (const BestRows::Entry& entry : best.Sorted()) pairs.emplace_back(entry.score, entry.row);
  return pairs;
}

TEST(BestRowsTest, AreThoseThatSortingAllWouldPutFirst) {
  const uint64_t seed = test::TestSeed(31);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int round = 0; round < 300; ++round) {
    const size_t wanted = 1 + random.Below(random.OneIn(3) ? 300 : 40);
    // Few: many tie. Many: sixteen bits do not tell all of them apart.
    const bool few = random.OneIn(2);
    const uint64_t scores = 1 + random.Below(few ? 60 : uint64_t{1} << (1 + random.Below(60)));
    BestRows best(wanted);
    Pairs all;
    for (uint32_t row = 0, rows = static_cast<uint32_t>(random.Below(300)); row < rows; ++row) {
      // One that is far above the others leaves them few of the sixteen bits.
      const int64_t above = random.OneIn(100) ? int64_t{1} << 61 : 0;
      all.emplace_back(above + static_cast<int64_t>(random.Below(scores)), row);
    }
    for (size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random.Below(i)]);
    Pairs so_far;
    for (const auto& [score, row] : all) {
      best.Add(score, row);
      so_far.emplace_back(score, row);
      const Pairs expected = Expected(so_far, wanted);
      ASSERT_EQ(best.size(), expected.size());
      ASSERT_EQ(best.full(), expected.size() == wanted);
      // Nothing that is wanted may be turned away, whoever asked for the least before.
      ASSERT_TRUE(best.MayTake(expected.back().first));
      if (best.full() && random.OneIn(4)) {
        ASSERT_LE(best.Least(), expected.back().first);
        // Sixteen bits are of the range of all.
        const int64_t range = expected.front().first - Expected(so_far, so_far.size()).back().first;
        ASSERT_LE(expected.back().first - best.Least(), range >> 15);
      }
    }
    ASSERT_EQ(Sorted(best), Expected(all, wanted));
  }
}

TEST(BestRowsTest, ForgetAll) {
  BestRows best(2);
  for (uint32_t row = 0; row < 9; ++row) best.Add(100, row);
  best.Clear();
  EXPECT_EQ(best.size(), 0U);
  best.Add(-5, 7);
  EXPECT_EQ(Sorted(best), (Pairs{{-5, 7}}));
}

}  // namespace
}  // namespace dateline::match::fast
