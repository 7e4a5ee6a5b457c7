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
  shape.words = {{1, 1003000},    {2, 414400},     {3, 221100},          {4, 390800},     {5, 553800},
                 {6, 496900},     {7, 286300},     {8, 177700},          {10, 166300},    {12, 9.911e+04},
                 {15, 9.091e+04}, {18, 6.92e+04},  {22, 6.516e+04},      {27, 6.708e+04}, {33, 4.359e+04},
                 {41, 3.286e+04}, {51, 2.808e+04}, {63, 2.478e+04},      {78, 1.594e+04}, {117, 1.406e+04},
                 {175, 9714},     {262, 7477},     {393, 6145},          {589, 3957},     {883, 2929},
                 {1324, 2172},    {1986, 1391},    {2979, 874.7},        {4468, 513.2},   {6702, 286.6},
                 {10053, 152.6},  {15079, 79.74},  {15440896, 6.733e-05}};
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
