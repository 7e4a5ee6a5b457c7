// The shape of an archive: the numbers from which articles are made. No word of any archive is among them.
//
// Thread-safety: plain values; free functions are pure.
#ifndef DATELINE_BENCH_CORPUS_SHAPE_H_
#define DATELINE_BENCH_CORPUS_SHAPE_H_

#include <array>
#include <cstdint>
#include <vector>

#include "bench/corpus/archive_sample.h"
#include "bench/corpus/rank_curve.h"

namespace dateline::bench::corpus {

// The parts, 0 to 1, of which Quantiles tell: closer together where there are few.
inline constexpr std::array<double, 18> kQuantileLevels = {0,   0.01, 0.05, 0.1,  0.2,  0.3,  0.4,   0.5,   0.6,
                                                           0.7, 0.8,  0.9,  0.95, 0.98, 0.99, 0.995, 0.999, 1};

// The values below which these parts of something lie.
using Quantiles = std::array<double, kQuantileLevels.size()>;

// The value below which the part `level` lies, by straight line between two. REQUIRES: 0 <= level <= 1.
double ValueAt(const Quantiles& quantiles, double level);

double MeanOf(const Quantiles& quantiles);

// How words choose their neighbours. Parts are 0 to 1, of the draws that the comment names.
struct Mixture {
  double successor = 0.65;       // of all draws: the word is one that the word before likes to have behind it
  double successor_skew = 1.10;  // exponent of how much it likes the first of them
  double cached = 0.45;          // of draws beyond the commonest words: one from earlier in the article ...
  double cached_run = 0.50;      // ... and this part of them goes on with what followed there
  double phrase = 0.55;          // of content draws: a set phrase begins
  double idiom = 0.40;           // of draws of function words: a set phrase of any words begins
  double phrase_skew = 1.0;      // a phrase's frequency is (rank + shift) to the power of minus the skew
  double phrase_shift = 30;
  double event = 0.05;  // of content draws in an article of an event: a word of the event
  double topic = 0.68;  // of content draws: a word of the topic
};

struct Shape {
  std::vector<CurvePoint> words;    // of draws: what an article gets after its mixture is more, or less, of some
  uint64_t word_ranks = 1;          // no word lies beyond
  std::vector<CurvePoint> outlets;  // articles
  uint64_t outlet_ranks = 1;
  std::vector<CurvePoint> writers;  // articles
  uint64_t writer_ranks = 1;

  Quantiles body_words{};      // per article
  Quantiles headline_words{};  // per headline
  double sentence_words = 20;  // mean
  double paragraph_words = 40;

  double no_outlet = 0;  // parts of the articles, 0 to 1
  double no_writer = 0;
  double no_date = 0;
  double day_only = 0;  // of the dated ones
  double agency = 0;
  double copy = 0;         // nearly the text of another article
  double boilerplate = 0;  // end with a sentence that their outlet prints under many
  double in_event = 0;     // one of a cluster of articles about one event

  Quantiles days{};                  // of the dated, since 1970-01-01
  std::array<double, 7> weekdays{};  // part of the dated articles, from Monday

  Mixture mixture;
};

// The built-in shape: that of several hundred English-language outlets together, with shorter articles and with the
// copies that an archive has before somebody weeds them out.
Shape DefaultShape();

// The shape of `sample`. What cannot be measured there (how words choose their neighbours) is as in DefaultShape.
Shape FitShape(const ArchiveSample& sample);

// Lengthens or shortens all bodies so that they have `words` words on average.
void ScaleBodies(double words, Shape& shape);

}  // namespace dateline::bench::corpus

#endif  // DATELINE_BENCH_CORPUS_SHAPE_H_
