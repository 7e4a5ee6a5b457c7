#include "indexer/publish/shard_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "core/base/file.h"
#include "tests/support/temp_dir.h"

namespace dateline::publish {
namespace {

uint64_t Links(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 ? info.st_nlink : 0;
}

index::ManifestShard Shard(const test::TempDir& directory) {
  index::ManifestShard shard;
  shard.name = "shard-000";
  directory.Write("old/shard-000/postlist.glass", "postings");
  directory.Write("old/shard-000.columns", "columns");
  directory.Write("old/shard-000.tombstones", "dead");
  shard.files = {{"shard-000/postlist.glass", {8, {1}}}};
  shard.sidecars = {{"shard-000.columns", {7, {2}}}};
  shard.dead = 1;
  shard.tombstones = {"shard-000.tombstones", {4, {3}}};
  return shard;
}

TEST(ShardFilesTest, AShardIsLinkedUnderAnotherName) {
  const test::TempDir directory;
  const index::ManifestShard shard = Shard(directory);
  ASSERT_TRUE(base::MakeDirectory(directory.Path("new")).ok());
  const auto linked = LinkShard(directory.Path("old"), shard, directory.Path("new"), "shard-007");
  ASSERT_TRUE(linked.ok()) << linked.status();
  EXPECT_EQ(linked->name, "shard-007");
  EXPECT_EQ(linked->files[0].path, "shard-007/postlist.glass");
  EXPECT_EQ(linked->files[0].checksum, shard.files[0].checksum);
  EXPECT_EQ(linked->sidecars[0].path, "shard-007.columns");
  EXPECT_EQ(linked->tombstones->path, "shard-007.tombstones");
  for (const char* name : {"shard-007/postlist.glass", "shard-007.columns", "shard-007.tombstones"}) {
    EXPECT_EQ(Links(base::JoinPath(directory.Path("new"), name)), 2U) << name;
  }
}

TEST(ShardFilesTest, AMissingSidecarIsLeftOutAnythingElseIsAnError) {
  const test::TempDir directory;
  const index::ManifestShard shard = Shard(directory);
  ASSERT_TRUE(base::MakeDirectory(directory.Path("new")).ok());
  ASSERT_TRUE(base::RemoveFile(directory.Path("old/shard-000.columns")).ok());
  const auto linked = LinkShard(directory.Path("old"), shard, directory.Path("new"), "shard-000");
  ASSERT_TRUE(linked.ok()) << linked.status();
  EXPECT_TRUE(linked->sidecars.empty());
  ASSERT_TRUE(base::RemoveFile(directory.Path("old/shard-000.tombstones")).ok());
  EXPECT_TRUE(absl::IsNotFound(LinkShard(directory.Path("old"), shard, directory.Path("new"), "shard-001").status()));
}

TEST(ShardFilesTest, AcrossFileSystemsBytesAreCopied) {
  if (!base::IsDirectory("/dev/shm")) GTEST_SKIP() << "there is no second file system";
  const test::TempDir directory;
  const std::string from = directory.Write("a", "bytes");
  const std::string to = "/dev/shm/dateline-" + directory.path().substr(directory.path().rfind('-') + 1);
  ASSERT_TRUE(LinkFile(from, to).ok());
  EXPECT_EQ(base::ReadFile(to).value(), "bytes");
  EXPECT_TRUE(base::RemoveFile(to).ok());
}

TEST(ShardFilesTest, AWrittenShardIsRenamed) {
  const test::TempDir directory;
  index::ManifestShard shard = Shard(directory);
  shard.dead = 0;
  shard.tombstones.reset();
  const auto renamed = RenameShard(directory.Path("old"), shard, "shard-003");
  ASSERT_TRUE(renamed.ok()) << renamed.status();
  EXPECT_EQ(renamed->files[0].path, "shard-003/postlist.glass");
  EXPECT_TRUE(base::Exists(directory.Path("old/shard-003/postlist.glass")));
  EXPECT_TRUE(base::Exists(directory.Path("old/shard-003.columns")));
  EXPECT_FALSE(base::Exists(directory.Path("old/shard-000")));
}

}  // namespace
}  // namespace dateline::publish
