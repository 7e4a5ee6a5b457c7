#include "core/index/score.h"

namespace dateline::index {
namespace {

constexpr double kLn2 = 0x1.62e42fefa39efp-1;
constexpr double kSqrtHalf = 0x1.6a09e667f3bcdp-1;
constexpr int kSeriesTerms = 14;  // the argument is at most 0.172: the next term is below 2^-70

}  // namespace

double NaturalLog(double x) {
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);  // exact: only takes the number apart
  if (mantissa < kSqrtHalf) {
    mantissa *= 2.0;
    --exponent;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)) = 2 (t + t^3/3 + t^5/5 + ...), summed from the smallest term.
  const double t = (mantissa - 1.0) / (mantissa + 1.0);
  const double t2 = t * t;
  double series = 0.0;
  for (int n = kSeriesTerms; n >= 1; --n) series = series * t2 + 1.0 / (2.0 * n - 1.0);
  return exponent * kLn2 + 2.0 * t * series;
}

float TermWeight(uint64_t documents, uint64_t document_frequency) {
  const auto n = static_cast<double>(documents);
  const auto df = static_cast<double>(document_frequency);
  return static_cast<float>(std::ldexp(NaturalLog(1.0 + (n - df + 0.5) / (df + 0.5)), kScoreBits));
}

}  // namespace dateline::index
