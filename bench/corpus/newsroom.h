// Who publishes what when: outlets, writers, agencies, events in time.
//
// Thread-safety: immutable.
#ifndef DATELINE_BENCH_CORPUS_NEWSROOM_H_
#define DATELINE_BENCH_CORPUS_NEWSROOM_H_

#include <cstdint>
#include <string>

#include "absl/types/optional.h"
#include "bench/corpus/rank_curve.h"
#include "bench/corpus/shape.h"
#include "bench/corpus/word_stream.h"
#include "bench/random.h"

namespace dateline::bench::corpus {

// Numbers from which names are made. What is absent is not known of the article.
struct StoryFacts {
  Subject subject;
  int64_t instant = 0;  // UTC seconds; known also when the article does not tell
  bool dated = true;
  bool day_only = false;
  absl::optional<uint64_t> outlet;
  absl::optional<uint64_t> writer;
  absl::optional<uint64_t> second_writer;
  absl::optional<uint64_t> agency;
};

class Newsroom {
 public:
  Newsroom(const Shape& shape, uint64_t seed);

  StoryFacts Draw(Random& random) const;

  // The facts of a copy that another outlet prints soon after `original`.
  StoryFacts DrawCopy(const StoryFacts& original, Random& random) const;

 private:
  void DrawPeople(Random& random, StoryFacts& facts) const;
  void DrawTime(Random& random, StoryFacts& facts) const;
  int64_t DrawDay(Random& random) const;
  int64_t DrawPrintedDay(Random& random) const;
  bool Prints(int64_t day, Random& random) const;

  const Shape shape_;
  const uint64_t seed_;
  const RankCurve outlets_;
  const RankCurve writers_;
  const RankCurve events_;
  const RankCurve topics_;
  const RankCurve agencies_;
  double busiest_weekday_ = 0;
};

std::string OutletHost(uint64_t outlet);
std::string WriterName(uint64_t writer);
std::string AgencyName(uint64_t agency);
bool UsesTitleCase(uint64_t outlet);

}  // namespace dateline::bench::corpus

#endif  // DATELINE_BENCH_CORPUS_NEWSROOM_H_
