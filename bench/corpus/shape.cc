#include "bench/corpus/shape.h"
#include <cstdlib>

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
  shape.words = {{1, 0.05831}, {2, 0.02915}, {3, 0.025}, {4, 0.02246}, {5, 0.02217}, {6, 0.01962}, {7, 0.01478}, {8, 0.01125}, {10, 0.008668}, {12, 0.006862}, {15, 0.005766}, {18, 0.004974}, {22, 0.004514}, {27, 0.004113}, {33, 0.003222}, {41, 0.00246}, {51, 0.001994}, {63, 0.001668}, {78, 0.001342}, {117, 0.0009515}, {175, 0.000646}, {262, 0.0004305}, {393, 0.0003137}, {589, 0.0002153}, {883, 0.0001477}, {1324, 9.842e-05}, {1986, 6.187e-05}, {2979, 3.698e-05}, {4468, 2.067e-05}, {6702, 1.102e-05}, {10053, 5.54e-06}, {15079, 2.598e-06}, {15440896, 1.44e-13}};
  shape.word_ranks = 67108864;
  shape.outlets = {{1, 1822}, {2, 1515}, {3, 1441}, {4, 1254}, {5, 1016}, {6, 920}, {7, 824}, {8, 754}, {10, 681.3}, {12, 576.3}, {15, 388}, {18, 289.2}, {22, 186.2}, {27, 123.7}, {33, 87.33}, {41, 58}, {51, 36.54}, {63, 20.8}, {78, 10.95}, {117, 4.103}};
  shape.outlet_ranks = 3000;
  shape.writers = {{1, 249}, {2, 167}, {3, 133}, {4, 132}, {5, 108}, {6, 94}, {7, 87}, {8, 81.67}, {10, 74}, {12, 70.33}, {15, 67.33}, {18, 62}, {22, 58.2}, {27, 50.71}, {33, 45.89}, {41, 41}, {51, 35.15}, {63, 29.93}, {78, 26.37}, {117, 19.41}, {175, 14.6}, {262, 10.23}, {393, 6.626}, {589, 4.347}, {883, 2.796}, {1324, 2}};
  shape.writer_ranks = 200000;
  shape.body_words = {302, 318, 353, 396, 493, 599, 702, 809, 923, 1060, 1267, 1644, 2109, 3099.4, 3875.6, 4670.4, 6918.2, 8751};
  shape.headline_words = {1, 3, 5, 6, 7, 8, 9, 10, 11, 11, 13, 14, 16, 17, 19, 21, 27.34, 36};
  shape.days = {13655, 15508, 15648, 15806, 16102, 16481, 16851, 17180, 17483, 17774, 18065, 18299, 18387, 18433, 18449, 18456, 18461.5, 18464};
  shape.sentence_words = 20.6;
  shape.paragraph_words = 39.9;
  shape.no_outlet = 0.000;
  shape.no_writer = 0.259;
  shape.no_date = 0.117;
  shape.day_only = 1.000;
  shape.agency = 0.033;
  shape.copy = 0.0011;
  shape.weekdays = {0.168, 0.173, 0.179, 0.165, 0.150, 0.076, 0.089};
  shape.boilerplate = 0.3;
  shape.in_event = 0.5;
  auto env = [](const char* n, double& d) { if (const char* e = std::getenv(n)) d = std::atof(e); };
  Mixture& m = shape.mixture;
  env("M_succ", m.successor); env("M_sskew", m.successor_skew); env("M_cached", m.cached); env("M_run", m.cached_run);
  env("M_event", m.event); env("M_topic", m.topic); env("M_phrase", m.phrase); env("M_pskew", m.phrase_skew); env("M_pshift", m.phrase_shift);
  env("M_boil", shape.boilerplate);
  return shape;
}

}  // namespace dateline::bench::corpus
