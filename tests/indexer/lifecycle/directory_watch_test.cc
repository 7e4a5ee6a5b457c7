#include "indexer/lifecycle/directory_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "core/base/file.h"
#include "tests/support/temp_dir.h"

namespace dateline::lifecycle {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr int kLongMs = 5000;

TEST(DirectoryWatchTest, TellsWhatLiesThereAndWhatComes) {
  const test::TempDir directory;
  const std::string first = directory.Write("a.jsonl", "1");
  const std::string below = directory.Write("sub/deeper/b.jsonl", "2");
  auto watch = DirectoryWatch::Open(directory.path());
  ASSERT_TRUE(watch.ok()) << watch.status();
  EXPECT_THAT((*watch)->Wait(kLongMs).value(), UnorderedElementsAre(first, below));
  EXPECT_THAT((*watch)->Wait(0).value(), IsEmpty());

  const std::string written = directory.Write("sub/deeper/c.jsonl", "3");
  EXPECT_THAT((*watch)->Wait(kLongMs).value(), UnorderedElementsAre(written));
  ASSERT_TRUE(base::Rename(written, directory.Path("d.jsonl")).ok());
  EXPECT_THAT((*watch)->Wait(kLongMs).value(), UnorderedElementsAre(directory.Path("d.jsonl")));
}

TEST(DirectoryWatchTest, WatchesDirectoriesThatComeLater) {
  const test::TempDir directory;
  auto watch = DirectoryWatch::Open(directory.path());
  ASSERT_TRUE(watch.ok()) << watch.status();
  const std::string early = directory.Write("new/sub/a.jsonl", "1");  // before anybody looked
  std::set<std::string> told = (*watch)->Wait(kLongMs).value();
  EXPECT_THAT(told, Contains(early));
  const std::string later = directory.Write("new/sub/b.jsonl", "2");
  told = (*watch)->Wait(kLongMs).value();
  EXPECT_THAT(told, Contains(later));
}

TEST(DirectoryWatchTest, AFileIsToldWhenItIsWholeOnly) {
  const test::TempDir directory;
  auto watch = DirectoryWatch::Open(directory.path());
  ASSERT_TRUE(watch.ok()) << watch.status();
  auto writer = base::FileWriter::Create(directory.Path("a.jsonl"));
  ASSERT_TRUE(writer.ok() && writer->Append("half").ok());
  EXPECT_THAT((*watch)->Wait(100).value(), Not(Contains(directory.Path("a.jsonl"))));
  ASSERT_TRUE(writer->Close(/*sync=*/false).ok());
  EXPECT_THAT((*watch)->Wait(kLongMs).value(), UnorderedElementsAre(directory.Path("a.jsonl")));
}

TEST(DirectoryWatchTest, NamesWhatIsNoDirectory) {
  const test::TempDir directory;
  EXPECT_TRUE(absl::IsNotFound(DirectoryWatch::Open(directory.Path("missing")).status()));
  EXPECT_TRUE(absl::IsNotFound(DirectoryWatch::Open(directory.Write("file", "")).status()));
}

}  // namespace
}  // namespace dateline::lifecycle
