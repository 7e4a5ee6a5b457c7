#include "indexer/lifecycle/followed_files.h"

#include <gtest/gtest.h>

#include <string>

#include "core/base/file.h"
#include "indexer/publish/publisher.h"
#include "tests/support/temp_dir.h"

namespace dateline::lifecycle {
namespace {

FollowedFiles Open(const test::TempDir& directory) { return FollowedFiles::Open(directory.path()).value(); }

std::string Path(const test::TempDir& directory) { return directory.Path(publish::kFollowedFile); }

TEST(FollowedFilesTest, RemembersPathSizeAndTime) {
  const test::TempDir directory;
  const FileState state{100, 1'700'000'000'000'000'001};
  FollowedFiles files = Open(directory);
  EXPECT_FALSE(files.Knows("spool/a.jsonl", state));
  ASSERT_TRUE(files.Remember({{"spool/a.jsonl", state}, {"spool/b\tc.jsonl", state}}).ok());
  for (const FollowedFiles& read : {files, Open(directory)}) {
    EXPECT_TRUE(read.Knows("spool/a.jsonl", state));
    EXPECT_TRUE(read.Knows("spool/b\tc.jsonl", state));
    EXPECT_FALSE(read.Knows("a.jsonl", state));
    EXPECT_FALSE(read.Knows("spool/a.jsonl", {101, state.changed_ns}));
    EXPECT_FALSE(read.Knows("spool/a.jsonl", {100, state.changed_ns + 1}));
  }
}

TEST(FollowedFilesTest, TheLastLineOfAFileCounts) {
  const test::TempDir directory;
  FollowedFiles files = Open(directory);
  ASSERT_TRUE(files.Remember({{"a", {1, 1}}}).ok());
  ASSERT_TRUE(files.Remember({{"a", {2, 2}}}).ok());
  EXPECT_TRUE(Open(directory).Knows("a", {2, 2}));
  EXPECT_FALSE(Open(directory).Knows("a", {1, 1}));
}

// A write that was cut short must not lend its line to the next one.
TEST(FollowedFilesTest, AnUnfinishedLineIsDropped) {
  const test::TempDir directory;
  directory.Write(publish::kFollowedFile, "1\t1\ta\n2\t2\tb.jso");
  FollowedFiles files = Open(directory);
  EXPECT_TRUE(files.Knows("a", {1, 1}));
  EXPECT_FALSE(files.Knows("b.jso", {2, 2}));
  ASSERT_TRUE(files.Remember({{"c", {3, 3}}}).ok());
  EXPECT_EQ(base::ReadFile(Path(directory)).value(), "1\t1\ta\n3\t3\tc\n");
}

TEST(FollowedFilesTest, WhatIsNoLineIsPassedOver) {
  const test::TempDir directory;
  directory.Write(publish::kFollowedFile, "\nx\t1\ta\n1\n1\t1\tb\n");
  EXPECT_TRUE(Open(directory).Knows("b", {1, 1}));
}

TEST(FollowedFilesTest, ForgetsWithTheFile) {
  const test::TempDir directory;
  FollowedFiles files = Open(directory);
  ASSERT_TRUE(files.Remember({{"a", {1, 1}}}).ok());
  ASSERT_TRUE(base::RemoveFile(Path(directory)).ok());
  ASSERT_TRUE(files.Remember({{"b", {1, 1}}}).ok());
  EXPECT_FALSE(files.Knows("a", {1, 1}));
  EXPECT_EQ(base::ReadFile(Path(directory)).value(), "1\t1\tb\n");
}

TEST(FollowedFilesTest, StatesAreOfFilesOnly) {
  const test::TempDir directory;
  EXPECT_FALSE(StateOf(directory.path()).has_value());
  EXPECT_FALSE(StateOf(directory.Path("missing")).has_value());
  EXPECT_EQ(StateOf(directory.Write("a", "abc"))->bytes, 3U);
}

}  // namespace
}  // namespace dateline::lifecycle
