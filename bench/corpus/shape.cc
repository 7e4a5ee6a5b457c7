#include "bench/corpus/shape.h"

namespace dateline::bench::corpus {
namespace {

constexpr double kFirstDay = 16436;  // 2015-01-01
constexpr double kLastDay = 20088;   // 2024-12-31

}  // namespace

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
  shape.words = {{1, 1003000},   {2, 407500},    {3, 215900},          {4, 388600},   {5, 575000},   {6, 475800},
                 {7, 286300},    {8, 177900},    {10, 164600},         {12, 104100},  {15, 93580},   {18, 66200},
                 {22, 63680},    {27, 67550},    {33, 44160},          {41, 33460},   {51, 28400},   {63, 25560},
                 {78, 15720},    {117, 14400},   {175, 9540},          {262, 7426},   {393, 6150},   {589, 3967},
                 {883, 2933},    {1324, 2172},   {1986, 1377},         {2979, 875.2}, {4468, 511.1}, {6702, 284.3},
                 {10053, 151.4}, {15079, 79.11}, {15440896, 6.877e-05}};
  shape.word_ranks = 1 << 26;
  shape.outlets = {{1, 1822},   {2, 1515},   {3, 1441},   {4, 1254},  {5, 1016},   {6, 920},        {7, 824},
                   {8, 754},    {10, 681.3}, {12, 576.3}, {15, 388},  {18, 289.2}, {22, 186.2},     {27, 123.7},
                   {33, 87.33}, {41, 58},    {51, 36.54}, {63, 20.8}, {78, 10.95}, {79872, 1.7e-07}};
  shape.outlet_ranks = 1 << 16;
  shape.writers = {{1, 249},    {2, 167},     {3, 133},    {4, 132},     {5, 108},     {6, 94},
                   {7, 87},     {8, 81.67},   {10, 74},    {12, 70.33},  {15, 67.33},  {18, 62},
                   {22, 58.2},  {27, 50.71},  {33, 45.89}, {41, 41},     {51, 35.15},  {63, 29.93},
                   {78, 26.37}, {117, 19.41}, {175, 14.6}, {262, 10.23}, {393, 6.626}, {402432, 0.0002543}};
  shape.writer_ranks = 1 << 20;
  shape.body_words = {86, 91, 101, 113, 141, 171, 200, 231, 263, 302, 361, 469, 601, 884, 1105, 1332, 1973, 2496};
  shape.headline_words = {1, 3, 5, 6, 7, 8, 9, 10, 11, 11, 13, 14, 16, 17, 19, 21, 27.34, 36};
  shape.sentence_words = 20.6;
  shape.paragraph_words = 39.9;
  shape.no_outlet = 0.01;
  shape.no_writer = 0.26;
  shape.no_date = 0.05;
  shape.day_only = 0.2;
  shape.agency = 0.15;
  shape.copy = 0.08;
  shape.boilerplate = 0.3;
  shape.in_event = 0.5;
  for (size_t k = 0; k < shape.days.size(); ++k) {
    shape.days[k] = kFirstDay + kQuantileLevels[k] * (kLastDay - kFirstDay);
  }
  shape.weekdays = {0.168, 0.173, 0.179, 0.165, 0.150, 0.076, 0.089};
  return shape;
}

}  // namespace dateline::bench::corpus
