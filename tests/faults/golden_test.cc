// An index of each format that readers understand lies in tests/golden: it opens and answers as it did when it was
// made, today's indexer makes the same bytes, and a format of another time is refused with what to do about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/index/generation.h"
#include "core/index/manifest.h"
#include "core/index/schema.h"
#include "searcher/serve/engine.h"
#include "tests/support/golden_answers.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_index.h"

namespace dateline {
namespace {

namespace fs = std::filesystem;
using serve::Engine;
using ::testing::HasSubstr;

std::string Golden(absl::string_view name) {
  return absl::StrCat("tests/golden/format-", index::kFormatVersion, "/", name);
}

// The parameter: who wrote the shards.
class GoldenTest : public ::testing::TestWithParam<build::DatabaseWriter> {
 protected:
  void SetUp() override {
    fs::copy(Golden(GetParam() == build::DatabaseWriter::kBulk ? "index-bulk" : "index"), index(),
             fs::copy_options::recursive);
  }
  std::string index() const { return directory_.Path("index"); }
  test::TempDir directory_;
};

TEST_P(GoldenTest, OpensAndAnswersAsRecorded) {
  const auto engine = Engine::Open(index());
  ASSERT_TRUE(engine.ok()) << engine.status();
  EXPECT_EQ(test::GoldenAnswers(**engine).value(), base::ReadFile(Golden("answers.txt")).value());
}

TEST_P(GoldenTest, AnUnknownFormatIsRefusedWithTheRemedy) {
  const std::string path = base::JoinPath(test::CurrentGeneration(index()), index::kManifestFile);
  index::Manifest manifest = index::DecodeManifest(base::ReadFile(path).value()).value();
  for (const uint32_t version : {index::kFormatVersion + 1, index::kFormatVersion - 1, 0U, ~0U}) {
    manifest.format_version = version;
    ASSERT_TRUE(base::WriteFileSynced(path, index::EncodeManifest(manifest)).ok());
    const absl::Status status = Engine::Open(index()).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << version << ": " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(absl::StrCat(version)));
    EXPECT_THAT(std::string(status.message()), HasSubstr("build")) << "and the remedy";
  }
}

// What a generation consists of. Not the manifest: it holds the time of creation; its content hash is in the name.
std::map<std::string, std::string> Files(const std::string& generation) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(generation)) {
    const std::string name = fs::relative(entry.path(), generation).string();
    if (entry.is_regular_file() && name != index::kManifestFile)
      files[name] = base::ReadFile(entry.path().string()).value();
  }
  return files;
}

TEST_P(GoldenTest, TheSameInputGivesTheSameBytes) {
  const std::string again = directory_.Path("again");
  test::BuildSetup setup;
  setup.writer = GetParam();
  const auto built = test::BuildIndex({Golden("articles.jsonl")}, again, setup);
  ASSERT_TRUE(built.ok()) << built.status();
  const std::string recorded = test::CurrentGeneration(index());
  const std::string made = test::CurrentGeneration(again);
  EXPECT_EQ(fs::path(made).filename(), fs::path(recorded).filename()) << "the content hash is part of the name";
  const auto recorded_files = Files(recorded);
  const auto made_files = Files(made);
  ASSERT_EQ(made_files.size(), recorded_files.size());
  for (const auto& [name, bytes] : recorded_files) {
    ASSERT_TRUE(made_files.contains(name)) << name;
    EXPECT_TRUE(made_files.at(name) == bytes) << name << " differs";
  }
}

INSTANTIATE_TEST_SUITE_P(Writers, GoldenTest,
                         ::testing::Values(build::DatabaseWriter::kLibrary, build::DatabaseWriter::kBulk),
                         [](const auto& written) {
                           return written.param == build::DatabaseWriter::kBulk ? "Bulk" : "Library";
                         });

}  // namespace
}  // namespace dateline
