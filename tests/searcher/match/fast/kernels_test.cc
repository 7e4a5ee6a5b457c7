// The inner loops beside naive ones, in every instruction set that this machine has.
#include "searcher/match/fast/kernels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>
#include <vector>

#define HWY_WANT_AVX3_DL  // as kernels.cc, so that HWY_TARGETS names what was compiled there
#include <hwy/targets.h>

#include "absl/strings/str_cat.h"
#include "tests/support/random.h"

namespace dateline::match::fast {
namespace {

using ::testing::UnorderedElementsAreArray;

// Bits of all densities, now and then with those at the edges.
Bits RandomBits(test::Random& random) {
  Bits bits = {};
  switch (random.Below(4)) {
    case 0:
      for (const uint32_t row : {0U, 63U, 64U, kWindowRows - 1}) {
        if (random.OneIn(2)) Insert(bits, row);
      }
      break;
    case 1:
      for (uint64_t left = random.Below(50); left > 0; --left) {
        Insert(bits, static_cast<uint32_t>(random.Below(kWindowRows)));
      }
      break;
    case 2:
      for (uint64_t& word : bits) word = random.Bits();
      break;
    default:
      bits.fill(~uint64_t{0});
      for (uint64_t left = random.Below(3); left > 0; --left) bits[random.Below(kWindowWords)] = 0;
  }
  return bits;
}

Sums RandomSums(test::Random& random) {
  Sums sums;
  const uint64_t most = uint64_t{1} << random.Below(17);
  for (uint16_t& sum : sums) sum = random.OneIn(3) ? 0 : static_cast<uint16_t>(random.Below(most));
  for (const uint32_t row : {0U, 63U, 64U, kWindowRows - 1}) {
    if (random.OneIn(3)) sums[row] = 65535;
  }
  return sums;
}

class KernelsTest : public ::testing::TestWithParam<int64_t> {
 protected:
  void SetUp() override { hwy::GetChosenTarget().Update(GetParam()); }
  void TearDown() override { hwy::GetChosenTarget().Update(hwy::SupportedTargets()); }

  const uint64_t seed_ = test::TestSeed(512);
  test::Random random_{seed_};
  const ::testing::ScopedTrace trace_{__FILE__, __LINE__, absl::StrCat("seed ", seed_)};
};

TEST_P(KernelsTest, IsTheOneAskedFor) { EXPECT_EQ(InstructionSet(), hwy::TargetName(GetParam())); }

TEST_P(KernelsTest, SetsOfRows) {
  for (int i = 0; i < test::Scaled(300); ++i) {
    const Bits a = RandomBits(random_);
    const Bits b = RandomBits(random_);
    uint32_t count = 0;
    Rows rows;
    for (uint32_t row = 0; row < kWindowRows; ++row) {
      if (!Contains(a, row)) continue;
      ++count;
      rows.push_back(static_cast<uint16_t>(row));
    }
    ASSERT_EQ(CountOf(a), count);
    Rows listed = {1, 2, 3};
    ListRows(a, listed);
    ASSERT_EQ(listed, rows);
    Bits common = a;
    Bits joined = a;
    Bits less = a;
    KeepCommon(b, common);
    Join(b, joined);
    Remove(b, less);
    for (uint32_t word = 0; word < kWindowWords; ++word) {
      ASSERT_EQ(common[word], a[word] & b[word]) << word;
      ASSERT_EQ(joined[word], a[word] | b[word]) << word;
      ASSERT_EQ(less[word], a[word] & ~b[word]) << word;
    }
  }
}

TEST_P(KernelsTest, SharesOfABitset) {
  for (int i = 0; i < test::Scaled(300); ++i) {
    const Bits bits = RandomBits(random_);
    const size_t words = random_.OneIn(3) ? kWindowWords : random_.Below(kWindowWords + 1);
    std::vector<uint8_t> impacts(kWindowRows + index::kImpactPadding);
    for (uint8_t& impact : impacts) impact = static_cast<uint8_t>(1 + random_.Below(255));
    const auto multiplier = static_cast<uint16_t>(random_.OneIn(4) ? 65535 : 256 + random_.Below(20'000));
    Sums sums;
    for (uint16_t& sum : sums) sum = static_cast<uint16_t>(random_.Below(256));
    Sums expected = sums;
    size_t next = 0;
    for (uint32_t row = 0; row < 64 * words; ++row) {
      if (Contains(bits, row)) expected[row] += static_cast<uint16_t>(Share(impacts[next++], multiplier));
    }
    Sums raised = sums;
    for (uint16_t& sum : raised) sum = static_cast<uint16_t>(sum * random_.Below(200));
    Sums expected_raised = raised;
    for (uint32_t row = 0, posting = 0; row < 64 * words; ++row) {
      if (!Contains(bits, row)) continue;
      const auto share = static_cast<uint16_t>(Share(impacts[posting++], multiplier));
      expected_raised[row] = std::max(expected_raised[row], share);
    }
    AddShares(bits.data(), words, impacts.data(), multiplier, sums.data());
    ASSERT_EQ(sums, expected);
    RaiseToShares(bits.data(), words, impacts.data(), multiplier, raised.data());
    ASSERT_EQ(raised, expected_raised);
  }
}

TEST_P(KernelsTest, EveryRowIsUnderItsMaximum) {
  SumMaxima maxima;
  for (int i = 0; i < test::Scaled(200); ++i) {
    const Sums sums = RandomSums(random_);
    const Bits bits = RandomBits(random_);
    const bool all = random_.OneIn(3);
    FindMaxima(sums, all ? nullptr : &bits, maxima);
    ASSERT_GT(maxima.width, 0U);
    ASSERT_LE(kWindowBlocks * maxima.width, maxima.values.size());
    std::vector<uint16_t> expected(kWindowBlocks * maxima.width, 0);
    for (uint32_t row = 0; row < kWindowRows; ++row) {
      if (!all && !Contains(bits, row)) continue;
      uint16_t& most = expected[row / index::kBlockRows * maxima.width + row % maxima.width];
      most = std::max(most, sums[row]);
    }
    const std::vector<uint16_t> found(maxima.values.begin(),
                                      maxima.values.begin() + static_cast<ptrdiff_t>(expected.size()));
    ASSERT_EQ(found, expected);
  }
}

TEST_P(KernelsTest, ListsOfMaxima) {
  SumMaxima maxima;
  std::vector<uint16_t> found = {7};
  for (int i = 0; i < test::Scaled(200); ++i) {
    FindMaxima(RandomSums(random_), nullptr, maxima);
    const std::vector<uint16_t> all(maxima.values.begin(),
                                    maxima.values.begin() + static_cast<ptrdiff_t>(kWindowBlocks * maxima.width));
    for (const uint64_t least : {uint64_t{1}, 1 + random_.Below(65535), uint64_t{65535}}) {
      std::vector<uint16_t> expected;
      std::copy_if(all.begin(), all.end(), std::back_inserter(expected), [&](uint16_t sum) { return sum >= least; });
      found.assign(1, 7);
      ListMaxima(maxima, static_cast<uint16_t>(least), found);
      expected.push_back(7);  // what is there stays
      ASSERT_THAT(found, UnorderedElementsAreArray(expected)) << least;
    }
    for (const uint64_t count : {uint64_t{all.size()}, 1 + random_.Below(all.size())}) {
      std::vector<uint16_t> numbers(all.begin(), all.begin() + static_cast<ptrdiff_t>(count));
      std::vector<uint16_t> falling = numbers;
      std::sort(falling.rbegin(), falling.rend());
      for (const size_t n : {size_t{1}, size_t{1 + random_.Below(count)}, size_t{count}}) {
        ASSERT_EQ(NthGreatest(numbers, n), falling[n - 1]) << n << " of " << count;
      }
      ASSERT_EQ(numbers.size(), count) << "padding stays";
      const auto least = static_cast<uint16_t>(1 + random_.Below(65535));
      std::vector<uint16_t> expected;
      std::copy_if(numbers.begin(), numbers.end(), std::back_inserter(expected),
                   [least](uint16_t number) { return number >= least; });
      KeepAtLeast(least, numbers);
      ASSERT_EQ(numbers, expected) << least;
    }
  }
}

TEST_P(KernelsTest, SumsOfTwo) {
  for (int i = 0; i < test::Scaled(50); ++i) {
    Sums sums;
    Sums other;
    Sums expected;
    for (uint32_t row = 0; row < kWindowRows; ++row) {
      sums[row] = static_cast<uint16_t>(random_.Below(40'000));
      other[row] = static_cast<uint16_t>(random_.Below(25'000));
      expected[row] = static_cast<uint16_t>(sums[row] + other[row]);
    }
    AddSums(other, sums);
    ASSERT_EQ(sums, expected);
  }
}

TEST_P(KernelsTest, RowsOfGreatSums) {
  SumMaxima maxima;
  Rows rows;
  for (int i = 0; i < test::Scaled(200); ++i) {
    const Sums sums = RandomSums(random_);
    const Bits bits = RandomBits(random_);
    const bool all = random_.OneIn(3);
    FindMaxima(sums, all ? nullptr : &bits, maxima);
    for (const uint64_t least : {uint64_t{all ? 1U : 0U}, uint64_t{1}, 1 + random_.Below(65535), uint64_t{65535}}) {
      Rows expected;
      for (uint32_t row = 0; row < kWindowRows; ++row) {
        if ((all || Contains(bits, row)) && sums[row] >= least) expected.push_back(static_cast<uint16_t>(row));
      }
      SelectSums(sums, all ? nullptr : &bits, maxima, static_cast<uint16_t>(least), rows);
      ASSERT_EQ(rows, expected) << least;
    }
  }
}

TEST_P(KernelsTest, RanksOfNumbers) {
  std::vector<uint16_t> ranks = {7};
  for (int i = 0; i < test::Scaled(100); ++i) {
    const uint64_t below = random_.OneIn(2) ? 65'536 : 1 + random_.Below(9);
    std::vector<uint16_t> numbers(random_.Below(300));
    for (uint16_t& number : numbers)
      number = static_cast<uint16_t>(random_.OneIn(50) ? 65'535 : random_.Below(below));
    std::vector<uint16_t> expected;
    for (const uint16_t number : numbers) {
      expected.push_back(static_cast<uint16_t>(
          std::count_if(numbers.begin(), numbers.end(), [number](uint16_t other) { return other > number; })));
    }
    const std::vector<uint16_t> before = numbers;
    FindRanks(numbers, ranks);
    ASSERT_EQ(ranks, expected);
    ASSERT_EQ(numbers, before);
  }
}

TEST_P(KernelsTest, PostingsOfGreatImpact) {
  std::vector<uint32_t> postings = {7};
  for (int i = 0; i < test::Scaled(300); ++i) {
    const auto count = static_cast<uint32_t>(random_.OneIn(3) ? 60 + random_.Below(10) : random_.Below(3000));
    std::vector<uint8_t> impacts(count + index::kImpactPadding, 255);  // what lies behind must not count
    for (uint32_t at = 0; at < count; ++at) impacts[at] = static_cast<uint8_t>(1 + random_.Below(255));
    for (const uint64_t least : {uint64_t{1}, 1 + random_.Below(255), uint64_t{255}}) {
      const uint64_t most = random_.OneIn(2) ? 255 : least + random_.Below(256 - least);
      const auto begin = static_cast<uint32_t>(random_.OneIn(2) ? 0 : random_.Below(count + 1));
      const auto end = static_cast<uint32_t>(random_.OneIn(2) ? count : begin + random_.Below(count - begin + 1));
      postings.resize(random_.Below(3));
      std::vector<uint32_t> expected = postings;
      for (uint32_t at = begin; at < end; ++at) {
        if (impacts[at] >= least && impacts[at] <= most) expected.push_back(at);
      }
      SelectImpacts(impacts.data(), begin, end, static_cast<uint8_t>(least), static_cast<uint8_t>(most), postings);
      ASSERT_EQ(postings, expected) << least << " to " << most << " in " << begin << " to " << end;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, KernelsTest, ::testing::ValuesIn(hwy::SupportedAndGeneratedTargets()),
                         [](const ::testing::TestParamInfo<int64_t>& set) { return hwy::TargetName(set.param); });

}  // namespace
}  // namespace dateline::match::fast
