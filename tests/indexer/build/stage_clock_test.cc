#include "indexer/build/stage_clock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "indexer/build/pipeline.h"
#include "tests/support/temp_dir.h"

namespace dateline::build {
namespace {

double Of(const StageTimes& times, Stage stage) { return times.seconds()[static_cast<size_t>(stage)]; }

double Sum(const StageSeconds& seconds) { return std::accumulate(seconds.begin(), seconds.end(), 0.0); }

double ThreadSeconds() {
  timespec used;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

// Until the thread has used so much processor time. On a busy machine it may be more: gives how much it was.
double Spin(double seconds) {
  const double begin = ThreadSeconds();
  while (ThreadSeconds() < begin + seconds) {
  }
  return ThreadSeconds() - begin;
}

constexpr double kNearly = 0.003;

// The clock shares out the processor time by time that passed, so other programs may disturb one try, but not all.
TEST(StageClockTest, ATimeGoesToItsStage) {
  constexpr int kTries = 10;
  double ratio = 0;
  for (int i = 0; i < kTries && (ratio < 2 || ratio > 4); ++i) {
    StageTimes times;
    double spent = 0;
    {
      StageClock clock(&times);
      clock.Enter(Stage::kAnalyse);
      spent += Spin(0.04);
      clock.Enter(Stage::kStore);
      spent += Spin(0.02);
      clock.Enter(Stage::kAnalyse);
      spent += Spin(0.02);
    }
    EXPECT_NEAR(Sum(times.seconds()), spent, kNearly);
    ratio = Of(times, Stage::kAnalyse) / Of(times, Stage::kStore);
  }
  EXPECT_NEAR(ratio, 3, 1);
}

TEST(StageClockTest, WaitingIsNoProcessorTime) {
  StageTimes times;
  StageClock clock(&times);
  clock.Enter(Stage::kRead);
  const double read = Spin(0.02);
  clock.Leave();
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  clock.EndLap();
  EXPECT_NEAR(Sum(times.seconds()), read, kNearly);
  // What a lap does outside of all stages is not counted, nor given to the next lap.
  Spin(0.03);
  clock.EndLap();
  clock.Enter(Stage::kSort);
  Spin(0.01);
  clock.EndLap();
  EXPECT_LT(Of(times, Stage::kSort), 0.025);
}

TEST(StageClockTest, APartIsMoved) {
  StageTimes times;
  StageClock clock(&times);
  clock.Enter(Stage::kExtract);
  const auto begin = std::chrono::steady_clock::now();
  double spent = Spin(0.02);
  const auto part = std::chrono::steady_clock::now() - begin;
  spent += Spin(0.02);
  clock.Leave();
  clock.Move(Stage::kExtract, Stage::kLanguage, part);
  clock.EndLap();
  EXPECT_NEAR(Sum(times.seconds()), spent, kNearly);
  EXPECT_GT(Of(times, Stage::kLanguage), 0);
  EXPECT_GE(Of(times, Stage::kExtract), 0);
}

TEST(StageClockTest, NobodyNeedBeTold) {
  StageClock clock(nullptr);
  clock.Enter(Stage::kRead);
  clock.EndLap();
}

// Every stage of a build has some, and together they are not more than the process used.
TEST(StageClockTest, ABuildTellsItsStages) {
  test::TempDir directory;
  std::string lines;
  for (int i = 0; i < 300; ++i) {
    absl::StrAppend(&lines, R"({"id":")", i, R"(","headline":"Harbour )", i, R"( closes","published":"2019-04-25",)",
                    R"("body":"The harbour of the town was closed to ships for the third day in a row, on )", i,
                    R"("})", "\n");
  }
  ASSERT_TRUE(base::WriteFileSynced(directory.Path("a.jsonl"), lines).ok());
  BuildOptions options;
  options.inputs = {directory.Path("a.jsonl")};
  options.work_directory = directory.Path("work");
  options.generation_directory = directory.Path("generation");
  options.reject_log = directory.Path("rejects.jsonl");
  options.threads = 2;
  for (const std::string& made : {options.work_directory, options.generation_directory}) {
    ASSERT_TRUE(base::MakeDirectory(made).ok());
  }
  const std::clock_t begin = std::clock();
  const auto result = BuildGeneration(options);
  const double used = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  ASSERT_TRUE(result.ok()) << result.status();
  for (size_t stage = 0; stage < kStages; ++stage) {
    EXPECT_FALSE(kStageNames[stage].empty()) << stage;
    EXPECT_GT(result->stage_seconds[stage], 0) << kStageNames[stage];
  }
  EXPECT_LE(Sum(result->stage_seconds), used);
  EXPECT_GE(Sum(result->stage_seconds), used / 4);
}

}  // namespace
}  // namespace dateline::build
