#include "tools/client/commands/row_sink.h"

#include <string>
#include <utility>

#include "core/base/file.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace dateline::client {
namespace {

TEST(RowSinkTest, AFileAppearsWhenItIsWhole) {
  const test::TempDir directory;
  const std::string path = directory.Write("out.csv", "old");
  absl::StatusOr<RowSink> sink = RowSink::Open(path);
  ASSERT_TRUE(sink.ok()) << sink.status();
  ASSERT_TRUE(sink->Write("new ").ok());
  ASSERT_TRUE(sink->Write("rows").ok());
  EXPECT_EQ(base::ReadFile(path).value(), "old");
  ASSERT_TRUE(sink->Publish().ok());
  EXPECT_EQ(base::ReadFile(path).value(), "new rows");
  EXPECT_EQ(base::ListDirectory(directory.path()).value().size(), 1u);
}

TEST(RowSinkTest, WhatIsNotPublishedLeavesNothing) {
  const test::TempDir directory;
  {
    absl::StatusOr<RowSink> sink = RowSink::Open(directory.Path("out.csv"));
    ASSERT_TRUE(sink.ok()) << sink.status();
    RowSink moved = std::move(*sink);
    ASSERT_TRUE(moved.Write("half").ok());
  }
  EXPECT_TRUE(base::ListDirectory(directory.path()).value().empty());
}

TEST(RowSinkTest, OnlyOrdinaryFilesAreReplaced) {
  const test::TempDir directory;
  for (const std::string& path : {directory.path(), std::string("/dev/null")}) {
    EXPECT_EQ(RowSink::Open(path).status().code(), absl::StatusCode::kInvalidArgument) << path;
  }
  EXPECT_FALSE(RowSink::Open(directory.Path("no/such/directory")).ok());
}

}  // namespace
}  // namespace dateline::client
