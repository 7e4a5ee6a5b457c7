// Logarithm and power from IEEE basic operations alone: libm differs between machines, and the same seed must give
// the same bytes on all of them. Relative errors are below 1e-13.
//
// Thread-safety: pure functions.
#ifndef DATELINE_BENCH_CORPUS_PORTABLE_MATH_H_
#define DATELINE_BENCH_CORPUS_PORTABLE_MATH_H_

#include <cmath>

namespace dateline::bench::corpus {

inline constexpr double kLn2 = 0.69314718055994530942;

// REQUIRES: x > 0, finite.
inline double Log2(double x) {
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);  // exact
  if (mantissa < 0.70710678118654752) {
    mantissa *= 2;
    --exponent;
  }
  // ln(m) = 2 atanh(t), and |t| < 0.172
  const double t = (mantissa - 1) / (mantissa + 1);
  double power = t;
  double sum = 0;
  for (int k = 1; k < 25; k += 2) {
    sum += power / k;
    power *= t * t;
  }
  return exponent + 2 * sum / kLn2;
}

// REQUIRES: |x| < 1000.
inline double Exp2(double x) {
  const double whole = std::floor(x + 0.5);  // exact
  const double rest = (x - whole) * kLn2;    // |rest| < 0.35
  double term = 1;
  double sum = 1;
  for (int k = 1; k < 16; ++k) {
    term *= rest / k;
    sum += term;
  }
  return std::ldexp(sum, static_cast<int>(whole));
}

// REQUIRES: base > 0.
inline double Power(double base, double exponent) { return Exp2(Log2(base) * exponent); }

}  // namespace dateline::bench::corpus

#endif  // DATELINE_BENCH_CORPUS_PORTABLE_MATH_H_
