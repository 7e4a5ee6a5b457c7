// Text to tokens: the one pipeline that the index, the query and the snippet share.
//
// ICU's word boundaries (UAX 29 with ICU's dictionaries) say what a token is, but "@" is never part of one, and a
// token without a letter or digit is none. Each token has its written form (`exact`: folded, without diacritics) and
// its stem in the language of the text. A query must be cut by the same object as the document, so the index records
// Fingerprint() and refuses another.
//
// Thread-safety: an Analyzer belongs to one thread and is cheap to make for each. It remembers words: a second
// meeting with "Putin" costs one look-up. Ownership: the Word pointers in tokens live until TrimCache or the
// analyzer's end.
#ifndef DATELINE_CORE_TEXT_ANALYZER_H_
#define DATELINE_CORE_TEXT_ANALYZER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/text/word_breaker.h"

namespace dateline::text {

// Two tokens with equal `exact` in one language have equal `stem`s almost always, not always: stems see diacritics.
struct Word {
  uint32_t number = 0;  // of those that the analyzer remembers, from 0 on, in all languages
  std::string exact;    // not empty in a token
  std::string stem;     // not empty in a token
};

struct Token {
  uint32_t begin = 0;  // bytes of the text, half-open, on code-point boundaries
  uint32_t end = 0;
  bool starts_sentence = false;
  bool starts_paragraph = false;  // the text between this token and the one before holds a line break
  const Word* word = nullptr;
};

class Analyzer {
 public:
  Analyzer();
  ~Analyzer();
  Analyzer(const Analyzer&) = delete;
  Analyzer& operator=(const Analyzer&) = delete;

  // Fills `tokens` (cleared first) with the tokens of `text`, in order, for the language with the ISO 639-1 code
  // `language` ("" or unknown: stems are the words). REQUIRES: valid UTF-8 under 2 GiB.
  void Tokenize(absl::string_view text, absl::string_view language, std::vector<Token>& tokens);

  // The word of one token, `raw`, that Tokenize once found: for text whose tokens are already known. Its `exact` is
  // empty when `raw` is no token.
  const Word& Look(absl::string_view raw, absl::string_view language);

  // The same for many tokens of one text: `words` (cleared first) gets one for each of `spans`.
  void LookAll(absl::string_view text, const std::vector<WordSpan>& spans, absl::string_view language,
               std::vector<const Word*>& words);

  // Forgets all words when more than a fixed number is remembered; says whether it did. Call between documents.
  bool TrimCache();

  // Changes if, and only if, the output of any Analyzer may change: our rules, ICU's data or the stemmer's rules.
  static std::string Fingerprint();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dateline::text

#endif  // DATELINE_CORE_TEXT_ANALYZER_H_
