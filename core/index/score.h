// BM25 in exact integers, the one function behind every score.
//
//   idf(N, df) = ln(1 + (N - df + 0.5) / (df + 0.5))
//   K(length)  = k1 * ((1 - b) + b * length / average_length)          k1 = 1.2, b = 0.75
//   score      = sum over terms of round(idf * 2^20 * wdf / (wdf + K(length)))
//
// (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, with the idf that Lucene uses, which is
// never negative, and without the constant factor k1 + 1.) idf uses a logarithm of our own, since libm differs
// between machines; K and the quotient are IEEE binary32 operations, each rounded once; the product of two binary32
// numbers is exact in binary64 and is rounded once, to an integer, ties to even. Integers add up the same in any
// order, so one shard or seven, one thread or eight, give the same score. Compile with -ffp-contract=off.
//
// Thread-safety: pure functions.
#ifndef DATELINE_CORE_INDEX_SCORE_H_
#define DATELINE_CORE_INDEX_SCORE_H_

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <cmath>
#include <cstdint>

namespace dateline::index {

inline constexpr float kK1 = 1.2F;
inline constexpr float kB = 0.75F;
inline constexpr float kK3 = 8.0F;
inline constexpr int kScoreBits = 20;  // a score is a multiple of 2^-20

// The natural logarithm of x >= 1, the same bits on every machine; within 2 ulp.
double NaturalLog(double x);

// A term's weight: idf * 2^20. REQUIRES: df <= documents.
float TermWeight(uint64_t documents, uint64_t document_frequency);

// What the weight of a word is multiplied by that a long question says `times` times: (k3 + 1) q / (k3 + q), k3 = 8,
// of the same source; 1 for once. Counting each time in full, or only once, ranked worse on test collections.
inline float QueryFrequencyFactor(uint32_t times) {
  const auto q = static_cast<float>(times);
  return (kK3 + 1.0F) * q / (kK3 + q);
}

// K(length). REQUIRES: average_length > 0.
inline float LengthNorm(uint32_t length, float average_length) {
  return kK1 * ((1.0F - kB) + kB * (static_cast<float>(length) / average_length));
}

// wdf / (wdf + K): below 1, and the same for ever for one document and term, whatever else the archive holds.
// Rounding may make it fall by one unit in the last place where wdf grows (from some 4,000 on): a bound must be
// computed, not argued.
inline float Saturation(uint32_t wdf, float norm) {
  const auto tf = static_cast<float>(wdf);
  return tf / (tf + norm);
}

// What one term adds to a score, in units of 2^-20.
inline int64_t Contribution(float weight, float saturation) {
  const double units = static_cast<double>(weight) * static_cast<double>(saturation);
#ifdef __SSE2__
  return _mm_cvtsd_si64(_mm_set_sd(units));  // the same, without a call
#else
  return std::llrint(units);
#endif
}

// What relevance adds for being new: a quarter of a point at `newest`, the instant of the newest article, half of
// that 180 days earlier, a third 360 days earlier. A word that tells articles apart gives several points, so recency
// decides between near-equals only. REQUIRES: instant <= newest, both known.
inline constexpr int64_t kMaxRecency = int64_t{1} << (kScoreBits - 2);
inline constexpr int64_t kRecencyHalfDays = 180;
inline int64_t RecencyBonus(int64_t newest, int64_t instant) {
  const int64_t days = (newest - instant) / 86'400;
  return kMaxRecency * kRecencyHalfDays / (kRecencyHalfDays + days);
}

// A score as people read it.
inline double ScoreValue(int64_t units) { return std::ldexp(static_cast<double>(units), -kScoreBits); }

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_SCORE_H_
