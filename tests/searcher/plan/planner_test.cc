// Query text to plan, in one line each.
#include "searcher/plan/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "searcher/query/query_parser.h"

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
  }

  PlannedQuery Plan(const std::string& text, const PlanRequest& request = PlanRequest()) {
    const absl::StatusOr<query::ParsedQuery> parsed = query::ParseQuery(text);
    EXPECT_TRUE(parsed.ok()) << text << ": " << parsed.status();
    Planner planner(analyzer_, manifest_);
    const absl::StatusOr<PlannedQuery> planned = planner.Plan(parsed->root, request);
    EXPECT_TRUE(planned.ok()) << text << ": " << planned.status();
    return planned.ok() ? *planned : PlannedQuery();
  }

  text::Analyzer analyzer_;
  index::Manifest manifest_;
};

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
      {"a b", "(word('Za') and word('Zb'))"},
      {"a OR b", "(word('Za') or word('Zb'))"},
      {"a -b", "(word('Za') and not word('Zb'))"},
      {"-b", "not word('Zb')"},
      {"date:2020-02-03", "any('D20200203')"},
      {"date:2020-02", "any('M202002')"},
      {"date:2020", "any('Y2020')"},
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
  request.outlets = {"Echo", "ECHO", "Caf\u00e9"};
  request.bylines = {"Tom Reed"};
  request.days.first = absl::CivilDay(2021, 3, 31);
  request.order = Order::kNewest;
  request.facets = {FacetField::kOutlet, FacetField::kMonth};
  request.exact_total = false;
  EXPECT_EQ(ToString(Plan("x", request).plan),
            "word('Zx') filter any('XOcafe' 'XOecho') filter any('XAtom reed') filter any('D20210331' 'D20210401') "
            "order newest any-total facet outlet facet month");
}

TEST_F(PlannerTest, WhatCannotBeSearchedForIsSaid) {
  const PlannedQuery planned = Plan("a ... b");
  EXPECT_EQ(ToString(planned.plan.root), "(word('Za') and word('Zb'))");
  EXPECT_THAT(planned.warnings, ElementsAre(HasSubstr("'...' holds no letter or digit")));
  EXPECT_THAT(Plan("outlet:a outlet:b").warnings, ElementsAre(HasSubstr("outlet:a OR outlet:b")));
  EXPECT_THAT(Plan("outlet:a outlet:A").warnings, IsEmpty());
  EXPECT_THAT(Plan("a b").warnings, IsEmpty());
}

TEST_F(PlannerTest, AQueryOfSignsOnlyIsRefused) {
  const query::Node root = query::ParseQuery("...").value().root;
  Planner planner(analyzer_, manifest_);
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
