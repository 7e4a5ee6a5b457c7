#include "core/text/word_breaker.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <array>

namespace dateline::text {
namespace {

// What a byte is to the rules of word boundaries.
enum ByteClass : uint8_t {
  kOther,    // ends a word, whatever stands beside it
  kSpace,    // that too, and no rule reaches across it
  kLetter,
  kDigit,
  kMid,      // . ' between two letters or two digits
  kMidDigit, // , ; between two digits
  kRare,     // : _ @ and what is not ASCII: not decided here
};

constexpr std::array<ByteClass, 256> MakeClasses() {
  std::array<ByteClass, 256> classes = {};
  for (int c = 'a'; c <= 'z'; ++c) classes[static_cast<size_t>(c)] = kLetter;
  for (int c = 'A'; c <= 'Z'; ++c) classes[static_cast<size_t>(c)] = kLetter;
  for (int c = '0'; c <= '9'; ++c) classes[static_cast<size_t>(c)] = kDigit;
  for (int c = 0x80; c < 0x100; ++c) classes[static_cast<size_t>(c)] = kRare;
  for (const char c : {' ', '\n'}) classes[static_cast<size_t>(c)] = kSpace;
  for (const char c : {'.', '\''}) classes[static_cast<size_t>(c)] = kMid;
  for (const char c : {',', ';'}) classes[static_cast<size_t>(c)] = kMidDigit;
  for (const char c : {':', '_', '@'}) classes[static_cast<size_t>(c)] = kRare;
  return classes;
}
constexpr std::array<ByteClass, 256> kClasses = MakeClasses();

ByteClass ClassOf(char c) { return kClasses[static_cast<uint8_t>(c)]; }
bool InWord(ByteClass c) { return c == kLetter || c == kDigit; }

// The punctuation of print, as three bytes from 0xE2 0x80 on.
bool IsDashOrQuote(uint8_t third) { return third == 0x93 || third == 0x94 || third == 0x9c || third == 0x9d || third == 0xa6; }
bool IsApostrophe(uint8_t third) { return third == 0x98 || third == 0x99; }
constexpr size_t kPrintBytes = 3;

// The words from `begin` to `end`, between which no space stands. False, and nothing is added, when ICU must tell.
bool BreakSimple(absl::string_view text, size_t begin, size_t end, std::vector<WordSpan>& words) {
  const size_t before = words.size();
  const auto give_up = [&] {
    words.resize(before);
    return false;
  };
  // Do the letters or digits of a word go on behind the sign that ends before `next`?
  const auto goes_on = [&](size_t sign, size_t next, bool letters) {
    if (next >= end) return false;
    const ByteClass left = ClassOf(text[sign - 1]);
    return left == ClassOf(text[next]) && (left == kDigit || (letters && left == kLetter));
  };
  size_t at = begin;
  while (at < end) {
    const ByteClass c = ClassOf(text[at]);
    if (!InWord(c)) {
      if (c != kRare) {
        ++at;
        continue;
      }
      // A colon between words is left to ICU, and so is a mark that belongs to the letter before it.
      if (text[at] == ':' && (at == begin || !InWord(ClassOf(text[at - 1]))) &&
          (at + 1 == end || ClassOf(text[at + 1]) != kRare)) {
        ++at;
        continue;
      }
      if (at + kPrintBytes > end || text[at] != '\xe2' || text[at + 1] != '\x80') return give_up();
      const auto third = static_cast<uint8_t>(text[at + 2]);
      if (!IsDashOrQuote(third) && !IsApostrophe(third)) return give_up();
      at += kPrintBytes;
      continue;
    }
    const size_t word = at;
    for (;;) {
      while (at < end && InWord(ClassOf(text[at]))) ++at;
      if (at == end) break;
      const ByteClass sign = ClassOf(text[at]);
      if (sign == kOther) break;
      if (sign == kMid || sign == kMidDigit) {
        if (at + 1 < end && ClassOf(text[at + 1]) == kRare) return give_up();
        if (!goes_on(at, at + 1, sign == kMid)) break;
        ++at;
        continue;
      }
      if (text[at] == ':' && (at + 1 == end || (ClassOf(text[at + 1]) != kRare && !InWord(ClassOf(text[at + 1]))))) break;
      if (at + kPrintBytes > end || text[at] != '\xe2' || text[at + 1] != '\x80') return give_up();
      const auto third = static_cast<uint8_t>(text[at + 2]);
      if (IsDashOrQuote(third)) break;
      if (!IsApostrophe(third)) return give_up();
      const size_t next = at + kPrintBytes;
      if (next < end && ClassOf(text[next]) == kRare) return give_up();
      if (!goes_on(at, next, /*letters=*/true)) break;
      at = next;
    }
    words.push_back(WordSpan{static_cast<uint32_t>(word), static_cast<uint32_t>(at)});
  }
  return true;
}

}  // namespace

// ICU's word iterator, run as rules over UTF-8.
struct WordBreaker::Icu {
  Icu() {
    UErrorCode error = U_ZERO_ERROR;
    iterator.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), error));
  }
  ~Icu() { utext_close(&utext); }

  // From `begin` to `end`, between white space or the ends of the text. A mark that follows white space belongs to it.
  void Break(absl::string_view text, size_t begin, size_t end, std::vector<WordSpan>& words) {
    if (begin > 0) --begin;
    UErrorCode error = U_ZERO_ERROR;
    utext_openUTF8(&utext, text.data() + begin, static_cast<int64_t>(end - begin), &error);
    iterator->setText(&utext, error);
    const auto base = static_cast<uint32_t>(begin);
    int32_t from = iterator->first();
    for (int32_t to = iterator->next(); to != icu::BreakIterator::DONE; from = to, to = iterator->next()) {
      if (iterator->getRuleStatus() < UBRK_WORD_NONE_LIMIT) continue;
      AppendWithoutAt(text, base + static_cast<uint32_t>(from), base + static_cast<uint32_t>(to), words);
    }
  }

  // ICU 72 keeps "@name" and "name@place" whole, other versions do not; who looks for "name" wants to find both.
  static void AppendWithoutAt(absl::string_view text, uint32_t begin, uint32_t end, std::vector<WordSpan>& words) {
    for (uint32_t part = begin; part < end;) {
      const size_t at = text.substr(part, end - part).find('@');
      const uint32_t part_end = at == absl::string_view::npos ? end : part + static_cast<uint32_t>(at);
      if (part < part_end) words.push_back(WordSpan{part, part_end});
      part = part_end + 1;
    }
  }

  std::unique_ptr<icu::BreakIterator> iterator;
  UText utext = UTEXT_INITIALIZER;
};

WordBreaker::WordBreaker(Way way) : way_(way), icu_(std::make_unique<Icu>()) {}
WordBreaker::~WordBreaker() = default;

void WordBreaker::Break(absl::string_view text, std::vector<WordSpan>& words) {
  words.clear();
  if (way_ == Way::kIcuOnly) return icu_->Break(text, 0, text.size(), words);
  std::vector<WordSpan> simple;
  // What is left to ICU, from here on: as much as lies together, for each call of it costs.
  constexpr size_t kNothing = absl::string_view::npos;
  size_t left = kNothing;
  for (size_t at = 0; at < text.size();) {
    if (ClassOf(text[at]) == kSpace) {
      ++at;
      continue;
    }
    size_t end = at + 1;
    while (end < text.size() && ClassOf(text[end]) != kSpace) ++end;
    if (left == kNothing) {
      if (!BreakSimple(text, at, end, words)) left = at;
    } else {
      simple.clear();
      if (BreakSimple(text, at, end, simple)) {
        icu_->Break(text, left, at, words);
        words.insert(words.end(), simple.begin(), simple.end());
        left = kNothing;
      }
    }
    at = end;
  }
  if (left != kNothing) icu_->Break(text, left, text.size(), words);
}

}  // namespace dateline::text
