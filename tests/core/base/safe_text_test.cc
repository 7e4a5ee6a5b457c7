#include "core/base/safe_text.h"

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace dateline::base {
namespace {

TEST(SafeTextTest, MakesVisibleWhatSteersADisplay) {
  const struct {
    absl::string_view text;
    absl::string_view safe;
  } kCases[] = {
      {"", ""},
      {"plain \"quoted\" \\ caf\u00e9 \u6771", "plain \"quoted\" \\ caf\u00e9 \u6771"},
      {absl::string_view("\0\t\n\r\x1b[2J\x7f", 9), "\\x00\\x09\\x0a\\x0d\\x1b[2J\\x7f"},
      {"\xC2\x80\xC2\x9B\xC2\xA0", "\\u0080\\u009b\xC2\xA0"},
      {"\u2028\u2029", "\\u2028\\u2029"},
      {"\u202a\u202e\u2066\u2069", "\\u202a\\u202e\\u2066\\u2069"},
      {"\u200e\u200f\u061c\u200d", "\\u200e\\u200f\\u061c\u200d"},
      {"a\xFF\x9Bz", "a\\xff\\x9bz"},
      {"\xE2\x80", "\\xe2\\x80"},
  };
  for (const auto& c : kCases) EXPECT_EQ(SafeText(c.text), c.safe);
}

TEST(SafeTextTest, KeepsWhatItIsTold) {
  EXPECT_EQ(SafeText("a\nb\r\u200f", {.keep_lines = true}), "a\nb\\x0d\\u200f");
  EXPECT_EQ(SafeText("a\nb\u200f\u202e", {.keep_direction_marks = true}), "a\\x0ab\u200f\\u202e");
}

}  // namespace
}  // namespace dateline::base
