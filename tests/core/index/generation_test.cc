#include "core/index/generation.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/checksum.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace dateline::index {
namespace {

using base::FileLock;

constexpr absl::string_view kAnalyzer = "rules 1";
const char* const kName = "g000001-0123456789abcdef";

// A generation of `shards` shards of two files and a sidecar each, as a writer would leave it, under its own name.
Manifest WriteGeneration(const test::TempDir& dir, size_t shards) {
  Manifest m;
  m.analyzer = std::string(kAnalyzer);
  const auto write = [&](const std::string& path, const std::string& bytes) {
    const std::string full = dir.Write(absl::StrCat(kName, "/", path), bytes);
    return ManifestFile{path, *base::ChecksumFile(full)};
  };
  for (size_t i = 0; i < shards; ++i) {
    ManifestShard shard;
    shard.name = ShardName(i);
    shard.files = {write(shard.name + "/postlist.glass", std::string(100'000 + i, 'p')),
                   write(shard.name + "/iamglass", absl::StrCat("glass ", i))};
    shard.sidecars = {write(ColumnsPath(shard.name), absl::StrCat("columns ", i))};
    m.shards.push_back(shard);
  }
  dir.Write(absl::StrCat(kName, "/", kManifestFile), EncodeManifest(m));
  EXPECT_TRUE(base::Rename(dir.Path(kName), dir.Path(GenerationName(m))).ok());
  return m;
}

TEST(GenerationTest, CurrentNamesAGeneration) {
  const test::TempDir dir;
  const std::vector<std::pair<std::string, std::string>> good = {
      {absl::StrCat(kName, "\n"), kName},
      {kName, kName},  // without the line's end
      {absl::StrCat("  ", kName, "\r\n"), kName},
  };
  for (const auto& [bytes, name] : good) {
    dir.Write(kCurrentFile, bytes);
    const absl::StatusOr<std::string> current = ReadCurrent(dir.path());
    ASSERT_TRUE(current.ok()) << current.status();
    EXPECT_EQ(*current, name);
  }
  for (const absl::string_view bytes : {"", "\n", "..", "../elsewhere", "g000001", "g000001-0123456789abcdef x"}) {
    const std::string path = dir.Write(kCurrentFile, bytes);
    const absl::Status status = ReadCurrent(dir.path()).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), path)) << status;
  }
}

TEST(GenerationTest, NoIndexComesWithTheRemedy) {
  const test::TempDir dir;
  for (const std::string& path : {dir.path(), dir.Path("absent")}) {
    const absl::Status status = ReadCurrent(path).status();
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), path)) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), "dateline-indexer build")) << status;
  }
}

TEST(GenerationTest, OpensAndHoldsItsLease) {
  const test::TempDir dir;
  const std::string name = GenerationName(WriteGeneration(dir, 2));
  absl::StatusOr<std::shared_ptr<const Generation>> opened = Generation::Open(dir.path(), name, kAnalyzer);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ((*opened)->name(), name);
  EXPECT_EQ((*opened)->manifest().shards.size(), 2U);
  EXPECT_EQ((*opened)->Path("x"), dir.Path(absl::StrCat(name, "/x")));

  const std::string lease = (*opened)->Path(kLeaseFile);
  EXPECT_TRUE(absl::IsUnavailable(FileLock::TryAcquire(lease, FileLock::Mode::kExclusive).status()));
  EXPECT_TRUE(Generation::Open(dir.path(), name, kAnalyzer).ok());  // other readers do not mind
  opened->reset();
  EXPECT_TRUE(FileLock::TryAcquire(lease, FileLock::Mode::kExclusive).ok());
}

TEST(GenerationTest, WhatIsBeingCollectedDoesNotOpen) {
  const test::TempDir dir;
  const std::string name = GenerationName(WriteGeneration(dir, 1));
  const absl::StatusOr<FileLock> collector =
      FileLock::TryAcquire(dir.Path(absl::StrCat(name, "/", kLeaseFile)), FileLock::Mode::kExclusive);
  ASSERT_TRUE(collector.ok()) << collector.status();
  const absl::Status status = Generation::Open(dir.path(), name, kAnalyzer).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
}

TEST(GenerationTest, AnotherAnalyzerIsRefusedWithTheRemedy) {
  const test::TempDir dir;
  const std::string name = GenerationName(WriteGeneration(dir, 1));
  const absl::Status status = Generation::Open(dir.path(), name, "rules 2").status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  for (const absl::string_view part : {"rules 1", "rules 2", "rebuild --from"}) {
    EXPECT_TRUE(absl::StrContains(status.message(), part)) << status;
  }
}

// Generations share shards, so all that another one's manifest lists may well be here.
TEST(GenerationTest, TheManifestOfAnotherIsRefused) {
  const test::TempDir dir;
  const std::string name = GenerationName(WriteGeneration(dir, 1));
  ASSERT_TRUE(base::Rename(dir.Path(name), dir.Path(kName)).ok());
  const absl::Status status = Generation::Open(dir.path(), kName, kAnalyzer).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_TRUE(
      absl::StrContains(status.message(), absl::StrCat("MANIFEST: is the manifest of another generation, ", name)))
      << status;
}

TEST(GenerationTest, ErrorsNameTheManifest) {
  const test::TempDir dir;
  EXPECT_TRUE(absl::IsNotFound(Generation::Open(dir.path(), kName, kAnalyzer).status()));
  const std::string manifest_path = dir.Path(absl::StrCat(kName, "/", kManifestFile));
  dir.Write(absl::StrCat(kName, "/other"), "");
  const absl::Status missing = Generation::Open(dir.path(), kName, kAnalyzer).status();
  EXPECT_TRUE(absl::IsNotFound(missing)) << missing;
  EXPECT_TRUE(absl::StrContains(missing.message(), manifest_path)) << missing;
  dir.Write(absl::StrCat(kName, "/", kManifestFile), "not a manifest, though long enough");
  const absl::Status damaged = Generation::Open(dir.path(), kName, kAnalyzer).status();
  EXPECT_TRUE(absl::IsDataLoss(damaged)) << damaged;
  EXPECT_TRUE(absl::StrContains(damaged.message(), manifest_path)) << damaged;
}

TEST(GenerationTest, VerifiesEveryFile) {
  for (const size_t threads : {0, 1, 3, 16}) {
    SCOPED_TRACE(absl::StrCat(threads, " threads"));
    const test::TempDir dir;
    const Manifest m = WriteGeneration(dir, 3);
    const std::string name = GenerationName(m);
    const auto generation = Generation::Open(dir.path(), name, kAnalyzer);
    ASSERT_TRUE(generation.ok()) << generation.status();
    EXPECT_TRUE((*generation)->VerifyFiles(threads).ok());
    for (const ManifestShard& shard : m.shards) {
      for (const std::vector<ManifestFile>* files : {&shard.files, &shard.sidecars}) {
        for (const ManifestFile& file : *files) {
          const std::string path = (*generation)->Path(file.path);
          const absl::StatusOr<std::string> bytes = base::ReadFile(path);
          ASSERT_TRUE(bytes.ok()) << bytes.status();
          std::string damaged = *bytes;
          damaged.back() = '!';
          dir.Write(absl::StrCat(name, "/", file.path), damaged);
          const absl::Status status = (*generation)->VerifyFiles(threads);
          EXPECT_TRUE(absl::IsDataLoss(status)) << status;
          EXPECT_TRUE(absl::StrContains(status.message(), path)) << status;
          dir.Write(absl::StrCat(name, "/", file.path), *bytes);
        }
      }
    }
    EXPECT_TRUE((*generation)->VerifyFiles(threads).ok());
  }
}

TEST(GenerationTest, SidecarsMayBeMissingFilesMayNot) {
  const test::TempDir dir;
  const Manifest m = WriteGeneration(dir, 2);
  const std::string name = GenerationName(m);
  const auto generation = Generation::Open(dir.path(), name, kAnalyzer);
  ASSERT_TRUE(generation.ok()) << generation.status();
  ASSERT_TRUE(base::RemoveFile((*generation)->Path(m.shards[1].sidecars[0].path)).ok());
  EXPECT_TRUE((*generation)->VerifyFiles(2).ok());
  ASSERT_TRUE(base::RemoveFile((*generation)->Path(m.shards[1].files[0].path)).ok());
  const absl::Status status = (*generation)->VerifyFiles(2);
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), m.shards[1].files[0].path)) << status;
}

TEST(GenerationTest, AnEmptyGenerationVerifies) {
  const test::TempDir dir;
  const std::string name = GenerationName(WriteGeneration(dir, 0));
  const auto generation = Generation::Open(dir.path(), name, kAnalyzer);
  ASSERT_TRUE(generation.ok()) << generation.status();
  EXPECT_TRUE((*generation)->VerifyFiles(4).ok());
}

}  // namespace
}  // namespace dateline::index
