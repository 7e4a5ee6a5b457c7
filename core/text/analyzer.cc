#include "core/text/analyzer.h"

#include <unicode/uchar.h>
#include <unicode/uversion.h>

#include <array>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/container/node_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"
#include "core/text/normalizer.h"
#include "core/text/stemmer.h"
#include "core/text/word_breaker.h"

namespace dateline::text {
namespace {

// Raised by hand when a rule in this room changes what comes out.
constexpr int kRulesVersion = 1;

// About 30 MB of English words at most, for each thread.
constexpr size_t kMaxRememberedWords = 200'000;

// Single letters with full stops between them: the "J" of "J. Smith", the "u.s" of "U.S.", the "p.m" of "p.m."
bool IsInitials(absl::string_view word) {
  if (word.size() == 1) return true;
  for (size_t i = 0; i < word.size(); ++i) {
    const bool fits = i % 2 == 0 ? absl::ascii_islower(static_cast<unsigned char>(word[i])) : word[i] == '.';
    if (!fits) return false;
  }
  return word.size() % 2 == 1;
}

// After these a full stop ends no sentence.
bool IsAbbreviation(absl::string_view word) {
  static const auto* const abbreviations = new absl::flat_hash_set<absl::string_view>{
      "mr",   "mrs", "ms",  "dr",  "prof", "gen", "col", "lt",   "sgt",    "capt", "sen",    "rep", "gov", "rev",
      "hon",  "st",  "jr",  "sr",  "vs",   "no",  "jan", "feb",  "mar",    "apr",  "jun",    "jul", "aug", "sep",
      "sept", "oct", "nov", "dec", "inc",  "ltd", "co",  "corp", "messrs", "fig",  "approx", "est", "pct", "mln"};
  return IsInitials(word) || abbreviations->contains(word);
}

// ICU's rules also make words of rows of "_".
bool HasLetterOrDigit(absl::string_view word) {
  for (size_t at = 0; at < word.size();) {
    const size_t length = base::CodePointBytes(word, at);
    if (length == 0) return false;
    const auto c = static_cast<UChar32>(base::DecodeCodePoint(word, at, length));
    if (u_isUAlphabetic(c) || (U_GET_GC_MASK(c) & U_GC_N_MASK) != 0) return true;
    at += length;
  }
  return false;
}

struct Gap {
  bool paragraph = false;
  bool sentence = false;
};

// What the text between two tokens says: a line break, or a terminator that white space follows (none need follow the
// terminators of Chinese and Japanese).
Gap ReadGap(absl::string_view gap, absl::string_view previous_exact) {
  Gap result;
  if (gap == " ") return result;
  bool terminated = false;
  for (size_t at = 0; at < gap.size();) {
    const size_t length = base::CodePointBytes(gap, at);
    const char32_t c = length == 0 ? 0xFFFD : base::DecodeCodePoint(gap, at, length);
    at += length == 0 ? 1 : length;
    switch (c) {
      case '\n':
      case 0x2029:
        result.paragraph = true;
        break;
      case '.':
        terminated = terminated || !IsAbbreviation(previous_exact);
        break;
      case '!':
      case '?':
      case 0x2026:
      case 0x061F:
        terminated = true;
        break;
      case 0x3002:
      case 0xFF01:
      case 0xFF0E:
      case 0xFF1F:
        result.sentence = true;
        break;
      default:
        if (terminated && (c == ' ' || c == '\t' || c == '\r' || c == 0xA0 || c == 0x3000)) result.sentence = true;
    }
  }
  result.sentence = result.sentence || result.paragraph;
  return result;
}

}  // namespace

struct Analyzer::State {
  // Words of one language, by the bytes of the text. An empty `exact` marks what holds no letter or digit.
  struct Vocabulary {
    explicit Vocabulary(absl::string_view language) : stemmer(language) {}
    Stemmer stemmer;
    absl::node_hash_map<std::string, Word> words;
  };

  WordBreaker breaker;
  std::vector<WordSpan> spans;
  uint32_t remembered = 0;  // words in all vocabularies
  absl::node_hash_map<std::string, Vocabulary> vocabularies;

  Vocabulary& VocabularyOf(absl::string_view language) {
    const auto found = vocabularies.find(language);
    if (found != vocabularies.end()) return found->second;
    return vocabularies.try_emplace(std::string(language), language).first->second;
  }

  const Word& Look(Vocabulary& vocabulary, absl::string_view raw) {
    const auto found = vocabulary.words.find(raw);
    if (found != vocabulary.words.end()) return found->second;
    const std::string folded = Fold(raw);
    Word word;
    word.exact = StripDiacritics(folded);
    if (!HasLetterOrDigit(word.exact)) word.exact.clear();
    word.stem = StripDiacritics(vocabulary.stemmer.Stem(folded));
    if (word.stem.empty()) word.stem = word.exact;  // a stemmer may leave nothing
    word.number = remembered++;
    return vocabulary.words.emplace(std::string(raw), std::move(word)).first->second;
  }
};

Analyzer::Analyzer() : state_(std::make_unique<State>()) {}
Analyzer::~Analyzer() = default;

void Analyzer::Tokenize(absl::string_view text, absl::string_view language, std::vector<Token>& tokens) {
  tokens.clear();
  State::Vocabulary& vocabulary = state_->VocabularyOf(language);
  state_->breaker.Break(text, state_->spans);
  for (const auto& [begin, end] : state_->spans) {
    const Word& word = state_->Look(vocabulary, text.substr(begin, end - begin));
    if (word.exact.empty()) continue;
    Token token{begin, end, true, true, &word};
    if (!tokens.empty()) {
      const Token& previous = tokens.back();
      const Gap gap = ReadGap(text.substr(previous.end, begin - previous.end), previous.word->exact);
      token.starts_sentence = gap.sentence;
      token.starts_paragraph = gap.paragraph;
    }
    tokens.push_back(token);
  }
}

const Word& Analyzer::Look(absl::string_view raw, absl::string_view language) {
  return state_->Look(state_->VocabularyOf(language), raw);
}

bool Analyzer::TrimCache() {
  if (state_->remembered <= kMaxRememberedWords) return false;
  for (auto& [language, vocabulary] : state_->vocabularies) vocabulary.words.clear();
  state_->remembered = 0;
  return true;
}

std::string Analyzer::Fingerprint() {
  return absl::StrCat("rules ", kRulesVersion, ", ICU ", U_ICU_VERSION, ", Unicode ", U_UNICODE_VERSION,
                      ", Snowball of Xapian ", Stemmer::Version());
}

}  // namespace dateline::text
