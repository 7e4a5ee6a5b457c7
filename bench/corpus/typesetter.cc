#include "bench/corpus/typesetter.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "bench/corpus/chance.h"
#include "bench/corpus/lexicon.h"

namespace dateline::bench::corpus {
namespace {

constexpr size_t kShortest = 4;
constexpr uint64_t kHeadlineFrom = 60;  // words of the body that a headline is taken from

constexpr double kQuoted = 0.12;      // of the sentences
constexpr double kCurlyQuotes = 0.5;  // of the articles
constexpr double kComma = 0.055;      // after a word
constexpr double kHyphen = 0.012;     // between two words of content
constexpr double kDash = 0.004;
constexpr double kPossessive = 0.06;  // of names

// Capitals only in ASCII: a word that begins with another letter stays as it is.
void AppendSpelt(DrawnWord word, bool capital, std::string& out) {
  const size_t at = out.size();
  AppendWord(word.rank, out);
  if (capital || word.capital || IsName(word.rank) || out.compare(at, std::string::npos, "i") == 0) {
    out[at] = absl::ascii_toupper(static_cast<unsigned char>(out[at]));
  }
}

}  // namespace

Typesetter::Typesetter(double sentence_words, double paragraph_words)
    : sentence_spread_(static_cast<size_t>(std::max(2 * (sentence_words - kShortest), 1.0)) + 1),
      next_sentence_(std::clamp(1 - sentence_words / std::max(paragraph_words, 1.0), 0.0, 0.95)) {}

void Typesetter::AppendSentence(const std::vector<DrawnWord>& words, size_t begin, size_t end, Random& random,
                                std::string& out) const {
  for (size_t at = begin; at < end; ++at) {
    AppendSpelt(words[at], at == begin, out);
    if (at + 1 == end) break;
    const bool content = words[at].rank >= FunctionWords() && words[at + 1].rank >= FunctionWords();
    if (IsName(words[at].rank) && Happens(kPossessive, random)) out += "'s";
    const double chance = Chance(random);
    if (chance < kComma) {
      out += ", ";
    } else if (chance < kComma + kDash) {
      out += " \xE2\x80\x94 ";
    } else if (content && chance < kComma + kDash + kHyphen) {
      out += '-';
    } else {
      out += ' ';
    }
  }
  out += '.';
}

void Typesetter::AppendBody(const std::vector<DrawnWord>& words, Random& random, std::string& out) const {
  const bool curly = Happens(kCurlyQuotes, random);
  const absl::string_view open = curly ? "\xE2\x80\x9C" : "\"";
  const absl::string_view close = curly ? "\xE2\x80\x9D" : "\"";
  for (size_t begin = 0; begin < words.size();) {
    size_t end = std::min(begin + kShortest + random.Below(sentence_spread_), words.size());
    if (words.size() - end < kShortest) end = words.size();
    const bool quoted = Happens(kQuoted, random);
    if (quoted) absl::StrAppend(&out, open);
    AppendSentence(words, begin, end, random, out);
    if (quoted) absl::StrAppend(&out, close);
    begin = end;
    if (begin < words.size()) out += Happens(next_sentence_, random) ? " " : "\n\n";
  }
}

void AppendHeadline(const std::vector<DrawnWord>& words, size_t count, bool title_case, Random& random,
                    std::string& out) {
  if (words.empty()) return;
  const size_t from = std::min<size_t>(words.size(), kHeadlineFrom);
  for (size_t k = 0; k < count; ++k) {
    // Mostly content: of three words drawn the rarest.
    DrawnWord word = words[random.Below(from)];
    for (int tries = 0; tries < 2; ++tries) {
      const DrawnWord other = words[random.Below(from)];
      if (other.rank > word.rank) word = other;
    }
    if (k % 3 == 2) word = words[random.Below(from)];
    if (k > 0) out += ' ';
    AppendSpelt(word, title_case || k == 0, out);
  }
}

}  // namespace dateline::bench::corpus
