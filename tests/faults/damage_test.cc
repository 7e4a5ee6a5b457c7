// Damage to the files of a generation: whatever a disk or a person does to them, the index is refused with the file
// named (and the offset, where a block of a file is wrong) before one wrong answer is given, and nothing crashes. Of
// a sidecar it is the sidecar that is refused: the answers stay the same, with a warning that names it.
//
// The numbers of trials are small here; the full size is
//   DATELINE_DAMAGE_FLIPS=10000 DATELINE_DAMAGE_ZEROS=2000 DATELINE_DAMAGE_CUTS=2000 DATELINE_DAMAGE_SWAPS=200
// DATELINE_SEED gives another run, DATELINE_RESULTS names a file that receives the figures as JSON.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "searcher/serve/engine.h"
#include "tests/support/golden_answers.h"
#include "tests/support/process.h"
#include "tests/support/random.h"
#include "tests/support/suite_results.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_index.h"

namespace dateline {
namespace {

namespace fs = std::filesystem;
using serve::Engine;

constexpr size_t kBlockBytes = 4096;  // what a disk loses at once

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  uint64_t number = 0;
  return text != nullptr && absl::SimpleAtoi(text, &number) ? number : otherwise;
}

struct File {
  std::string path;
  std::string bytes;  // as published
};

class DamageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    seed_ = FromEnvironment("DATELINE_SEED", 20261122);
    std::cout << "seed " << seed_ << "\n";
    random_ = std::make_unique<test::Random>(seed_);
    // Three generations, the last with tombstones and with shards that it shares with the second: swaps take files of
    // the others too.
    Build({"tests/sample/feeds/outlets.jsonl"});
    Build({"tests/sample/feeds"});
    const test::Outcome deleted =
        test::RunProgram({"dateline-indexer", "delete", "--quiet", "--index", index(), "np-20240117-0203"});
    ASSERT_EQ(deleted.exit_code, 0) << deleted.err;
    const std::string current = test::CurrentGeneration(index());
    for (const auto& entry : fs::recursive_directory_iterator(index())) {
      const std::string path = entry.path().string();
      // rejects.jsonl, LOCK and LEASE hold nothing that is ever answered.
      const std::string name = entry.path().filename().string();
      if (!entry.is_regular_file() || entry.file_size() == 0 || name == "LOCK" || name == "rejects.jsonl") continue;
      const bool own = absl::StartsWith(path, current);
      if (own || absl::StrContains(path, "/g0"))
        (own ? files_ : others_).push_back({path, base::ReadFile(path).value()});
    }
    ASSERT_GE(files_.size(), 7U);
    ASSERT_GE(others_.size(), 7U);
    golden_ = Answers().value();
  }

  void TearDown() override {
    for (const File& file : files_) Restore(file);
    EXPECT_EQ(Answers().value(), golden_) << "undamaged again, and still another answer";
  }

  std::string index() const { return directory_.Path("index"); }

  void Build(const std::vector<std::string>& inputs) {
    test::BuildSetup setup;
    setup.shards = 2;
    const auto built = test::BuildIndex(inputs, index(), setup);
    ASSERT_TRUE(built.ok()) << built.status();
  }

  absl::StatusOr<std::string> Answers() const {
    const absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Open(index());
    if (!engine.ok()) return engine.status();
    return test::GoldenAnswers(**engine);
  }

  static bool IsSidecar(const File& file) {
    return absl::EndsWith(file.path, ".columns") || absl::EndsWith(file.path, ".postings");
  }

  // Why the index, or its damaged sidecar, is refused. Of an index that answers, the answers must be right.
  absl::Status Refusal(const File& file) const {
    const absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Open(index());
    if (!engine.ok() || !IsSidecar(file)) return engine.status();
    const auto response = (*engine)->Search(serve::SearchRequest{}, base::Deadline());
    if (!response.ok()) return response.status();
    EXPECT_TRUE(test::GoldenAnswers(**engine).value() == golden_) << file.path << " changes answers";
    return response->warnings.empty() ? absl::OkStatus() : absl::DataLossError(response->warnings.front());
  }

  static void Overwrite(const std::string& path, absl::string_view bytes) {
    base::FileWriter writer = base::FileWriter::Create(path).value();
    ASSERT_TRUE(writer.Append(bytes).ok());
    ASSERT_TRUE(writer.Close(/*sync=*/false).ok());
  }
  static void Restore(const File& file) { Overwrite(file.path, file.bytes); }

  // Puts `bytes` in the place of `file`, expects a refusal that names it, and restores it. `offset`: of the first
  // wrong byte.
  void ExpectRefused(const File& file, const std::string& bytes, const std::string& what, size_t offset) {
    if (bytes == file.bytes) return;
    ++trials_[what];
    Overwrite(file.path, bytes);
    const absl::Status status = Refusal(file);
    Restore(file);
    const std::string name = fs::path(file.path).filename().string();
    EXPECT_FALSE(status.ok()) << what << " at " << offset << " of " << file.path << " went unnoticed";
    EXPECT_TRUE(absl::StrContains(status.message(), name)) << what << " at " << offset << ": " << status;
    kept_[what] += status.ok() ? 0 : 1;
    // A file of the same length is wrong in a block, and that has a place. A manifest is one block: its name will do.
    if (status.ok() || name == "MANIFEST" || bytes.size() != file.bytes.size()) return;
    const size_t block = offset / base::kChecksumBlockBytes * base::kChecksumBlockBytes;
    EXPECT_TRUE(absl::StrContains(status.message(), absl::StrCat(block)))
        << what << " at " << offset << ": " << status;
  }

  // Any file, each as often as another: small files are as easily lost as large ones.
  const File& AnyFile() { return files_[random_->Below(files_.size())]; }

  void WriteResults(absl::string_view suite) const {
    for (const auto& [what, trials] : trials_) {
      test::RecordResult(absl::StrCat("damage_test.", suite), what, trials, kept_.at(what), seed_);
    }
  }

  test::TempDir directory_;
  uint64_t seed_ = 0;
  std::unique_ptr<test::Random> random_;
  std::vector<File> files_;   // of the current generation
  std::vector<File> others_;  // of the one before
  std::string golden_;
  std::map<std::string, uint64_t> trials_;
  std::map<std::string, uint64_t> kept_;
};

TEST_F(DamageTest, AFlippedBitIsRefused) {
  const uint64_t flips = FromEnvironment("DATELINE_DAMAGE_FLIPS", 300);
  for (uint64_t i = 0; i < flips; ++i) {
    const File& file = AnyFile();
    std::string bytes = file.bytes;
    const size_t at = random_->Below(bytes.size());
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << random_->Below(8)));
    ExpectRefused(file, bytes, "flipped bit", at);
  }
  WriteResults("AFlippedBitIsRefused");
}

TEST_F(DamageTest, AZeroedBlockIsRefused) {
  const uint64_t zeros = FromEnvironment("DATELINE_DAMAGE_ZEROS", 60);
  // Blocks that were zero before are no damage and do not count.
  for (uint64_t done = 0; done < zeros;) {
    const File& file = AnyFile();
    std::string bytes = file.bytes;
    const size_t at = random_->Below((bytes.size() + kBlockBytes - 1) / kBlockBytes) * kBlockBytes;
    const size_t end = std::min(bytes.size(), at + kBlockBytes);
    const auto first = std::find_if(bytes.begin() + static_cast<ptrdiff_t>(at),
                                    bytes.begin() + static_cast<ptrdiff_t>(end), [](char c) { return c != '\0'; });
    const auto offset = static_cast<size_t>(first - bytes.begin());
    if (offset == end) continue;
    std::fill(first, bytes.begin() + static_cast<ptrdiff_t>(end), '\0');
    ExpectRefused(file, bytes, "zeroed block", offset);
    ++done;
  }
  WriteResults("AZeroedBlockIsRefused");
}

TEST_F(DamageTest, ATruncatedOrGrownFileIsRefused) {
  const uint64_t cuts = FromEnvironment("DATELINE_DAMAGE_CUTS", 60);
  for (uint64_t i = 0; i < cuts; ++i) {
    const File& file = AnyFile();
    ExpectRefused(file, file.bytes.substr(0, random_->Below(file.bytes.size())), "truncated file", 0);
  }
  for (const File& file : files_) {
    ExpectRefused(file, file.bytes + '\0', "grown file", 0);
    ++trials_["missing file"];
    ASSERT_EQ(std::remove(file.path.c_str()), 0);
    const absl::Status status = Refusal(file);
    Restore(file);
    EXPECT_FALSE(status.ok()) << file.path << " is missing";
    EXPECT_TRUE(absl::StrContains(status.message(), fs::path(file.path).filename().string())) << status;
    kept_["missing file"] += status.ok() ? 0 : 1;
  }
  WriteResults("ATruncatedOrGrownFileIsRefused");
}

TEST_F(DamageTest, ASwappedFileIsRefused) {
  const uint64_t swaps = FromEnvironment("DATELINE_DAMAGE_SWAPS", 40);
  // With another file of this generation, or with one of the other: of another shard, of another age. The sound
  // manifest of another generation under this one's name is refused too.
  for (uint64_t done = 0; done < swaps;) {
    const File& file = AnyFile();
    const std::vector<File>& from = random_->Below(2) == 0 ? files_ : others_;
    const File& other = from[random_->Below(from.size())];
    if (other.bytes == file.bytes) continue;
    const auto differ = std::mismatch(file.bytes.begin(), file.bytes.end(), other.bytes.begin(), other.bytes.end());
    ExpectRefused(file, other.bytes, "swapped file", static_cast<size_t>(differ.first - file.bytes.begin()));
    ++done;
  }
  WriteResults("ASwappedFileIsRefused");
}

}  // namespace
}  // namespace dateline
