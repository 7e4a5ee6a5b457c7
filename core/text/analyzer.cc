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
#include "core/text/word_table.h"

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
  if (gap.size() == 1 && gap[0] == ' ') return result;
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

// The words of a text one after the other. A vocabulary does not fit into the fast memories: the slot of a word is
// asked for some words ahead, and the word itself some words later.
class WordsAhead {
 public:
  // They must outlive it; the table may get more words.
  WordsAhead(absl::string_view text, const std::vector<WordSpan>& spans, const WordTable<Word>& words)
      : text_(text), spans_(spans), words_(words) {
    while (asked_ < kSlotsAhead) AskForSlot();
    while (found_ < kWordsAhead) AskForWord();
  }

  // Null when the table had it not when it was asked for. REQUIRES: it was called less often than there are spans.
  const Word* Next() {
    const Word* const word = ring_[next_++ % kRing].word;
    AskForSlot();
    AskForWord();
    return word;
  }

 private:
  static constexpr size_t kWordsAhead = 6;
  static constexpr size_t kSlotsAhead = 12;
  static constexpr size_t kRing = 16;

  void AskForSlot() {
    const size_t i = asked_++;
    if (i >= spans_.size()) return;
    Entry& entry = ring_[i % kRing];
    entry.key = WordTable<Word>::Key(text_.substr(spans_[i].begin, spans_[i].end - spans_[i].begin));
    words_.Prefetch(entry.key);
  }

  void AskForWord() {
    const size_t i = found_++;
    if (i >= spans_.size()) return;
    Entry& entry = ring_[i % kRing];
    entry.word = words_.Find(entry.key);
    __builtin_prefetch(entry.word);
  }

  struct Entry {
    WordTable<Word>::Key key;
    const Word* word = nullptr;
  };

  const absl::string_view text_;
  const std::vector<WordSpan>& spans_;
  const WordTable<Word>& words_;
  std::array<Entry, kRing> ring_;
  size_t next_ = 0;
  size_t found_ = 0;
  size_t asked_ = 0;
};

}  // namespace

struct Analyzer::State {
  // Words of one language, by the bytes of the text. An empty `exact` marks what holds no letter or digit.
  struct Vocabulary {
    explicit Vocabulary(absl::string_view language) : stemmer(language) {}
    Stemmer stemmer;
    WordTable<Word> words;
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
    const WordTable<Word>::Key key(raw);
    if (const Word* const found = vocabulary.words.Find(key)) return *found;
    const std::string folded = Fold(raw);
    Word word;
    word.exact = StripDiacritics(folded);
    if (!HasLetterOrDigit(word.exact)) word.exact.clear();
    word.stem = StripDiacritics(vocabulary.stemmer.Stem(folded));
    if (word.stem.empty()) word.stem = word.exact;  // a stemmer may leave nothing
    word.number = remembered++;
    return vocabulary.words.Add(key, std::move(word));
  }
};

Analyzer::Analyzer() : state_(std::make_unique<State>()) {}
Analyzer::~Analyzer() = default;

void Analyzer::Tokenize(absl::string_view text, absl::string_view language, std::vector<Token>& tokens) {
  tokens.clear();
  State::Vocabulary& vocabulary = state_->VocabularyOf(language);
  state_->breaker.Break(text, state_->spans);
  const std::vector<WordSpan>& spans = state_->spans;
  WordsAhead ahead(text, spans, vocabulary.words);
  for (size_t i = 0; i < spans.size(); ++i) {
    const auto [begin, end] = spans[i];
    const Word* const known = ahead.Next();
    const Word& word = known != nullptr ? *known : state_->Look(vocabulary, text.substr(begin, end - begin));
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

void Analyzer::LookAll(absl::string_view text, const std::vector<WordSpan>& spans, absl::string_view language,
                       std::vector<const Word*>& words) {
  words.clear();
  State::Vocabulary& vocabulary = state_->VocabularyOf(language);
  WordsAhead ahead(text, spans, vocabulary.words);
  for (const auto [begin, end] : spans) {
    const Word* const known = ahead.Next();
    words.push_back(known != nullptr ? known : &state_->Look(vocabulary, text.substr(begin, end - begin)));
  }
}

bool Analyzer::TrimCache() {
  if (state_->remembered <= kMaxRememberedWords) return false;
  for (auto& [language, vocabulary] : state_->vocabularies) vocabulary.words.Clear();
  state_->remembered = 0;
  return true;
}

std::string Analyzer::Fingerprint() {
  return absl::StrCat("rules ", kRulesVersion, ", ICU ", U_ICU_VERSION, ", Unicode ", U_UNICODE_VERSION,
                      ", Snowball of Xapian ", Stemmer::Version());
}

}  // namespace dateline::text
