#include "bench/corpus/lexicon.h"

#include <array>
#include <cctype>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "bench/corpus/hash.h"

namespace dateline::bench::corpus {
namespace {

constexpr auto kFunctionWords = std::to_array<absl::string_view>(
    {"the",     "to",      "of",    "and",     "a",      "in",      "that",    "for",     "is",      "on",
     "it",      "with",    "as",    "was",     "he",     "at",      "be",      "by",      "have",    "from",
     "has",     "are",     "not",   "this",    "but",    "they",    "his",     "an",      "who",     "said",
     "we",      "or",      "will",  "their",   "i",      "been",    "about",   "had",     "would",   "more",
     "which",   "one",     "were",  "you",     "if",     "what",    "there",   "all",     "when",    "up",
     "out",     "can",     "she",   "her",     "than",   "its",     "so",      "after",   "over",    "also",
     "no",      "into",    "other", "could",   "some",   "do",      "like",    "only",    "how",     "just",
     "because", "our",     "them",  "now",     "before", "most",    "many",    "two",     "first",   "those",
     "even",    "being",   "him",   "while",   "any",    "where",   "against", "may",     "did",     "made",
     "make",    "last",    "such",  "then",    "should", "these",   "during",  "through", "between", "still",
     "get",     "under",   "both",  "much",    "does",   "back",    "since",   "my",      "well",    "too",
     "own",     "very",    "way",   "without", "don't",  "another", "told",    "down",    "around",  "off",
     "going",   "until",   "here",  "might",   "it's",   "me",      "us",      "every",   "few",     "same",
     "among",   "whether", "never", "though",  "within", "often",   "each",    "yet",     "however", "once",
     "didn't",  "already", "again", "rather",  "almost", "later",   "why",     "upon",    "am",      "your"});

constexpr uint64_t kNumberEvery = 23;  // one content word in so many is a number

// A syllable is a beginning, a vowel and an end. No beginning can be taken for an end of the syllable before and a
// beginning, and no end of a word for a suffix, so a word is cut in one way only, and different digits make different
// words. (But marks on vowels are folded away by the analyzer: a word in a thousand is another's twin.)
constexpr auto kBegin = std::to_array<absl::string_view>(
    {"b",  "c",  "d",  "f",  "g",  "h",  "j",  "l",  "m",  "n",  "p",  "r",  "s",  "t",  "v",  "w",  "br", "cr",
     "dr", "fr", "gr", "pr", "tr", "bl", "cl", "fl", "pl", "st", "sp", "sh", "ch", "th", "sw", "sc", "k"});
constexpr auto kVowel = std::to_array<absl::string_view>({"a", "e", "i", "o", "u", "ai", "ea", "ou"});
constexpr auto kInnerEnd = std::to_array<absl::string_view>({"", "n", "r", "l", "m"});
constexpr auto kWordEnd = std::to_array<absl::string_view>(
    {"n", "r", "l", "nd", "rt", "ck", "sh", "ll", "m", "te", "ve", "ze", "ge", "de", "ce", "nk"});
constexpr auto kRareSuffixes =
    std::to_array<absl::string_view>({"tion", "ness", "ly", "able", "ity", "ism", "ist", "less"});
// Vowels of the last syllable that a word may have instead, beyond ASCII.
constexpr auto kMarkedVowel = std::to_array<absl::string_view>({"á", "é", "í", "ö", "ü", "ã", "è", "ó"});
constexpr uint64_t kMarkedEvery = 211;

constexpr uint64_t kInner = kBegin.size() * kVowel.size() * kInnerEnd.size();
constexpr uint64_t kLast = kBegin.size() * kVowel.size() * kWordEnd.size();
constexpr uint64_t kUsedOneIn = 8;         // of the words that could be spelt, one in so many is a word
constexpr uint64_t kScatter = 2654435761;  // a prime: neighbouring ranks do not run through the alphabet

// The n-th word that is not derived from another. Short ones come first.
void AppendBase(uint64_t n, std::string& out) {
  uint64_t inner = 0;  // syllables before the last
  uint64_t spellings = kLast;
  for (; n >= spellings / kUsedOneIn; ++inner) {
    n -= spellings / kUsedOneIn;
    spellings *= kInner;
  }
  uint64_t code = n * kScatter % spellings;
  const uint64_t last = code % kLast;
  code /= kLast;
  for (; inner > 0; --inner) {
    const uint64_t digit = code % kInner;
    code /= kInner;
    absl::StrAppend(&out, kBegin[digit % kBegin.size()]);
    absl::StrAppend(&out, kVowel[digit / kBegin.size() % kVowel.size()]);
    absl::StrAppend(&out, kInnerEnd[digit / kBegin.size() / kVowel.size()]);
  }
  absl::StrAppend(&out, kBegin[last % kBegin.size()]);
  const uint64_t vowel = last / kBegin.size() % kVowel.size();
  absl::StrAppend(&out, last % kMarkedEvery == 0 ? kMarkedVowel[vowel] : kVowel[vowel]);
  absl::StrAppend(&out, kWordEnd[last / kBegin.size() / kVowel.size()]);
}

void AppendSuffix(absl::string_view suffix, std::string& out) {
  const char first = suffix.front();
  if (out.back() == 'e' && (first == 'e' || first == 'i' || first == 'a')) out.pop_back();
  absl::StrAppend(&out, suffix);
}

}  // namespace

uint64_t FunctionWords() { return kFunctionWords.size(); }

bool IsName(uint64_t rank) { return rank >= kFunctionWords.size() && Mix(rank, 'n') % 100 < 28; }

// Of eight content words in a row four are new bases, and four derive from one base, which stands at a quarter of the
// rank.
void AppendWord(uint64_t rank, std::string& out) {
  if (rank < kFunctionWords.size()) {
    absl::StrAppend(&out, kFunctionWords[rank]);
    return;
  }
  uint64_t content = rank - kFunctionWords.size();
  if (content % kNumberEvery == kNumberEvery - 1) {
    absl::StrAppend(&out, content / kNumberEvery + 2);
    return;
  }
  content -= content / kNumberEvery;
  const uint64_t eight = content / 8;
  switch (content % 8) {
    case 4:
      AppendBase(eight, out);
      out += 's';
      return;
    case 5:
      AppendBase(eight, out);
      AppendSuffix("ed", out);
      return;
    case 6:
      AppendBase(eight, out);
      AppendSuffix("ing", out);
      return;
    case 7:
      AppendBase(eight, out);
      AppendSuffix(kRareSuffixes[Mix(eight, 's') % kRareSuffixes.size()], out);
      return;
    default:
      AppendBase(eight * 4 + content % 8, out);
  }
}

void AppendName(uint64_t hash, std::string& out) {
  const size_t at = out.size();
  AppendBase(600 + hash % 200000, out);
  out[at] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[at])));
}

}  // namespace dateline::bench::corpus
