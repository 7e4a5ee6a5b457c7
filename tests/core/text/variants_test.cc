#include "core/text/variants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/support/temp_dir.h"

namespace dateline::text {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

class Directory {
 public:
  explicit Directory(const std::string& names) { directory_.Write("names.tsv", names); }
  absl::StatusOr<std::unique_ptr<const Variants>> Load() const { return Variants::WithTables(directory_.path()); }

 private:
  test::TempDir directory_;
};

TEST(VariantsTest, ShippedPairsFindEachOther) {
  struct Row {
    const char* one;
    const char* other;
  };
  const Row kRows[] = {
      // Sitecore/developer-portal#446: American and British spellings, in every form.
      {"colour", "color"}, {"colours", "colors"}, {"coloured", "colored"}, {"organise", "organize"},
      {"organisation", "organization"}, {"denuclearisation", "denuclearization"}, {"labour", "labor"},
      {"defence", "defense"}, {"centre", "center"}, {"theatres", "theaters"}, {"travelled", "traveled"},
      {"cancelling", "canceling"}, {"analyse", "analyze"}, {"catalogue", "catalog"}, {"grey", "gray"},
      {"paediatric", "pediatric"}, {"oestrogen", "estrogen"}, {"manoeuvres", "maneuvers"}, {"fulfil", "fulfill"},
      {"jewellery", "jewelry"}, {"sceptical", "skeptical"}, {"aluminium", "aluminum"}, {"plough", "plow"},
      {"kilometre", "kilometer"}, {"licence", "license"}, {"email", "e-mail"}, {"per cent", "percent"},
      // bellingcat/alias-generator#5: names in other transcriptions, and after a renaming.
      {"kyiv", "Kiev"}, {"odesa", "Odessa"}, {"kharkiv", "Kharkov"}, {"jong un", "Jongun"}, {"jong un", "Jong Eun"},
      {"gaddafi", "Qaddafi"}, {"al qaeda", "al-Qaida"}, {"hezbollah", "Hizbullah"}, {"mumbai", "Bombay"},
      {"kolkata", "Calcutta"}, {"beijing", "Peking"}, {"myanmar", "Burma"}, {"czechia", "Czech Republic"},
      {"eswatini", "Swaziland"}, {"ivory coast", "Côte d'Ivoire"}, {"zelensky", "Zelenskyy"},
      {"zelensky", "Zelenskiy"}, {"tchaikovsky", "Chaikovsky"}, {"muhammad", "Mohammed"}, {"yeltsin", "Eltsin"},
      {"khrushchev", "Khruschev"}, {"u.s", "United States"}, {"u.k", "UK"}, {"turkey", "Türkiye"},
  };
  const Variants& variants = Variants::Shipped();
  Analyzer analyzer;
  for (const Row& row : kRows) {
    EXPECT_THAT(variants.Of(row.one, row.one), Contains(row.other)) << row.one;
    std::vector<Token> tokens;
    analyzer.Tokenize(row.other, "", tokens);
    const std::string back = absl::StrJoin(
        tokens, " ", [](std::string* out, const Token& token) { absl::StrAppend(out, token.word->exact); });
    EXPECT_THAT(variants.Of(back, row.other), Not(IsEmpty())) << row.other;
  }
}

TEST(VariantsTest, WhatWouldFindTooMuchIsLeftOutOrGoesOneWay) {
  const Variants& variants = Variants::Shipped();
  EXPECT_THAT(variants.Of("tyre", "tyre"), ElementsAre("tire"));
  EXPECT_THAT(variants.Of("metre", "metre"), ElementsAre("meter"));
  for (const char* word : {"tire", "check", "cheque", "meter", "story", "curb", "draft", "us", "un", "eu", "who", "any",
                           "any one", "anyone", "insure"}) {
    EXPECT_THAT(variants.Of(word, word), Not(Contains("us"))) << word;
    if (std::string(word) != "eu") {
      EXPECT_THAT(variants.Of(word, word), IsEmpty()) << word;
    }
  }
}

// The index folds case: typed in capitals US is the country, and no other word becomes "us".
TEST(VariantsTest, AbbreviationsThatAreWordsCountAsTyped) {
  const Variants& variants = Variants::Shipped();
  EXPECT_THAT(variants.Of("us", "US"), Contains("U.S."));
  EXPECT_THAT(variants.Of("us", "Us"), IsEmpty());
  EXPECT_THAT(variants.Of("un", "UN"), ElementsAre("U.N.", "United Nations"));
  EXPECT_THAT(variants.Of("u.s", "U.S."), Not(Contains("US")));
}

TEST(VariantsTest, ADirectoryAddsAndTakesAway) {
  const Directory directory(
      "# ours\n"
      "!Kyiv\r\n"
      "\n"
      "Norland\tNordland\tNorthern Land\n"
      ">Old Port\tNew Port\n"
      "^IT\tI.T.\n"
      "color\ttint\n"
      "!U.S.\n");
  const auto loaded = directory.Load();
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  const Variants& variants = **loaded;
  EXPECT_THAT(variants.Of("kyiv", "Kyiv"), IsEmpty());
  EXPECT_THAT(variants.Of("kiev", "Kiev"), Not(Contains("Kyiv")));
  EXPECT_THAT(variants.Of("norland", ""), ElementsAre("Nordland", "Northern Land"));
  EXPECT_THAT(variants.Of("northern land", ""), ElementsAre("Norland", "Nordland"));
  EXPECT_THAT(variants.Of("old port", ""), ElementsAre("New Port"));
  EXPECT_THAT(variants.Of("new port", ""), IsEmpty());
  EXPECT_THAT(variants.Of("it", "IT"), ElementsAre("I.T."));
  EXPECT_THAT(variants.Of("it", "it"), IsEmpty());
  EXPECT_THAT(variants.Of("color", ""), ElementsAre("colour", "tint"));
  EXPECT_THAT(variants.Of("us", "US"), Not(Contains("U.S.")));
  EXPECT_THAT(variants.Of("mumbai", ""), Contains("Bombay")) << "the shipped ones stay";
}

TEST(VariantsTest, TheVersionFollowsTheTables) {
  EXPECT_THAT(Variants::Shipped().version(), MatchesRegex("1-[0-9a-f]{8}"));
  const auto one = Directory("a\tb\n").Load();
  const auto again = Directory("a\tb\n").Load();
  const auto other = Directory("a\tc\n").Load();
  ASSERT_TRUE(one.ok() && again.ok() && other.ok());
  EXPECT_EQ((*one)->version(), (*again)->version());
  EXPECT_NE((*one)->version(), (*other)->version());
  EXPECT_NE((*one)->version(), Variants::Shipped().version());
}

TEST(VariantsTest, BadLinesAreNamed) {
  struct Row {
    const char* table;
    const char* line;
    const char* message;
  };
  const Row kRows[] = {
      {"a\tb\nalone\n", "names.tsv:2: ", "'alone' stands alone; write its variants"},
      {"a\t...\n", "names.tsv:1: ", "'...' holds no letter or digit; write a word"},
      {"a\t\tb\n", "names.tsv:1: ", "holds no letter or digit"},
      {"\n\n>a\n", "names.tsv:3: ", "stands alone"},
      {"a\tb*\n", "names.tsv:1: ", "'b*' has a '*'; write out"},
      {"!\n", "names.tsv:1: ", "holds no letter or digit"},
      {"a\tone two three four five six\n", "names.tsv:1: ", "has 6 words; write at most 5"},
      {"a\tb\tc\td\te\tf\tg\th\ti\tj\tk\tl\tm\tn\to\tp\tq\n", "names.tsv:1: ", "17 entries; write at most 16"},
      {"Łódź\tlodz\n", "names.tsv:1: ", "one and the same to the index; leave the line out"},
      {"a\tb\xff\n", "names.tsv:1: ", "not valid UTF-8; save"},
  };
  for (const Row& row : kRows) {
    const absl::Status status = Directory(row.table).Load().status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << row.table;
    EXPECT_THAT(std::string(status.message()), HasSubstr(row.line));
    EXPECT_THAT(std::string(status.message()), HasSubstr(row.message));
  }
  const test::TempDir empty;
  EXPECT_THAT(std::string(Variants::WithTables(empty.path()).status().message()), HasSubstr("names.tsv; write one"));
}

}  // namespace
}  // namespace dateline::text
