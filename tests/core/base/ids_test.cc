#include "core/base/ids.h"

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::base {
namespace {

TEST(IdsTest, HexIsHighFirstAndLowerCase) {
  EXPECT_EQ(ToHex({0x0123456789ABCDEF, 0xFEDCBA9876543210}), "0123456789abcdeffedcba9876543210");
  EXPECT_EQ(ToHex({0, 1}), "00000000000000000000000000000001");
  EXPECT_EQ(ToHex({~uint64_t{0}, ~uint64_t{0}}), "ffffffffffffffffffffffffffffffff");
}

TEST(IdsTest, BytesAreBigEndian) {
  EXPECT_EQ(ToBytes({0x6162636465666768, 0x696A6B6C6D6E6F70}), "abcdefghijklmnop");
}

TEST(IdsTest, WhatIsNoKeyIsRefused) {
  const std::string good = "0123456789abcdeffedcba9876543210";
  const std::vector<std::string> cases = {
      "",
      good.substr(1),                                   // 31 digits
      good + "0",                                       // 33 digits
      "0123456789abcdeffedcba987654321g",               // not a digit
      "0x23456789abcdeffedcba9876543210",               // digits only
      " 123456789abcdeffedcba9876543210",               // no blanks
      std::string(31, '0') + std::string(1, '\0'),      // nor zero bytes
      "0123456789abcdeffedcba98765432\xC3\xA9",         // nor letters beyond ASCII
  };
  for (const std::string& hex : cases) EXPECT_FALSE(DocKeyFromHex(hex).has_value()) << hex;
  EXPECT_TRUE(DocKeyFromHex(good).has_value());
}

TEST(IdsTest, RandomKeysComeBackAndEveryOrderIsTheSame) {
  const uint64_t seed = test::TestSeed(21);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  absl::flat_hash_set<DocKey> seen;
  for (int i = 0; i < 2000; ++i) {
    const DocKey a{random.AnySize(), random.AnySize()};
    const DocKey b{random.OneIn(4) ? a.high : random.AnySize(), random.AnySize()};
    EXPECT_EQ(DocKeyFromHex(ToHex(a)), a);
    EXPECT_EQ(DocKeyFromHex(absl::AsciiStrToUpper(ToHex(a))), a);
    EXPECT_EQ(DocKeyFromBytes(ToBytes(a)), a);
    EXPECT_EQ(a < b, ToHex(a) < ToHex(b));
    EXPECT_EQ(a < b, ToBytes(a) < ToBytes(b));
    seen.insert(a);
    EXPECT_TRUE(seen.contains(a));
  }
}

}  // namespace
}  // namespace dateline::base
