#include "bench/corpus/fit_words.h"

#include <algorithm>
#include <numeric>

#include "absl/container/flat_hash_map.h"
#include "bench/corpus/chance.h"
#include "bench/corpus/newsroom.h"
#include "bench/corpus/portable_math.h"
#include "bench/corpus/word_stream.h"
#include "bench/random.h"

namespace dateline::bench::corpus {
namespace {

constexpr double kWellCounted = 30;  // frequencies of rarer words are too uncertain to be points of a curve
constexpr int kRounds = 5;
constexpr size_t kTrialTokens = 8000000;
constexpr uint64_t kTrialSeed = 1;

struct Trial {
  std::vector<double> counts;  // by word, descending
  double tokens = 0;
};

// Words of articles of `shape`, about `tokens` of them.
Trial MakeWords(const Shape& shape, size_t tokens) {
  const Vocabulary vocabulary(shape, kTrialSeed);
  const Newsroom newsroom(shape, kTrialSeed);
  WordStream stream(vocabulary);
  absl::flat_hash_map<uint32_t, double> counts;
  std::vector<DrawnWord> words;
  Random random(kTrialSeed);
  Trial trial;
  while (trial.tokens < static_cast<double>(tokens)) {
    const StoryFacts facts = newsroom.Draw(random);
    const double length = ValueAt(shape.body_words, Chance(random));
    stream.Draw(facts.subject, static_cast<size_t>(std::max(length, 1.0)), random, words);
    for (const DrawnWord& word : words) ++counts[word.rank];
    trial.tokens += static_cast<double>(words.size());
  }
  for (const auto& [rank, count] : counts) trial.counts.push_back(count);
  std::sort(trial.counts.rbegin(), trial.counts.rend());
  return trial;
}

// The mean count of the neighbourhood of `rank`, from 1; 0 behind the last.
double CountAt(const std::vector<double>& counts, size_t rank) {
  const size_t begin = rank - 1 - rank / 8;
  const size_t end = std::min(counts.size(), rank + rank / 8);
  if (begin >= end) return 0;
  return std::accumulate(counts.begin() + static_cast<std::ptrdiff_t>(begin),
                         counts.begin() + static_cast<std::ptrdiff_t>(end), 0.0) /
         static_cast<double>(end - begin);
}

}  // namespace

std::vector<CurvePoint> PointsOf(const std::vector<double>& counts, double least) {
  std::vector<CurvePoint> points;
  for (size_t rank = 1; rank <= counts.size();) {
    const double mean = CountAt(counts, rank);
    if (mean < least && points.size() >= 2) break;
    points.push_back({static_cast<double>(rank), mean});
    rank = std::max(rank + 1, rank + rank / (rank < 64 ? 4 : 2));
  }
  if (points.size() == 1) points.push_back({2, points.front().frequency / 1e6});
  return points;
}

void FitTail(double draws, double distinct, uint64_t ranks, std::vector<CurvePoint>& points) {
  const CurvePoint last = points.back();
  points.push_back(last);
  double low = 0;
  double high = 6;
  for (int step = 0; step < 30; ++step) {
    const double slope = (low + high) / 2;
    points.back() = {last.rank * 1024, last.frequency * Power(1024, -slope)};
    (RankCurve(points, ranks).ExpectedDistinct(draws) > distinct ? low : high) = slope;
  }
}

void FitWords(const ArchiveSample& sample, Shape& shape) {
  std::vector<double> counts;
  for (uint32_t count : WordCounts(sample)) counts.push_back(count);
  std::sort(counts.rbegin(), counts.rend());
  const auto tokens = static_cast<double>(sample.tokens.size());
  const std::vector<CurvePoint> wanted = PointsOf(counts, kWellCounted);
  const size_t trial_tokens = std::min(sample.tokens.size(), kTrialTokens);
  const auto wanted_words = static_cast<double>(VocabularyAt(sample, {trial_tokens}).front());
  std::vector<CurvePoint> head = wanted;  // without a tail
  double draws = static_cast<double>(trial_tokens);
  for (int round = 0;; ++round) {
    shape.words = head;
    FitTail(draws, wanted_words, shape.word_ranks, shape.words);
    if (round == kRounds) return;
    const Trial trial = MakeWords(shape, trial_tokens);
    for (size_t k = 0; k < head.size(); ++k) {
      const double got = CountAt(trial.counts, static_cast<size_t>(head[k].rank)) / trial.tokens;
      const double ratio = wanted[k].frequency / tokens / std::max(got, 0.5 / trial.tokens);
      head[k].frequency *= std::clamp(ratio, 0.5, 2.0);
    }
    // Vocabulary grows about with the square root of the draws.
    const double words = static_cast<double>(trial.counts.size()) / wanted_words;
    draws *= std::clamp(words * words, 0.5, 2.0);
  }
}

}  // namespace dateline::bench::corpus
