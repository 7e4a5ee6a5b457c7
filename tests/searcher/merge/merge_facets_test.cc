#include "searcher/merge/merge_facets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dateline::merge {
namespace {

using match::FacetCounts;
using plan::FacetField;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

FacetCounts Names() {
  FacetCounts counts;
  counts.field = FacetField::kOutlet;
  counts.names = {{{"echo", "ECHO"}, 3}, {{"echo", "Echo"}, 4}, {{"cafe", "Cafe"}, 7}, {{"times", "Times"}, 1}};
  counts.none = 5;
  return counts;
}

TEST(MergeFacetsTest, NamesFoldUnderTheMostUsedSpelling) {
  const FacetTable table = MakeFacetTable(Names(), 10);
  EXPECT_THAT(table.lines, ElementsAre(FacetLine{"Cafe", 7}, FacetLine{"Echo", 7}, FacetLine{"Times", 1}))
      << "ties in order of the folded name";
  EXPECT_EQ(table.none, 5U);
  EXPECT_EQ(table.other_values, 0U);
}

TEST(MergeFacetsTest, OfEqualSpellingsTheFirstInByteOrder) {
  FacetCounts counts = Names();
  counts.names = {{{"echo", "ECHO"}, 2}, {{"echo", "Echo"}, 2}};
  EXPECT_THAT(MakeFacetTable(counts, 10).lines, ElementsAre(FacetLine{"ECHO", 4}));
}

TEST(MergeFacetsTest, TheRestIsCounted) {
  const FacetTable table = MakeFacetTable(Names(), 1);
  EXPECT_THAT(table.lines, ElementsAre(FacetLine{"Cafe", 7}));
  EXPECT_EQ(table.other_values, 2U);
}

TEST(MergeFacetsTest, PeriodsAreLabelledAndAscend) {
  FacetCounts counts;
  counts.field = FacetField::kYear;
  counts.periods = {{987, 1}, {2019, 2}};
  EXPECT_THAT(MakeFacetTable(counts, 10).lines, ElementsAre(FacetLine{"0987", 1}, FacetLine{"2019", 2}));
  counts.field = FacetField::kMonth;
  counts.periods = {{2019 * 12 + 11, 1}, {2020 * 12, 2}};
  EXPECT_THAT(MakeFacetTable(counts, 10).lines, ElementsAre(FacetLine{"2019-12", 1}, FacetLine{"2020-01", 2}));
  counts.field = FacetField::kDay;
  counts.periods = {{-1, 1}, {0, 2}, {18262, 3}};
  EXPECT_THAT(MakeFacetTable(counts, 2).lines, ElementsAre(FacetLine{"1970-01-01", 2}, FacetLine{"2020-01-01", 3}))
      << "the newest are shown";
  EXPECT_EQ(MakeFacetTable(counts, 2).other_values, 1U);
}

TEST(MergeFacetsTest, NothingGivesNothing) {
  const FacetTable table = MakeFacetTable(FacetCounts(), 10);
  EXPECT_THAT(table.lines, IsEmpty());
  EXPECT_EQ(table.none + table.other_values, 0U);
}

}  // namespace
}  // namespace dateline::merge
