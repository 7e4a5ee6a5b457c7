// Words to text as a newspaper prints it: sentences, paragraphs, capitals, quotes, commas, hyphens.
//
// Thread-safety: a Typesetter is immutable.
#ifndef DATELINE_BENCH_CORPUS_TYPESETTER_H_
#define DATELINE_BENCH_CORPUS_TYPESETTER_H_

#include <string>
#include <vector>

#include "bench/corpus/word_stream.h"
#include "bench/random.h"

namespace dateline::bench::corpus {

class Typesetter {
 public:
  // Mean lengths, in words.
  Typesetter(double sentence_words, double paragraph_words);

  // Appends `words` as paragraphs with a blank line between two.
  void AppendBody(const std::vector<DrawnWord>& words, Random& random, std::string& out) const;

  // Appends one sentence of the words from `begin` to `end` - 1, with its full stop.
  void AppendSentence(const std::vector<DrawnWord>& words, size_t begin, size_t end, Random& random,
                      std::string& out) const;

 private:
  const size_t sentence_spread_;  // sentences have from kShortest words to so many more, less one
  const double next_sentence_;    // probability that a paragraph goes on
};

// Appends `count` words chosen from the beginning of `words` as a headline, all with capitals when `title_case`.
void AppendHeadline(const std::vector<DrawnWord>& words, size_t count, bool title_case, Random& random,
                    std::string& out);

}  // namespace dateline::bench::corpus

#endif  // DATELINE_BENCH_CORPUS_TYPESETTER_H_
