// Bylines as they are printed, one a line: persons as "Name", with another role as "Name/role", agencies as
// "@Canonical", with the printed form behind "=" where it differs.
#include "indexer/extract/rules/byline.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::extract {
namespace {

using article::Role;
using article::Source;

BylineReading Read(absl::string_view text, Trust trust) {
  return ReadByline(text, Lexicon::Shipped(), trust, Role::kWriter, Source::kText);
}

std::string Describe(const BylineReading& reading) {
  std::vector<std::string> parts;
  for (const article::Credit& c : reading.people) {
    parts.push_back(c.role == Role::kWriter ? c.name : absl::StrCat(c.name, "/", article::RoleName(c.role)));
  }
  for (const AgencyCredit& a : reading.agencies) {
    std::string part = absl::StrCat("@", a.credit.name);
    if (a.as_printed != a.credit.name) absl::StrAppend(&part, "=", a.as_printed);
    if (a.credit.role != Role::kOrigin) absl::StrAppend(&part, "/", article::RoleName(a.credit.role));
    parts.push_back(std::move(part));
  }
  return absl::StrJoin(parts, ", ");
}

struct Case {
  std::string text;
  std::string result;
};

// What a line of text and a field that holds names both give.
TEST(BylineTest, OfTextAndOfFields) {
  const std::vector<Case> cases = {
      {"", ""},
      {"   ", ""},
      {"By", ""},
      {"By ", ""},
      // One writer, with the words that languages set before.
      {"Ines Calloway", "Ines Calloway"},
      {"By Ines Calloway", "Ines Calloway"},
      {"  by  Ines Calloway ", "Ines Calloway"},
      {"By\tInes Calloway", "Ines Calloway"},
      {"By: Ines Calloway", "Ines Calloway"},
      {"Written by Ines Calloway", "Ines Calloway"},
      {"Words: Ines Calloway", "Ines Calloway"},
      {"Von Ines Calloway", "Ines Calloway"},
      {"Ein Gastbeitrag von Ines Calloway", "Ines Calloway"},
      {"Par Inès Callouet", "Inès Callouet"},
      {"Por Inés Peñalver", "Inés Peñalver"},
      {"Di Ines Calvino", "Ines Calvino"},
      {"Door Ines van der Kaal", "Ines van der Kaal"},
      {"Af Ines Sølvberg", "Ines Sølvberg"},
      {"Автор: Ирина Соколова", "Ирина Соколова"},
      {"Текст: Ирина Соколова", "Ирина Соколова"},
      // Several.
      {"By Ines Calloway and Tom Reed", "Ines Calloway, Tom Reed"},
      {"Ines Calloway & Tom Reed", "Ines Calloway, Tom Reed"},
      {"Ines Calloway, Tom Reed", "Ines Calloway, Tom Reed"},
      {"By Ines Calloway, Tom Reed and Ann Lee", "Ines Calloway, Tom Reed, Ann Lee"},
      {"Ines Calloway, Tom Reed, and Ann Lee", "Ines Calloway, Tom Reed, Ann Lee"},
      {"Ines Calloway; Tom Reed", "Ines Calloway, Tom Reed"},
      {"Ines Calloway | Tom Reed", "Ines Calloway, Tom Reed"},
      {"Ines Calloway / Tom Reed", "Ines Calloway, Tom Reed"},
      {"Ines Calloway\nTom Reed", "Ines Calloway, Tom Reed"},
      {", ,; Ines Calloway,", "Ines Calloway"},
      {"Von Ines Calloway und Tom Reed", "Ines Calloway, Tom Reed"},
      {"Par Inès Callouet et Tom Reed", "Inès Callouet, Tom Reed"},
      {"Por Inés Peñalver y Tomás Reed", "Inés Peñalver, Tomás Reed"},
      {"Di Ines Calvino ed Elio Rossetti", "Ines Calvino, Elio Rossetti"},
      {"Av Ines Sølvberg och Tom Reed", "Ines Sølvberg, Tom Reed"},
      {"By Ines Calloway and Ines Calloway", "Ines Calloway"},
      {"By Ines Calloway, INES CALLOWAY", "Ines Calloway"},
      // "By" and "and" are words, not letters.
      {"Byron Reed", "Byron Reed"},
      {"Siobhan Byrne", "Siobhan Byrne"},
      {"By Siobhan Byrne", "Siobhan Byrne"},
      {"Anderson Sands", "Anderson Sands"},
      {"Bryony Bygrave and Andrea Sandberg", "Bryony Bygrave, Andrea Sandberg"},
      {"Per-Erik Lund", "Per-Erik Lund"},
      // Titles before and behind, places, brackets.
      {"By Ines Calloway, Senior Reporter", "Ines Calloway"},
      {"By Ines Calloway Senior Reporter", "Ines Calloway"},
      {"Political correspondent Ines Calloway", "Ines Calloway"},
      {"By Ines Calloway in Moscow", "Ines Calloway"},
      {"By Ines Calloway in Lima and Tom Reed in Quito", "Ines Calloway, Tom Reed"},
      {"Ines Calloway, Tom Reed in Moscow; editing by Carl Lind", "Ines Calloway, Tom Reed"},
      {"Reporting by Ines Calloway in Lima; Editing by Carl Lind", "Ines Calloway"},
      {"(Reporting by Ines Calloway)", "Ines Calloway"},
      {"By Ines Calloway for The Quay Letter", "Ines Calloway"},
      {"Ines Calloway (Lima)", "Ines Calloway"},
      // Suffixes stay with their name.
      {"By Tom Reed, Jr.", "Tom Reed, Jr."},
      {"By Tom Reed Jr.", "Tom Reed Jr."},
      {"Tom Reed, Jr., and Ann Lee", "Tom Reed, Jr., Ann Lee"},
      {"Tom Reed, III", "Tom Reed, III"},
      {"Ann Lee, M.D., Tom Reed, PhD", "Ann Lee, M.D., Tom Reed, PhD"},
      // Names of every form.
      {"By J. R. Calloway", "J. R. Calloway"},
      {"By Ines C. Calloway", "Ines C. Calloway"},
      {"By Ines O'Dell-Munro", "Ines O'Dell-Munro"},
      {"By Ines O’Dell", "Ines O’Dell"},
      {"By Jan van der Kaal", "Jan van der Kaal"},
      {"By Karim al-Masri", "Karim al-Masri"},
      {"By Chiara d'Amato", "Chiara d'Amato"},
      {"By Tom McLeod", "Tom McLeod"},
      {"BY INES CALLOWAY", "Ines Calloway"},
      {"By INES O'DELL-MUNRO", "Ines O'Dell-Munro"},
      {"By Song Tae-ho", "Song Tae-ho"},
      {"José Ortega y Gasset", "José Ortega y Gasset"},
      {"Por José Ortega y Gasset y Tomás Reed", "José Ortega y Gasset, Tomás Reed"},
      // Names without blanks.
      {"김도윤 기자", "김도윤"},
      {"김도윤 특파원", "김도윤"},
      {"佐藤花子", "佐藤花子"},
      {"记者 王小明", "王小明"},
      {"王小明、李华", "王小明, 李华"},
      // Agencies are no persons.
      {"Reuters", "@Reuters"},
      {"By Reuters", "@Reuters"},
      {"By The Associated Press", "@AP=The Associated Press"},
      {"By Ines Calloway, Associated Press", "Ines Calloway, @AP=Associated Press"},
      {"Ines Calloway | AFP", "Ines Calloway, @AFP"},
      {"Ines Calloway (Reuters)", "Ines Calloway, @Reuters"},
      {"By Associated Press writer Ines Calloway", "Ines Calloway, @AP=Associated Press"},
      {"dpa/Ines Calloway", "Ines Calloway, @dpa"},
      {"Reuters and AFP", "@Reuters, @AFP"},
      {"By AP and Agence France-Presse", "@AP, @AFP=Agence France-Presse"},
      {"With reporting by Reuters, AP and Ines Calloway",
       "Ines Calloway/contributor, @Reuters/contributor, @AP/contributor"},
      {"With additional reporting by Tom Reed", "Tom Reed/contributor"},
      // Photographers.
      {"Words: Ines Calloway. Pictures: Tom Reed.", "Ines Calloway, Tom Reed/photographer"},
      {"Photographs by Tom Reed", "Tom Reed/photographer"},
      {"By Ines Calloway; photographs by Tom Reed", "Ines Calloway, Tom Reed/photographer"},
      {"Text: Ines Sølvberg, Foto: Tom Reed", "Ines Sølvberg"},
      // Who edited is no writer.
      {"Editing by Carl Lind", ""},
      {"Edited by Carl Lind and Ann Lee", ""},
      // Outlets are no persons; those that others credit are sources.
      {"By Reuters Staff", "Reuters Staff/desk"},
      {"The Guardian", "@The Guardian"},
      {"By The New York Times", "@The New York Times"},
      {"By The Tico Times", "The Tico Times/desk"},
      {"By Novaya Gazeta", "Novaya Gazeta/desk"},
      {"theguardian.com", "theguardian.com/desk"},
      {"By Staff Reporter", ""},
      // What other programs have printed as authors.
      {"Ines Calloway | Minute Read | Published | Am Edt | Sun October", "Ines Calloway"},
      {"By Abby Reed", "Abby Reed"},
      {"By ABBY REED", "Abby Reed"},
      {"By Ruby Bybee", "Ruby Bybee"},
      {"By Ines Calloway | March 7, 2024", "Ines Calloway"},
      {"By Ines Calloway, Published March 7, 2024", "Ines Calloway"},
      {"By Ines Calloway • 4 min read", "Ines Calloway"},
      {"By Ines Calloway, AFP", "Ines Calloway, @AFP"},
      {"Von Ines Sølvberg, dpa", "Ines Sølvberg, @dpa"},
      {"Ines Sølvberg (dpa)", "Ines Sølvberg, @dpa"},
      {"Par Inès Callouet avec AFP", "Inès Callouet, @AFP"},
      {"Par Inès Callouet (avec AFP)", "Inès Callouet, @AFP"},
      {"Por Inés Peñalver / EFE", "Inés Peñalver, @EFE"},
      {"By Ines Calloway in Lima, Tom Reed in Quito and Ann Lee in Bogotá", "Ines Calloway, Tom Reed, Ann Lee"},
      {"By Dr. Ines Calloway", "Dr. Ines Calloway"},
      {"By Ines Calloway, MD", "Ines Calloway, MD"},
      {"By Ines Calloway Jr. and Tom Reed III", "Ines Calloway Jr., Tom Reed III"},
      {"By Ines de la Cruz", "Ines de la Cruz"},
      {"By Ludwig van Beck and Ines von der Aue", "Ludwig van Beck, Ines von der Aue"},
      {"By Ines Calloway and Reuters", "Ines Calloway, @Reuters"},
      {"By Ines Calloway with Tom Reed", "Ines Calloway, Tom Reed"},
      {"Story by Ines Calloway; photos by Tom Reed", "Ines Calloway, Tom Reed/photographer"},
      {"Texte : Inès Callouet, photos : Tom Reed", "Inès Callouet"},
      {"Ирина Соколова, Пётр Иванов", "Ирина Соколова, Пётр Иванов"},
      {"Ирина СОКОЛОВА", "Ирина СОКОЛОВА"},
      {"Ines CALLOWAY", "Ines CALLOWAY"},
      {"Γράφει η Ελένη Παπαδάκη", "Ελένη Παπαδάκη"},
      {"文/王小明", "王小明"},
      {"取材・文 佐藤花子", "佐藤花子"},
      {"김도윤 기자 doyun@velmara.example", "김도윤"},
      {"김도윤·이서연 기자", "김도윤, 이서연"},
      {"بقلم: ليلى حداد", "ليلى حداد"},
      // Addresses and handles are nobody.
      {"i.calloway@tidewater.example", ""},
      {"@inescalloway", ""},
      {"By @inescalloway", ""},
      {"Ines Calloway @inescalloway", "Ines Calloway"},
      {"By Ines Calloway i.calloway@tidewater.example", "Ines Calloway"},
      {"https://tidewater.example/people/ines", ""},
      {"www.tidewater.example", ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Describe(Read(c.text, Trust::kText)), c.result) << "text \"" << c.text << "\"";
    EXPECT_EQ(Describe(Read(c.text, Trust::kSupplied)), c.result) << "field \"" << c.text << "\"";
  }
}

// A line of text is believed only when it has the form of names: what other programs have printed as authors.
TEST(BylineTest, WhatALineOfTextDoesNotName) {
  const std::vector<Case> cases = {
      {"By Minute Read", ""},
      {"Minute Read", ""},
      {"3 min read", ""},
      {"Published", ""},
      {"By Published", ""},
      {"Read More", ""},
      {"Share This Story", ""},
      {"Am Edt", ""},
      {"Sun October", ""},
      {"By March 7, 2024", ""},
      {"2024-03-07", ""},
      {"Thursday, April 25", ""},
      {"Ines", ""},
      {"By Ines", ""},
      {"ines calloway", ""},
      {"By the river bank", ""},
      {"By the time the ferry left, the town had gone", ""},
      {"By 2030, Half Of Ferries Will Be Electric", ""},
      {"Breaking News", ""},
      {"Latest News", ""},
      {"Photo Gallery", ""},
      {"Sign Up", ""},
      {"All Rights Reserved", ""},
      {"Why Ferries Are Late", ""},
      {"By admin", ""},
      {"By TPN", "TPN/desk"},          // the initials of an outlet
      {"By Online Desk", "Online Desk/desk"},
      {"By The Quay Letter Staff", ""},
      {std::string(250, 'x'), ""},
      {"By Ines Calloway and " + std::string(250, 'x'), ""},
      // Lost blanks between two elements of a page.
      {"ByInes Calloway", "Ines Calloway"},
      {"Ines Calloway and agencies", "Ines Calloway"},
      {"Ines CallowayTom Reed", "Ines Calloway, Tom Reed"},
  };
  for (const Case& c : cases) EXPECT_EQ(Describe(Read(c.text, Trust::kText)), c.result) << "\"" << c.text << "\"";
}

// A field says that these are names: odd forms are believed, furniture and dates are not.
TEST(BylineTest, WhatAFieldNames) {
  const std::vector<Case> cases = {
      {"Ines", "Ines/desk"},
      {"ines calloway", "ines calloway"},
      {"Lantern", "Lantern/desk"},
      {"2024-03-07", ""},
      {"March 7, 2024", ""},
      {"Online Desk", "Online Desk/desk"},
      {"Online-Redaktion", "Online-Redaktion/desk"},
      {"Published", ""},
      {"Minute Read", ""},
      {"Ines Calloway and agencies", "Ines Calloway, agencies/desk"},
      {"admin", "admin/desk"},
      {"Ines Calloway, Quay Letter Staff", "Ines Calloway, Quay Letter Staff/desk"},
      {"quay/hosb", "quay/hosb/desk"},
      {"{{author}}", ""},
      {"null", "null/desk"},
  };
  for (const Case& c : cases) EXPECT_EQ(Describe(Read(c.text, Trust::kSupplied)), c.result) << "\"" << c.text << "\"";
}

TEST(BylineTest, LooksLikePerson) {
  const std::vector<std::pair<std::string, bool>> cases = {
      {"Ines Calloway", true},   {"Ines C. Calloway", true},  {"Jan van der Kaal", true}, {"Karim al-Masri", true},
      {"김도윤", true},          {"佐藤花子", true},          {"Ирина Соколова", true},   {"Ines", false},
      {"", false},               {"ines calloway", false},    {"Ines 2", false},          {"Ines Calloway!", false},
      {"The Quay Letter", false}, {"Read More", false},       {"J. R.", false},           {"Jan van der", false},
      {"One Two Three Four Five Six", false},                 {"Ines Calloway said", false},
      {"Associated Press", false},                            {"Online Desk", false},
  };
  for (const auto& [text, person] : cases) EXPECT_EQ(LooksLikePerson(text, Lexicon::Shipped()), person) << text;
}

// Total, clean and bounded on anything; each name given is made of letters that stand in the input.
TEST(BylineTest, AnyText) {
  const uint64_t seed = test::TestSeed(211);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const std::vector<std::string> pieces = {"By ", " and ", ", ", "; ", " | ", "Ines Calloway", "Tom Reed", "Reuters",
                                           "(AP)", " in Lima", "Jr.", "@x", "/", "Words: ", "编辑：", "记者", "\n", "von "};
  for (int round = 0; round < test::Scaled(5000); ++round) {
    std::string text;
    for (uint64_t n = random.Below(12); n > 0; --n) {
      absl::StrAppend(&text, random.OneIn(4) ? random.Text(random.Below(6)) : random.Pick(pieces));
    }
    for (const Trust trust : {Trust::kText, Trust::kSupplied}) {
      const BylineReading reading = Read(text, trust);
      EXPECT_EQ(Describe(reading), Describe(Read(text, trust)));
      EXPECT_LE(reading.people.size(), 30u);
      const std::string folded = FoldLine(text);
      for (const article::Credit& c : reading.people) {
        ASSERT_FALSE(c.name.empty()) << text;
        const std::string name = FoldLine(c.name);
        EXPECT_NE(folded.find(name.substr(0, name.find_first_of(" ,"))), std::string::npos) << text << "\n" << c.name;
      }
    }
  }
}

}  // namespace
}  // namespace dateline::extract
