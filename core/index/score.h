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

#include <cmath>
#include <cstdint>

namespace dateline::index {

inline constexpr float kK1 = 1.2F;
inline constexpr float kB = 0.75F;
inline constexpr int kScoreBits = 20;  // a score is a multiple of 2^-20

// The natural logarithm of x >= 1, the same bits on every machine; within 2 ulp.
double NaturalLog(double x);

// A term's weight: idf * 2^20. REQUIRES: df <= documents.
float TermWeight(uint64_t documents, uint64_t document_frequency);

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
  return std::llrint(static_cast<double>(weight) * static_cast<double>(saturation));
}

// A score as people read it.
inline double ScoreValue(int64_t units) { return std::ldexp(static_cast<double>(units), -kScoreBits); }

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_SCORE_H_
