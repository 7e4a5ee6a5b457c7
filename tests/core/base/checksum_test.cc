#include "core/base/checksum.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/temp_dir.h"

namespace dateline::base {
namespace {

FileChecksum ChecksumOf(absl::string_view bytes) {
  FileChecksummer checksummer;
  checksummer.Append(bytes);
  return checksummer.Finish();
}

// The published test vectors of XXH3: files written elsewhere must be read here.
TEST(ChecksumTest, HashesAreThoseOfXxh3) {
  EXPECT_EQ(Hash64(""), 0x2D06800538D394C2U);
  EXPECT_EQ(ToHex(Hash128("")), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(Hash64("abc"), 0x78AF5F94892F3950U);
  EXPECT_NE(Hash64("abc", 1), Hash64("abc"));
}

TEST(ChecksumTest, BlocksByLength) {
  const std::vector<std::pair<size_t, size_t>> cases = {
      {0, 0},                          // an empty file has no block
      {1, 1},
      {kChecksumBlockBytes - 1, 1},
      {kChecksumBlockBytes, 1},        // no empty block at the end
      {kChecksumBlockBytes + 1, 2},
      {3 * kChecksumBlockBytes, 3},
  };
  for (const auto& [bytes, blocks] : cases) {
    const FileChecksum checksum = ChecksumOf(std::string(bytes, 'x'));
    EXPECT_EQ(checksum.bytes, bytes);
    EXPECT_EQ(checksum.blocks.size(), blocks) << bytes;
  }
}

TEST(ChecksumTest, PiecesGiveTheSameAsTheWhole) {
  const uint64_t seed = test::TestSeed(41);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int round = 0; round < 40; ++round) {
    const std::string bytes = random.Bytes(random.Below(4 * kChecksumBlockBytes + 1));
    FileChecksummer checksummer;
    for (size_t at = 0; at < bytes.size();) {
      // Small pieces, large ones, and those that end just at a block's end.
      const size_t to_block_end = kChecksumBlockBytes - at % kChecksumBlockBytes;
      const size_t wanted = random.OneIn(4) ? to_block_end : random.Below(random.OneIn(2) ? 100 : 150'000);
      const size_t size = std::min(wanted, bytes.size() - at);
      checksummer.Append(absl::string_view(bytes).substr(at, size));
      at += size;
    }
    EXPECT_EQ(checksummer.Finish(), ChecksumOf(bytes)) << "round " << round;
  }
}

TEST(ChecksumTest, FileAndBytesAgree) {
  const test::TempDir dir;
  test::Random random(42);
  for (const size_t size : {size_t{0}, size_t{1}, kChecksumBlockBytes, 5 * kChecksumBlockBytes + 17}) {
    const std::string bytes = random.Bytes(size);
    const std::string path = dir.Write("file", bytes);
    const absl::StatusOr<FileChecksum> checksum = ChecksumFile(path);
    ASSERT_TRUE(checksum.ok()) << checksum.status();
    EXPECT_EQ(*checksum, ChecksumOf(bytes));
    EXPECT_TRUE(VerifyFile(path, *checksum).ok());
  }
}

TEST(ChecksumTest, AMissingFileIsNamed) {
  const test::TempDir dir;
  const absl::Status status = VerifyFile(dir.Path("absent"), FileChecksum());
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), dir.Path("absent"))) << status;
}

TEST(ChecksumTest, AFlippedBitNamesItsBlock) {
  const test::TempDir dir;
  const uint64_t seed = test::TestSeed(43);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const size_t size = 2 * kChecksumBlockBytes + 1000;
  const std::string bytes = random.Bytes(size);
  const FileChecksum expected = ChecksumOf(bytes);
  std::vector<size_t> places = {0, kChecksumBlockBytes - 1, kChecksumBlockBytes, size - 1};
  for (int i = 0; i < 30; ++i) places.push_back(random.Below(size));
  for (const size_t place : places) {
    std::string damaged = bytes;
    damaged[place] = static_cast<char>(damaged[place] ^ (1 << random.Below(8)));
    const absl::Status status = VerifyFile(dir.Write("file", damaged), expected);
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    const size_t begin = place / kChecksumBlockBytes * kChecksumBlockBytes;
    EXPECT_EQ(status.message(), absl::StrCat(dir.Path("file"), ": damaged between byte ", begin, " and byte ",
                                             std::min(begin + kChecksumBlockBytes, size)));
    EXPECT_NE(ChecksumOf(damaged).Whole(), expected.Whole());
  }
}

TEST(ChecksumTest, OfTwoDamagedBlocksTheFirstIsNamed) {
  const test::TempDir dir;
  std::string bytes(4 * kChecksumBlockBytes, 'x');
  const FileChecksum expected = ChecksumOf(bytes);
  bytes[3 * kChecksumBlockBytes] = 'y';
  bytes[kChecksumBlockBytes + 5] = 'y';
  const absl::Status status = VerifyFile(dir.Write("file", bytes), expected);
  EXPECT_TRUE(absl::StrContains(status.message(), absl::StrCat("byte ", kChecksumBlockBytes, " and"))) << status;
}

TEST(ChecksumTest, AChangedLengthIsFound) {
  const test::TempDir dir;
  const std::string bytes(kChecksumBlockBytes + 10, 'x');
  const FileChecksum expected = ChecksumOf(bytes);
  const std::vector<std::string> cases = {
      "",                                       // gone but for the name
      bytes.substr(0, bytes.size() - 1),
      bytes.substr(0, kChecksumBlockBytes),     // at the end of a block
      bytes + "x",
      bytes + std::string(kChecksumBlockBytes, 'x'),
  };
  for (const std::string& changed : cases) {
    const absl::Status status = VerifyFile(dir.Write("file", changed), expected);
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_EQ(status.message(), absl::StrCat(dir.Path("file"), ": has ", changed.size(),
                                             " bytes where the manifest says ", bytes.size()));
  }
}

TEST(ChecksumTest, WholeSeesLengthAndEveryBlock) {
  const FileChecksum checksum{100, {1, 2, 3}};
  const std::vector<FileChecksum> others = {{101, {1, 2, 3}}, {100, {1, 2}}, {100, {1, 3, 2}}, {100, {0, 2, 3}}};
  for (const FileChecksum& other : others) EXPECT_NE(checksum.Whole(), other.Whole());
  EXPECT_EQ(checksum.Whole(), (FileChecksum{100, {1, 2, 3}}.Whole()));
}

}  // namespace
}  // namespace dateline::base
