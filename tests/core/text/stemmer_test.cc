#include "core/text/stemmer.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::text {
namespace {

struct StemCase {
  std::string language;
  std::string word;
  std::string stem;
};

TEST(StemmerTest, Stems) {
  const std::vector<StemCase> cases = {
      {"en", "talking", "talk"},
      {"en", "nationalization", "nation"},
      {"en", "ran", "ran"},  // rules, no dictionary
      {"en", "10,000", "10,000"},
      {"de", "häuser", "haus"},  // the rules of German take the umlaut away themselves
      {"de", "hauses", "haus"},
      {"fr", "élections", "élect"},  // those of French keep the accent
      {"es", "señales", "señal"},
      {"ru", "министров", "министр"},
      {"xx", "talking", "talking"},  // no such language
      {"", "talking", "talking"},
      {"english", "talking", "talking"},  // names are no codes
      {"en", "", ""},
  };
  for (const StemCase& c : cases) EXPECT_EQ(Stemmer(c.language).Stem(c.word), c.stem) << c.language << " " << c.word;
}

TEST(StemmerTest, KnownLanguages) {
  const std::vector<std::string> known_ones = {"da", "de", "en", "es", "fi", "fr",
                                               "it", "nl", "pt", "ru", "sv", "tr"};
  for (const std::string& known : known_ones) {
    EXPECT_TRUE(Stemmer::Knows(known)) << known;
  }
  const std::vector<std::string> others = {"",    "e",       "zh",   "ja",     "xx", "EN",
                                           "eng", "english", "none", "lovins", "e\n"};
  for (const std::string& unknown : others) {
    EXPECT_FALSE(Stemmer::Knows(unknown)) << unknown;
  }
}

bool KeepsSecond(const std::string& word, const std::string& stem) {
  if (word.size() < 2 || stem.size() < 2) return true;
  return stem[1] == word[1] || (word[1] == 'y' && stem[1] == 'i');
}

// What lets a reader pass over words by their first letters.
TEST(StemmerTest, OnlyTheLanguagesThatAreNamedChangeTheFirstBytes) {
  const uint64_t seed = test::TestSeed(66);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const std::vector<std::string> begins = {"",    "l'", "d'", "qu'", "re", "ge",  "me", "mem", "di", "ber",
                                           "ter", "h",  "bh", "n-",  "t-", "dis", "a",  "y",   "un", "s"};
  const std::vector<std::string> ends = {"",     "s",    "es",   "ed",     "ing",   "ly",  "ung", "en",  "keit",
                                         "ment", "tion", "idad", "ciones", "mente", "kan", "nya", "ies", "ni"};
  const std::string vowels = "aeiou";
  const std::string consonants = "bcdfghjklmnpqrstvwxyz";
  for (const std::string language :
       {"en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "no", "nb", "nn", "fi", "hu",
        "ro", "ru", "ca", "eu", "lt", "ar", "hy", "ne", "ta", "xx", "",   "id", "ga", "tr"}) {
    Stemmer stemmer(language);
    std::string changed;
    std::string second_changed;
    for (int round = 0; round < 20'000; ++round) {
      std::string word = begins[random.Below(begins.size())];
      for (uint64_t i = 0, letters = random.Below(8); i < letters; ++i) {
        const std::string& from = i % 2 == 0 ? consonants : vowels;
        word += from[random.Below(from.size())];
      }
      word += ends[random.Below(ends.size())];
      if (word.empty()) continue;
      const std::string stem = stemmer.Stem(word);
      if (stem.empty() || stem[0] != word[0]) changed = word;
      if (!KeepsSecond(word, stem)) second_changed = word;
    }
    EXPECT_EQ(changed.empty(), Stemmer::KeepsFirstByte(language)) << language << ": " << changed;
    EXPECT_EQ(second_changed.empty(), Stemmer::KeepsSecondByte(language)) << language << ": " << second_changed;
  }
}

// All words of three letters, and these with an ending.
TEST(StemmerTest, ShortWordsKeepTheirFirstBytes) {
  for (const std::string language : {"en", "de", "fr", "es", "it", "pt", "nl"}) {
    Stemmer stemmer(language);
    for (int number = 0; number < 26 * 26 * 26; ++number) {
      const std::string word = {static_cast<char>('a' + number / 676), static_cast<char>('a' + number / 26 % 26),
                                static_cast<char>('a' + number % 26)};
      for (const char* const end : {"", "s", "ed", "ing", "ies", "en"}) {
        const std::string stem = stemmer.Stem(word + end);
        ASSERT_EQ(stem[0], word[0]) << language << ": " << word << end;
        ASSERT_TRUE(KeepsSecond(word + end, stem)) << language << ": " << word << end;
      }
    }
  }
}

TEST(StemmerTest, LongWordsAreTheirOwnStems) {
  Stemmer stemmer("en");
  const std::string longest = std::string(57, 'o') + "talking";
  EXPECT_EQ(stemmer.Stem(longest), std::string(57, 'o') + "talk");
  EXPECT_EQ(stemmer.Stem("x" + longest), "x" + longest);  // 65 bytes
}

TEST(StemmerTest, AnyWordGivesText) {
  const uint64_t seed = test::TestSeed(65);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (const std::string language : {"en", "de", "fr", "es", "ru", "tr", "fi", "ar"}) {
    Stemmer stemmer(language);
    for (int round = 0; round < test::Scaled(1000); ++round) {
      const std::string word = random.Text(random.Below(20));
      EXPECT_TRUE(base::IsValidUtf8(stemmer.Stem(word))) << language << ": " << word;
    }
  }
}

}  // namespace
}  // namespace dateline::text
