#include "searcher/ops/server_log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/file.h"
#include "searcher/ops/config_reloader.h"
#include "tests/support/temp_dir.h"

namespace dateline::ops {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const absl::Time kTime = absl::FromUnixMillis(1'795'367'700'007);

std::string Line(const LogEvent& event, LogFormat format) { return LogLine(event, format, kTime); }

TEST(LogLineTest, BothFormsSayTheSame) {
  const LogEvent event{LogLevel::kWarning,
                       "reload",
                       "it failed",
                       {{"file", "a b"}, {"times", uint64_t{3}}, {"ms", 1.5}, {"again", true}}};
  EXPECT_EQ(Line(event, LogFormat::kText),
            "dateline-searcher: warning: it failed file=\"a b\" times=3 ms=1.5 again=true\n");
  EXPECT_EQ(
      Line(event, LogFormat::kJson),
      "{\"time\":\"2026-11-22T17:15:00.007Z\",\"level\":\"warning\",\"event\":\"reload\",\"message\":\"it failed\","
      "\"file\":\"a b\",\"times\":3,\"ms\":1.5,\"again\":true}\n");
  EXPECT_EQ(Line({LogLevel::kInfo, "x", "plain"}, LogFormat::kText), "dateline-searcher: plain\n");
}

// Whatever a query or an error holds, a line stays one line and steers nothing.
TEST(LogLineTest, ForeignTextIsMadeVisible) {
  const struct {
    absl::string_view text;
    std::string in_message;  // of text
    std::string in_json;     // of both forms' fields, and JSON's message
  } kCases[] = {
      {"say \"hi\" \\", "say \"hi\" \\", "say \\\"hi\\\" \\\\"},
      {"a\nb\r\tc", "a\\x0ab\\x0d\\x09c", "a\\nb\\r\\tc"},
      {absl::string_view("\0\x1b[31m\x07\x08", 8), "\\x00\\x1b[31m\\x07\\x08", "\\u0000\\u001b[31m\\u0007\\u0008"},
      {"\x7f", "\\x7f", "\\u007f"},
      {"\u0080\u009b\u0085", "\\u0080\\u009b\\u0085", "\\u0080\\u009b\\u0085"},
      {"\u2028\u2029", "\\u2028\\u2029", "\\u2028\\u2029"},
      {"\u202a\u202b\u202c\u202d\u202e", "\\u202a\\u202b\\u202c\\u202d\\u202e",
       "\\u202a\\u202b\\u202c\\u202d\\u202e"},
      {"\u2066\u2067\u2068\u2069", "\\u2066\\u2067\\u2068\\u2069", "\\u2066\\u2067\\u2068\\u2069"},
      {"\u200e\u200f\u061c", "\\u200e\\u200f\\u061c", "\\u200e\\u200f\\u061c"},
      {"\xff\xfe", "\\xff\\xfe", "\uFFFD\uFFFD"},
      {"\u6771\u4eac caf\u00e9", "\u6771\u4eac caf\u00e9", "\u6771\u4eac caf\u00e9"},
  };
  for (const auto& c : kCases) {
    const LogEvent event{LogLevel::kInfo, "e", c.text, {{"query", c.text}}};
    EXPECT_EQ(Line(event, LogFormat::kText),
              absl::StrCat("dateline-searcher: ", c.in_message, " query=\"", c.in_json, "\"\n"));
    EXPECT_THAT(Line(event, LogFormat::kJson),
                HasSubstr(absl::StrCat("\"message\":\"", c.in_json, "\",\"query\":\"", c.in_json, "\"}\n")));
  }
}

class ServerLogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fd_ = ::open(files_.Path("log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ASSERT_GE(fd_, 0);
  }
  void TearDown() override { ::close(fd_); }

  std::unique_ptr<ServerLog> Make(LogChoice choice = {}, LogFormat format = LogFormat::kText) {
    LogOptions options;
    options.fd = fd_;
    options.choice = choice;
    options.format = format;
    return std::make_unique<ServerLog>(options);
  }

  std::vector<std::string> Lines() const {
    return absl::StrSplit(base::ReadFile(files_.Path("log")).value(), '\n', absl::SkipEmpty());
  }

  test::TempDir files_;
  int fd_ = -1;
};

rpc::CallRecord SlowSearch() {
  rpc::CallRecord record;
  record.method = "Search";
  record.stages = {0.0001, 0.0002, 0.0003, 0.6, 0.0005, 0.0006};
  record.total_s = 0.75;
  record.request_bytes = 30;
  record.reply_bytes = 4000;
  record.client = "desk";
  record.query = "kim \"putin\"\n";
  record.plan = "(and kim putin)";
  record.generation = "g000001-00";
  record.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  record.total_hits = 12;
  return record;
}

TEST_F(ServerLogTest, LevelsAreHeeded) {
  for (const auto& [level, lines] :
       {std::pair<LogLevel, size_t>{LogLevel::kInfo, 3}, {LogLevel::kWarning, 2}, {LogLevel::kError, 1}}) {
    const size_t before = Lines().size();
    LogChoice choice;
    choice.level = level;
    auto log = Make(choice);
    log->Info("a", "1");
    log->Warning("b", "2");
    log->Error("c", "3");
    log.reset();
    EXPECT_EQ(Lines().size() - before, lines);
  }
}

TEST_F(ServerLogTest, ASlowCallTellsAll) {
  Make({}, LogFormat::kJson)->CallEnded(SlowSearch());
  ASSERT_EQ(Lines().size(), 1U);
  EXPECT_THAT(
      Lines()[0],
      HasSubstr("\"level\":\"warning\",\"event\":\"slow_call\",\"message\":\"slow call\",\"method\":\"Search\","
                "\"code\":\"OK\",\"total_ms\":750,\"parse_ms\":0.1,\"queue_ms\":0.2,\"plan_ms\":0.3,\"match_ms\":600,"
                "\"present_ms\":0.5,\"encode_ms\":0.6,\"cached\":false,\"hits\":12,\"request_bytes\":30,"
                "\"reply_bytes\":4000,\"client\":\"desk\",\"generation\":\"g000001-00\","
                "\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\",\"query\":\"kim \\\"putin\\\"\\n\","
                "\"plan\":\"(and kim putin)\"}"));
}

TEST_F(ServerLogTest, WhichCallsAreWritten) {
  const struct {
    bool calls;
    int slow_ms;
    double total_s;
    std::string event;  // "": none
  } kCases[] = {
      {false, 500, 0.4999, ""}, {false, 500, 0.5, "slow_call"}, {false, 0, 99, ""},
      {true, 500, 0.1, "call"}, {true, 500, 0.5, "slow_call"},  {true, 0, 99, "call"},
  };
  for (const auto& c : kCases) {
    const size_t before = Lines().size();
    LogChoice choice;
    choice.calls = c.calls;
    choice.slow_ms = c.slow_ms;
    rpc::CallRecord record = SlowSearch();
    record.total_s = c.total_s;
    Make(choice, LogFormat::kJson)->CallEnded(record);
    ASSERT_EQ(Lines().size() - before, c.event.empty() ? 0U : 1U) << c.total_s;
    if (c.event.empty()) continue;
    EXPECT_THAT(Lines().back(), HasSubstr(absl::StrCat("\"event\":\"", c.event, "\"")));
  }
}

TEST_F(ServerLogTest, LongTextsAreCut) {
  rpc::CallRecord record = SlowSearch();
  const std::string query = std::string(255, 'q') + "\u00e9" + std::string(100, 'q');
  const std::string plan(5000, 'p');
  record.query = query;
  record.plan = plan;
  record.refusal = rpc::Refusal::kQueueFull;
  record.code = absl::StatusCode::kResourceExhausted;
  Make({}, LogFormat::kJson)->CallEnded(record);
  const std::string line = Lines().at(0);
  EXPECT_THAT(line, HasSubstr(absl::StrCat("\"query\":\"", std::string(255, 'q'), "\",\"query_bytes\":357,")));
  EXPECT_THAT(line, HasSubstr(absl::StrCat("\"plan\":\"", std::string(4096, 'p'), "\",\"plan_bytes\":5000}")));
  EXPECT_THAT(line, HasSubstr("\"code\":\"RESOURCE_EXHAUSTED\",\"refusal\":\"queue_full\""));
}

TEST_F(ServerLogTest, FaultsAreOneASecond) {
  auto log = Make();
  for (int i = 0; i < 5; ++i) log->Fault("a table\nis broken");
  std::this_thread::sleep_for(std::chrono::milliseconds(1050));
  log->Fault("another");
  log.reset();
  EXPECT_THAT(Lines(), ElementsAre("dateline-searcher: error: a table\\x0ais broken",
                                   "dateline-searcher: error: another more_before_it=4"));
}

// Nobody waits for a log that is not read; what is lost is told.
TEST_F(ServerLogTest, ASlowReaderCostsLinesNotTime) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  LogOptions options;
  options.fd = ends[1];
  options.max_queued_bytes = 1000;
  ServerLog log(options);
  const std::string text(90, 'x');
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 2000; ++i) log.Info("e", text);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  EXPECT_GT(log.lines_dropped(), 100U);
  std::string read;
  std::thread reader([&read, fd = ends[0]] {
    char buffer[65536];
    while (!absl::StrContains(read, "after\n")) {
      const ssize_t n = ::read(fd, buffer, sizeof(buffer));
      if (n <= 0) break;
      read.append(buffer, static_cast<size_t>(n));
    }
  });
  log.Flush(std::chrono::seconds(60));
  log.Info("e", "after");
  reader.join();
  uint64_t told = 0;
  for (const absl::string_view line : absl::StrSplit(read, '\n')) {
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(line, "lines were left out lines=");
    uint64_t lines = 0;
    if (absl::SimpleAtoi(parts.second, &lines)) told += lines;
  }
  EXPECT_EQ(told, log.lines_dropped()) << read;
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(ServerLogTest, ManyThreadsWriteWholeLines) {
  auto log = Make();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&log] {
      for (int i = 0; i < 500; ++i) log->Info("e", "0123456789");
    });
  }
  for (std::thread& thread : threads) thread.join();
  log.reset();
  EXPECT_EQ(Lines().size(), 2000U);
  for (const std::string& line : Lines()) ASSERT_EQ(line, "dateline-searcher: 0123456789");
}

TEST_F(ServerLogTest, AReloadTakesUpWhatItCan) {
  ConfigInput input;
  input.file = files_.Write("s.toml", "[server]\nindex = \"a\"\n");
  auto log = Make();
  ConfigReloader reloader(input, LoadConfig(input).config, log.get());
  int hooks = 0;
  reloader.AddHook("keys", [&](const ServerConfig& config) {
    ++hooks;
    return config.slow_ms == 9 ? absl::OkStatus() : absl::InternalError("no keys");
  });
  reloader.Reload();
  files_.Write("s.toml", "[server]\nindex = \"a\"\nthreads = 3\n[log]\nslow_ms = 9\nlevel = \"warning\"\n");
  reloader.Reload();
  files_.Write("s.toml", "[server]\nindex = \"a\"\n[log]\nslow_ms = -1\nlevel = \"info\"\n");
  reloader.Reload();
  EXPECT_EQ(hooks, 2);
  log.reset();
  EXPECT_THAT(
      Lines(),
      ElementsAre(
          "dateline-searcher: error: keys: no keys",
          "dateline-searcher: warning: [server] threads stays 0 until the server is started again; 3 is written now",
          "dateline-searcher: [log] level is \"warning\" now, and was \"info\"",
          "dateline-searcher: [log] slow_ms is 9 now, and was 500",
          absl::StrCat("dateline-searcher: error: ", files_.Path("s.toml"),
                       ":4:1: [log] slow_ms: -1 is not allowed; write a whole number from 0 to 3600000"),
          "dateline-searcher: error: nothing of the configuration was taken up"));
}

}  // namespace
}  // namespace dateline::ops
