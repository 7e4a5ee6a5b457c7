#include "searcher/ops/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "tests/support/metrics_text.h"

namespace dateline::ops {
namespace {

using test::MetricsText;
using ::testing::IsEmpty;

rpc::CallRecord Search() {
  rpc::CallRecord record;
  record.method = "Search";
  record.stages = {0.25, 0.5, 0, 1, 0, 0.125};
  record.total_s = 2;
  record.request_bytes = 30;
  record.reply_bytes = 4000;
  return record;
}

MetricSources Sources() {
  MetricSources sources;
  sources.service = [] {
    rpc::ServiceGauges gauges;
    gauges.calls_queued = 3;
    gauges.queued_work_s = 0.25;
    gauges.cache_hits = 7;
    gauges.connections_refused = 2;
    return gauges;
  };
  sources.index = [] {
    serve::IndexStatus status;
    status.generation = "g000001-\"\\\n";
    status.documents = 73;
    status.shards = 1;
    status.bytes = 1234567890123;
    status.served_since = 1'795'367'700;
    status.reload_error = "refused";
    status.scrub = {4, 5, 6, ""};
    return status;
  };
  sources.log_lines_dropped = [] { return uint64_t{9}; };
  return sources;
}

TEST(MetricsTest, TheTextIsWellFormed) {
  Metrics metrics(Sources());
  metrics.CallEnded(Search());
  EXPECT_THAT(MetricsText(metrics.Text()).Problems(), IsEmpty()) << metrics.Text();
}

TEST(MetricsTest, CallsAreCounted) {
  Metrics metrics({});
  rpc::CallRecord refused = Search();
  refused.method = "Nonsense";
  refused.code = absl::StatusCode::kResourceExhausted;
  refused.refusal = rpc::Refusal::kQueueFull;
  for (int i = 0; i < 3; ++i) metrics.CallEnded(Search());
  metrics.CallEnded(refused);
  const MetricsText text(metrics.Text());
  const struct {
    std::string sample;
    double value;
  } kCases[] = {
      {"dateline_calls_total{code=\"OK\",method=\"Search\"}", 3},
      {"dateline_calls_total{code=\"RESOURCE_EXHAUSTED\",method=\"other\"}", 1},
      {"dateline_call_seconds_count{method=\"Search\"}", 3},
      {"dateline_call_seconds_sum{method=\"Search\"}", 6},
      {"dateline_call_seconds_bucket{method=\"Search\",le=\"1\"}", 0},
      {"dateline_call_seconds_bucket{method=\"Search\",le=\"2.5\"}", 3},
      {"dateline_call_seconds_count{method=\"Export\"}", 0},
      {"dateline_stage_seconds_total{stage=\"parse\"}", 1},
      {"dateline_stage_seconds_total{stage=\"queue\"}", 2},
      {"dateline_stage_seconds_total{stage=\"plan\"}", 0},
      {"dateline_stage_seconds_total{stage=\"match\"}", 4},
      {"dateline_stage_seconds_total{stage=\"encode\"}", 0.5},
      {"dateline_refusals_total{reason=\"queue_full\"}", 1},
      {"dateline_refusals_total{reason=\"quota\"}", 0},
      {"dateline_request_bytes_total", 120},
      {"dateline_reply_bytes_total", 16000},
  };
  for (const auto& c : kCases) EXPECT_EQ(text.Value(c.sample), c.value) << c.sample << "\n" << metrics.Text();
}

TEST(MetricsTest, SourcesAreAskedAtEveryScrape) {
  const Metrics metrics(Sources());
  const MetricsText text(metrics.Text());
  const struct {
    std::string sample;
    double value;
  } kCases[] = {
      {"dateline_calls_queued", 3},
      {"dateline_queued_work_seconds", 0.25},
      {"dateline_cache_hits_total", 7},
      {"dateline_connections_refused_total", 2},
      {"dateline_generation_info{generation=\"g000001-\\\"\\\\\\n\"}", 1},
      {"dateline_documents", 73},
      {"dateline_index_bytes", 1234567890123},
      {"dateline_served_since_seconds", 1'795'367'700},
      {"dateline_reload_failing", 1},
      {"dateline_damaged", 0},
      {"dateline_scrub_passes_total", 4},
      {"dateline_scrub_bytes_total", 5},
      {"dateline_log_lines_dropped_total", 9},
  };
  for (const auto& c : kCases) EXPECT_EQ(text.Value(c.sample), c.value) << c.sample << "\n" << metrics.Text();
  EXPECT_GT(text.Value("process_resident_memory_bytes"), 1e6);
  EXPECT_GE(text.Value("process_open_fds"), 3);
  EXPECT_GE(text.Value("process_threads"), 1);
  EXPECT_GT(text.Value("process_start_time_seconds"), 1.5e9);
  EXPECT_GT(text.Value("process_max_fds"), 10);
}

TEST(MetricsTest, ThreadsLoseNothing) {
  Metrics metrics({});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&metrics] {
      for (int i = 0; i < 2000; ++i) metrics.CallEnded(Search());
    });
  }
  for (std::thread& thread : threads) thread.join();
  const MetricsText text(metrics.Text());
  EXPECT_EQ(text.Value("dateline_calls_total{code=\"OK\",method=\"Search\"}"), 8000);
  EXPECT_EQ(text.Value("dateline_reply_bytes_total"), 8000 * 4000.0);
}

double ThreadNanoseconds() {
  timespec now = {};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

TEST(MetricsTest, ACallCostsLittle) {
  Metrics metrics({});
  rpc::CallRecord record = Search();
  record.method = "Reload";  // the last but one that is compared
  constexpr int kCalls = 20'000;
  double best_ns = 1e9;
  for (int round = 0; round < 20; ++round) {
    const double begin = ThreadNanoseconds();
    for (int i = 0; i < kCalls; ++i) metrics.CallEnded(record);
    best_ns = std::min(best_ns, (ThreadNanoseconds() - begin) / kCalls);
  }
  std::printf("a call costs %.0f ns\n", best_ns);
  if (std::getenv("DATELINE_TEST_SCALE") == nullptr) {  // sanitizers take longer
    EXPECT_LT(best_ns, 1000);
  }
}

// A server that is told to stop must not wait for the library's own rhythm.
TEST(MetricsServerTest, ItEndsAtOnce) {
  const Metrics metrics({});
  for (const std::string host : {"127.0.0.1:0", "[::1]:0"}) {
    auto server = MetricsServer::Start(metrics, *admit::ParseListenAddress(host));
    if (!server.ok() && host[0] == '[') continue;  // a machine without IPv6
    ASSERT_TRUE(server.ok()) << server.status();
    const auto begin = std::chrono::steady_clock::now();
    server->reset();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(900)) << host;
  }
}

TEST(MetricsServerTest, AnAddressThatIsTakenIsRefused) {
  const Metrics metrics({});
  absl::StatusOr<admit::ListenAddress> address = admit::ParseListenAddress("127.0.0.1:0");
  const auto first = MetricsServer::Start(metrics, *address);
  ASSERT_TRUE(first.ok()) << first.status();
  const std::string url = (*first)->url();
  address->port = std::atoi(url.substr(url.rfind(':') + 1).c_str());
  EXPECT_EQ(MetricsServer::Start(metrics, *address).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace dateline::ops
