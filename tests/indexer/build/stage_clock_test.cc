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

// Until the thread has used so much processor time.
void Spin(double seconds) {
  const std::clock_t end = std::clock() + static_cast<std::clock_t>(seconds * CLOCKS_PER_SEC);
  while (std::clock() < end) {
  }
}

TEST(StageClockTest, ATimeGoesToItsStage) {
  StageTimes times;
  {
    StageClock clock(&times);
    clock.Enter(Stage::kAnalyse);
    Spin(0.04);
    clock.Enter(Stage::kStore);
    Spin(0.02);
    clock.Enter(Stage::kAnalyse);
    Spin(0.02);
  }
  EXPECT_NEAR(Sum(times.seconds()), 0.08, 0.02);
  EXPECT_NEAR(Of(times, Stage::kAnalyse) / Of(times, Stage::kStore), 3, 1);
}

TEST(StageClockTest, WaitingIsNoProcessorTime) {
  StageTimes times;
  StageClock clock(&times);
  clock.Enter(Stage::kRead);
  Spin(0.02);
  clock.Leave();
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  clock.EndLap();
  EXPECT_NEAR(Sum(times.seconds()), 0.02, 0.01);
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
  Spin(0.02);
  const auto part = std::chrono::steady_clock::now() - begin;
  Spin(0.02);
  clock.Leave();
  clock.Move(Stage::kExtract, Stage::kLanguage, part);
  clock.EndLap();
  EXPECT_NEAR(Sum(times.seconds()), 0.04, 0.02);
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
