// One word of a query as the many words of the archive that it stands for: nego*, harbor~1, and the written forms of
// a word whose places count.
//
// Thread-safety: an Expander belongs to one thread. Ownership: what it is given must outlive it. Errors: those of the
// vocabulary.
#ifndef DATELINE_SEARCHER_PLAN_EXPANSION_H_
#define DATELINE_SEARCHER_PLAN_EXPANSION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/text/analyzer.h"
#include "searcher/plan/query_plan.h"
#include "searcher/plan/vocabulary.h"

namespace dateline::plan {

struct ExpansionLimits {
  size_t max_words = 50;      // that one word may stand for: the most frequent ones
  size_t max_spellings = 16;  // beside the one that was typed, of a word or name
};

struct Expansion {
  std::vector<std::string> words;  // the most frequent first, then by bytes
  uint64_t found = 0;              // how many there were before the limit
};

class Expander {
 public:
  Expander(Vocabulary& vocabulary, text::Analyzer& analyzer, const std::vector<std::string>& languages,
           const ExpansionLimits& limits)
      : vocabulary_(vocabulary), analyzer_(analyzer), languages_(languages), limits_(limits) {}

  // What begins with `letters`, below the term prefix `prefix`.
  absl::StatusOr<Expansion> BeginningWith(absl::string_view prefix, absl::string_view letters);

  // What is one letter more, less or other than `word`, or has two neighbours swapped, and begins with the same
  // letter; and `word` itself.
  absl::StatusOr<Expansion> SpeltLike(absl::string_view prefix, absl::string_view word);

  // `word` and what has one of `stems` in one of the languages. Such words are looked for only among those that begin
  // like the stem, up to its last two letters.
  absl::StatusOr<Expansion> FormsOf(const std::string& word, const Alternatives& stems);

 private:
  Vocabulary& vocabulary_;
  text::Analyzer& analyzer_;
  const std::vector<std::string>& languages_;
  const ExpansionLimits limits_;
};

// Letters are code points.
size_t LetterCount(absl::string_view text);
absl::string_view FirstLetters(absl::string_view text, size_t count);

// How many letters must be put in, taken out, replaced or swapped with their neighbours to make `b` of `a`; `most` + 1
// when it is more than `most`.
size_t EditsBetween(absl::string_view a, absl::string_view b, size_t most);

// Is `a` made of `b` by at most one letter put in, taken out or replaced, or two neighbours swapped?
bool WithinOneEdit(absl::string_view a, absl::string_view b);

}  // namespace dateline::plan

#endif  // DATELINE_SEARCHER_PLAN_EXPANSION_H_
