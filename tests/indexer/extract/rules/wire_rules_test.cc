// What wire stories carry in fixed places, one line a case.
#include "indexer/extract/rules/wire_rules.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::extract {
namespace {

const Lexicon& Shipped() { return Lexicon::Shipped(); }

struct Case {
  std::string text;
  std::string result;
};

// "lead=4 update=3 ROUNDUP, CORRECTED > rest of the headline"
std::string Marks(absl::string_view headline) {
  article::WireVersion version;
  const size_t length = ReadVersionMarks(headline, version);
  if (length == 0) return version.empty() ? "" : "marks without length";
  std::vector<std::string> parts;
  if (version.lead > 0) parts.push_back(absl::StrCat("lead=", version.lead));
  if (version.update > 0) parts.push_back(absl::StrCat("update=", version.update));
  for (const std::string& flag : version.flags) parts.push_back(flag);
  return absl::StrCat(absl::StrJoin(parts, " "), " > ", headline.substr(length));
}

TEST(WireRulesTest, VersionMarks) {
  const std::vector<Case> cases = {
      {"(LEAD) Ferry sinks", "lead=1 > Ferry sinks"},
      {"(LD) Ferry sinks", "lead=1 > Ferry sinks"},
      {"(2nd LD) Ferry sinks", "lead=2 > Ferry sinks"},
      {"(3RD LEAD) Ferry sinks", "lead=3 > Ferry sinks"},
      {"(4th LD) (ROUNDUP) Ferry sinks", "lead=4 ROUNDUP > Ferry sinks"},
      {"(URGENT) Ferry sinks", "URGENT > Ferry sinks"},
      {"(NEWS FOCUS) Ferry sinks", "NEWS FOCUS > Ferry sinks"},
      {"UPDATE 3-Ferry sinks", "update=3 UPDATE > Ferry sinks"},
      {"UPDATE 12-Ferry sinks", "update=12 UPDATE > Ferry sinks"},
      {"UPDATE-Ferry sinks", "update=1 UPDATE > Ferry sinks"},
      {"UPDATE 1: Ferry sinks", "update=1 UPDATE > Ferry sinks"},
      {"WRAPUP 2-Ferry sinks", "update=2 WRAPUP > Ferry sinks"},
      {"CORRECTED-Ferry sinks", "CORRECTED > Ferry sinks"},
      {"CORRECTED-UPDATE 2-Ferry sinks", "update=2 CORRECTED UPDATE > Ferry sinks"},
      {"RPT-Ferry sinks", "RPT > Ferry sinks"},
      {"REFILE-UPDATE 1-Ferry sinks", "update=1 REFILE UPDATE > Ferry sinks"},
      // None.
      {"", ""},
      {"Ferry sinks", ""},
      {"(Ferry) sinks", ""},
      {"Lead in the water", ""},
      {"LEAD in the water of Velmara", ""},
      {"UPDATE", ""},
      {"Update 3-Ferry sinks", ""},
      {"UPDATE 300-Ferry sinks", ""},
      {"(0th LD) Ferry sinks", ""},
      {"(5 LD) Ferry sinks", ""},
      {"(Lead) Ferry sinks", ""},
      {"URGENTLY-needed ferries", ""},
      {"(LEAD", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Marks(c.text), c.result) << "\"" << c.text << "\"";
}

std::string Sources(const std::vector<AgencyCredit>& agencies) {
  return absl::StrJoin(agencies, ", ", [](std::string* out, const AgencyCredit& a) { out->append(a.credit.name); });
}

// "PLACE | agencies | day > sentence"
std::string Line(absl::string_view paragraph, const Dateline& d) {
  if (d.length == 0) return d.place.empty() && d.agencies.empty() ? "" : "a dateline without length";
  const std::string day = d.day.dated() ? article::DateText(d.day) : d.day.partial;
  return absl::StrCat(d.place, " | ", Sources(d.agencies), " | ", day, " > ", paragraph.substr(d.length).substr(0, 6));
}

const char* const kRest = "North and south went on talking about the ferry on Thursday.";

TEST(WireRulesTest, Datelines) {
  const std::vector<Case> cases = {
      // The form is completed by a sentence.
      {"VELMARA, April 25 (Yonhap) -- ", "VELMARA | Yonhap | --04-25 > North "},
      {"VELMARA, Orrinsay, April 25 (Yonhap) -- ", "VELMARA, Orrinsay | Yonhap | --04-25 > North "},
      {"VELMARA, April 25, 2019 (Reuters) - ", "VELMARA | Reuters | 2019-04-25 > North "},
      {"VELMARA (Reuters) - ", "VELMARA | Reuters |  > North "},
      {"VELMARA (AP) — ", "VELMARA | AP |  > North "},
      {"VELMARA (AP) ", "VELMARA | AP |  > North "},
      {"Velmara (dpa) - ", "Velmara | dpa |  > North "},
      {"Velmara (dpa/lno) - ", "Velmara | dpa |  > North "},
      {"Velmara (AFP/Reuters) - ", "Velmara | AFP, Reuters |  > North "},
      {"VELMARA (Meridian News Service) - ", "VELMARA | Meridian News Service |  > North "},
      {"(Reuters) - ", " | Reuters |  > North "},
      {"April 25 (Reuters) - ", " | Reuters | --04-25 > North "},
      {"VELMARA -- ", "VELMARA |  |  > North "},
      {"VELMARA – ", "VELMARA |  |  > North "},
      {"VELMARA — ", "VELMARA |  |  > North "},
      {"AUBURN, Wash. -- ", "AUBURN, Wash. |  |  > North "},
      {"ST. BRANNOCK, Orrinsay — ", "ST. BRANNOCK, Orrinsay |  |  > North "},
      {"RIO DE JANEIRO (AP) — ", "RIO DE JANEIRO | AP |  > North "},
      {"Velmara, April 25 - ", "Velmara |  | --04-25 > North "},
      {"PARIS, Thursday (AFP) - ", "PARIS | AFP |  > North "},
      {"SEOUL/TOKYO (Reuters) - ", "SEOUL/TOKYO | Reuters |  > North "},
      {"WASHINGTON/BEIJING, April 25 (Reuters) - ", "WASHINGTON/BEIJING | Reuters | --04-25 > North "},
      {"SEOUL, 25 April (Yonhap) — ", "SEOUL | Yonhap | --04-25 > North "},
      {"Berlin/Brüssel (dpa) – ", "Berlin/Brüssel | dpa |  > North "},
      {"МОСКВА, 25 апреля (ТАСС) — ", "МОСКВА | TASS | --04-25 > North "},
      {"MADRID, 25 Abr. (EUROPA PRESS) - ", "MADRID | Europa Press | --04-25 > North "},
      {"Madrid, 25 abr (EFE).-", "Madrid | EFE | --04-25 > North "},
      {"Madrid, 25 abr (EFE).- ", "Madrid | EFE | --04-25 > North "},
      {"ROMA, 25 APR - ", "ROMA |  | --04-25 > North "},
      {"(ANSA) - ROMA, 25 APR - ", "ROMA | ANSA | --04-25 > North "},
      {"New Delhi, Apr 25 (PTI) ", "New Delhi | PTI | --04-25 > North "},
      {"WASHINGTON, D.C. (AP) — ", "WASHINGTON, D.C. | AP |  > North "},
      {"GOTHENBURG. ", "GOTHENBURG |  |  > North "},
      {"NEW VELMARA. ", "NEW VELMARA |  |  > North "},
      // None.
      {"", ""},
      {"Marsh-Linden - the premier - ", ""},
      {"Velmara - ", ""},
      {"The minister (right) - ", ""},
      {"He said (and meant it) - ", ""},
      {"NATO said on Monday that ", ""},
      {"U.S. ", ""},
      {"A 25-year-old ", ""},
      {"\"We are here\" - ", ""},
      {"BREAKING - ", ""},
      {"Velmara: ", ""},                                   // not without leave
  };
  for (const Case& c : cases) {
    const std::string paragraph = absl::StrCat(c.text, kRest);
    EXPECT_EQ(Line(paragraph, ReadDateline(paragraph, Shipped(), false)), c.result) << "\"" << c.text << "\"";
  }
  // Without a sentence behind there is none.
  for (const std::string text : {"VELMARA (Reuters) -", "VELMARA (Reuters) - Short.", "VELMARA --", "VELMARA."}) {
    EXPECT_EQ(ReadDateline(text, Shipped(), true).length, 0u) << text;
  }
}

TEST(WireRulesTest, DatelinesOfTheColonForm) {
  const std::vector<Case> cases = {
      {"Velmara: ", "Velmara |  |  > North "},
      {"St. Brannock: ", "St. Brannock |  |  > North "},
      {"VELMARA: ", "VELMARA |  |  > North "},
      {"Breaking news: ", ""},
      {"Watch: ", ""},
      {"Editor's note: ", ""},
      {"Photo: ", ""},
      {"Updated: ", ""},
      {"She said: ", ""},
      {"The first of many questions: ", ""},
      {"12: ", ""},
  };
  for (const Case& c : cases) {
    const std::string paragraph = absl::StrCat(c.text, kRest);
    EXPECT_EQ(Line(paragraph, ReadDateline(paragraph, Shipped(), true)), c.result) << "\"" << c.text << "\"";
  }
  EXPECT_EQ(ReadDateline("Velmara: north and south went on talking all day.", Shipped(), true).length, 0u);
}

TEST(WireRulesTest, DatelineLines) {
  const std::vector<Case> cases = {
      {"VELMARA- Agence France-Presse", "VELMARA | AFP |  > "},
      {"VELMARA - Reuters", "VELMARA | Reuters |  > "},
      {"VELMARA (AP)", "VELMARA | AP |  > "},
      {"ST. BRANNOCK- Agence France-Presse", "ST. BRANNOCK | AFP |  > "},
      {"NEW VELMARA (Reuters)", "NEW VELMARA | Reuters |  > "},
      {"Velmara / dpa", "Velmara | dpa |  > "},
      {"VELMARA, April 25 - Reuters", "VELMARA | Reuters | --04-25 > "},
      {"VELMARA - Meridian News Service", "VELMARA | Meridian News Service |  > "},
      {"", ""},
      {"VELMARA", ""},
      {"Reuters", ""},
      {"VELMARA - ORRINSAY", ""},
      {"Reuters - AFP", ""},
      {"Ines Calloway - Reuters", ""},
      {"INES CALLOWAY | REUTERS", ""},
      {"Velmara - the capital - is quiet", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Line(c.text, ReadDatelineLine(c.text, Shipped())), c.result) << c.text;
}

std::string Credits(const BylineReading& reading) {
  std::vector<std::string> parts;
  for (const article::Credit& c : reading.people) parts.push_back(absl::StrCat(c.name, "/", article::RoleName(c.role)));
  for (const AgencyCredit& a : reading.agencies) {
    parts.push_back(absl::StrCat("@", a.credit.name, "/", article::RoleName(a.credit.role)));
  }
  return absl::StrJoin(parts, ", ");
}

TEST(WireRulesTest, CreditLines) {
  const std::vector<Case> cases = {
      {"With reporting by Reuters, AP, and AFP", "@Reuters/contributor, @AP/contributor, @AFP/contributor"},
      {"With reporting by Reuters and Ines Calloway", "Ines Calloway/contributor, @Reuters/contributor"},
      {"With reporting by Norpress and Meridian News Service", "@Norpress/contributor, @Meridian News Service/contributor"},
      {"Reporting by Ines Calloway in Lima; Editing by Carl Lind", "Ines Calloway/writer"},
      {"(Reporting by Ines Calloway, Tom Reed; Editing by Carl Lind)", "Ines Calloway/writer, Tom Reed/writer"},
      {"(Reporting by Ines Calloway. Editing by Carl Lind)", "Ines Calloway/writer"},
      {"— With reporting by AP", "@AP/contributor"},
      {"NORPRESS contributed to this report.", "@Norpress/contributor"},
      {"BLOOMBERG", "@Bloomberg/origin"},
      {"(dpa)", "@dpa/origin"},
      {"AFP, Reuters", "@AFP/origin, @Reuters/origin"},
      {"AFP/Reuters", "@AFP/origin, @Reuters/origin"},
      // None. Persons who only helped stay in the text.
      {"", ""},
      {"Ines Calloway contributed to this story.", ""},
      {"Ines Calloway", ""},
      {"Norpress", ""},
      {"The report was written by Reuters for a client.", ""},
      {"Reuters reported on Monday that the ferry was late.", ""},
      {"Editing by Carl Lind", ""},
      {"VELMARA", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Credits(ReadCreditLine(c.text, Shipped())), c.result) << "\"" << c.text << "\"";
}

std::string EndMark(absl::string_view paragraph) {
  size_t length = 99;
  const std::vector<AgencyCredit> agencies = ReadEndMark(paragraph, Shipped(), &length);
  if (agencies.empty()) return length == 0 ? "" : "length without mark";
  return absl::StrCat(Sources(agencies), " < ", paragraph.substr(0, paragraph.size() - length));
}

TEST(WireRulesTest, EndMarks) {
  const std::vector<Case> cases = {
      {"It ended. BLOOMBERG", "Bloomberg < It ended."},
      {"It ended. REUTERS ", "Reuters < It ended."},
      {"It ended. (dpa)", "dpa < It ended."},
      {"It ended. (AFP/Reuters)", "AFP, Reuters < It ended."},
      {"It ended (AP)", "AP < It ended"},
      {"\"It ended.\" AFP", "AFP < \"It ended.\""},
      {"It ended. – Bernama", "Bernama < It ended."},
      {"It ended. -- Reuters", "Reuters < It ended."},
      // None.
      {"", ""},
      {"BLOOMBERG", ""},
      {"It ended.", ""},
      {"He spoke to Reuters", ""},
      {"He worked for BLOOMBERG", ""},
      {"It ended. He said so to Reuters", ""},
      {"It ended (at last)", ""},
      {"It ended. VELMARA", ""},
      {"(AP)", ""},
      {"It ended. (AP", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(EndMark(c.text), c.result) << "\"" << c.text << "\"";
}

// Total on any text; lengths lie inside it and at the bounds of characters.
TEST(WireRulesTest, AnyText) {
  const uint64_t seed = test::TestSeed(227);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const std::vector<std::string> pieces = {"VELMARA", ", ", "April 25", " (AP)", " -- ", " - ", "—", ". ", ": ", "(", ")",
                                           "UPDATE 3-", "(LEAD) ", "Reuters", "With reporting by ", "BLOOMBERG", " ", "/",
                                           "North and south went on talking", "Seoul"};
  const auto boundary = [](const std::string& text, size_t at) {
    return at <= text.size() && (at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80);
  };
  for (int round = 0; round < test::Scaled(20'000); ++round) {
    std::string text;
    for (uint64_t n = random.Below(9); n > 0; --n) {
      absl::StrAppend(&text, random.OneIn(5) ? random.Text(random.Below(5)) : random.Pick(pieces));
    }
    article::WireVersion version;
    const size_t marks = ReadVersionMarks(text, version);
    ASSERT_TRUE(boundary(text, marks)) << text;
    ASSERT_EQ(marks == 0, version.empty()) << text;
    ASSERT_TRUE(boundary(text, ReadDateline(text, Shipped(), true).length)) << text;
    ASSERT_TRUE(boundary(text, ReadDatelineLine(text, Shipped()).length)) << text;
    ReadCreditLine(text, Shipped());
    size_t length = 0;
    ReadEndMark(text, Shipped(), &length);
    ASSERT_LE(length, text.size());
    ASSERT_TRUE(boundary(text, text.size() - length)) << text;
  }
}

}  // namespace
}  // namespace dateline::extract
