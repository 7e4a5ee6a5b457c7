#include <algorithm>
#include <map>
#include <string>

#include "bench/corpus/fit_words.h"
#include "bench/corpus/shape.h"
#include "bench/stats.h"

namespace dateline::bench::corpus {
namespace {

constexpr double kWellCountedName = 5;  // frequencies of rarer ones are too uncertain to be points of a curve
constexpr double kCountedAsCopies =
    0.5;  // of the articles made as copies, those that differ little enough to be seen

Quantiles QuantilesOf(std::vector<double> values) {
  Quantiles quantiles{};
  std::sort(values.begin(), values.end());
  if (values.empty()) return quantiles;
  for (size_t k = 0; k < quantiles.size(); ++k) quantiles[k] = Percentile(values, kQuantileLevels[k]);
  return quantiles;
}

std::vector<CurvePoint> NameCurve(const std::map<std::string, double>& names, double drawn, uint64_t ranks) {
  std::vector<double> counts;
  for (const auto& [name, count] : names) counts.push_back(count);
  std::sort(counts.rbegin(), counts.rend());
  if (counts.empty()) return {{1, 1}, {2, 1e-6}};
  std::vector<CurvePoint> points = PointsOf(counts, kWellCountedName);
  FitTail(drawn, static_cast<double>(counts.size()), ranks, points);
  return points;
}

void FitDates(const ArchiveSample& sample, Shape& shape) {
  std::vector<double> days;
  double day_only = 0;
  for (const SampledArticle& article : sample.articles) {
    if (!article.day) continue;
    days.push_back(static_cast<double>(*article.day));
    day_only += article.day_only ? 1 : 0;
  }
  if (days.empty()) {
    shape.no_date = 1;
    return;
  }
  std::array<double, 7> weekdays{};
  for (double day : days) ++weekdays[static_cast<size_t>((static_cast<int64_t>(day) % 7 + 10) % 7)];
  for (double& count : weekdays) count /= static_cast<double>(days.size());
  shape.weekdays = weekdays;
  shape.no_date = 1 - static_cast<double>(days.size()) / static_cast<double>(sample.articles.size());
  shape.day_only = day_only / static_cast<double>(days.size());
  shape.days = QuantilesOf(std::move(days));
}

}  // namespace

Shape FitShape(const ArchiveSample& sample) {
  Shape shape = DefaultShape();
  std::vector<double> bodies;
  std::vector<double> headlines;
  std::map<std::string, double> outlets;
  std::map<std::string, double> writers;
  double sentences = 0;
  double paragraphs = 0;
  double agency = 0;
  double no_outlet = 0;
  double no_writer = 0;
  for (const SampledArticle& article : sample.articles) {
    bodies.push_back(article.tokens);
    headlines.push_back(article.headline_tokens);
    sentences += article.sentences;
    paragraphs += article.paragraphs;
    agency += article.agency ? 1 : 0;
    article.outlet.empty() ? ++no_outlet : ++outlets[article.outlet];
    article.writer.empty() ? ++no_writer : ++writers[article.writer];
  }
  const auto articles = static_cast<double>(sample.articles.size());
  const auto tokens = static_cast<double>(sample.tokens.size());
  shape.body_words = QuantilesOf(std::move(bodies));
  shape.headline_words = QuantilesOf(std::move(headlines));
  shape.sentence_words = tokens / std::max(sentences, 1.0);
  shape.paragraph_words = tokens / std::max(paragraphs, 1.0);
  shape.agency = agency / articles;
  shape.no_outlet = no_outlet / articles;
  shape.no_writer = no_writer / articles;
  shape.copy = NearCopyShare(sample) / kCountedAsCopies;
  shape.outlets = NameCurve(outlets, articles - no_outlet, shape.outlet_ranks);
  shape.writers = NameCurve(writers, articles - no_writer, shape.writer_ranks);
  FitDates(sample, shape);
  FitWords(sample, shape);
  return shape;
}

}  // namespace dateline::bench::corpus
