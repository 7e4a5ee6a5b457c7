#include "core/base/coding.h"

#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::base {
namespace {

TEST(CodingTest, FixedNumbersAreLittleEndian) {
  std::string bytes;
  AppendFixed32(bytes, 0x04030201);
  AppendFixed64(bytes, 0x0807060504030201);
  EXPECT_EQ(bytes, "\x01\x02\x03\x04\x01\x02\x03\x04\x05\x06\x07\x08");
}

TEST(CodingTest, BigEndianNumbersSortAsBytes) {
  std::string bytes;
  AppendBigEndian64(bytes, 0x0102030405060708);
  EXPECT_EQ(bytes, "\x01\x02\x03\x04\x05\x06\x07\x08");
  const uint64_t seed = test::TestSeed(11);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int i = 0; i < 1000; ++i) {
    const uint64_t a = random.AnySize();
    const uint64_t b = random.AnySize();
    std::string a_bytes;
    std::string b_bytes;
    AppendBigEndian64(a_bytes, a);
    AppendBigEndian64(b_bytes, b);
    EXPECT_EQ(ReadBigEndian64(a_bytes.data()), a);
    EXPECT_EQ(a < b, a_bytes < b_bytes) << a << " " << b;
  }
}

struct VarintCase {
  uint64_t value;
  std::string bytes;
};

TEST(CodingTest, VarintBytes) {
  const std::vector<VarintCase> cases = {
      {0, std::string(1, '\0')},      // zero takes a byte
      {0x7F, "\x7F"},                 // the largest of one byte
      {0x80, std::string("\x80\x01")},
      {300, "\xAC\x02"},
      {0x3FFF, "\xFF\x7F"},           // the largest of two bytes
      {0x4000, "\x80\x80\x01"},
      {std::numeric_limits<uint32_t>::max(), "\xFF\xFF\xFF\xFF\x0F"},
      {std::numeric_limits<uint64_t>::max(), "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"},
  };
  for (const VarintCase& c : cases) {
    std::string bytes;
    AppendVarint(bytes, c.value);
    EXPECT_EQ(bytes, c.bytes) << c.value;
    Decoder in(bytes);
    EXPECT_EQ(in.Varint(), c.value);
    EXPECT_TRUE(in.ok());
    EXPECT_TRUE(in.empty());
  }
}

TEST(CodingTest, VarintsBeyond64BitsAreRefused) {
  const std::vector<std::string> cases = {
      "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02",      // bit 64 is set
      "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x81\x01",  // an eleventh byte
      std::string(20, '\xFF'),
      std::string(20, '\x80'),                         // zeros without end
  };
  for (const std::string& bytes : cases) {
    Decoder in(bytes);
    EXPECT_EQ(in.Varint(), 0U);
    EXPECT_FALSE(in.ok());
  }
}

// One value of each kind that a Decoder reads, drawn at random.
struct Value {
  enum Kind { kByte, kFixed32, kFixed64, kVarint, kString, kKinds } kind;
  uint64_t number = 0;
  std::string text;
};

std::vector<Value> RandomValues(test::Random& random) {
  std::vector<Value> values(random.Below(20));
  for (Value& value : values) {
    value.kind = static_cast<Value::Kind>(random.Below(Value::kKinds));
    value.number = random.AnySize();
    if (value.kind == Value::kByte) value.number &= 0xFF;
    if (value.kind == Value::kFixed32) value.number &= 0xFFFFFFFF;
    if (value.kind == Value::kString) value.text = random.Bytes(random.Below(300));
  }
  return values;
}

std::string Encode(const std::vector<Value>& values) {
  std::string bytes;
  for (const Value& value : values) {
    switch (value.kind) {
      case Value::kByte: bytes.push_back(static_cast<char>(value.number)); break;
      case Value::kFixed32: AppendFixed32(bytes, static_cast<uint32_t>(value.number)); break;
      case Value::kFixed64: AppendFixed64(bytes, value.number); break;
      case Value::kVarint: AppendVarint(bytes, value.number); break;
      default: AppendString(bytes, value.text);
    }
  }
  return bytes;
}

// Are the next values in `in` those of `values`? Stops at the first that is not.
bool ReadsBack(Decoder& in, const std::vector<Value>& values) {
  for (const Value& value : values) {
    bool same = false;
    switch (value.kind) {
      case Value::kByte: same = in.Byte() == value.number; break;
      case Value::kFixed32: same = in.Fixed32() == value.number; break;
      case Value::kFixed64: same = in.Fixed64() == value.number; break;
      case Value::kVarint: same = in.Varint() == value.number; break;
      default: same = in.String() == value.text;
    }
    if (!in.ok() || !same) return false;
  }
  return true;
}

TEST(CodingTest, RandomValuesComeBackAndNoTruncationPasses) {
  const uint64_t seed = test::TestSeed(12);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int i = 0; i < 300; ++i) {
    SCOPED_TRACE(absl::StrCat("round ", i));
    const std::vector<Value> values = RandomValues(random);
    const std::string bytes = Encode(values);
    Decoder whole(bytes);
    ASSERT_TRUE(ReadsBack(whole, values));
    EXPECT_TRUE(whole.empty());
    for (size_t size = 0; size < bytes.size(); size += 1 + random.Below(40)) {
      Decoder cut(absl::string_view(bytes).substr(0, size));
      EXPECT_FALSE(ReadsBack(cut, values)) << size << " of " << bytes.size();
    }
  }
}

TEST(CodingTest, AFailureStays) {
  Decoder in("\x01\x02\x03");
  EXPECT_EQ(in.Fixed32(), 0U);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.Byte(), 0);  // there is one, but what it means is no longer known
  EXPECT_EQ(in.Varint(), 0U);
  EXPECT_EQ(in.String(), "");
  EXPECT_EQ(in.Bytes(1), "");
  EXPECT_EQ(in.Count(), 0U);
  EXPECT_FALSE(in.ok());
}

TEST(CodingTest, DecoderIsTotalOnRandomBytes) {
  const uint64_t seed = test::TestSeed(13);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int i = 0; i < test::Scaled(20000); ++i) {
    const std::string bytes = random.Bytes(random.Below(40));
    Decoder in(bytes);
    for (int reads = 0; reads < 12 && in.ok(); ++reads) {
      const size_t before = in.rest().size();
      switch (random.Below(7)) {
        case 0: in.Byte(); break;
        case 1: in.Fixed32(); break;
        case 2: in.Fixed64(); break;
        case 3: in.Varint(); break;
        case 4: EXPECT_LE(in.String().size(), before); break;
        case 5: EXPECT_LE(in.Bytes(random.AnySize()).size(), before); break;
        default: EXPECT_LE(in.Count(1 + random.Below(9)), before);
      }
      ASSERT_LE(in.rest().size(), before) << "round " << i;
    }
  }
}

struct CountCase {
  uint64_t count;
  uint64_t bytes_each;
  size_t rest;  // bytes after the count
  bool ok;
};

TEST(CodingTest, CountIsHeldAgainstWhatFollows) {
  const std::vector<CountCase> cases = {
      {0, 1, 0, true},
      {3, 1, 3, true},                                            // just enough
      {4, 1, 3, false},
      {1, 16, 15, false},                                         // not one whole thing
      {2, 16, 33, true},
      {3, 16, 47, false},
      {5, 0, 5, true},                                            // things without a size count as one byte each
      {6, 0, 5, false},
      {std::numeric_limits<uint64_t>::max(), 8, 100, false},      // the product would overflow
      {std::numeric_limits<uint64_t>::max() / 8 + 2, 8, 100, false},
  };
  for (const CountCase& c : cases) {
    std::string bytes;
    AppendVarint(bytes, c.count);
    bytes.append(c.rest, 'x');
    Decoder in(bytes);
    EXPECT_EQ(in.Count(c.bytes_each), c.ok ? c.count : 0U);
    EXPECT_EQ(in.ok(), c.ok) << c.count << " of " << c.bytes_each << " in " << c.rest;
  }
}

TEST(CodingTest, AStringWhoseLengthLiesIsRefused) {
  std::string bytes;
  AppendVarint(bytes, std::numeric_limits<uint64_t>::max());
  bytes += "text";
  Decoder in(bytes);
  EXPECT_EQ(in.String(), "");
  EXPECT_FALSE(in.ok());
}

}  // namespace
}  // namespace dateline::base
