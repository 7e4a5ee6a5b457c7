#include "core/base/utf8.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::base {
namespace {

struct SequenceCase {
  std::string bytes;
  size_t length;      // of the character at its front; 0: none
  char32_t value = 0;
};

TEST(Utf8Test, Sequences) {
  const std::vector<SequenceCase> cases = {
      {"a", 1, U'a'},
      {std::string(1, '\0'), 1, 0},              // zero is a character
      {"\x7F", 1, 0x7F},
      {"\xC2\x80", 2, 0x80},                     // the first of two bytes
      {"\xDF\xBF", 2, 0x7FF},                    // the last
      {"\xE0\xA0\x80", 3, 0x800},                // the first of three
      {"\xED\x9F\xBF", 3, 0xD7FF},               // just below the surrogates
      {"\xEE\x80\x80", 3, 0xE000},               // just above
      {"\xEF\xBF\xBD", 3, 0xFFFD},               // the replacement is a character like any other
      {"\xEF\xBF\xBF", 3, 0xFFFF},               // a noncharacter is well formed all the same
      {"\xF0\x90\x80\x80", 4, 0x10000},          // the first of four
      {"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},         // the last of all
      {"\xF4\x90\x80\x80", 0},                   // beyond U+10FFFF
      {"\xF5\x80\x80\x80", 0},                   // a lead that no character has
      {"\xFF", 0},
      {"\x80", 0},                               // a trail byte alone
      {"\xBF\xBF", 0},
      {"\xC0\x80", 0},                           // overlong zero
      {"\xC1\xBF", 0},                           // overlong DEL
      {"\xE0\x9F\xBF", 0},                       // overlong U+07FF
      {"\xF0\x8F\xBF\xBF", 0},                   // overlong U+FFFF
      {"\xED\xA0\x80", 0},                       // the first surrogate
      {"\xED\xBF\xBF", 0},                       // the last
      {"\xC3", 0},                               // cut short
      {"\xE2\x82", 0},
      {"\xF0\x9F\x98", 0},
      {"\xC3(", 0},                              // the trail is missing
      {"\xE2\x82(", 0},
      {"\xF0\x9F\x98(", 0},
      {"\xE2(\xAC", 0},
      {"\xC3\xA9rest", 2, 0xE9},                 // what follows does not matter
  };
  for (const SequenceCase& c : cases) {
    EXPECT_EQ(CodePointBytes(c.bytes, 0), c.length) << absl::CHexEscape(c.bytes);
    const std::string behind = "xy" + c.bytes;
    EXPECT_EQ(CodePointBytes(behind, 2), c.length) << absl::CHexEscape(c.bytes);
    if (c.length == 0) {
      EXPECT_FALSE(IsValidUtf8(c.bytes)) << absl::CHexEscape(c.bytes);
    } else {
      EXPECT_EQ(DecodeCodePoint(c.bytes, 0, c.length), c.value) << absl::CHexEscape(c.bytes);
    }
  }
}

TEST(Utf8Test, EveryCodePointComesBack) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c == 0xD800) c = 0xE000;
    std::string bytes;
    test::Random::AppendUtf8(bytes, c);
    std::string encoded;
    AppendUtf8(encoded, c);
    ASSERT_EQ(encoded, bytes) << static_cast<uint32_t>(c);  // against the encoder of the tests
    ASSERT_EQ(CodePointBytes(bytes, 0), bytes.size()) << static_cast<uint32_t>(c);
    ASSERT_EQ(DecodeCodePoint(bytes, 0, bytes.size()), c);
  }
}

struct RepairCase {
  std::string bytes;
  std::string repaired;
  size_t count;
};

TEST(Utf8Test, Repair) {
  const std::string r = "\xEF\xBF\xBD";
  const std::vector<RepairCase> cases = {
      {"", "", 0},
      {"caf\xC3\xA9", "caf\xC3\xA9", 0},
      {"caf\xE9", "caf" + r, 1},                      // Latin-1
      {"\xE9t\xE9", r + "t" + r, 2},
      {"a\xE2\x82", "a" + r + r, 2},                  // one for each byte that belongs to nothing
      {"\xC0\x80", r + r, 2},
      {"\xED\xA0\xBD\xED\xB8\x80", r + r + r + r + r + r, 6},  // a pair of surrogates in the manner of old Java
      {"\xC3\xC3\xA9", r + "\xC3\xA9", 1},            // a good character right after a bad byte survives
      {"\xF0\x9F\x98\xC3\xA9", r + r + r + "\xC3\xA9", 3},
      {"\x80x", r + "x", 1},
  };
  for (const RepairCase& c : cases) {
    std::string text = c.bytes;
    EXPECT_EQ(RepairUtf8(text), c.count) << absl::CHexEscape(c.bytes);
    EXPECT_EQ(text, c.repaired) << absl::CHexEscape(c.bytes);
  }
}

struct TruncateCase {
  std::string text;
  size_t max_bytes;
  std::string truncated;
};

TEST(Utf8Test, Truncate) {
  const std::vector<TruncateCase> cases = {
      {"", 0, ""},
      {"abc", 3, "abc"},
      {"abc", 4, "abc"},
      {"abc", 2, "ab"},
      {"abc", 0, ""},
      {"\xC3\xA9", 1, ""},                                  // not even the first fits
      {"a\xC3\xA9z", 2, "a"},
      {"a\xC3\xA9z", 3, "a\xC3\xA9"},
      {"\xF0\x9F\x98\x80x", 3, ""},
      {"\xF0\x9F\x98\x80x", 4, "\xF0\x9F\x98\x80"},
      {"ab\xF0\x9F\x98\x80", 5, "ab"},
      {"ab\xE2\x82\xAC", 4, "ab"},
      {std::string(10, '\x80'), 6, std::string(6, '\x80')},  // damage: nothing to keep whole
  };
  for (const TruncateCase& c : cases) {
    EXPECT_EQ(TruncateUtf8(c.text, c.max_bytes), c.truncated) << absl::CHexEscape(c.text) << " to " << c.max_bytes;
  }
}

TEST(Utf8Test, RepairedBytesAreValidAndRepairingAgainChangesNothing) {
  const uint64_t seed = test::TestSeed(31);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int i = 0; i < test::Scaled(20000); ++i) {
    SCOPED_TRACE(absl::StrCat("round ", i));
    std::string text = random.OneIn(2) ? random.Bytes(random.Below(30)) : random.Text(random.Below(20));
    for (size_t flips = random.Below(3); flips > 0 && !text.empty(); --flips) {
      text[random.Below(text.size())] = static_cast<char>(random.Bits());
    }
    const std::string damaged = text;
    const size_t repaired = RepairUtf8(text);
    ASSERT_TRUE(IsValidUtf8(text)) << absl::CHexEscape(damaged);
    EXPECT_EQ(repaired == 0, IsValidUtf8(damaged)) << absl::CHexEscape(damaged);
    EXPECT_EQ(text.size(), damaged.size() + 2 * repaired) << absl::CHexEscape(damaged);
    std::string again = text;
    EXPECT_EQ(RepairUtf8(again), 0U);
    EXPECT_EQ(again, text);
    for (size_t max_bytes = 0; max_bytes <= text.size(); ++max_bytes) {
      const absl::string_view start = TruncateUtf8(text, max_bytes);
      ASSERT_LE(start.size(), max_bytes);
      ASSERT_LE(max_bytes - start.size(), 3U);  // no more is lost than one character's start
      ASSERT_TRUE(IsValidUtf8(start)) << absl::CHexEscape(text) << " to " << max_bytes;
    }
  }
}

}  // namespace
}  // namespace dateline::base
