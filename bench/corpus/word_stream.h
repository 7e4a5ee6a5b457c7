// Draws the words of an article one after another: frequencies as the shape has them, words that come back within an
// article, words and phrases of its topic and its event, set phrases, and words that like to stand together.
//
// Every word is drawn by its frequency first. Only then is it decided whether a content word gives way to another one
// of the same distribution (from earlier in the article, from its topic, from its event, a phrase): so frequencies
// stay what the shape says, whatever the mixture.
//
// Thread-safety: Vocabulary is immutable and may be shared; a WordStream belongs to one thread.
#ifndef DATELINE_BENCH_CORPUS_WORD_STREAM_H_
#define DATELINE_BENCH_CORPUS_WORD_STREAM_H_

#include <cstdint>
#include <vector>

#include "absl/types/optional.h"
#include "bench/corpus/rank_curve.h"
#include "bench/corpus/shape.h"
#include "bench/random.h"

namespace dateline::bench::corpus {

// The distributions, as tables. About a megabyte.
class Vocabulary {
 public:
  Vocabulary(const Shape& shape, uint64_t seed);

  const Mixture mixture;
  const RankCurve words;
  const RankCurve successors;
  const RankCurve phrases;
  const uint64_t seed;  // of what stands in phrases, topics and events
};

struct DrawnWord {
  uint32_t rank = 0;
  bool capital = false;  // in a phrase that is a name
};

// What an article is about.
struct Subject {
  uint64_t topic = 0;
  absl::optional<uint64_t> event;  // its rank by size
};

class WordStream {
 public:
  explicit WordStream(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  // Fills `out` (cleared first) with `count` words.
  void Draw(const Subject& subject, size_t count, Random& random, std::vector<DrawnWord>& out);

 private:
  void DrawNext(const Subject& subject, Random& random, std::vector<DrawnWord>& out);
  uint32_t Successor(const Subject& subject, uint32_t word, Random& random) const;
  uint32_t ContentWord(const Subject& subject, uint32_t drawn, Random& random) const;
  void CopyEarlier(Random& random, std::vector<DrawnWord>& out);
  void AddPhrase(const Subject& subject, Random& random, std::vector<DrawnWord>& out);
  void AddIdiom(const Subject& subject, Random& random, std::vector<DrawnWord>& out);
  uint64_t DrawPhrase(const Subject& subject, Random& random) const;
  uint32_t EventWord(uint64_t event, Random& random) const;
  void Put(DrawnWord word, std::vector<DrawnWord>& out);

  const Vocabulary& vocabulary_;
  std::vector<uint32_t> lively_;  // places, in the article so far, of words that may come back more often than others
};

}  // namespace dateline::bench::corpus

#endif  // DATELINE_BENCH_CORPUS_WORD_STREAM_H_
