// The fast way beside ICU: the same words from any text.
#include "core/text/word_breaker.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "tests/support/random.h"

namespace dateline::text {
namespace {

using test::Random;

std::vector<std::string> Words(absl::string_view text, WordBreaker::Way way) {
  WordBreaker breaker(way);
  std::vector<WordSpan> spans;
  breaker.Break(text, spans);
  std::vector<std::string> words;
  for (const WordSpan& span : spans) words.emplace_back(text.substr(span.begin, span.end - span.begin));
  return words;
}

TEST(WordBreakerTest, BothWaysAgreeOnEveryTripleOfSigns) {
  WordBreaker fast;
  WordBreaker icu(WordBreaker::Way::kIcuOnly);
  std::vector<WordSpan> a;
  std::vector<WordSpan> b;
  // All of ASCII, the punctuation of print, marks, and letters and digits of other scripts.
  std::vector<std::string> signs;
  for (char c = 1; c != 127; ++c) signs.emplace_back(1, c);
  for (const char* sign : {"\u2018", "\u2019", "\u201c", "\u201d", "\u2013", "\u2014", "\u2026", "\u00a0", "\u0301",
                           "\u00e9", "\u200d", "\u00ad", "\u05d0", "\u30a2", "\u4e00", "\u0663", "\u2024", "\u00b7",
                           "\U0001F600", "\U0001F1E6", "\u203f", "\u3002"}) {
    signs.emplace_back(sign);
  }
  for (const std::string& one : signs) {
    for (const std::string& two : signs) {
      for (const std::string& three : {std::string("a"), std::string("1"), std::string(" "), std::string("."),
                                       std::string("\u0301"), std::string("\u2019"), std::string("_")}) {
        for (const std::string& text : {one + two + three, "a" + one + two + three + "b", "1" + one + two + "2",
                                        "a " + one + two + three, one + "\n" + two + three}) {
          fast.Break(text, a);
          icu.Break(text, b);
          ASSERT_EQ(a, b) << absl::CHexEscape(text);
        }
      }
    }
  }
}

TEST(WordBreakerTest, BothWaysAgreeOnRandomTexts) {
  const uint64_t seed = test::TestSeed(20261122);
  Random random(seed);
  WordBreaker fast;
  WordBreaker icu(WordBreaker::Way::kIcuOnly);
  std::vector<WordSpan> a;
  std::vector<WordSpan> b;
  for (int i = 0; i < test::Scaled(20000); ++i) {
    std::string text;
    for (uint64_t pieces = 1 + random.Below(12); pieces > 0; --pieces) {
      static const auto* const kPieces = new std::vector<std::string>{
          "word", "it's", "U.S.", "3,000.5", "10:30", "a_b", "x@y.org", "\u2019s", "\u201cquoted\u201d", "na\u00efve",
          "e.g.", "\u2014", "don\u2019t", "1,2,3", "ABC", "http://a.b/c?d=1", "#tag", "\r\n", "\t", "\u4e2d\u6587"};
      text += random.OneIn(3) ? random.Text(1 + random.Below(4)) : random.Pick(*kPieces);
      if (random.OneIn(2)) text += ' ';
    }
    fast.Break(text, a);
    icu.Break(text, b);
    ASSERT_EQ(a, b) << "seed " << seed << ", text " << i << ": " << absl::CHexEscape(text);
  }
}

TEST(WordBreakerTest, Words) {
  const auto expect = [](absl::string_view text, std::vector<std::string> words) {
    EXPECT_EQ(Words(text, WordBreaker::Way::kFast), words) << text;
  };
  expect("It's 3,000.5 in the U.S., he said.", {"It's", "3,000.5", "in", "the", "U.S", "he", "said"});
  expect("re-open (twice); 50%", {"re", "open", "twice", "50"});
  expect("mail@example.org", {"mail", "example.org"});
  expect("", {});
  expect(" \n ", {});
}

}  // namespace
}  // namespace dateline::text
