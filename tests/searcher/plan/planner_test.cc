// Query text to plan, in one line each.
#include "searcher/plan/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "searcher/query/query_parser.h"
#include "tests/searcher/plan/fake_vocabulary.h"

namespace dateline::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kOldest = 1'577'880'000;  // 2020-01-01T12:00:00Z
constexpr int64_t kNewest = 1'617'278'400;  // 2021-04-01T12:00:00Z

class PlannerTest : public ::testing::Test {
 protected:
  PlannerTest() {
    manifest_.languages = {"en"};
    manifest_.oldest = kOldest;
    manifest_.newest = kNewest;
    vocabulary_.terms[""] = {{"harbor", 7},    {"harbour", 9}, {"kiev", 2},   {"negotiate", 3}, {"negotiation", 5},
                             {"negotiator", 5}, {"talk", 4},     {"talking", 2},   {"talks", 8},
                             {"taller", 1},     {"talons", 1}};
    vocabulary_.terms["S"] = {{"negotiate", 1}};
    vocabulary_.terms["A"] = {{"calloway", 2}, {"callaway", 1}};
    vocabulary_.terms["XO"] = {{"reuters", 4}, {"reutlingen news", 1}};
  }

  PlannedQuery Plan(const std::string& text, const PlanRequest& request = PlanRequest()) {
    const absl::StatusOr<query::ParsedQuery> parsed = query::ParseQuery(text);
    EXPECT_TRUE(parsed.ok()) << text << ": " << parsed.status();
    Planner planner(analyzer_, manifest_, vocabulary_);
    const absl::StatusOr<PlannedQuery> planned = planner.Plan(parsed->root, request);
    EXPECT_TRUE(planned.ok()) << text << ": " << planned.status();
    return planned.ok() ? *planned : PlannedQuery();
  }

  absl::StatusOr<PlannedQuery> PlanAny(const std::string& text, const query::QueryLimits& limits = {}) {
    Planner planner(analyzer_, manifest_, vocabulary_);
    return planner.PlanAny(text, limits, PlanRequest());
  }

  text::Analyzer analyzer_;
  index::Manifest manifest_;
  FakeVocabulary vocabulary_;
};

TEST_F(PlannerTest, AnyOfTheWordsOfAPlainText) {
  struct Row {
    const char* text;
    const char* plan;
  };
  const Row kRows[] = {
      {"talks", "word('Ztalk')"},
      {"Talks, and ties?", "(word('Ztalk') or word('Zand') or word('Ztie'))"},
      {"talk of talks of talking", "(word('Ztalk')x3 or word('Zof')x2)"},
      // Nothing is an operator.
      {"-kim OR \"ties", "(word('Zkim') or word('Zor') or word('Ztie'))"},
      {"(outlet:x", "(word('Zoutlet') or word('Zx'))"},
  };
  for (const Row& row : kRows) {
    const absl::StatusOr<PlannedQuery> planned = PlanAny(row.text);
    ASSERT_TRUE(planned.ok()) << row.text << ": " << planned.status();
    EXPECT_EQ(ToString(planned->plan.root), row.plan) << row.text;
  }
}

TEST_F(PlannerTest, LimitsOfAPlainTextAreNamed) {
  query::QueryLimits limits;
  EXPECT_EQ(limits.max_any_words, 1024U);
  EXPECT_EQ(limits.max_any_bytes, 16384U);
  limits.max_any_words = 3;
  limits.max_any_bytes = 20;
  EXPECT_TRUE(PlanAny("a b c", limits).ok());
  EXPECT_THAT(std::string(PlanAny("a b c d", limits).status().message()), HasSubstr("max_any_words"));
  EXPECT_THAT(std::string(PlanAny(std::string(21, 'x'), limits).status().message()), HasSubstr("max_any_bytes"));
  EXPECT_EQ(query::QueryErrorOffset(PlanAny("... !", limits).status()), 0U);
  EXPECT_EQ(query::QueryErrorOffset(PlanAny("", limits).status()), 0U);
}

TEST_F(PlannerTest, QueriesInOneLanguage) {
  struct Row {
    const char* query;
    const char* plan;
  };
  const Row kRows[] = {
      {"*", "all"},
      {"Talks", "word('Ztalk')"},
      {"\"Talks\"", "phrase('talks' scores best('Ztalk'))"},  // one quoted word is taken as written
      {"\"closer ties\"", "phrase('closer' 'ties' scores best('Zcloser')+best('Ztie'))"},
      {"Jong-un", "phrase('jong' 'un' scores best('Zjong')+best('Zun'))"},  // a hyphen joins
      {"Putin's", "word('Zputin')"},
      {"Alm\u00f3n", "word('Zalmon')"},
      {"headline:talks", "any('ZStalk' scores best('Ztalk'))"},
      {"headline:\"closer ties\"", "phrase('Scloser' 'Sties' scores best('Zcloser')+best('Ztie'))"},
      {"byline:Reed", "any('Areed')"},  // names are not stemmed and score nothing
      {"byline:\"Ines Calloway\"", "phrase('Aines' 'Acalloway')"},
      {"outlet:NORPRESS", "any('XOnorpress')"},
      {"outlet:\"The  Tidewater Gazette\"", "any('XOthe tidewater gazette')"},
      {"outlet:a,b", "(any('XOa') or any('XOb'))"},
      {"outlet:a outlet:b", "(any('XOa') or any('XOb'))"},
      {"outlet:reut*", "any('XOreuters' 'XOreutlingen news')"},
      {"agency:\"Yonhap News\"", "any('XGyonhap news')"},
      {"section:World", "any('XSworld')"},
      {"lang:EN", "any('Len')"},
      {"lead:talks", "any('ZXLtalk' scores best('Ztalk'))"},
      {"caption:\"closer ties\"", "phrase('XCcloser' 'XCties' scores best('Zcloser')+best('Ztie'))"},
      {"dateline:\"New York\"", "phrase('XPnew' 'XPyork')"},
      {"place:Seoul", "any('XPseoul')"},
      {"byline:call*", "any('Acallaway' 'Acalloway')"},
      {"byline:calloway~1", "any('Acallaway' 'Acalloway')"},
      {"has:byline", "not any('XNbyline')"},
      {"has:date -has:outlet", "(not any('XNdate') and not not any('XNoutlet'))"},
      {"is:wire", "prefixed('XG')"},
      {"-is:latest", "not latest"},
      {"when:7d", "any()"},  // not resolved: nothing is dated

      // As written, and words that stand for many.
      {"=talks", "phrase('talks' scores best('Ztalk'))"},
      {"nego*", "any('negotiate' 'negotiation' 'negotiator' scores best('Znegoti'))"},
      {"xyz*", "any()"},
      {"headline:nego*", "phrase('Snegotiate' scores best('Znegoti'))"},  // one word: itself
      {"harbor~1", "any('harbor' 'harbour' scores best('Zharbor' 'Zharbour'))"},
      {"\"nego* talks\"", "places([('negotiate'|'negotiation'|'negotiator') 'talks'] scores best('Znegoti')+best('Ztalk'))"},
      {"body:talks", "places([('talk'|'talking'|'talks') but not ('Stalk'|'Stalking'|'Stalks'|'XCtalk'|'XCtalking'|"
                     "'XCtalks')] scores best('Ztalk'))"},
      {"body:\"a b\"", "places(['a' but not ('Sa'|'XCa') 'b' but not ('Sb'|'XCb')] scores best('Za')+best('Zb'))"},

      // Places. A word that is not quoted stands for its written forms, and scores its stems.
      {"\"closer ties\"~3", "places(['closer' 'ties'] in any order with 3 scores best('Zcloser')+best('Ztie'))"},
      {"kim NEAR/5 talks", "places(['kim'] NEAR/5 [('talk'|'talking'|'talks')] scores best('Zkim')+best('Ztalk'))"},
      {"kim PRE/2 \"talks\"", "places(['kim'] PRE/2 ['talks'] scores best('Zkim')+best('Ztalk'))"},
      {"(kyiv OR \"new york\") NEAR/3 headline:kim /s x",
       "places(['kyiv'] or ['new' 'york'] NEAR/3 ['Skim'] /s ['x'] scores "
       "best('Zkyiv')+best('Znew')+best('Zyork')+best('Zkim')+best('Zx'))"},
      {"Jong-un /p x", "places(['jong' 'un'] /p ['x'] scores best('Zjong')+best('Zun')+best('Zx'))"},
      {"body:kim NEAR/2 x",
       "places(['kim' but not ('Skim'|'XCkim')] NEAR/2 ['x'] scores best('Zkim')+best('Zx'))"},
      {"atleast3(talks)", "places([('talk'|'talking'|'talks')] times 3 scores best('Ztalk'))"},
      {"atleast2(a OR \"b c\")", "places(['a'] or ['b' 'c'] times 2 scores best('Za')+best('Zb')+best('Zc'))"},
      {"a b", "(word('Za') and word('Zb'))"},
      {"a OR b", "(word('Za') or word('Zb'))"},
      {"a -b", "(word('Za') and not word('Zb'))"},
      {"-b", "not word('Zb')"},
      {"date:2020-02-03", "any('D20200203')"},
      {"date:2020-02", "any('M202002')"},
      {"date:2020", "any('Y2020')"},
      {"after:2021-03-31", "any('D20210331' 'D20210401')"},
      {"before:2020-01-02", "any('D20200101' 'D20200102')"},
      {"date:2020-12-30..2021-02-01", "any('D20201230' 'D20201231' 'M202101' 'D20210201')"},
      // An open end reaches as far as the archive does.
      {"date:2021-02-28..", "any('D20210228' 'M202103' 'D20210401')"},
      {"date:..2020-01-02", "any('D20200101' 'D20200102')"},
      {"date:2025", "any()"},  // nothing
  };
  for (const Row& row : kRows) EXPECT_EQ(ToString(Plan(row.query).plan.root), row.plan) << row.query;
}

TEST_F(PlannerTest, AWordHasOneStemForEachLanguage) {
  manifest_.languages = {"de", "en", "fr"};
  EXPECT_EQ(ToString(Plan("laufen").plan.root), "word('Zlauf' 'Zlaufen')");
  EXPECT_EQ(ToString(Plan("\"laufen\"").plan.root), "phrase('laufen' scores best('Zlauf' 'Zlaufen'))");
  EXPECT_EQ(ToString(Plan("talks").plan.root), "word('Ztalk')") << "equal stems count once";
}

TEST_F(PlannerTest, NothingIsDatedSoNoRangeMatches) {
  manifest_.oldest.reset();
  manifest_.newest.reset();
  EXPECT_EQ(ToString(Plan("date:2020").plan.root), "any()");
}

TEST_F(PlannerTest, FiltersOrderAndFacetsAreInThePlan) {
  PlanRequest request;
  using index::NameField;
  const auto names = [&](NameField field) -> std::vector<std::string>& {
    return request.names[static_cast<size_t>(field)];
  };
  names(NameField::kOutlet) = {"Echo", "ECHO", "Caf\u00e9"};
  names(NameField::kByline) = {"Tom Reed"};
  request.days.first = absl::CivilDay(2021, 3, 31);
  request.order = Order::kNewest;
  request.facets = {{FacetField::kOutlet}, {FacetField::kMonth}};
  request.exact_total = false;
  EXPECT_EQ(ToString(Plan("x", request).plan),
            "word('Zx') filter any('XOcafe' 'XOecho') filter any('XAtom reed') filter any('D20210331' 'D20210401') "
            "order newest any-total facet outlet facet month");

  names(NameField::kByline).clear();
  names(NameField::kAgency) = {"AP"};
  names(NameField::kDateline) = {"New  York"};
  names(NameField::kSection) = {"World"};
  names(NameField::kLanguage) = {"EN"};
  request.facets = {{FacetField::kByline, true},
                    {FacetField::kSection, true},
                    {FacetField::kDay, true},
                    {FacetField::kAgency, false}};
  request.histogram = Histogram{Interval::kWeek, absl::UTCTimeZone()};
  EXPECT_EQ(
      ToString(Plan("x", request).plan),
      "word('Zx') filter any('XOcafe' 'XOecho') filter any('XGap') filter any('XDnew york') filter "
      "any('XSworld') filter any('Len') filter any('D20210331' 'D20210401') order newest any-total facet byline "
      "facet section without filter 3 facet day without filter 5 facet agency histogram week UTC")
      << "a facet lifts the filter on itself, where there is one";
}

TEST_F(PlannerTest, WhatCannotBeSearchedForIsSaid) {
  const PlannedQuery planned = Plan("a ... b");
  EXPECT_EQ(ToString(planned.plan.root), "(word('Za') and word('Zb'))");
  EXPECT_THAT(planned.warnings, ElementsAre(HasSubstr("'...' holds no letter or digit")));
  EXPECT_THAT(Plan("a b").warnings, IsEmpty());
}

TEST_F(PlannerTest, WhatStandsForManyIsSaid) {
  EXPECT_THAT(Plan("nego*").warnings,
              ElementsAre("nego* stands for 3 words of this archive: negotiation, negotiator, negotiate"));
  EXPECT_THAT(Plan("xyz* OR kim").warnings, ElementsAre("xyz* stands for no word of this archive"));
  EXPECT_THAT(Plan("talks NEAR/3 kim").warnings,
              ElementsAre("'talks' stands for 3 words of this archive: talks, talk, talking"));
  EXPECT_THAT(Plan("kim NEAR/3 putin").warnings, IsEmpty());
  EXPECT_THAT(Plan("outlet:reut*").warnings, ElementsAre(HasSubstr("outlet:reut* stands for 2 words")));
  EXPECT_THAT(Plan("lang:fr").warnings, ElementsAre(HasSubstr("no article of this archive is in 'fr'")));
  EXPECT_THAT(Plan("when:7d").warnings, ElementsAre(HasSubstr("has a date")));
}

TEST_F(PlannerTest, TheMostFrequentWordsAreKept) {
  for (int i = 0; i < 60; ++i) vocabulary_.terms[""]["word" + std::to_string(100 + i)] = 100 + i;
  const PlannedQuery planned = Plan("word*");
  EXPECT_EQ(planned.plan.root.terms.size(), ExpansionLimits().max_words);
  EXPECT_EQ(planned.plan.root.terms.front(), "word110") << "the ten rarest are left out";
  EXPECT_THAT(planned.warnings, ElementsAre("word* stands for the 50 most frequent of 60 words of this archive: "
                                            "word159, word158, word157, word156, word155, word154, word153, word152, "
                                            "word151, word150, ..."));
}

TEST_F(PlannerTest, WordsWithoutPlacesAreRefused) {
  for (const char* text : {"... NEAR/3 kim", "kim /s ...", "atleast2(...)", "Jong-u*", "\"kim jong-u*\"", "Jong-u~1"}) {
    const absl::StatusOr<query::ParsedQuery> parsed = query::ParseQuery(text);
    ASSERT_TRUE(parsed.ok()) << text << parsed.status();
    Planner planner(analyzer_, manifest_, vocabulary_);
    const absl::Status status = planner.Plan(parsed->root, PlanRequest()).status();
    EXPECT_TRUE(query::QueryErrorOffset(status).has_value()) << text << ": " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("; ")) << "a remedy";
  }
}

TEST_F(PlannerTest, OneEdit) {
  EXPECT_TRUE(WithinOneEdit("kyiv", "kyiv"));
  EXPECT_TRUE(WithinOneEdit("kyiv", "kiyv"));  // neighbours swapped
  EXPECT_TRUE(WithinOneEdit("kyiv", "kiv"));
  EXPECT_TRUE(WithinOneEdit("kyiv", "kyivs"));
  EXPECT_TRUE(WithinOneEdit("kyiv", "kiiv"));
  EXPECT_TRUE(WithinOneEdit("мэр", "мер"));  // one letter is not one byte
  EXPECT_FALSE(WithinOneEdit("kyiv", "kiev~"));
  EXPECT_FALSE(WithinOneEdit("kyiv", "vyik"));
  EXPECT_FALSE(WithinOneEdit("abcd", "badc"));
  EXPECT_FALSE(WithinOneEdit("ab", "abcd"));
  EXPECT_TRUE(WithinOneEdit("cote", "côte"));  // ASCII and not
  EXPECT_FALSE(WithinOneEdit("cote", "côté"));
}

TEST_F(PlannerTest, AQueryOfSignsOnlyIsRefused) {
  const query::Node root = query::ParseQuery("...").value().root;
  Planner planner(analyzer_, manifest_, vocabulary_);
  const absl::Status status = planner.Plan(root, PlanRequest()).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(query::QueryErrorOffset(status), 0U);
}

TEST_F(PlannerTest, HighlightsFollowWhatWasAsked) {
  const HighlightRules rules = Plan("talks \"closer ties\" -strike byline:reed headline:summits").plan.highlights;
  EXPECT_THAT(rules.stems, ElementsAre("talk", "summit"));
  EXPECT_THAT(rules.phrases, ElementsAre(ElementsAre("closer", "ties")));
}

TEST_F(PlannerTest, LongWordsAreShortenedAsInTheIndex) {
  const std::string word(300, 'x');
  EXPECT_THAT(ToString(Plan(word).plan.root), HasSubstr("x#"));
}

}  // namespace
}  // namespace dateline::plan
