#include "indexer/extract/text/text_lines.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::extract {
namespace {

struct Case {
  std::string text;
  std::string result;
};

// Three lines as a typist would have wrapped them.
const char* const kWrapped =
    "The talks between the two sides moved closer to an end on\n"
    "Thursday, said people who had been in the room with both\n"
    "of them, though nobody would say what was still missing\n"
    "from the text.\n";

TEST(TextLinesTest, UnwrapLines) {
  const std::string joined =
      "The talks between the two sides moved closer to an end on Thursday, said people who had been in the room "
      "with both of them, though nobody would say what was still missing from the text.";
  const std::string block = kWrapped;
  std::string crlf;
  for (const char c : block) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  const std::string long_line = block + std::string(101, 'x') + "\n";
  const std::vector<Case> cases = {
      {"", ""},
      {"One.\nTwo.\nThree.\nFour.\n", "One.\nTwo.\nThree.\nFour.\n"},     // short lines are paragraphs
      {block, joined},
      {crlf, joined},
      {block + "\n" + block, joined + "\n" + joined},                     // a blank line keeps paragraphs apart
      {block + "    " + block, joined + "\n" + joined},                   // and so does an indented one
      {block + "\t" + block, joined + "\n" + joined},
      {block + block, joined + "\n" + joined},                            // and a line that ended before the margin
      {long_line, long_line},                                             // this text was not wrapped
      {"One.\r\nTwo.\rThree.", "One.\nTwo.\nThree."},                     // but line breaks are of one kind
      {"Headline of a page\n\n" + block, "Headline of a page\n" + joined},
      {"Headline of a page\n" + block, "Headline of a page\n" + joined},  // it has room for another word
  };
  for (const Case& c : cases) EXPECT_EQ(UnwrapLines(c.text), c.result) << c.text;
}

TEST(TextLinesTest, UnwrappingTwiceChangesNothingMore) {
  const std::string once = UnwrapLines(absl::StrCat("A headline here\n\n", kWrapped, "\n", kWrapped));
  EXPECT_EQ(UnwrapLines(once), once);
}

// "text{characters words letters digits flags}": S ends a sentence, I is ideographic, B comes after a blank.
std::string Describe(absl::string_view text) {
  std::string out;
  for (const TextLine& line : CutLines(text)) {
    absl::StrAppend(&out, out.empty() ? "" : " ", line.text, "{", line.characters, " ", line.words, " ", line.letters, " ",
                    line.digits, " ", line.ends_sentence ? "S" : "", line.ideographic ? "I" : "",
                    line.after_blank ? "B" : "", "}");
  }
  return out;
}

TEST(TextLinesTest, CutLines) {
  const std::vector<Case> cases = {
      {"", ""},
      {" \n\t\r\n\u00A0\n", ""},
      {"One two", "One two{6 2 6 0 B}"},
      {"One  \t two ", "One two{6 2 6 0 B}"},
      {"One.\nTwo!", "One.{4 1 3 0 SB} Two!{4 1 3 0 S}"},
      {"One.\n\nTwo", "One.{4 1 3 0 SB} Two{3 1 3 0 B}"},
      {"\n\n One", "One{3 1 3 0 B}"},
      {"One\rTwo\r\nThree", "One{3 1 3 0 B} Two{3 1 3 0 } Three{5 1 5 0 }"},
      {"\"Is it?\"", "\"Is it?\"{7 2 4 0 SB}"},
      {"(It is.)", "(It is.){7 2 4 0 SB}"},
      {"“It is…”", "“It is…”{7 2 4 0 SB}"},
      {"It is: no", "It is: no{7 3 6 0 B}"},
      {"16:31 April 25, 2019", "16:31 April 25, 2019{17 5 5 10 B}"},
      {"don't go to St. X", "don't go to St. X{13 5 11 0 B}"},
      {"太郎は行った。", "太郎は行った。{7 3 6 0 SIB}"},
      {"太郎 Tokyo Osaka", "太郎 Tokyo Osaka{12 3 12 0 B}"},
      {"यह सच है।", "यह सच है।{7 3 7 0 SB}"},
      {"ends\x01here", "ends here{8 2 8 0 B}"},
  };
  for (const Case& c : cases) EXPECT_EQ(Describe(c.text), c.result) << c.text;
}

// Lines lie in order and apart, hold the letters of their stretch, and of all the text nothing is lost.
TEST(TextLinesTest, NoLetterIsLost) {
  const uint64_t seed = test::TestSeed(143);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const auto letters = [](absl::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c != ' ' && c != '\n' && c != '\t' && c != '\r') out.push_back(c);
    }
    return out;
  };
  const std::vector<std::string> pool = {"", "\t", "\r", "Home", "Talks move closer", "It ended.",
                                         "    Indented words go here now", "東京の鉄道が止まった。",
                                         "A line that is long enough to look as if it had been wrapped"};
  for (int round = 0; round < test::Scaled(2000); ++round) {
    std::string text;
    for (uint64_t n = random.Below(15); n > 0; --n) absl::StrAppend(&text, random.Pick(pool), "\n");
    EXPECT_EQ(letters(UnwrapLines(text)), letters(text));
    std::string all;
    size_t floor = 0;
    for (const TextLine& line : CutLines(text)) {
      ASSERT_GE(line.begin, floor);
      ASSERT_LT(line.begin, line.end);
      ASSERT_LE(line.end, text.size());
      ASSERT_EQ(letters(absl::string_view(text).substr(line.begin, line.end - line.begin)), letters(line.text));
      floor = line.end;
      all += line.text;
    }
    EXPECT_EQ(letters(all), letters(text));
  }
}

}  // namespace
}  // namespace dateline::extract
