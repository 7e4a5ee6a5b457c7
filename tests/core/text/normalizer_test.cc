#include "core/text/normalizer.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::text {
namespace {

struct Case {
  std::string text;
  std::string result;
};

TEST(NormalizerTest, Fold) {
  const std::vector<Case> cases = {
      {"", ""},
      {"Talks", "talks"},
      {"Almerón", "almerón"},                 // marks stay: stemmers need them
      {"cafe\u0301", "café"},                 // composed
      {"Straße", "strasse"},
      {"ΛΌΓΟΣ", "λόγοσ"},
      {"İ", "i\u0307"},                       // the dot is a mark
      {"ﬁ", "fi"},
      {"ＡＢ１", "ab1"},
      {"co\u00ADop", "coop"},
      {"Putin's", "putin"},
      {"Putin’s", "putin"},
      {"PUTIN’S", "putin"},
      {"O’Brien’s", "o'brien"},
      {"s's", "s"},
      {"'s", "'s"},                           // something must be left
      {"players'", "players'"},
      {"‘a’ʼ‛", "'a'''"},
      {"don’t", "don't"},
      {"\u00AD", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Fold(c.text), c.result) << c.text;
}

TEST(NormalizerTest, StripDiacritics) {
  const std::vector<Case> cases = {
      {"", ""},
      {"plain", "plain"},
      {"almerón", "almeron"},
      {"nguyễn", "nguyen"},
      {"i\u0307", "i"},
      {"øłđħŧı", "oldhti"},
      {"æœßþð", "æœßþð"},                     // letters of their own
      {"αθήνα", "αθηνα"},
      {"ὥ", "ω"},
      {"йёїў", "йёїў"},                       // Cyrillic
      {"が", "が"},
      {"각", "각"},
      {"हिन्दी", "हिन्दी"},
      {"שָׁ", "שָׁ"},
      {"aй\u0301", "aй\u0301"},                // the mark belongs to the letter right before it
      {"йa\u0301", "йa"},
      {"\u0301a", "\u0301a"},                 // and one that belongs to nothing stays
  };
  for (const Case& c : cases) EXPECT_EQ(StripDiacritics(c.text), c.result) << c.text;
}

TEST(NormalizerTest, FoldName) {
  const std::vector<Case> cases = {
      {"", ""},
      {"The Tidewater Gazette", "the tidewater gazette"},
      {"  Ines \t Calloway ", "ines calloway"},
      {"Ines\u00A0Calloway", "ines calloway"},      // a no-break space is a space
      {"Ines\u3000Calloway", "ines calloway"},
      {"JOSÉ ALMERÓN", "jose almeron"},
      {"O’Brien", "o'brien"},
      {"Reed's", "reed's"},                         // no possessive in a name: other words may follow
      {"A.P.", "a.p."},                             // punctuation is part of a name
      {"Jean-Luc & Co.", "jean-luc & co."},
      {"Известия", "известия"},
      {"東京新聞", "東京新聞"},
      {"\u00AD\u200B", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(FoldName(c.text), c.result) << c.text;
}

TEST(NormalizerTest, LawsOnRandomTexts) {
  const uint64_t seed = test::TestSeed(63);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int round = 0; round < test::Scaled(5000); ++round) {
    const std::string text = random.Text(random.Below(15));
    SCOPED_TRACE(absl::StrCat("round ", round, ": ", text));
    const std::string folded = Fold(text);
    const std::string stripped = StripDiacritics(folded);
    const std::string name = FoldName(text);
    EXPECT_TRUE(base::IsValidUtf8(folded));
    EXPECT_TRUE(base::IsValidUtf8(stripped));
    EXPECT_EQ(StripDiacritics(stripped), stripped);
    EXPECT_EQ(FoldName(name), name);  // a facet's value, typed into a filter, finds itself
  }
}

TEST(NormalizerTest, BytesThatAreNoTextDoNoHarm) {
  test::Random random(64);
  for (int round = 0; round < 2000; ++round) {
    const std::string bytes = random.Bytes(random.Below(20));
    EXPECT_TRUE(base::IsValidUtf8(StripDiacritics(Fold(bytes)))) << "round " << round;
  }
}

}  // namespace
}  // namespace dateline::text
