#include "core/base/sync_watch.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "absl/strings/match.h"

namespace dateline::base {
namespace {

TEST(SyncWatchTest, HearsOfAFailedSyncOfItsThread) {
  const SyncWatch before;
  EXPECT_TRUE(before.Verdict("x").ok());
  ASSERT_NE(::fdatasync(-1), 0);
  const SyncWatch after;
  EXPECT_FALSE(before.Verdict("x").ok());
  EXPECT_TRUE(absl::StrContains(before.Verdict("the/file").message(), "the/file: fsync"))
      << before.Verdict("the/file");
  EXPECT_TRUE(after.Verdict("x").ok());
  ASSERT_NE(::fsync(-1), 0);
  EXPECT_FALSE(after.Verdict("x").ok());
}

TEST(SyncWatchTest, ThreadsDoNotHearEachOther) {
  const SyncWatch watch;
  std::thread([] { EXPECT_NE(::fsync(-1), 0); }).join();
  EXPECT_TRUE(watch.Verdict("x").ok());
}

}  // namespace
}  // namespace dateline::base
