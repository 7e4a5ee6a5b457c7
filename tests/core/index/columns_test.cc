#include "core/index/columns.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/article/article.h"
#include "core/base/coding.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/temp_dir.h"

namespace dateline::index {
namespace {

constexpr uint64_t kShardHash = 0x1234;

std::vector<ColumnRow> RandomRows(test::Random& random, size_t count) {
  std::vector<ColumnRow> rows(count);
  const auto name = [&](absl::string_view kind, uint64_t n) {
    // One folded name may be written in several ways.
    return FacetName{absl::StrCat(kind, n), absl::StrCat(kind, " ", n, random.OneIn(3) ? "" : "!")};
  };
  for (ColumnRow& row : rows) {
    row.length = static_cast<uint32_t>(random.AnySize());
    row.instant = random.OneIn(5) ? article::kUndated : static_cast<int64_t>(random.Bits());
    row.key = {random.Bits(), random.Bits()};
    if (random.OneIn(2)) row.story = {random.Bits(), static_cast<uint32_t>(random.Bits())};
    if (!random.OneIn(4)) row.of(NameField::kOutlet) = {name("outlet", random.Below(7))};
    const uint64_t first = random.Below(9);
    for (uint64_t n = random.Below(4); n > 0; --n) row.of(NameField::kByline).push_back(name("writer", first + n));
    // With few rows no document has two of these: the other form of a column.
    if (random.OneIn(5)) row.of(NameField::kAgency) = {name("a", 1), name("b", 2)};
    row.of(NameField::kLanguage) = {FacetName{"en", "en"}};
  }
  return rows;
}

std::string Encode(const std::vector<ColumnRow>& rows) {
  ColumnsBuilder builder;
  for (const ColumnRow& row : rows) builder.Add(row);
  EXPECT_EQ(builder.documents(), rows.size());
  return std::move(builder).Finish(kShardHash);
}

// Reads every number and name that a reader may reach; gives something that depends on all of them.
uint64_t Touch(const Columns& columns) {
  uint64_t sum = 0;
  for (uint32_t row = 0; row < columns.documents(); ++row) {
    sum += columns.lengths()[row] + static_cast<uint64_t>(columns.instants()[row]) + columns.key(row).low;
    sum += columns.story(row).key;
    for (size_t field = 0; field < kNameFieldCount; ++field) {
      const NameColumn& names = columns.names(static_cast<NameField>(field));
      for (const uint32_t ordinal : names.at(row)) sum += names.name(ordinal).display.size();
    }
  }
  return sum;
}

std::vector<uint32_t> OrdinalsOfHead(const NameColumn& column, uint32_t head) {
  if (head == 0) return {};
  if (head <= column.size()) return {head};
  const absl::Span<const uint32_t> set = column.set(head - column.size());
  return std::vector<uint32_t>(set.begin(), set.end());
}

TEST(ColumnsTest, RandomRowsComeBack) {
  const test::TempDir dir;
  const uint64_t seed = test::TestSeed(111);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (const size_t count : {0, 1, 2, 15, 16, 17, 500}) {
    SCOPED_TRACE(absl::StrCat(count, " rows"));
    const std::vector<ColumnRow> rows = RandomRows(random, count);
    const absl::StatusOr<std::unique_ptr<Columns>> opened = Columns::Open(dir.Write("c", Encode(rows)), kShardHash);
    ASSERT_TRUE(opened.ok()) << opened.status();
    const Columns& columns = **opened;
    ASSERT_EQ(columns.documents(), count);
    for (uint32_t i = 0; i < count; ++i) {
      const ColumnRow& row = rows[i];
      EXPECT_EQ(columns.lengths()[i], row.length);
      EXPECT_EQ(columns.instants()[i], row.instant);
      EXPECT_EQ(columns.key(i), row.key);
      EXPECT_EQ(columns.story(i), row.story);
      for (size_t field = 0; field < kNameFieldCount; ++field) {
        const NameColumn& column = columns.names(static_cast<NameField>(field));
        const absl::Span<const uint32_t> ordinals = column.at(i);
        EXPECT_TRUE(std::is_sorted(ordinals.begin(), ordinals.end()));
        EXPECT_EQ(OrdinalsOfHead(column, column.heads()[i]), std::vector<uint32_t>(ordinals.begin(), ordinals.end()));
        std::vector<FacetName> names;
        for (const uint32_t ordinal : ordinals) names.push_back(column.name(ordinal));
        std::vector<FacetName> expected = row.names[field];
        std::sort(expected.begin(), expected.end());
        EXPECT_EQ(names, expected) << "field " << field;
      }
    }
    for (size_t field = 0; field < kNameFieldCount; ++field) {
      const NameColumn& column = columns.names(static_cast<NameField>(field));
      for (uint32_t i = 2; i <= column.size(); ++i) EXPECT_LT(column.name(i - 1), column.name(i));
      std::set<std::vector<uint32_t>> sets;
      for (uint32_t i = 1; i <= column.sets(); ++i) {
        EXPECT_GT(column.set(i).size(), 1U);
        if (i > 1) {
          EXPECT_LE(column.set(i - 1).size(), column.set(i).size());
        }
        EXPECT_TRUE(sets.insert(OrdinalsOfHead(column, column.size() + i)).second) << "two of the same names";
      }
    }
  }
}

TEST(ColumnsTest, TheSameRowsGiveTheSameBytes) {
  test::Random random(112);
  const std::vector<ColumnRow> rows = RandomRows(random, 200);
  EXPECT_EQ(Encode(rows), Encode(rows));
}

TEST(ColumnsTest, OfAnotherShardOrVersion) {
  const test::TempDir dir;
  test::Random random(113);
  const std::string bytes = Encode(RandomRows(random, 10));
  const std::string path = dir.Write("c", bytes);
  const absl::Status other = Columns::Open(path, kShardHash + 1).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(other)) << other;
  EXPECT_TRUE(absl::StrContains(other.message(), path)) << other;
  std::string newer = bytes;
  newer[8] = 3;
  const absl::Status version = Columns::Open(dir.Write("c", newer), kShardHash).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(version)) << version;
  EXPECT_TRUE(absl::StrContains(version.message(), "version 3")) << version;
  EXPECT_TRUE(absl::IsNotFound(Columns::Open(dir.Path("absent"), kShardHash).status()));
}

TEST(ColumnsTest, NoTruncationPasses) {
  const test::TempDir dir;
  test::Random random(114);
  const std::string bytes = Encode(RandomRows(random, 5));
  for (size_t size = 0; size < bytes.size(); ++size) {
    const absl::Status status = Columns::Open(dir.Write("c", bytes.substr(0, size)), kShardHash).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << size << " of " << bytes.size() << ": " << status;
  }
}

TEST(ColumnsTest, DamageDoesNoHarm) {
  const test::TempDir dir;
  const uint64_t seed = test::TestSeed(115);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const std::string bytes = Encode(RandomRows(random, 20));
  constexpr size_t kHeaderAndTable = 32 + (5 + 3 * kNameFieldCount) * 16;
  std::vector<std::string> cases;
  for (size_t at = 0; at < kHeaderAndTable; ++at) {
    for (const int byte : {0x00, 0x01, 0x40, 0x7F, 0x80, 0xFF}) {
      cases.push_back(bytes);
      cases.back()[at] = static_cast<char>(byte);
    }
  }
  // Lengths of sections that nothing else has to fit: a word of the table at a time.
  for (size_t at = 32; at < kHeaderAndTable; at += 8) {
    for (const uint64_t value : {uint64_t{0}, uint64_t{64}, uint64_t{bytes.size()}, ~uint64_t{63}, ~uint64_t{0}}) {
      std::string word;
      base::AppendFixed64(word, value);
      cases.push_back(bytes);
      cases.back().replace(at, 8, word);
    }
  }
  for (int i = 0; i < test::Scaled(1000); ++i) {
    cases.push_back(bytes);
    cases.back()[random.Below(bytes.size())] = static_cast<char>(random.Bits());
  }
  uint64_t sum = 0;
  for (const std::string& damaged : cases) {
    const absl::StatusOr<std::unique_ptr<Columns>> columns = Columns::Open(dir.Write("c", damaged), kShardHash);
    if (columns.ok()) {
      sum += Touch(**columns);
    } else {
      EXPECT_TRUE(absl::IsDataLoss(columns.status()) || absl::IsFailedPrecondition(columns.status()))
          << columns.status();
    }
  }
  EXPECT_NE(sum, 0U);  // some damage shows in no length; the manifest's checksums find it
}

}  // namespace
}  // namespace dateline::index
