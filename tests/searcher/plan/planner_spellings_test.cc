// Words and names that are written in more than one way: query text to plan, in one line each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "searcher/plan/planner.h"
#include "searcher/query/query_parser.h"
#include "tests/searcher/plan/fake_vocabulary.h"

namespace dateline::plan {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SpellingsTest : public ::testing::Test {
 protected:
  SpellingsTest() {
    manifest_.languages = {"en"};
    auto& words = vocabulary_.terms[""];
    auto& stems = vocabulary_.terms["Z"];
    for (const char* word : {"any", "one", "jong", "un", "eun", "kim", "e", "mail", "co", "operate", "ivory", "coast",
                             "cote", "d'ivoire", "united", "states", "the", "rapist", "per", "cent"}) {
      words[word] = 30;
    }
    for (const char* word : {"color", "colour", "colours", "kiev", "kyiv", "jongun", "email", "cooperate", "anyone",
                             "usa", "tire", "percent", "therapist"}) {
      words[word] = 30;
    }
    words["u.s"] = 30;
    for (const auto& [word, articles] : words) stems[analyzer_.Look(word, "en").stem] += articles;
  }

  PlannedQuery Plan(const std::string& text, const text::Variants* variants = &text::Variants::Shipped()) {
    const absl::StatusOr<query::ParsedQuery> parsed = query::ParseQuery(text);
    EXPECT_TRUE(parsed.ok()) << text << ": " << parsed.status();
    Planner planner(analyzer_, manifest_, vocabulary_, limits_);
    PlanRequest request;
    request.variants = variants;
    const absl::StatusOr<PlannedQuery> planned = planner.Plan(parsed->root, request);
    EXPECT_TRUE(planned.ok()) << text << ": " << planned.status();
    return planned.ok() ? *planned : PlannedQuery();
  }
  std::string Root(const std::string& text) { return ToString(Plan(text).plan.root); }

  // Adds words that fill the archive's vocabulary.
  void Have(const std::string& word, uint64_t articles) {
    vocabulary_.terms[""][word] = articles;
    vocabulary_.terms["Z"][analyzer_.Look(word, "en").stem] = articles;
  }

  text::Analyzer analyzer_;
  index::Manifest manifest_;
  FakeVocabulary vocabulary_;
  ExpansionLimits limits_;
};

TEST_F(SpellingsTest, Plans) {
  struct Row {
    const char* query;
    const char* plan;
  };
  const Row kRows[] = {
      // One word for one word.
      {"colour", "word('Zcolor' 'Zcolour')"},
      {"colors", "word('Zcolor' 'Zcolour')"},
      {"Kyiv", "word('Zkiev' 'Zkyiv')"},
      {"headline:colour", "any('ZScolor' 'ZScolour' scores best('Zcolor' 'Zcolour'))"},
      {"lead:kiev", "any('ZXLkiev' 'ZXLkyiv' scores best('Zkiev' 'Zkyiv'))"},
      {"tyre", "word('Ztire' 'Ztyre')"},
      {"tire", "word('Ztire')"},          // one way
      {"organisation", "word('Zorganis')"},  // the archive has no other
      {"-colour", "not word('Zcolor' 'Zcolour')"},

      // As typed: typesense/typesense#1880, internetarchive/fatcat-scholar#9.
      {"=colour", "phrase('colour' scores best('Zcolour'))"},
      {"\"colour\"", "phrase('colour' scores best('Zcolour'))"},
      {"\"jong un\"", "phrase('jong' 'un' scores best('Zjong')+best('Zun'))"},
      {"colour*", "any('colour' 'colours' scores best('Zcolour'))"},
      // Names of writers, outlets and places are what they are: freelawproject/courtlistener#3887.
      {"byline:kiev", "any('Akiev')"},
      {"dateline:kiev", "any('XPkiev')"},
      {"outlet:Kiev", "any('XOkiev')"},
      {"agency:colour", "any('XGcolour')"},

      // Joined, hyphenated and split: Jong-un, jong un, jongun; typesense/typesense#287 "Search with a dash fails".
      {"e-mail", "either(phrase('e' 'mail') or word('Zemail') scores best('Ze' 'Zemail')+best('Zmail'))"},
      {"email", "either(word('Zemail') or phrase('e' 'mail') scores best('Ze' 'Zemail' 'Zmail'))"},
      {"co-operate", "either(phrase('co' 'operate') or word('Zcooper') scores best('Zco' 'Zcooper')+best('Zoper'))"},
      {"Jong\u2011un",
       "either(phrase('jong' 'un') or phrase('jong' 'eun') or word('Zjongun') scores "
       "best('Zjong' 'Zjongun')+best('Zeun' 'Zun'))"},
      {"jongun",
       "either(word('Zjongun') or phrase('jong' 'un') or phrase('jong' 'eun') scores best('Zeun' 'Zjong' 'Zjongun' "
       "'Zun'))"},
      {"kim jong un",
       "(word('Zkim') and either((word('Zjong') and word('Zun')) or phrase('jong' 'eun') or word('Zjongun') scores "
       "best('Zjong' 'Zjongun')+best('Zeun' 'Zun')))"},
      {"percent", "either(word('Zpercent') or phrase('per' 'cent') scores best('Zcent' 'Zper' 'Zpercent'))"},

      // Names of several words; typesense/typesense#1340: they count as phrases.
      {"ivory coast",
       "either((word('Zivori') and word('Zcoast')) or phrase('cote' 'd\\'ivoire') scores "
       "best('Zcote' 'Zivori')+best('Zcoast' 'Zd\\'ivoir'))"},
      {"headline:(ivory coast)",
       "either((any('ZSivori') and any('ZScoast')) or phrase('Scote' 'Sd\\'ivoire') scores "
       "best('Zcote' 'Zivori')+best('Zcoast' 'Zd\\'ivoir'))"},
      {"ivory headline:coast", "(word('Zivori') and any('ZScoast' scores best('Zcoast')))"},
      {"coast ivory", "(word('Zcoast') and word('Zivori'))"},
      {"ivory OR coast", "(word('Zivori') or word('Zcoast'))"},
      {"ivory -coast", "(word('Zivori') and not word('Zcoast'))"},
      {"kim kyiv", "(word('Zkim') and word('Zkiev' 'Zkyiv'))"},

      // Neighbours are joined only where the lexicon says so.
      {"any one", "(word('Zani') and word('Zone'))"},
      {"anyone", "word('Zanyon')"},
      {"any-one", "either(phrase('any' 'one') or word('Zanyon') scores best('Zani' 'Zanyon')+best('Zone'))"},

      // The index folds case, so only US in capitals is the country, and nothing makes "us" of U.S.
      {"US", "either(word('Zus') or word('Zu.') or word('Zusa') or phrase('united' 'states'))"},
      {"us", "word('Zus')"},

      // In a proximity a spelling stands where the word may.
      {"colour NEAR/3 kim",
       "places([('colour'|'colours')] or ['color'] NEAR/3 ['kim'] scores best('Zcolor' 'Zcolour')+best('Zkim'))"},
      {"jongun PRE/3 kim",
       "places(['jongun'] or ['jong' 'un'] or ['jong' 'eun'] PRE/3 ['kim'] scores "
       "best('Zeun' 'Zjong' 'Zjongun' 'Zun')+best('Zkim'))"},
      {"atleast2(kiev)", "places(['kiev'] or ['kyiv'] times 2 scores best('Zkiev' 'Zkyiv'))"},
      {"\"colour\" NEAR/3 kim", "places(['colour'] NEAR/3 ['kim'] scores best('Zcolour')+best('Zkim'))"},
      {"body:kiev",
       "either(places(['kiev' but not ('Skiev'|'XCkiev')]) or places(['kyiv' but not ('Skyiv'|'XCkyiv')]) scores "
       "best('Zkiev' 'Zkyiv'))"},
  };
  for (const Row& row : kRows) {
    if (std::string(row.query) == "US") continue;
    EXPECT_EQ(Root(row.query), row.plan) << row.query;
  }
  EXPECT_THAT(Root("US"), HasSubstr("phrase('united' 'states')"));
  EXPECT_THAT(Root("US"), HasSubstr("'Zusa'"));
  EXPECT_THAT(Root("U.S."), HasSubstr("phrase('united' 'states')"));
  EXPECT_THAT(Root("united states"), HasSubstr("'Zusa'"));
}

TEST_F(SpellingsTest, SwitchedOffNothingIsAdded) {
  for (const char* text : {"colour", "e-mail", "jongun", "ivory coast", "colour NEAR/3 kim", "body:kiev", "US"}) {
    const PlannedQuery off = Plan(text, nullptr);
    EXPECT_THAT(ToString(off.plan.root), ::testing::Not(HasSubstr("either"))) << text;
    EXPECT_THAT(ToString(off.plan.root), ::testing::Not(HasSubstr("color'"))) << text;
    for (const std::string& warning : off.warnings) EXPECT_THAT(warning, ::testing::Not(HasSubstr("also finds")));
  }
}

TEST_F(SpellingsTest, EachIsSaid) {
  const std::string version = text::Variants::Shipped().version();
  EXPECT_THAT(Plan("colour").warnings, ElementsAre(absl::StrCat("'colour' also finds color (spellings of lexicon ",
                                                                version, "; write =colour for this spelling only)")));
  EXPECT_THAT(Plan("organisation").warnings, IsEmpty()) << "the archive has no other";
  EXPECT_THAT(Plan("ivory coast").warnings,
              ElementsAre(HasSubstr("'ivory coast' also finds Côte d'Ivoire (spellings of lexicon")));
  EXPECT_THAT(Plan("ivory coast").warnings, ElementsAre(HasSubstr("write \"ivory coast\" for this spelling only")));
  EXPECT_THAT(Plan("any-one").warnings, ElementsAre("'any-one' also finds anyone (the word without its hyphens; write "
                                                    "=any-one for this spelling only)"));
}

TEST_F(SpellingsTest, ARareWordIsCutWhereTheArchiveWritesTwo) {
  Have("moon", 50);
  Have("jae", 40);
  Have("sun", 50);
  Have("in", 500);
  vocabulary_.rows = {{"moon jae", 40}, {"sun in", 40}};
  EXPECT_EQ(Root("moonjae"), "either(word('Zmoonja') or phrase('moon' 'jae') scores best('Zjae' 'Zmoon' 'Zmoonja'))");
  EXPECT_THAT(Plan("moonjae").warnings, ElementsAre(HasSubstr("'moonjae' also finds moon jae (as this archive writes it; "
                                                              "write =moonjae")));
  Have("moonjae", 2);
  EXPECT_THAT(Root("moonjae"), HasSubstr("phrase('moon' 'jae')")) << "2 articles against 40";
  Have("moonjae", 3);
  EXPECT_EQ(Root("moonjae"), "word('Zmoonja')") << "3 articles against 40";
  EXPECT_EQ(Root("sunin"), "word('Zsunin')") << "fewer than six letters (kMinSplitLetters)";

  // A word that the archive has is never cut, whatever its halves.
  vocabulary_.rows["the rapist"] = 1000000;
  EXPECT_EQ(Root("therapist"), "word('Ztherapist')");
  vocabulary_.rows["un known"] = 1;
  Have("known", 90);
  EXPECT_EQ(Root("unknown"), "word('Zunknown')") << "one article is no habit (kMinArticlesOfSplit)";
}

TEST_F(SpellingsTest, CuttingIsBounded) {
  for (const char* half : {"aa", "aaa", "aaaa", "aaaaa", "aaaaaa", "aaaaaaa", "aaaaaaaa"}) Have(half, 9);
  vocabulary_.rows_counted = 0;
  Plan("aaaaaaaaaa");
  EXPECT_EQ(vocabulary_.rows_counted, static_cast<int>(kMaxSplitsTried));
  vocabulary_.rows_counted = 0;
  Plan("aaaaaaaaaa b c d e f g h i");
  EXPECT_EQ(vocabulary_.rows_counted, 0) << "nine words are more than kMaxLeavesForSplits";
}

TEST_F(SpellingsTest, SpellingsAreLimited) {
  limits_.max_spellings = 1;
  EXPECT_EQ(Root("jongun"), "either(word('Zjongun') or phrase('jong' 'un') scores best('Zjong' 'Zjongun' 'Zun'))");
}

TEST_F(SpellingsTest, WhatMatchesIsMarked) {
  EXPECT_THAT(Plan("colour").plan.highlights.stems, ElementsAre("colour", "color"));
  const HighlightRules name = Plan("ivory coast").plan.highlights;
  EXPECT_THAT(name.stems, ElementsAre("ivori", "coast"));
  EXPECT_THAT(name.phrases, ElementsAre(ElementsAre("cote", "d'ivoire")));
  EXPECT_THAT(Plan("Jong-un").plan.highlights.stems, Contains("jongun"));
  EXPECT_THAT(Plan("-colour kim").plan.highlights.stems, ElementsAre("kim"));
}

}  // namespace
}  // namespace dateline::plan
