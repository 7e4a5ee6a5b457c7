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
      {"en", "ran", "ran"},                   // rules, no dictionary
      {"en", "10,000", "10,000"},
      {"de", "häuser", "haus"},               // the rules of German take the umlaut away themselves
      {"de", "hauses", "haus"},
      {"fr", "élections", "élect"},           // those of French keep the accent
      {"es", "señales", "señal"},
      {"ru", "министров", "министр"},
      {"xx", "talking", "talking"},           // no such language
      {"", "talking", "talking"},
      {"english", "talking", "talking"},      // names are no codes
      {"en", "", ""},
  };
  for (const StemCase& c : cases) EXPECT_EQ(Stemmer(c.language).Stem(c.word), c.stem) << c.language << " " << c.word;
}

TEST(StemmerTest, KnownLanguages) {
  const std::vector<std::string> known_ones = {"da", "de", "en", "es", "fi", "fr", "it", "nl", "pt", "ru", "sv", "tr"};
  for (const std::string& known : known_ones) {
    EXPECT_TRUE(Stemmer::Knows(known)) << known;
  }
  const std::vector<std::string> others = {"", "e", "zh", "ja", "xx", "EN", "eng", "english", "none", "lovins", "e\n"};
  for (const std::string& unknown : others) {
    EXPECT_FALSE(Stemmer::Knows(unknown)) << unknown;
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
