#include "indexer/extract/rules/lexicon.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace dateline::extract {
namespace {

const Lexicon& Shipped() { return Lexicon::Shipped(); }

TEST(LexiconTest, FoldLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"  \t ", ""},
      {"Read MORE", "read more"},
      {"  a \t b  ", "a b"},
      {"a\u00A0b\u3000c", "a b c"},
      {"Editor’s “Note”", "editor's \"note\""},
      {"ÄÖÜ ΑΒΓ ЖЩ", "äöü αβγ жщ"},
      {"記者：", "記者:"},
      {"news\u00ADroom", "newsroom"},
      {"a\u200Db", "ab"},
  };
  for (const auto& [text, folded] : cases) {
    EXPECT_EQ(FoldLine(text), folded) << "\"" << text << "\"";
    EXPECT_EQ(FoldLine(folded), folded);
  }
}

TEST(LexiconTest, TheShippedTablesHoldTheLanguagesTheyClaim) {
  for (const std::string text : {"by", "von", "par", "por", "автор:", "بقلم"}) {
    EXPECT_TRUE(Shipped().Is(WordKind::kBy, text)) << text;
  }
  for (const auto& [month, number] : std::vector<std::pair<std::string, int>>{
           {"january", 1}, {"jan", 1}, {"februar", 2}, {"mars", 3}, {"abril", 4}, {"мая", 5}, {"giugno", 6},
           {"lipca", 7}, {"août", 8}, {"eylül", 9}, {"października", 10}, {"noviembre", 11}, {"δεκεμβρίου", 12}}) {
    EXPECT_EQ(Shipped().Month(month), number) << month;
  }
  EXPECT_EQ(Shipped().Weekday("monday"), 1);
  EXPECT_EQ(Shipped().Weekday("sonntag"), 7);
  EXPECT_EQ(Shipped().ZoneMinutes("kst"), 540);
  EXPECT_EQ(Shipped().ZoneMinutes("gmt"), 0);
  EXPECT_EQ(Shipped().ZoneMinutes("est"), -300);
  EXPECT_EQ(Shipped().Month("velmara"), absl::nullopt);
  EXPECT_EQ(Shipped().Month(""), absl::nullopt);
}

TEST(LexiconTest, WholePhrases) {
  EXPECT_TRUE(Shipped().Is(WordKind::kBy, "written by"));
  EXPECT_FALSE(Shipped().Is(WordKind::kBy, "by ines"));
  EXPECT_FALSE(Shipped().Is(WordKind::kBy, "b"));
  EXPECT_FALSE(Shipped().Is(WordKind::kBy, ""));
  EXPECT_FALSE(Shipped().Is(WordKind::kBy, "By"));  // it asks for folded text
}

TEST(LexiconTest, PhrasesAtTheStart) {
  const std::vector<std::pair<std::string, size_t>> cases = {
      {"by ines calloway", 2},
      {"by", 2},
      {"by: ines", 3},           // the longest
      {"byrne", 0},              // inside a word
      {"by-line", 2},            // a hyphen ends a word
      {"written by ines", 10},
      {"written byline", 0},
      {"ines by", 0},
      {"", 0},
  };
  for (const auto& [text, length] : cases) EXPECT_EQ(Shipped().StartsWith(WordKind::kBy, text), length) << text;
  // Han needs no blank behind a word.
  EXPECT_EQ(Shipped().StartsWith(WordKind::kEditing, "编辑王小明") > 0, Shipped().Is(WordKind::kEditing, "编辑"));
  EXPECT_EQ(Shipped().StartsWith(WordKind::kEditing, "編集佐藤"), std::string("編集").size());
}

TEST(LexiconTest, PhrasesAnywhere) {
  size_t length = 0;
  EXPECT_EQ(Shipped().Find(WordKind::kReporting, "more reporting by ines", &length), 5u);
  EXPECT_EQ(length, std::string("reporting by").size());
  EXPECT_EQ(Shipped().Find(WordKind::kBy, "nearby ferries", &length), std::string::npos);
  EXPECT_EQ(length, 0u);
  EXPECT_EQ(Shipped().Find(WordKind::kBy, "nearby, by the sea", &length), 8u);
  EXPECT_EQ(length, 2u);
  EXPECT_EQ(Shipped().Find(WordKind::kEditing, "王小明編集", &length), std::string("王小明").size());
  EXPECT_EQ(Shipped().Find(WordKind::kBy, "", &length), std::string::npos);
}

std::string AgencyOf(const Lexicon& lexicon, absl::string_view name) {
  bool may_be_outlet = false;
  const std::string* agency = lexicon.Agency(name, &may_be_outlet);
  return agency == nullptr ? "" : absl::StrCat(*agency, may_be_outlet ? " (or outlet)" : "");
}

TEST(LexiconTest, Agencies) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"AFP", "AFP"},
      {"Agence France-Presse", "AFP"},
      {"AGENCE FRANCE-PRESSE", "AFP"},
      {" Reuters ", "Reuters"},
      {"REUTERS", "Reuters"},
      {"AP", "AP"},
      {"Ap", ""},                 // short names match only as they are written
      {"ap", ""},
      {"afp", "AFP"},             // which is in the table too
      {"Afp", ""},
      {"dpa", "dpa"},
      {"DPA", "dpa"},
      {"ani", ""},
      {"The Associated Press", "AP"},
      {"聯合ニュース", "Yonhap"},
      {"BBC", "BBC (or outlet)"},
      {"", ""},
      {"Velmara", ""},
  };
  for (const auto& [name, agency] : cases) EXPECT_EQ(AgencyOf(Shipped(), name), agency) << name;
}

std::string OutletText(const Outlet* outlet) {
  return outlet == nullptr ? "" : absl::StrCat(outlet->trusted ? "" : "?", outlet->name);
}

TEST(LexiconTest, Outlets) {
  const std::vector<std::pair<std::string, std::string>> names = {
      {"The New York Times", "The New York Times"},
      {"THE NEW YORK TIMES", "The New York Times"},
      {"NYT", "The New York Times"},
      {" NY  Times ", "The New York Times"},
      {"Time", "?Time"},               // a word of the language too
      {"TIME Magazine", "Time"},
      {"BT", "?The Business Times"},
      {"Velmara Herald", ""},
      {"", ""},
  };
  for (const auto& [name, outlet] : names) EXPECT_EQ(OutletText(Shipped().OutletByName(name)), outlet) << name;
  const std::vector<std::pair<std::string, std::string>> hosts = {
      {"nytimes.com", "The New York Times"},
      {"www.nytimes.com", "The New York Times"},
      {"WWW.NYTimes.com", "The New York Times"},
      {"cooking.m.nytimes.com", "The New York Times"},
      {"notnytimes.com", ""},
      {"nytimes.com.example", ""},
      {"com", ""},
      {"", ""},
      {".", ""},
      {"...", ""},
  };
  for (const auto& [host, outlet] : hosts) EXPECT_EQ(OutletText(Shipped().OutletByHost(host)), outlet) << host;
}

TEST(LexiconTest, TablesOfAnArchive) {
  test::TempDir dir;
  dir.Write("words.tsv", "# of this archive\n\nby\ten\tpenned by\r\nmonth:3\ten\tlenting\nzone:+02:30\t*\tVST\n");
  dir.Write("agencies.tsv", "Norpress\tNP\tNorpress Agency\nAssociated Scribes\tReuters\n");
  dir.Write("outlets.tsv",
            "Velmara Herald\tvelmara.example,herald.example\tThe Herald of Velmara\t?Herald\n"
            "Other\tnytimes.com\n?Quay\n");
  const auto made = Lexicon::WithTables(dir.path());
  EXPECT_TRUE(absl::IsInvalidArgument(made.status())) << made.status();  // the last line has but one field
  EXPECT_TRUE(absl::StrContains(made.status().message(), dir.Path("outlets.tsv"))) << made.status();
  EXPECT_TRUE(absl::StrContains(made.status().message(), "line 3")) << made.status();
  dir.Write("outlets.tsv",
            "Velmara Herald\tvelmara.example,herald.example\tThe Herald of Velmara\t?Herald\n"
            "Other\tnytimes.com\n"
            "The Herald House\thouse.example\tHerald Sun of Velmara\n");
  const auto lexicon = Lexicon::WithTables(dir.path());
  ASSERT_TRUE(lexicon.ok()) << lexicon.status();
  const Lexicon& mine = **lexicon;
  // What is new.
  EXPECT_TRUE(mine.Is(WordKind::kBy, "penned by"));
  EXPECT_EQ(mine.Month("lenting"), 3);
  EXPECT_EQ(mine.ZoneMinutes("vst"), 150);
  EXPECT_EQ(AgencyOf(mine, "NP"), "Norpress");
  EXPECT_EQ(AgencyOf(mine, "norpress agency"), "Norpress");
  EXPECT_EQ(OutletText(mine.OutletByName("the herald of velmara")), "Velmara Herald");
  EXPECT_EQ(OutletText(mine.OutletByName("Herald")), "?Velmara Herald");
  EXPECT_EQ(OutletText(mine.OutletByHost("www.velmara.example")), "Velmara Herald");
  // What beats a shipped line.
  EXPECT_EQ(AgencyOf(mine, "Reuters"), "Associated Scribes");
  EXPECT_EQ(OutletText(mine.OutletByHost("www.nytimes.com")), "Other");
  // What stays.
  EXPECT_TRUE(mine.Is(WordKind::kBy, "by"));
  EXPECT_EQ(AgencyOf(mine, "AFP"), "AFP");
  EXPECT_EQ(AgencyOf(Shipped(), "Reuters"), "Reuters");
  EXPECT_EQ(AgencyOf(Shipped(), "NP"), "");
}

// An archive may call its own paper by a name that is another's elsewhere.
TEST(LexiconTest, AnAliasOfAnArchiveBeatsAShippedOne) {
  test::TempDir dir;
  dir.Write("outlets.tsv", "Velmara Business Times\tvbt.example\tBT\n");
  const auto lexicon = Lexicon::WithTables(dir.path());
  ASSERT_TRUE(lexicon.ok()) << lexicon.status();
  EXPECT_EQ(OutletText((*lexicon)->OutletByName("BT")), "Velmara Business Times");
}

TEST(LexiconTest, BadTablesNameFileAndLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"words.tsv", "by\ten\n"},                 // a field is missing
      {"words.tsv", "by\ten\tx\ty\n"},           // one too many
      {"words.tsv", "bye\ten\tx\n"},             // no such kind
      {"words.tsv", "by\ten\t \n"},              // no phrase
      {"words.tsv", "month:13\ten\tx\n"},
      {"words.tsv", "month:x\ten\tx\n"},
      {"words.tsv", "weekday:0\ten\tx\n"},
      {"words.tsv", "zone:9\ten\tx\n"},
      {"words.tsv", "zone:+0900\ten\tx\n"},
      {"words.tsv", "by\ten\t\xFF\n"},
      {"agencies.tsv", "\tx\n"},
      {"agencies.tsv", "@\tx\n"},
      {"outlets.tsv", "Velmara Herald\n"},       // no field for hosts
      {"outlets.tsv", "\tvelmara.example\n"},
  };
  for (const auto& [name, line] : cases) {
    test::TempDir dir;
    const std::string path = dir.Write(name, absl::StrCat("# a comment\n\n", line));
    const absl::Status status = Lexicon::WithTables(dir.path()).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << line << status;
    EXPECT_TRUE(absl::StrContains(status.message(), absl::StrCat(path, ", line 3"))) << line << status;
  }
  test::TempDir empty;
  const absl::Status status = Lexicon::WithTables(empty.path()).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), empty.path())) << status;
}

}  // namespace
}  // namespace dateline::extract
