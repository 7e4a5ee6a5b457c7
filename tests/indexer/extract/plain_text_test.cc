#include "indexer/extract/plain_text.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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

TEST(PlainTextTest, UnwrapLines) {
  const std::string joined =
      "The talks between the two sides moved closer to an end on Thursday, said people who had been in the room "
      "with both of them, though nobody would say what was still missing from the text.";
  const std::string block = kWrapped;
  std::string crlf;
  for (const char c : block) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  std::string long_line = block + std::string(101, 'x') + "\n";
  const std::vector<Case> cases = {
      {"", ""},
      {"One.\nTwo.\nThree.\nFour.\n", "One.\nTwo.\nThree.\nFour.\n"},        // short lines are paragraphs
      {block, joined + "\n"},
      {crlf, joined + "\n"},
      {block + "\n" + block, joined + "\n\n" + joined + "\n"},               // a blank line keeps paragraphs apart
      {block + "    " + block, joined + "\n" + joined + "\n"},               // and so does an indented one
      {block + "\t" + block, joined + "\n" + joined + "\n"},
      {long_line, long_line},                                                // this text was not wrapped
      {"One.\r\nTwo.\rThree.", "One.\nTwo.\nThree."},                        // but line breaks are of one kind
      {"Headline of a page\n\n" + block, "Headline of a page\n\n" + joined + "\n"},
  };
  for (const Case& c : cases) EXPECT_EQ(UnwrapLines(c.text), c.result) << c.text;
}

TEST(PlainTextTest, UnwrappingTwiceChangesNothingMore) {
  const std::string once = UnwrapLines(absl::StrCat("A headline here\n\n", kWrapped, "\n", kWrapped));
  EXPECT_EQ(UnwrapLines(once), once);
}

struct HeadlineCase {
  std::string text;
  std::string headline;
  std::string body;
};

TEST(PlainTextTest, SplitHeadline) {
  const std::string body = "The talks moved closer to an end on Thursday.";
  std::vector<std::string> crumbs(10, "Home");
  const std::string ten = absl::StrJoin(crumbs, "\n");
  const std::string words200 = std::string(96, 'x') + " and " + std::string(95, 'y') + " too";
  const std::vector<HeadlineCase> cases = {
      {"", "", ""},
      {"Talks move closer\n\n" + body, "Talks move closer", "\n" + body},
      {"  Talks move closer \n" + body, "Talks move closer", body},
      {"\n\n\nTalks move closer\n" + body, "Talks move closer", "\n\n\n" + body},
      {"Home\nNews\nTalks move closer\n" + body, "Talks move closer", "Home\nNews\n" + body},  // crumbs are too short
      {"Talks closer\n" + body, "", "Talks closer\n" + body},                                  // two words: too few
      {body + "\nTalks move closer\n", "", body + "\nTalks move closer\n"},                    // text has begun
      {"Will talks move closer?\n" + body, "Will talks move closer?", body},                   // no full stop
      {"2019 04 25\nTalks move closer\n" + body, "Talks move closer", "2019 04 25\n" + body},  // no letters
      {ten + "\nTalks move closer", "", ten + "\nTalks move closer"},                          // too far down
      {ten.substr(5) + "\nTalks move closer", "Talks move closer", ten.substr(5)},             // line ten may be
      {words200 + "\n" + body, words200, body},                                                // 200 bytes
      {words200 + "s\n" + body, "", words200 + "s\n" + body},
      {"Talks move closer", "Talks move closer", ""},
      {body, "", body},
  };
  for (const HeadlineCase& c : cases) {
    const HeadlineAndBody split = SplitHeadline(c.text);
    EXPECT_EQ(split.headline, c.headline) << c.text;
    EXPECT_EQ(split.body, c.body) << c.text;
  }
}

struct NamesCase {
  std::string names;
  std::string lang;
  std::vector<std::string> result;
};

TEST(PlainTextTest, SplitNames) {
  const std::vector<NamesCase> cases = {
      {"", "en", {}},
      {"   ", "en", {}},
      {"Ines Calloway", "en", {"Ines Calloway"}},
      {"By Ines Calloway", "en", {"Ines Calloway"}},
      {"BY INES CALLOWAY", "en", {"INES CALLOWAY"}},
      {"  by  Ines Calloway ", "en", {"Ines Calloway"}},
      {"By\tInes Calloway", "en", {"Ines Calloway"}},
      {"By ", "en", {}},                                         // nobody
      {"By", "en", {}},
      {"Byron Reed", "en", {"Byron Reed"}},
      {"Ines Calloway and Tom Reed", "en", {"Ines Calloway", "Tom Reed"}},
      {"Ines Calloway & Tom Reed", "en", {"Ines Calloway", "Tom Reed"}},
      {"Ines Calloway, Tom Reed", "en", {"Ines Calloway", "Tom Reed"}},
      {"Ines Calloway, Tom Reed and Ann Lee", "en", {"Ines Calloway", "Tom Reed", "Ann Lee"}},
      {"Ines Calloway, Tom Reed, and Ann Lee", "en", {"Ines Calloway", "Tom Reed", "Ann Lee"}},
      {"Ines Calloway,and Tom Reed", "en", {"Ines Calloway", "Tom Reed"}},
      {"Ines Calloway; Tom Reed", "en", {"Ines Calloway", "Tom Reed"}},
      {"Anderson Sands", "en", {"Anderson Sands"}},              // "and" inside a word
      {"Tom Reed, Jr.", "en", {"Tom Reed, Jr."}},                // belongs to the name
      {"Tom Reed, Jr., and Ann Lee", "en", {"Tom Reed, Jr.", "Ann Lee"}},
      {"Tom Reed, III", "en", {"Tom Reed, III"}},
      {"Ann Lee, M.D., Tom Reed, PhD", "en", {"Ann Lee, M.D.", "Tom Reed, PhD"}},
      {"Jr.", "en", {"Jr."}},                                    // of nobody
      {", ,; Ines Calloway,", "en", {"Ines Calloway"}},
      {"Ines Calloway und Tom Reed", "de", {"Ines Calloway", "Tom Reed"}},
      {"Ines Calloway und Tom Reed", "en", {"Ines Calloway und Tom Reed"}},
      {"Ines Calloway et Tom Reed", "fr", {"Ines Calloway", "Tom Reed"}},
      {"José Ortega y Gasset", "en", {"José Ortega y Gasset"}},
      {"Ines Calloway y Tom Reed", "es", {"Ines Calloway", "Tom Reed"}},
  };
  for (const NamesCase& c : cases) {
    EXPECT_EQ(SplitNames(c.names, c.lang), c.result) << "\"" << c.names << "\" " << c.lang;
  }
}

TEST(PlainTextTest, NoLetterIsLost) {
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
  const std::vector<std::string> lines = {"", "\t", "\r", "Home", "Talks move closer", "It ended.",
                                          "    Indented words go here now",
                                          "A line that is long enough to look as if it had been wrapped"};
  for (int round = 0; round < test::Scaled(2000); ++round) {
    std::string text;
    for (uint64_t n = random.Below(15); n > 0; --n) absl::StrAppend(&text, random.Pick(lines), "\n");
    const std::string unwrapped = UnwrapLines(text);
    EXPECT_EQ(letters(unwrapped), letters(text));
    const HeadlineAndBody split = SplitHeadline(unwrapped);
    EXPECT_EQ(letters(split.headline).size() + letters(split.body).size(), letters(text).size()) << text;
  }
}

}  // namespace
}  // namespace dateline::extract
