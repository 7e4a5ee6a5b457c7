#include "indexer/build/tournament.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::build {
namespace {

// What a tournament of the sources gives, one front after another; equal numbers in the order of their sources.
std::vector<std::pair<int, size_t>> Merged(const std::vector<std::vector<int>>& sources) {
  std::vector<size_t> at(sources.size(), 0);
  const auto ended = [&](size_t source) { return at[source] == sources[source].size(); };
  Tournament order(sources.size(), [&](size_t a, size_t b) {
    if (ended(a) || ended(b)) return ended(a) == ended(b) ? a < b : ended(b);
    return std::pair(sources[a][at[a]], a) < std::pair(sources[b][at[b]], b);
  });
  std::vector<std::pair<int, size_t>> merged;
  while (!ended(order.winner())) {
    const size_t source = order.winner();
    merged.emplace_back(sources[source][at[source]], source);
    ++at[source];
    order.Replay();
  }
  return merged;
}

TEST(TournamentTest, MergesAsSortingAllWould) {
  const uint64_t seed = test::TestSeed(41);
  test::Random random(seed);
  for (const size_t count : {1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 100}) {
    for (int round = 0; round < 20; ++round) {
      std::vector<std::vector<int>> sources(count);
      std::vector<std::pair<int, size_t>> expected;
      for (size_t source = 0; source < count; ++source) {
        sources[source].resize(random.Below(20));  // some are empty
        for (int& number : sources[source]) {
          number = static_cast<int>(random.Below(50));
          expected.emplace_back(number, source);
        }
        std::sort(sources[source].begin(), sources[source].end());
      }
      std::sort(expected.begin(), expected.end());
      ASSERT_EQ(Merged(sources), expected) << count << " sources, round " << round << ", seed " << seed;
    }
  }
}

}  // namespace
}  // namespace dateline::build
