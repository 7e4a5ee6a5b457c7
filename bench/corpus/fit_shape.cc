#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <string>

#include "bench/corpus/portable_math.h"
#include "bench/corpus/shape.h"
#include "bench/stats.h"

namespace dateline::bench::corpus {
namespace {

constexpr double kWellCounted = 30;      // frequencies of rarer things are too uncertain to be points of a curve
constexpr double kMaxWordRanks = 1 << 26;
constexpr double kCountedAsCopies = 0.5; // of the articles made as copies, those that differ little enough to be seen

Quantiles QuantilesOf(std::vector<double> values) {
  Quantiles quantiles{};
  std::sort(values.begin(), values.end());
  if (values.empty()) return quantiles;
  for (size_t k = 0; k < quantiles.size(); ++k) quantiles[k] = Percentile(values, kQuantileLevels[k]);
  return quantiles;
}

// Points of `counts`, which descend, about four to an octave at the start and two further on; each is the mean of its
// neighbourhood. Ends where a thing was counted fewer than `least` times.
std::vector<CurvePoint> PointsOf(const std::vector<double>& counts, double total, double least) {
  std::vector<CurvePoint> points;
  for (size_t rank = 1; rank <= counts.size();) {
    const size_t begin = rank - 1 - rank / 8;
    const size_t end = std::min(counts.size(), rank + rank / 8);
    const double mean = std::accumulate(counts.begin() + static_cast<std::ptrdiff_t>(begin),
                                        counts.begin() + static_cast<std::ptrdiff_t>(end), 0.0) /
                        static_cast<double>(end - begin);
    if (mean < least && points.size() >= 2) break;
    points.push_back({static_cast<double>(rank), std::max(mean, 0.5) / total});
    rank = std::max(rank + 1, rank + rank / (rank < 64 ? 4 : 2));
  }
  if (points.size() == 1) points.push_back({2, points.front().frequency / 1e6});  // one thing only
  return points;
}

std::vector<CurvePoint> NameCurve(const std::map<std::string, double>& names, uint64_t& ranks) {
  std::vector<double> counts;
  for (const auto& [name, count] : names) counts.push_back(count);
  std::sort(counts.rbegin(), counts.rend());
  ranks = std::max<uint64_t>(counts.size(), 1);
  if (counts.empty()) return {{1, 1}, {2, 1e-6}};
  return PointsOf(counts, 1, 1);
}

// The curve goes on behind its last well counted point in a line whose slope is chosen so that as many tokens as the
// sample has hold as many distinct words. `repeats` is the part of the tokens that are drawn again from their article
// or event, and so bring no new word.
void FitTail(const ArchiveSample& sample, double repeats, Shape& shape) {
  const double draws = static_cast<double>(sample.tokens.size()) * (1 - repeats);
  const CurvePoint last = shape.words.back();
  const std::vector<CurvePoint> head = shape.words;
  double low = 1.01;
  double high = 4;
  for (int step = 0; step < 30; ++step) {
    const double slope = (low + high) / 2;
    shape.words = head;
    shape.words.push_back({last.rank * 1024, last.frequency * Power(1024, -slope)});
    const double words = RankCurve(shape.words, shape.word_ranks).ExpectedDistinct(draws);
    (words > static_cast<double>(sample.words) ? low : high) = slope;
  }
}

void FitWords(const ArchiveSample& sample, Shape& shape) {
  std::vector<double> counts;
  for (uint32_t count : WordCounts(sample)) counts.push_back(count);
  std::sort(counts.rbegin(), counts.rend());
  shape.words = PointsOf(counts, static_cast<double>(sample.tokens.size()), kWellCounted);
  shape.word_ranks = static_cast<uint64_t>(kMaxWordRanks);
  FitTail(sample, shape.mixture.cached / 2, shape);
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
  shape.in_event = 0.5;
  shape.copy = NearCopyShare(sample) / kCountedAsCopies;
  shape.outlets = NameCurve(outlets, shape.outlet_ranks);
  shape.writers = NameCurve(writers, shape.writer_ranks);
  FitWords(sample, shape);
  FitDates(sample, shape);
  return shape;
}

}  // namespace dateline::bench::corpus
