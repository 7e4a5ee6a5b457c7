#include "core/index/tombstones.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/temp_dir.h"

namespace dateline::index {
namespace {

using ::testing::ElementsAreArray;

constexpr uint64_t kShardHash = 0x1234;
constexpr size_t kReservedOffsets[] = {12, 28};  // four bytes each, which nobody reads

std::string Sample() {
  return EncodeTombstones(kShardHash, {1, 2, 64, 65, 4000}, {{"Zstrike", 3}, {"\xC3\xA9lan", 1}, {"strike", 5}}, 812);
}

TEST(TombstonesTest, ComeBack) {
  const test::TempDir directory;
  const auto tombstones = Tombstones::Open(directory.Write("t", Sample()), kShardHash);
  ASSERT_TRUE(tombstones.ok()) << tombstones.status();
  EXPECT_EQ((*tombstones)->count(), 5U);
  EXPECT_THAT((*tombstones)->docids(), ElementsAreArray({1U, 2U, 64U, 65U, 4000U}));
  for (const uint32_t docid : {1U, 2U, 64U, 65U, 4000U}) EXPECT_TRUE((*tombstones)->IsDead(docid)) << docid;
  for (const uint32_t docid : {0U, 3U, 63U, 66U, 128U, 3999U, 4001U, 4095U, 4096U, 5000U, ~0U}) {
    EXPECT_FALSE((*tombstones)->IsDead(docid)) << docid;
  }
  EXPECT_EQ((*tombstones)->DeadWith("strike"), 5U);
  EXPECT_EQ((*tombstones)->DeadWith("Zstrike"), 3U);
  EXPECT_EQ((*tombstones)->DeadWith("\xC3\xA9lan"), 1U);
  for (const char* term : {"", "Z", "Zstrikes", "strik", "strikes", "\xFF"}) {
    EXPECT_EQ((*tombstones)->DeadWith(term), 0U) << term;
  }
  EXPECT_EQ((*tombstones)->terms().size(), 3U);
  EXPECT_EQ((*tombstones)->total_length(), 812U);
}

TEST(TombstonesTest, RandomOnesComeBack) {
  const uint64_t seed = test::TestSeed(7);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const test::TempDir directory;
  for (int round = 0; round < test::Scaled(50); ++round) {
    std::vector<uint32_t> docids;
    uint32_t docid = 0;
    for (uint64_t i = 0; i <= random.Below(200); ++i) {
      docids.push_back(docid += static_cast<uint32_t>(1 + random.Below(random.OneIn(4) ? 500 : 3)));
    }
    std::map<std::string, uint32_t> terms;
    for (uint64_t i = 0; i < random.Below(100); ++i) {
      terms[random.Bytes(1 + random.Below(4))] = static_cast<uint32_t>(1 + random.Below(docids.size()));
    }
    const auto tombstones = Tombstones::Open(
        directory.Write(absl::StrCat("t", round), EncodeTombstones(round, docids, terms, random.Bits())), round);
    ASSERT_TRUE(tombstones.ok()) << tombstones.status();
    EXPECT_THAT((*tombstones)->docids(), ElementsAreArray(docids));
    uint32_t dead = 0;
    for (uint32_t d = 0; d <= docid + 1; ++d) dead += (*tombstones)->IsDead(d) ? 1 : 0;
    EXPECT_EQ(dead, docids.size());
    ASSERT_EQ((*tombstones)->terms().size(), terms.size());
    for (const auto& [term, number] : terms) EXPECT_EQ((*tombstones)->DeadWith(term), number);
  }
}

TEST(TombstonesTest, EveryTruncationIsFound) {
  const test::TempDir directory;
  const std::string bytes = Sample();
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto status = Tombstones::Open(directory.Write("t", bytes.substr(0, size)), kShardHash).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << size << ": " << status;
  }
  EXPECT_TRUE(absl::IsDataLoss(Tombstones::Open(directory.Write("t", bytes + "x"), kShardHash).status()));
}

// Checksums find every flipped bit; what parses in spite of one must be safe to read.
TEST(TombstonesTest, FlippedBitsAreSafe) {
  const test::TempDir directory;
  const std::string bytes = Sample();
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x81);
    const auto tombstones = Tombstones::Open(directory.Write("t", damaged), kShardHash);
    if (!tombstones.ok()) continue;
    EXPECT_GT((*tombstones)->count(), 0U);
    EXPECT_TRUE((*tombstones)->IsDead((*tombstones)->docids().back()));
    EXPECT_LE((*tombstones)->DeadWith("strike"), 5U);
  }
}

TEST(TombstonesTest, RefusesWhatIsNotTheShards) {
  const test::TempDir directory;
  const struct {
    const char* what;
    std::string bytes;
    absl::StatusCode code;
    const char* message;
  } cases[] = {
      {"another shard", EncodeTombstones(kShardHash + 1, {1}, {}, 0), absl::StatusCode::kDataLoss, "another shard"},
      {"nobody dead", EncodeTombstones(kShardHash, {}, {}, 0), absl::StatusCode::kDataLoss, "ascending"},
      {"docid 0", EncodeTombstones(kShardHash, {0, 1}, {}, 0), absl::StatusCode::kDataLoss, "ascending"},
      {"twice", EncodeTombstones(kShardHash, {1, 1}, {}, 0), absl::StatusCode::kDataLoss, "ascending"},
      {"backwards", EncodeTombstones(kShardHash, {2, 1}, {}, 0), absl::StatusCode::kDataLoss, "ascending"},
      {"too high", EncodeTombstones(kShardHash, {kMaxDeadDocid + 1}, {}, 0), absl::StatusCode::kDataLoss,
       "ascending"},
      {"a term of nobody", EncodeTombstones(kShardHash, {1}, {{"a", 0}}, 0), absl::StatusCode::kDataLoss, "terms"},
      {"a term of more", EncodeTombstones(kShardHash, {1}, {{"a", 2}}, 0), absl::StatusCode::kDataLoss, "terms"},
      {"version 2", Sample().replace(8, 1, "\x02"), absl::StatusCode::kFailedPrecondition, "version 2"},
      {"a text", "not tombstones, nor anything else", absl::StatusCode::kDataLoss, "not a file of tombstones"},
  };
  for (const auto& c : cases) {
    const auto status = Tombstones::Open(directory.Write("t", c.bytes), kShardHash).status();
    EXPECT_EQ(status.code(), c.code) << c.what << ": " << status;
    EXPECT_TRUE(absl::StrContains(status.message(), c.message)) << c.what << ": " << status;
  }
  EXPECT_TRUE(absl::IsNotFound(Tombstones::Open(directory.Path("missing"), kShardHash).status()));
}

TEST(TombstonesTest, ReservedBytesAreZeroAndNotRead) {
  const test::TempDir directory;
  std::string bytes = Sample();
  for (const size_t at : kReservedOffsets) {
    EXPECT_EQ(bytes.substr(at, 4), std::string(4, '\0'));
    bytes.replace(at, 4, "\1\2\3\4");
  }
  EXPECT_TRUE(Tombstones::Open(directory.Write("t", bytes), kShardHash).ok());
}

}  // namespace
}  // namespace dateline::index
