// The table beside a map that cannot be wrong.
#include "core/text/word_table.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/random.h"

namespace dateline::text {
namespace {

using Table = WordTable<int>;

// Every size of a key up to beyond the short ones, from few bytes, zero bytes among them, so that keys differ in one
// byte, or only in their size.
TEST(WordTableTest, FindsWhatWasAddedAndNothingElse) {
  test::Random random(test::TestSeed(7));
  Table table;
  std::map<std::string, int> expected;
  for (int i = 0; i < test::Scaled(40000); ++i) {
    std::string key(random.Below(20), '\0');
    for (char& byte : key) byte = "\0\0\0ab\xff"[random.Below(6)];
    const int* const found = table.Find(Table::Key(key));
    const auto known = expected.find(key);
    ASSERT_EQ(found != nullptr, known != expected.end()) << i;
    if (found != nullptr) {
      ASSERT_EQ(*found, known->second) << i;
      continue;
    }
    ASSERT_EQ(table.Add(Table::Key(key), i), i);
    expected.emplace(key, i);
  }
  for (const auto& [key, value] : expected) ASSERT_EQ(*table.Find(Table::Key(key)), value);
}

TEST(WordTableTest, ValuesStayWhereTheyAreUntilClear) {
  Table table;
  const int* const first = &table.Add(Table::Key("first"), 1);
  const int* const longer = &table.Add(Table::Key("longer than a slot"), 2);
  for (int i = 0; i < 10000; ++i) table.Add(Table::Key(absl::StrCat("w", i)), i);
  EXPECT_EQ(table.Find(Table::Key("first")), first);
  EXPECT_EQ(table.Find(Table::Key("longer than a slot")), longer);
  table.Clear();
  EXPECT_EQ(table.Find(Table::Key("first")), nullptr);
  EXPECT_EQ(table.Find(Table::Key("longer than a slot")), nullptr);
  EXPECT_EQ(table.Add(Table::Key("first"), 3), 3);
}

}  // namespace
}  // namespace dateline::text
