// The other ways to write a word or a name of a query, as far as the archive has them. They come from
//   lexicon  the tables of text::Variants;
//   hyphen   a word typed with hyphens is also looked for joined: e-mail, email;
//   split    a word of six letters or more that at most five articles have is also looked for as two, when at least
//   two
//            articles, and twenty times as many as have the word, have these in a row: jongun, jong un. Of the places
//            where it can be cut, the three whose rarer halves are the most frequent are tried, and the first that
//            will do is taken. Queries of more than eight words and phrases are spared this.
// Neighbours that nobody joined are joined only when the lexicon says so: "any one" must not find "anyone".
//
// Thread-safety: belongs to one thread. Ownership: what it is given must outlive it. Errors: those of the vocabulary.
#ifndef DATELINE_SEARCHER_PLAN_SPELLING_FINDER_H_
#define DATELINE_SEARCHER_PLAN_SPELLING_FINDER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/text/analyzer.h"
#include "core/text/variants.h"
#include "searcher/plan/vocabulary.h"

namespace dateline::plan {

inline constexpr size_t kMinSplitLetters = 6;
inline constexpr uint64_t kMaxArticlesOfSplitWord = 5;
inline constexpr uint64_t kMinArticlesOfSplit = 2;
inline constexpr uint64_t kMinSplitRatio = 20;
inline constexpr size_t kMaxSplitsTried = 3;
inline constexpr uint64_t kMaxArticlesOfHalf = 20'000;  // of the rarer one: what may have to be looked through
inline constexpr size_t kMaxLeavesForSplits = 8;

struct Spelling {
  enum class Source { kLexicon, kHyphen, kSplit };
  Source source = Source::kLexicon;
  std::string text;
  std::vector<std::string> words;  // written words of `text`
};

class SpellingFinder {
 public:
  SpellingFinder(const text::Variants& variants, Vocabulary& vocabulary, text::Analyzer& analyzer,
                 const std::vector<std::string>& languages, size_t max_spellings)
      : variants_(variants),
        vocabulary_(vocabulary),
        analyzer_(analyzer),
        languages_(languages),
        max_spellings_(max_spellings) {}

  // Of one word as typed, which has the written words `words`: several when it has hyphens. With `split` it may be
  // cut.
  absl::StatusOr<std::vector<Spelling>> OfWord(absl::string_view typed, const std::vector<std::string>& words,
                                               bool split);

  // Of words that were typed side by side: what the lexicon knows of the row.
  absl::StatusOr<std::vector<Spelling>> OfRow(const std::vector<std::string>& words);

 private:
  absl::StatusOr<std::vector<Spelling>> Known(const std::vector<std::string>& words, absl::string_view typed);
  absl::Status AddPresent(const std::vector<std::string>& words, Spelling spelling, std::vector<Spelling>& spellings);
  absl::Status AddSplit(const std::string& word, std::vector<Spelling>& spellings);
  absl::StatusOr<uint64_t> Articles(absl::string_view word);

  const text::Variants& variants_;
  Vocabulary& vocabulary_;
  text::Analyzer& analyzer_;
  const std::vector<std::string>& languages_;
  const size_t max_spellings_;
};

}  // namespace dateline::plan

#endif  // DATELINE_SEARCHER_PLAN_SPELLING_FINDER_H_
