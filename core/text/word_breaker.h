// Where words begin and end: ICU's word boundaries (UAX 29, root locale), and every "@".
//
// What can be told without ICU is told without it: stretches of ASCII between white space, and the punctuation of
// English print among them, which is nearly all of Western news. Both ways give the same words, which a test shows on
// mixtures of all of Unicode.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_CORE_TEXT_WORD_BREAKER_H_
#define DATELINE_CORE_TEXT_WORD_BREAKER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::text {

struct WordSpan {
  uint32_t begin = 0;  // bytes, half-open
  uint32_t end = 0;
  bool operator==(const WordSpan&) const = default;
};

class WordBreaker {
 public:
  enum class Way { kFast, kIcuOnly };  // the second for tests

  explicit WordBreaker(Way way = Way::kFast);
  ~WordBreaker();
  WordBreaker(const WordBreaker&) = delete;
  WordBreaker& operator=(const WordBreaker&) = delete;

  // Fills `words` (cleared first) with what ICU calls words, in order; a row of "_" is one too. REQUIRES: `text` is
  // valid UTF-8 under 2 GiB.
  void Break(absl::string_view text, std::vector<WordSpan>& words);

 private:
  struct Icu;
  const Way way_;
  const std::unique_ptr<Icu> icu_;
};

}  // namespace dateline::text

#endif  // DATELINE_CORE_TEXT_WORD_BREAKER_H_
