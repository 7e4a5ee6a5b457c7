#include "searcher/merge/merge_facets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "tests/support/random.h"

namespace dateline::merge {
namespace {

using match::FacetCounts;
using plan::FacetField;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The counts of a matcher that has these names.
class Counted {
 public:
  explicit Counted(std::map<index::FacetName, uint64_t> names) : names_(std::move(names)) {
    for (const auto& [name, count] : names_) {
      const bool same_fold = !counts.names.empty() && counts.names.back().name->folded == name.folded;
      counts.names.push_back(match::CountedName{&name, count, same_fold});
    }
    counts.none = 5;
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  const std::map<index::FacetName, uint64_t> names_;

 public:
  FacetCounts counts;
};

FacetTable TableOfNames(const FacetView& view) {
  const Counted names({{{"echo", "ECHO"}, 3}, {{"echo", "Echo"}, 4}, {{"cafe", "Cafe"}, 7}, {{"times", "Times"}, 1}});
  return MakeFacetTable(names.counts, view);
}

TEST(MergeFacetsTest, NamesFoldUnderTheMostUsedSpelling) {
  const FacetTable table = TableOfNames(FacetView{10});
  EXPECT_THAT(table.lines, ElementsAre(FacetLine{"Cafe", 7}, FacetLine{"Echo", 7}, FacetLine{"Times", 1}))
      << "ties in order of the folded name";
  EXPECT_EQ(table.none, 5U);
  EXPECT_EQ(table.other_values, 0U);
}

TEST(MergeFacetsTest, OfEqualSpellingsTheFirstInByteOrder) {
  const Counted names({{{"echo", "ECHO"}, 2}, {{"echo", "Echo"}, 2}});
  EXPECT_THAT(MakeFacetTable(names.counts, FacetView{10}).lines, ElementsAre(FacetLine{"ECHO", 4}));
}

TEST(MergeFacetsTest, TheRestIsCounted) {
  const FacetTable table = TableOfNames(FacetView{1});
  EXPECT_THAT(table.lines, ElementsAre(FacetLine{"Cafe", 7}));
  EXPECT_EQ(table.other_values, 2U);
}

TEST(MergeFacetsTest, PeriodsAreLabelledAndAscend) {
  FacetCounts counts;
  counts.field = FacetField::kYear;
  const auto day = [](int year, int month, int d) {
    return static_cast<int32_t>(absl::CivilDay(year, month, d) - absl::CivilDay(1970, 1, 1));
  };
  counts.periods = {{day(987, 1, 1), 1}, {day(2019, 1, 1), 2}};
  EXPECT_THAT(MakeFacetTable(counts, FacetView{10}).lines, ElementsAre(FacetLine{"0987", 1}, FacetLine{"2019", 2}));
  counts.field = FacetField::kMonth;
  counts.periods = {{day(2019, 12, 1), 1}, {day(2020, 1, 1), 2}};
  EXPECT_THAT(MakeFacetTable(counts, FacetView{10}).lines,
              ElementsAre(FacetLine{"2019-12", 1}, FacetLine{"2020-01", 2}));
  counts.field = FacetField::kDay;
  counts.periods = {{-1, 1}, {0, 2}, {18262, 3}};
  EXPECT_THAT(MakeFacetTable(counts, FacetView{2}).lines,
              ElementsAre(FacetLine{"1970-01-01", 2}, FacetLine{"2020-01-01", 3}))
      << "the newest are shown";
  EXPECT_EQ(MakeFacetTable(counts, FacetView{2}).other_values, 1U);
}

TEST(MergeFacetsTest, SelectedValuesAreListedInAnyCase) {
  FacetView view{1};
  view.selected = {{"times", "times"}, {"nobody", "NoBody"}};
  EXPECT_THAT(TableOfNames(view).lines,
              ElementsAre(FacetLine{"Cafe", 7}, FacetLine{"Times", 1, true}, FacetLine{"NoBody", 0, true}));
  EXPECT_EQ(TableOfNames(view).other_values, 1U);
  view.selected = {{"cafe", "CAFE"}};
  EXPECT_THAT(TableOfNames(view).lines, ElementsAre(FacetLine{"Cafe", 7, true}));
}

TEST(MergeFacetsTest, APrefixIsThatOfAWord) {
  struct Case {
    std::string folded;
    std::string prefix;
    bool fits;
  };
  const Case cases[] = {{"the times", "tim", true},     {"the times", "the t", true},
                        {"the times", "imes", false},   {"the times", "", true},
                        {"ap/dpa", "dpa", true},        {"o'brien", "bri", true},
                        {"\u00fcber", "ber", false},    {"tim sentiments", "ti", true},
                        {"sentiments tim", "ti", true}, {"", "a", false}};
  for (const Case& c : cases) EXPECT_EQ(HasWordBeginning(c.folded, c.prefix), c.fits) << c.folded << " " << c.prefix;

  FacetView view{10, "ca"};
  EXPECT_THAT(TableOfNames(view).lines, ElementsAre(FacetLine{"Cafe", 7}));
  EXPECT_EQ(TableOfNames(view).none, 0U) << "no word of nothing begins so";
  EXPECT_EQ(TableOfNames(view).other_values, 0U);
  view.selected = {{"echo", "Echo"}};
  EXPECT_THAT(TableOfNames(view).lines, ElementsAre(FacetLine{"Cafe", 7}, FacetLine{"Echo", 7, true}));
}

// The rule as it is written in the header: all values sorted, then one look at each.
FacetTable SlowTable(const FacetCounts& counts, const FacetView& view) {
  struct Value {
    uint64_t count = 0;
    std::string display;
    uint64_t display_count = 0;
  };
  std::map<std::string, Value> values;
  for (const auto& [folded, asked] : view.selected) values[folded].display = asked;
  for (const match::CountedName& name : counts.names) {
    Value& value = values[name.name->folded];
    value.count += name.count;
    if (name.count <= value.display_count) continue;
    value.display = name.name->display;
    value.display_count = name.count;
  }
  std::vector<std::pair<std::string, Value>> sorted(values.begin(), values.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second.count > b.second.count; });
  FacetTable table;
  size_t seen = 0;
  for (const auto& [folded, value] : sorted) {
    const bool selected = view.selected.count(folded) > 0;
    if (!selected && !HasWordBeginning(folded, view.prefix)) continue;
    if (seen++ < view.max_values || selected) {
      table.lines.push_back(FacetLine{value.display, value.count, selected});
    } else {
      ++table.other_values;
    }
  }
  return table;
}

TEST(MergeFacetsTest, RandomTablesEqualSlowOnes) {
  const uint64_t seed = test::TestSeed(161);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int round = 0; round < test::Scaled(2000); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    const uint64_t folds = 1 + random.Below(40);
    const auto fold = [&] { return absl::StrCat(random.OneIn(2) ? "a" : "b c", random.Below(folds)); };
    std::map<index::FacetName, uint64_t> drawn;
    for (uint64_t names = random.Below(60); names > 0; --names) {
      const std::string folded = fold();
      drawn[{folded, absl::StrCat(folded, std::string(random.Below(3), '!'))}] = 1 + random.Below(5);
    }
    const Counted names(std::move(drawn));
    FacetView view{1 + random.Below(20)};
    if (random.OneIn(3)) view.prefix = random.OneIn(2) ? "c" : "a1";
    for (uint64_t selected = random.Below(4); selected > 0; --selected) {
      const std::string folded = fold();
      view.selected[folded] = absl::StrCat("Asked ", folded);
    }
    const FacetTable expected = SlowTable(names.counts, view);
    const FacetTable table = MakeFacetTable(names.counts, view);
    ASSERT_EQ(table.lines, expected.lines);
    ASSERT_EQ(table.other_values, expected.other_values);
  }
}

TEST(MergeFacetsTest, NothingGivesNothing) {
  const FacetTable table = MakeFacetTable(FacetCounts(), FacetView{10});
  EXPECT_THAT(table.lines, IsEmpty());
  EXPECT_EQ(table.none + table.other_values, 0U);
}

}  // namespace
}  // namespace dateline::merge
