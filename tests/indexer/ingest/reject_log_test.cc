#include "indexer/ingest/reject_log.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/temp_dir.h"

namespace dateline::ingest {
namespace {

std::unique_ptr<RejectLog> Create(const std::string& path) {
  absl::StatusOr<std::unique_ptr<RejectLog>> log = RejectLog::Create(path);
  EXPECT_TRUE(log.ok()) << log.status();
  return *std::move(log);
}

std::string Contents(RejectLog& log) {
  EXPECT_TRUE(log.Close().ok());
  const absl::StatusOr<std::string> bytes = base::ReadFile(log.path());
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  return bytes.value_or("");
}

TEST(RejectLogTest, OneObjectALine) {
  const test::TempDir dir;
  const std::unique_ptr<RejectLog> log = Create(dir.Path("log"));
  EXPECT_EQ(log->path(), dir.Path("log"));
  ASSERT_TRUE(log->Add(0, {{"a.jsonl", 5310, 7, "not valid JSON"}, {"b\"\xFF.txt", 0, 0, "two\nlines"}},
                       {{"a.jsonl", 10, 2, "a date was odd"}})
                  .ok());
  EXPECT_EQ(log->rejects(), 2U);
  EXPECT_EQ(log->notes(), 1U);
  EXPECT_EQ(Contents(*log),
            "{\"kind\":\"reject\",\"file\":\"a.jsonl\",\"line\":7,\"offset\":5310,\"reason\":\"not valid JSON\"}\n"
            "{\"kind\":\"reject\",\"file\":\"b\\\"\uFFFD.txt\",\"offset\":0,\"reason\":\"two\\nlines\"}\n"
            "{\"kind\":\"note\",\"file\":\"a.jsonl\",\"line\":2,\"offset\":10,\"reason\":\"a date was odd\"}\n");
}

TEST(RejectLogTest, NothingToSay) {
  const test::TempDir dir;
  const std::unique_ptr<RejectLog> log = Create(dir.Path("log"));
  EXPECT_EQ(Contents(*log), "");
  EXPECT_TRUE(absl::IsNotFound(RejectLog::Create(dir.Path("absent/log")).status()));
}

// Batch number `batch`: some hold nothing.
std::vector<Reject> RejectsOf(uint64_t batch) {
  std::vector<Reject> rejects;
  for (uint64_t i = 0; i < batch % 4; ++i) rejects.push_back({absl::StrCat("file-", batch), i, 0, "reason"});
  return rejects;
}

std::string InOrder(const test::TempDir& dir, uint64_t batches) {
  const std::unique_ptr<RejectLog> log = Create(dir.Path("in-order"));
  for (uint64_t batch = 0; batch < batches; ++batch) EXPECT_TRUE(log->Add(batch, RejectsOf(batch), {}).ok());
  return Contents(*log);
}

TEST(RejectLogTest, BatchesAreWrittenInOrderWhateverOrderTheyComeIn) {
  const test::TempDir dir;
  constexpr uint64_t kBatches = 200;
  const std::string expected = InOrder(dir, kBatches);
  const uint64_t seed = test::TestSeed(131);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int round = 0; round < 20; ++round) {
    std::vector<uint64_t> batches(kBatches);
    for (uint64_t i = 0; i < kBatches; ++i) batches[i] = i;
    for (size_t left = kBatches; left > 1; --left) std::swap(batches[left - 1], batches[random.Below(left)]);
    const std::unique_ptr<RejectLog> log = Create(dir.Path("log"));
    for (const uint64_t batch : batches) ASSERT_TRUE(log->Add(batch, RejectsOf(batch), {}).ok());
    EXPECT_EQ(Contents(*log), expected) << "round " << round;
  }
}

TEST(RejectLogTest, ManyThreads) {
  const test::TempDir dir;
  constexpr uint64_t kBatches = 2000;
  const std::unique_ptr<RejectLog> log = Create(dir.Path("log"));
  std::atomic<uint64_t> next{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (uint64_t batch = next++; batch < kBatches; batch = next++) {
        EXPECT_TRUE(log->Add(batch, RejectsOf(batch), RejectsOf(1)).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(log->rejects(), kBatches / 4 * 6);
  EXPECT_EQ(log->notes(), kBatches);
  const std::string contents = Contents(*log);
  size_t at = 0;
  for (uint64_t batch = 0; batch < kBatches; ++batch) {
    if (batch % 4 == 0) continue;
    const size_t found = contents.find(absl::StrCat("\"file-", batch, "\""), at);
    ASSERT_NE(found, std::string::npos) << batch;
    at = found;
  }
}

}  // namespace
}  // namespace dateline::ingest
