#include "core/index/score.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::index {
namespace {

// How many representable numbers lie between `x` and the true logarithm, about.
double UlpError(double x) {
  const long double truth = std::log(static_cast<long double>(x));
  const double near = static_cast<double>(truth);
  const double ulp = std::nextafter(std::fabs(near), std::numeric_limits<double>::infinity()) - std::fabs(near);
  return static_cast<double>(std::fabs(static_cast<long double>(NaturalLog(x)) - truth) / ulp);
}

TEST(ScoreTest, TheLogarithmIsWithinFourUlp) {
  const uint64_t seed = test::TestSeed(81);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  double worst = 0;
  double worst_x = 0;
  const auto check = [&](double x) {
    const double error = UlpError(x);
    if (error > worst) {
      worst = error;
      worst_x = x;
    }
  };
  for (int i = 1; i <= 20000; ++i) check(1.0 + i / 1000.0);         // 1.001 to 21
  for (int i = 1; i < 400; ++i) check(std::ldexp(1.0, i % 60) + i);
  for (int i = 0; i < 50; ++i) check(1.0 + std::ldexp(1.0, -i));    // near 1, where logarithms are near 0
  for (int i = 0; i < test::Scaled(200'000); ++i) {
    const double mantissa = 1.0 + static_cast<double>(random.Bits() >> 12) * 0x1p-52;
    check(std::ldexp(mantissa, static_cast<int>(random.Below(70))));
    check(mantissa);
  }
  EXPECT_LE(worst, 4.0) << worst_x;
}

TEST(ScoreTest, TheLogarithmOfOneIsZeroAndOfPowersOfTwoExact) {
  EXPECT_EQ(NaturalLog(1.0), 0.0);
  EXPECT_EQ(NaturalLog(2.0), 0x1.62e42fefa39efp-1);
  EXPECT_EQ(NaturalLog(1024.0), 10 * 0x1.62e42fefa39efp-1);
  EXPECT_NEAR(NaturalLog(10.0), 2.302585092994046, 1e-15);
}

TEST(ScoreTest, TheLogarithmRises) {
  double previous = 0.0;
  for (int i = 1; i < 100'000; ++i) {
    const double next = NaturalLog(1.0 + i * 0.001);
    ASSERT_GT(next, previous) << i;
    previous = next;
  }
}

struct GoldenCase {
  uint64_t documents;
  uint64_t df;
  uint32_t wdf;
  uint32_t length;
  float average_length;
  int64_t units;
};

int64_t UnitsOf(const GoldenCase& c) {
  return Contribution(TermWeight(c.documents, c.df), Saturation(c.wdf, LengthNorm(c.length, c.average_length)));
}

// Computed apart from this program, with 60 digits for the logarithm and exact rationals for the rounding. Page tokens
// rest on these: a difference of one is a change of the ranking function.
const std::vector<GoldenCase>& GoldenCases() {
  static const auto* const kCases = new std::vector<GoldenCase>{
      {1, 1, 1, 1, 1.0F, 137'117},                              // the only word of the only document
      {1, 0, 1, 1, 1.0F, 660'743},                              // a word that only tombstones held
      {10, 1, 1, 100, 100.0F, 949'643},                         // average length: K is k1
      {1000, 10, 3, 250, 312.5F, 3'566'238},
      {1'000'000, 1, 1, 20, 431.7F, 10'480'360},                // a rare word
      {1'000'000, 999'999, 1, 20, 431.7F, 1},                   // one that nearly all have is worth nearly nothing
      {1'000'000, 1'000'000, 200, 65'535, 431.7F, 0},           // and may round to nothing, never below
      {143'000, 5'120, 7, 812, 397.25F, 2'673'995},
      {3'000'000'000, 12'345, 2, 600, 500.0F, 7'694'209},       // more documents than 32 bits count
      {7, 3, 1, 0, 9.5F, 666'796},                              // no length: a headline of stop marks
      {500, 250, 1'000'000, 1'000'000, 123.456F, 721'557},      // saturated
      {42, 17, 4, 33, 29.0F, 708'223},
  };
  return *kCases;
}

TEST(ScoreTest, GoldenIntegers) {
  for (const GoldenCase& c : GoldenCases()) {
    EXPECT_EQ(UnitsOf(c), c.units) << c.documents << " " << c.df << " " << c.wdf << " " << c.length;
  }
}

TEST(ScoreTest, TheFormulaInDoublePrecisionAgrees) {
  for (const GoldenCase& c : GoldenCases()) {
    const double n = static_cast<double>(c.documents);
    const double df = static_cast<double>(c.df);
    const double idf = std::log(1.0 + (n - df + 0.5) / (df + 0.5));
    const double k = 1.2 * (0.25 + 0.75 * c.length / c.average_length);
    const double score = idf * c.wdf / (c.wdf + k);
    EXPECT_NEAR(ScoreValue(UnitsOf(c)), score, 1e-6 * (1.0 + score)) << c.documents << " " << c.df;
  }
}

// N = 4, df = 1: idf = ln(1 + 3.5 / 1.5) = ln(10/3). A length twice the average: K = 1.2 * (0.25 + 1.5) = 2.1.
// Three occurrences: 3 / 5.1. Together 1.2039728043 * 0.5882352941 = 0.7082192967.
TEST(ScoreTest, AScoreComputedByHand) {
  EXPECT_NEAR(ScoreValue(UnitsOf({4, 1, 3, 20, 10.0F, 0})), 0.7082192967, 1e-6);
}

TEST(ScoreTest, SaturationIsMonotone) {
  const uint64_t seed = test::TestSeed(82);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int round = 0; round < test::Scaled(20'000); ++round) {
    const float average = 1.0F + static_cast<float>(random.Below(100'000)) / 64.0F;
    const auto length = static_cast<uint32_t>(random.Below(1 << 20));
    const auto wdf = static_cast<uint32_t>(1 + random.Below(random.OneIn(2) ? 1500 : 1 << 16));
    const float norm = LengthNorm(length, average);
    const float saturation = Saturation(wdf, norm);
    const float more = Saturation(wdf + 1, norm);
    EXPECT_GT(saturation, 0.0F);
    EXPECT_LE(saturation, 1.0F);
    EXPECT_LE(Saturation(wdf, LengthNorm(length + 1, average)), saturation);  // longer is never better
    EXPECT_LE(LengthNorm(length, average), LengthNorm(length + 1, average));
    const float weight = TermWeight(1'000'000, 1 + random.Below(1'000'000));
    EXPECT_GE(Contribution(weight, saturation), 0);
    if (wdf <= 1500) {
      EXPECT_GE(more, saturation) << wdf << " " << norm;  // more is never worse
      EXPECT_GE(Contribution(weight, more), Contribution(weight, saturation));
    } else {
      // So close to 1 the step is smaller than a rounding, which may take one unit in the last place back.
      EXPECT_GE(more, std::nextafter(saturation, 0.0F)) << wdf << " " << norm;
    }
  }
}

TEST(ScoreTest, RarerWordsWeighMore) {
  for (const uint64_t documents : {uint64_t{1}, uint64_t{2}, uint64_t{1000}, uint64_t{5'000'000}}) {
    float previous = std::numeric_limits<float>::infinity();
    for (uint64_t df = 0; df <= documents; df = df < 100 ? df + 1 : df * 3) {
      const float weight = TermWeight(documents, df);
      EXPECT_LT(weight, previous) << df << " of " << documents;
      EXPECT_GT(weight, 0.0F);
      previous = weight;
    }
  }
}

TEST(ScoreTest, UnitsRoundToEven) {
  EXPECT_EQ(Contribution(1.0F, 0.5F), 0);
  EXPECT_EQ(Contribution(3.0F, 0.5F), 2);
  EXPECT_EQ(Contribution(5.0F, 0.5F), 2);
  EXPECT_EQ(ScoreValue(1 << kScoreBits), 1.0);
  EXPECT_EQ(ScoreValue(0), 0.0);
}

TEST(ScoreTest, SayingAWordAgainAddsLessAndLess) {
  EXPECT_EQ(QueryFrequencyFactor(1), 1.0F);
  EXPECT_NEAR(QueryFrequencyFactor(2), 1.8, 1e-6);
  for (uint32_t times = 1; times < 1024; ++times) {
    EXPECT_GT(QueryFrequencyFactor(times + 1), QueryFrequencyFactor(times));
    EXPECT_LT(QueryFrequencyFactor(times + 1), kK3 + 1);
  }
}

TEST(ScoreTest, RecencyIsAtMostAQuarterAndFadesWithAge) {
  constexpr int64_t kDay = 86'400;
  constexpr int64_t kNewest = 1'600'000'000;
  EXPECT_EQ(ScoreValue(RecencyBonus(kNewest, kNewest)), 0.25);
  EXPECT_EQ(ScoreValue(RecencyBonus(kNewest, kNewest - 180 * kDay)), 0.125);
  for (int64_t days = 0; days < 100'000; days += 17) {
    const int64_t bonus = RecencyBonus(kNewest, kNewest - days * kDay);
    EXPECT_GE(bonus, 0);
    EXPECT_LE(RecencyBonus(kNewest, kNewest - (days + 1) * kDay), bonus);
  }
  EXPECT_GE(RecencyBonus(std::numeric_limits<int32_t>::max(), -62'135'596'800), 0) << "from the year 1 on";
}

}  // namespace
}  // namespace dateline::index
