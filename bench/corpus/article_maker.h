// Makes the n-th article of an archive. An article depends on the shape, the seed and its number, and on nothing that
// was made before: so articles can be made in any order, on any thread, and a smaller archive of the same shape and
// seed is the beginning of a larger one.
//
// Thread-safety: Archive is immutable and may be shared; an ArticleMaker belongs to one thread.
#ifndef DATELINE_BENCH_CORPUS_ARTICLE_MAKER_H_
#define DATELINE_BENCH_CORPUS_ARTICLE_MAKER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "bench/corpus/newsroom.h"
#include "bench/corpus/shape.h"
#include "bench/corpus/typesetter.h"
#include "bench/corpus/word_stream.h"
#include "bench/random.h"

namespace dateline::bench::corpus {

// All that the articles of one archive have in common.
struct Archive {
  Archive(const Shape& shape_in, uint64_t seed_in);

  const Shape shape;
  const uint64_t seed;
  const Vocabulary vocabulary;
  const Newsroom newsroom;
  const Typesetter typesetter;
};

class ArticleMaker {
 public:
  // `archive` must outlive this.
  explicit ArticleMaker(const Archive& archive) : archive_(archive), stream_(archive.vocabulary) {}

  // Appends article `number`, from 0, as one line of JSON with its line feed.
  void Append(uint64_t number, std::string& out);

 private:
  void MakeOriginal(uint64_t number);
  void AppendBoilerplate(Random& random);
  void MakeCopy(uint64_t of, Random& random);
  void Edit(Random& random);
  void WriteHeadline(Random& random);
  void WriteLine(uint64_t number, std::string& out) const;

  const Archive& archive_;
  WordStream stream_;
  // The article that is being made.
  std::vector<DrawnWord> words_;
  StoryFacts facts_;
  std::string headline_;
  std::string body_;
};

}  // namespace dateline::bench::corpus

#endif  // DATELINE_BENCH_CORPUS_ARTICLE_MAKER_H_
