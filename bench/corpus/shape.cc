#include "bench/corpus/shape.h"

namespace dateline::bench::corpus {

double ValueAt(const Quantiles& quantiles, double level) {
  size_t above = 1;
  while (above + 1 < quantiles.size() && level > kQuantileLevels[above]) ++above;
  const double from = kQuantileLevels[above - 1];
  const double part = (level - from) / (kQuantileLevels[above] - from);
  return quantiles[above - 1] + (quantiles[above] - quantiles[above - 1]) * part;
}

double MeanOf(const Quantiles& quantiles) {
  double mean = 0;
  for (size_t k = 1; k < quantiles.size(); ++k) {
    mean += (quantiles[k] + quantiles[k - 1]) / 2 * (kQuantileLevels[k] - kQuantileLevels[k - 1]);
  }
  return mean;
}

void ScaleBodies(double words, Shape& shape) {
  const double mean = MeanOf(shape.body_words);
  if (mean <= 0) return;
  for (double& value : shape.body_words) value *= words / mean;
}

Shape DefaultShape() {
  Shape shape;
  return shape;
}

}  // namespace dateline::bench::corpus
