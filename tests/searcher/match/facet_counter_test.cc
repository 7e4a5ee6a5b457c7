#include "searcher/match/facet_counter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xapian.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/index/columns.h"
#include "core/index/tombstones.h"
#include "searcher/match/census.h"
#include "tests/support/random.h"
#include "tests/support/temp_dir.h"

namespace dateline::match {
namespace {

using index::ColumnRow;
using index::FacetName;
using index::NameField;
using plan::FacetField;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr uint64_t kShardHash = 77;
constexpr FacetField kFields[] = {FacetField::kOutlet,   FacetField::kByline,  FacetField::kAgency,
                                  FacetField::kDateline, FacetField::kSection, FacetField::kLanguage,
                                  FacetField::kYear,     FacetField::kMonth,   FacetField::kDay};

// Rows in the order of a shard. Several share an instant, some are undated; a name may be written in several ways.
std::vector<ColumnRow> RandomRows(test::Random& random, size_t count) {
  const auto name = [&](absl::string_view kind, uint64_t n) {
    return FacetName{absl::StrCat(kind, n), absl::StrCat(kind, " ", n, std::string(random.Below(3), '!'))};
  };
  const uint64_t names = count > 1000 ? 10'000 : 1 + random.Below(30);  // large dictionaries are counted otherwise
  const int64_t day = random.OneIn(2) ? 3600 : 86400 * 20;
  std::vector<ColumnRow> rows(count);
  int64_t instant = 1'500'000'000;
  for (size_t i = 0; i < count; ++i) {
    ColumnRow& row = rows[i];
    if (!random.OneIn(3)) instant -= static_cast<int64_t>(random.Below(static_cast<uint64_t>(day)));
    row.instant = i * 10 > count * 9 ? article::kUndated : instant;
    row.key = {random.Bits(), i};
    if (!random.OneIn(4)) row.of(NameField::kOutlet) = {name("outlet", random.Below(names))};
    const uint64_t first = random.Below(names);
    for (uint64_t n = random.Below(4); n > 0; --n) row.of(NameField::kByline).push_back(name("writer", first + n));
    if (random.OneIn(5)) row.of(NameField::kAgency) = {name("a", 1), name("b", 2)};
    if (random.OneIn(2)) row.of(NameField::kSection) = {name("section", random.Below(5))};
    row.of(NameField::kLanguage) = {FacetName{"en", "en"}};
  }
  return rows;
}

// The rows as a shard holds them: as columns, and as values.
class Shard {
 public:
  // `dead` ascends.
  Shard(const test::TempDir& dir, std::vector<ColumnRow> rows, const std::vector<uint32_t>& dead)
      : rows_(std::move(rows)), database_("", Xapian::DB_BACKEND_INMEMORY) {
    index::ColumnsBuilder builder;
    for (const ColumnRow& row : rows_) {
      builder.Add(row);
      database_.add_document(DocumentOf(row));
    }
    auto columns = index::Columns::Open(dir.Write("columns", std::move(builder).Finish(kShardHash)), kShardHash);
    EXPECT_TRUE(columns.ok()) << columns.status();
    columns_ = std::move(*columns);
    if (!dead.empty()) {
      auto tombstones =
          index::Tombstones::Open(dir.Write("dead", index::EncodeTombstones(kShardHash, dead, {}, 0)), kShardHash);
      EXPECT_TRUE(tombstones.ok()) << tombstones.status();
      tombstones_ = std::move(*tombstones);
    }
  }

  const std::vector<ColumnRow>& rows() const { return rows_; }
  std::unique_ptr<ShardFacts> Facts(bool columns) const {
    return columns ? FactsFromColumns(*columns_, tombstones_.get()) : FactsFromValues(database_, tombstones_.get());
  }

 private:
  static Xapian::Document DocumentOf(const ColumnRow& row) {
    Xapian::Document document;
    if (row.instant != article::kUndated) {
      std::string value;
      base::AppendBigEndian64(value, static_cast<uint64_t>(row.instant) ^ (uint64_t{1} << 63));
      document.add_value(index::kInstantSlot, value);
    }
    for (size_t field = 0; field < index::kNameFieldCount; ++field) {
      std::string value;
      for (const FacetName& name : row.names[field]) index::AppendName(value, name);
      document.add_value(index::kNameFields[field].slot, value);
    }
    return document;
  }

  std::vector<ColumnRow> rows_;
  std::unique_ptr<const index::Columns> columns_;
  std::unique_ptr<const index::Tombstones> tombstones_;
  Xapian::WritableDatabase database_;
};

// What should be counted, a document at a time, with maps.
struct Expected {
  std::map<FacetName, uint64_t> names;
  std::map<int32_t, uint64_t> periods;
  uint64_t none = 0;

  void Add(FacetField field, const ColumnRow& row) {
    if (const absl::optional<NameField> of_names = plan::NamesOf(field)) {
      const std::vector<FacetName>& list = row.of(*of_names);
      if (list.empty()) ++none;
      for (const FacetName& name : list) ++names[name];
    } else if (row.instant == article::kUndated) {
      ++none;
    } else {
      const absl::CivilDay day = absl::ToCivilDay(absl::FromUnixSeconds(row.instant), absl::UTCTimeZone());
      ++periods[static_cast<int32_t>(FirstDay(IntervalOf(field), day) - absl::CivilDay(1970, 1, 1))];
    }
  }
};

void ExpectSame(const FacetCounts& counts, const Expected& expected) {
  std::map<FacetName, uint64_t> names;
  absl::string_view folded_before;
  for (size_t i = 0; i < counts.names.size(); ++i) {
    const CountedName& name = counts.names[i];
    if (i > 0) {
      EXPECT_LT(*counts.names[i - 1].name, *name.name) << "each once, ascending";
    }
    EXPECT_EQ(name.same_fold, i > 0 && name.name->folded == folded_before) << name.name->folded;
    folded_before = name.name->folded;
    names[*name.name] = name.count;
  }
  EXPECT_EQ(names, expected.names);
  std::vector<CountedPeriod> periods;
  for (const auto& [day, count] : expected.periods) periods.push_back(CountedPeriod{day, count});
  EXPECT_EQ(counts.periods, periods);
  EXPECT_EQ(counts.none, expected.none);
}

plan::QueryPlan PlanOfAll() {
  plan::QueryPlan plan;
  for (const FacetField field : kFields) plan.facets.push_back(plan::Facet{field});
  plan.histogram = plan::Histogram{plan::Interval::kWeek, absl::UTCTimeZone()};
  return plan;
}

MatchResult EmptyResult(const plan::QueryPlan& plan) {
  MatchResult result;
  for (const plan::Facet& facet : plan.facets) result.facets.push_back(FacetCounts{facet.field, {}, {}, 0});
  return result;
}

// Some documents, ascending.
std::vector<uint32_t> Draw(test::Random& random, size_t documents, uint64_t one_in) {
  std::vector<uint32_t> docids;
  for (uint32_t docid = 1; docid <= documents; ++docid) {
    if (random.OneIn(one_in)) docids.push_back(docid);
  }
  return docids;
}

TEST(FacetCounterTest, BatchesOverShardsEqualOneByOne) {
  const test::TempDir dir;
  const uint64_t seed = test::TestSeed(141);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const plan::QueryPlan plan = PlanOfAll();
  for (int round = 0; round < test::Scaled(60); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    std::vector<Expected> expected(plan.facets.size());
    MatchResult result = EmptyResult(plan);
    std::vector<std::unique_ptr<Shard>> shards;
    std::vector<std::unique_ptr<ShardFacts>> facts;
    const bool ranked = random.OneIn(2);
    std::vector<const index::Columns*> columns;
    for (uint64_t shard = 1 + random.Below(4); shard > 0; --shard) {
      shards.push_back(std::make_unique<Shard>(dir,
                                               RandomRows(random, round % 16 == 15  ? 3'000 + random.Below(2'000)
                                                                  : random.OneIn(3) ? random.Below(5)
                                                                                    : random.Below(400)),
                                               std::vector<uint32_t>()));
      facts.push_back(shards.back()->Facts(/*columns=*/ranked || !random.OneIn(3)));
      columns.push_back(facts.back()->columns());
    }
    const NameRanks ranks(columns);
    for (size_t shard = 0; shard < shards.size(); ++shard) {
      if (ranked) facts[shard]->SetRanks(&ranks, shard);
      const std::vector<ColumnRow>& rows = shards[shard]->rows();
      const std::vector<uint32_t> docids = Draw(random, rows.size(), 1 + random.Below(6));
      MatchCounter counter(plan, *facts[shard]);
      for (size_t first = 0; first < docids.size();) {
        const size_t size = std::min<size_t>(random.Below(round % 16 == 15 ? 900 : 100), docids.size() - first);
        counter.Count(absl::MakeConstSpan(docids).subspan(first, size));
        first += size;
      }
      counter.AddTo(result);
      for (const uint32_t docid : docids) {
        for (size_t i = 0; i < expected.size(); ++i) expected[i].Add(plan.facets[i].field, rows[docid - 1]);
      }
    }
    for (size_t i = 0; i < expected.size(); ++i) {
      SCOPED_TRACE(absl::StrCat("facet ", i));
      ExpectSame(result.facets[i], expected[i]);
    }
    const auto sum = [](const std::vector<CountedPeriod>& periods) {
      uint64_t all = 0;
      for (const CountedPeriod& period : periods) all += period.count;
      return all;
    };
    EXPECT_EQ(sum(result.histogram.buckets), sum(result.facets.back().periods));
    EXPECT_EQ(result.histogram.undated, result.facets.back().none);
  }
}

TEST(FacetCounterTest, NothingGivesNothing) {
  const test::TempDir dir;
  test::Random random(142);
  const plan::QueryPlan plan = PlanOfAll();
  const Shard shard(dir, RandomRows(random, 50), {});
  for (const bool columns : {true, false}) {
    const std::unique_ptr<ShardFacts> facts = shard.Facts(columns);
    MatchCounter counter(plan, *facts);
    counter.Count({});
    MatchResult result = EmptyResult(plan);
    counter.AddTo(result);
    EXPECT_EQ(result.facets, EmptyResult(plan).facets);
    EXPECT_THAT(result.histogram.buckets, IsEmpty());
  }
}

TEST(FacetCounterTest, AFacetThatLiftsAFilterIsCountedElsewhere) {
  const test::TempDir dir;
  test::Random random(143);
  plan::QueryPlan plan;
  plan.facets = {{FacetField::kLanguage, 0}, {FacetField::kLanguage}};
  const Shard shard(dir, RandomRows(random, 9), {});
  const std::unique_ptr<ShardFacts> facts = shard.Facts(/*columns=*/true);
  MatchCounter counter(plan, *facts);
  counter.Count({2, 5, 9});
  MatchResult result = EmptyResult(plan);
  counter.AddTo(result);
  EXPECT_THAT(result.facets[0].names, IsEmpty());
  const FacetName english{"en", "en"};
  EXPECT_THAT(result.facets[1].names, ElementsAre(CountedName{&english, 3}));
}

TEST(CensusTest, NamesAndTimesOfTheLiving) {
  const test::TempDir dir;
  const uint64_t seed = test::TestSeed(144);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int round = 0; round < test::Scaled(30); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    std::vector<Expected> expected(std::size(kFields));
    std::vector<std::unique_ptr<Shard>> shards;
    GenerationFacts facts;
    for (uint64_t count = 1 + random.Below(3); count > 0; --count) {
      const size_t documents = 1 + random.Below(200);
      const std::vector<uint32_t> dead = Draw(random, documents, 2 + random.Below(20));
      shards.push_back(std::make_unique<Shard>(dir, RandomRows(random, documents), dead));
      facts.push_back(shards.back()->Facts(/*columns=*/!random.OneIn(3)));
      for (uint32_t docid = 1; docid <= documents; ++docid) {
        if (std::binary_search(dead.begin(), dead.end(), docid)) continue;
        for (size_t i = 0; i < expected.size(); ++i) expected[i].Add(kFields[i], shards.back()->rows()[docid - 1]);
      }
    }
    Census census;
    for (size_t i = 0; i < expected.size(); ++i) {
      SCOPED_TRACE(absl::StrCat("facet ", i));
      FacetCounts counts{kFields[i], {}, {}, expected[i].none};
      if (const absl::optional<NameField> field = plan::NamesOf(kFields[i])) {
        for (const NameCount& name : census.Names(*field, facts)) {
          const bool same_fold = !counts.names.empty() && counts.names.back().name->folded == name.name.folded;
          counts.names.push_back(CountedName{&name.name, name.articles, same_fold});
        }
      } else {
        counts.none = 0;
        for (const std::unique_ptr<ShardFacts>& shard : facts) {
          TimeBuckets buckets(IntervalOf(kFields[i]), absl::UTCTimeZone());
          buckets.CountAll(*shard);
          buckets.AddTo(counts.periods, counts.none);
        }
      }
      ExpectSame(counts, expected[i]);
    }
  }
}

}  // namespace
}  // namespace dateline::match
