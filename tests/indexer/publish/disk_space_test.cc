#include "indexer/publish/disk_space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/temp_dir.h"

namespace dateline::publish {
namespace {

using ::testing::HasSubstr;

TEST(DiskSpaceTest, InputsAreCountedByTheirText) {
  const test::TempDir directory;
  const std::string plain = directory.Write("in/a.jsonl", std::string(1000, 'x'));
  EXPECT_EQ(BytesToBuild({plain}), 5000U);
  const std::string packed = directory.Write("in/b.jsonl.zst", std::string(100, 'x'));
  EXPECT_EQ(BytesToBuild({packed}), 2000U);
  EXPECT_EQ(BytesToBuild({directory.Path("in")}), 7000U);
  EXPECT_EQ(BytesToBuild({"-"}), 0U);
  EXPECT_EQ(BytesToBuild({directory.Path("missing")}), 0U);
}

TEST(DiskSpaceTest, ShardsAreCountedTwice) {
  index::ManifestShard shard;
  shard.files = {{"shard-000/postlist.glass", {700, {1}}}};
  shard.sidecars = {{"shard-000.columns", {30, {1}}}};
  EXPECT_EQ(BytesToMerge({shard, shard}), 2920U);
}

TEST(DiskSpaceTest, SaysWhatIsNeededAndWhatIsFree) {
  const test::TempDir directory;
  EXPECT_TRUE(CheckSpace(directory.path(), 0, "add").ok());
  const absl::Status status = CheckSpace(directory.path(), uint64_t{1} << 60, "add");
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("add needs about 1152921504624 MB"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("MB are free"));
}

}  // namespace
}  // namespace dateline::publish
