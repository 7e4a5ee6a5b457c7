#include "searcher/plan/spelling_finder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/index/schema.h"

namespace dateline::plan {
namespace {

// A place to cut a word, and how many articles have the rarer half.
struct Cut {
  size_t at = 0;
  uint64_t articles = 0;
};

// The bytes at which the letters of `word` begin.
std::vector<size_t> LetterStarts(absl::string_view word) {
  std::vector<size_t> starts;
  for (size_t at = 0; at < word.size(); at += std::max<size_t>(1, base::CodePointBytes(word, at))) {
    starts.push_back(at);
  }
  return starts;
}

// Does nothing but hyphens stand between the words? The words are folded, so it is the signs of the text that count.
bool IsHyphenated(absl::string_view typed, size_t words) {
  size_t hyphens = 0;
  for (size_t at = 0; at < typed.size();) {
    const size_t length = std::max<size_t>(1, base::CodePointBytes(typed, at));
    const absl::string_view sign = typed.substr(at, length);
    if (sign == "-" || sign == "\u2010" || sign == "\u2011") {
      ++hyphens;
    } else if (length == 1 && !absl::ascii_isalnum(static_cast<unsigned char>(sign[0])) && sign != "'") {
      return false;
    }
    at += length;
  }
  return hyphens + 1 == words;
}

}  // namespace

absl::StatusOr<std::vector<Spelling>> SpellingFinder::OfWord(absl::string_view typed,
                                                             const std::vector<std::string>& words, bool split) {
  DL_ASSIGN_OR_RETURN(std::vector<Spelling> spellings, Known(words, typed));
  if (words.size() > 1 && IsHyphenated(typed, words.size())) {
    const std::string joined = absl::StrJoin(words, "");
    DL_RETURN_IF_ERROR(AddPresent(words, Spelling{Spelling::Source::kHyphen, joined, {}}, spellings));
  }
  if (words.size() == 1 && split) DL_RETURN_IF_ERROR(AddSplit(words.front(), spellings));
  return spellings;
}

absl::StatusOr<std::vector<Spelling>> SpellingFinder::OfRow(const std::vector<std::string>& words) {
  return Known(words, "");
}

absl::StatusOr<std::vector<Spelling>> SpellingFinder::Known(const std::vector<std::string>& words,
                                                            absl::string_view typed) {
  std::vector<Spelling> spellings;
  for (std::string& text : variants_.Of(absl::StrJoin(words, " "), typed)) {
    DL_RETURN_IF_ERROR(AddPresent(words, Spelling{Spelling::Source::kLexicon, std::move(text), {}}, spellings));
  }
  return spellings;
}

// Adds what is not yet there, is not what was typed, and has words that the archive has.
absl::Status SpellingFinder::AddPresent(const std::vector<std::string>& words, Spelling spelling,
                                        std::vector<Spelling>& spellings) {
  if (spellings.size() >= max_spellings_) return absl::OkStatus();
  std::vector<text::Token> tokens;
  analyzer_.Tokenize(spelling.text, "", tokens);
  for (const text::Token& token : tokens) spelling.words.push_back(token.word->exact);
  if (spelling.words.empty() || spelling.words == words) return absl::OkStatus();
  for (const Spelling& other : spellings) {
    if (other.words == spelling.words) return absl::OkStatus();
  }
  if (spelling.words.size() == 1) {
    // Signs around the word, as the last point of "U.S.", are no part of it.
    const text::Token& token = tokens.front();
    DL_ASSIGN_OR_RETURN(const uint64_t articles,
                        Articles(absl::string_view(spelling.text).substr(token.begin, token.end - token.begin)));
    if (articles == 0) return absl::OkStatus();
  } else {
    for (const std::string& word : spelling.words) {
      DL_ASSIGN_OR_RETURN(const uint64_t articles, vocabulary_.Count("", word));
      if (articles == 0) return absl::OkStatus();
    }
  }
  spellings.push_back(std::move(spelling));
  return absl::OkStatus();
}

absl::Status SpellingFinder::AddSplit(const std::string& word, std::vector<Spelling>& spellings) {
  const std::vector<size_t> starts = LetterStarts(word);
  if (starts.size() < kMinSplitLetters || word.find_first_of("0123456789.,'_:") != std::string::npos) {
    return absl::OkStatus();
  }
  DL_ASSIGN_OR_RETURN(const uint64_t own, Articles(word));
  if (own > kMaxArticlesOfSplitWord) return absl::OkStatus();
  std::vector<Cut> cuts;
  for (size_t letter = 2; letter + 2 <= starts.size(); ++letter) {
    const size_t at = starts[letter];
    DL_ASSIGN_OR_RETURN(uint64_t articles, vocabulary_.Count("", word.substr(0, at)));
    if (articles == 0) continue;
    DL_ASSIGN_OR_RETURN(const uint64_t second, vocabulary_.Count("", word.substr(at)));
    articles = std::min(articles, second);
    if (articles >= kMinArticlesOfSplit && articles <= kMaxArticlesOfHalf) cuts.push_back(Cut{at, articles});
  }
  std::stable_sort(cuts.begin(), cuts.end(), [](const Cut& a, const Cut& b) { return a.articles > b.articles; });
  if (cuts.size() > kMaxSplitsTried) cuts.resize(kMaxSplitsTried);
  for (const Cut& cut : cuts) {
    const std::vector<std::string> halves = {word.substr(0, cut.at), word.substr(cut.at)};
    DL_ASSIGN_OR_RETURN(const bool usual,
                        vocabulary_.HasRow(halves, std::max(kMinArticlesOfSplit, kMinSplitRatio * own)));
    if (!usual) continue;
    return AddPresent({word}, Spelling{Spelling::Source::kSplit, absl::StrJoin(halves, " "), {}}, spellings);
  }
  return absl::OkStatus();
}

// How many articles a bare word finds at least. `word` is one token.
absl::StatusOr<uint64_t> SpellingFinder::Articles(absl::string_view word) {
  uint64_t most = 0;
  for (const std::string& language : languages_) {
    DL_ASSIGN_OR_RETURN(const uint64_t articles,
                        vocabulary_.Count(index::kStem, analyzer_.Look(word, language).stem));
    most = std::max(most, articles);
  }
  return most;
}

}  // namespace dateline::plan
