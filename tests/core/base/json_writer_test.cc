#include "core/base/json_writer.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <string>

#include "absl/strings/string_view.h"
#include "core/base/utf8.h"
#include "gtest/gtest.h"

namespace dateline::base {
namespace {

std::string StringToJson(absl::string_view value) {
  std::string out;
  JsonWriter(&out).String(value);
  return out;
}

std::string DoubleToJson(double value) {
  std::string out;
  JsonWriter(&out).Double(value);
  return out;
}

TEST(JsonWriterTest, PutsCommasBetweenMembersAndElementsOnly) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject().Key("a").Uint(1).Key("b").BeginArray();
  json.BeginArray().Int(-1).Int(2).EndArray().BeginArray().EndArray().BeginObject().EndObject().Null().EndArray();
  json.Key("c").BeginObject().EndObject().Key("d").Bool(true).Key("e").StringOrNull("").Key("f").StringOrNull("x");
  json.EndObject();
  EXPECT_EQ(out, R"({"a":1,"b":[[-1,2],[],{},null],"c":{},"d":true,"e":null,"f":"x"})");
}

TEST(JsonWriterTest, WritesWholeRangesOfIntegers) {
  std::string out;
  JsonWriter(&out)
      .BeginArray()
      .Int(std::numeric_limits<int64_t>::min())
      .Uint(std::numeric_limits<uint64_t>::max())
      .EndArray();
  EXPECT_EQ(out, "[-9223372036854775808,18446744073709551615]");
}

TEST(JsonWriterTest, EscapesStrings) {
  const struct {
    absl::string_view value;
    absl::string_view json;
  } kCases[] = {
      {"", R"("")"},
      {"plain", R"("plain")"},
      {"say \"hi\" \\o/", R"("say \"hi\" \\o/")"},
      {"a\nb\rc\td", R"("a\nb\rc\td")"},
      {absl::string_view("\0\x01\x1b\x7f", 4), R"("\u0000\u0001\u001b\u007f")"},
      {"\xC2\x80\xC2\x9B\xC2\x9F\xC2\xA0", "\"\\u0080\\u009b\\u009f\xC2\xA0\""},
      {"\u2027\u2028\u2029\u202a\u202e\u202f", "\"\u2027\\u2028\\u2029\\u202a\\u202e\u202f\""},
      {"\u2065\u2066\u2069\u206a", "\"\u2065\\u2066\\u2069\u206a\""},
      {"caf\u00e9 \u6771\u4eac \U0001F600", "\"caf\u00e9 \u6771\u4eac \U0001F600\""},
      {"a\xFFz", "\"a\uFFFDz\""},
      {"\xC0\x80", "\"\uFFFD\uFFFD\""},                  // overlong
      {"\xED\xA0\x80", "\"\uFFFD\uFFFD\uFFFD\""},        // a surrogate
      {"\xF4\x90\x80\x80", "\"\uFFFD\uFFFD\uFFFD\uFFFD\""},  // beyond U+10FFFF
      {"\xE2\x82", "\"\uFFFD\uFFFD\""},                  // cut off
  };
  for (const auto& c : kCases) EXPECT_EQ(StringToJson(c.value), c.json) << c.json;
}

TEST(JsonWriterTest, EscapesKeys) {
  std::string out;
  JsonWriter(&out).BeginObject().Key("a\"\n").Null().EndObject();
  EXPECT_EQ(out, R"({"a\"\n":null})");
}

TEST(JsonWriterTest, WritesDoubles) {
  EXPECT_EQ(DoubleToJson(0), "0");
  EXPECT_EQ(DoubleToJson(-1.5), "-1.5");
  EXPECT_EQ(DoubleToJson(0.1), "0.1");
  EXPECT_EQ(DoubleToJson(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(DoubleToJson(std::numeric_limits<double>::quiet_NaN()), "null");
}

TEST(JsonWriterTest, DoublesReadBackTheSame) {
  const uint32_t seed = 20190425;
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20000; ++i) {
    const uint64_t bits = random();
    double value;
    std::memcpy(&value, &bits, sizeof(value));
    if (i % 2 == 0) value = static_cast<double>(bits >> 24) / (1 << 20);  // a score
    const std::string json = DoubleToJson(value);
    if (json == "null") continue;
    EXPECT_EQ(std::strtod(json.c_str(), nullptr), value) << "seed " << seed << " case " << i;
  }
}

TEST(JsonWriterTest, AnyBytesGiveValidUtf8OnOneLine) {
  const uint32_t seed = 19870214;
  std::mt19937 random(seed);
  for (int i = 0; i < 5000; ++i) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    const std::string json = StringToJson(bytes);
    std::string repaired = json;
    EXPECT_EQ(RepairUtf8(repaired), 0u) << "seed " << seed << " case " << i;
    for (const unsigned char byte : json) EXPECT_GE(byte, 0x20) << "seed " << seed << " case " << i;
  }
}

}  // namespace
}  // namespace dateline::base
