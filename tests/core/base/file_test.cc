#include "core/base/file.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/temp_dir.h"

namespace dateline::base {
namespace {

using Names = std::vector<std::string>;

std::string Read(const std::string& path) {
  const absl::StatusOr<std::string> bytes = ReadFile(path);
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  return bytes.value_or("");
}

TEST(FileTest, JoinPath) {
  EXPECT_EQ(JoinPath("a", "b"), "a/b");
  EXPECT_EQ(JoinPath("a/", "b"), "a/b");
  EXPECT_EQ(JoinPath("", "b"), "b");  // the working directory
  EXPECT_EQ(JoinPath("/", "b"), "/b");
}

struct ErrnoCase {
  int error;
  absl::StatusCode code;
};

TEST(FileTest, ErrorNumbers) {
  const std::vector<ErrnoCase> cases = {
      {ENOENT, absl::StatusCode::kNotFound},
      {EACCES, absl::StatusCode::kPermissionDenied},
      {EPERM, absl::StatusCode::kPermissionDenied},
      {EROFS, absl::StatusCode::kPermissionDenied},
      {ENOSPC, absl::StatusCode::kResourceExhausted},
      {EDQUOT, absl::StatusCode::kResourceExhausted},
      {EMFILE, absl::StatusCode::kResourceExhausted},
      {ENFILE, absl::StatusCode::kResourceExhausted},
      {EWOULDBLOCK, absl::StatusCode::kUnavailable},
      {EIO, absl::StatusCode::kInternal},
  };
  for (const ErrnoCase& c : cases) {
    errno = c.error;
    const absl::Status status = ErrnoStatus("write", "some/file");
    EXPECT_EQ(status.code(), c.code) << c.error;
    EXPECT_TRUE(absl::StartsWith(status.message(), "some/file: write: ")) << status;
  }
}

TEST(FileTest, EveryErrorNamesThePath) {
  const test::TempDir dir;
  const std::string absent = dir.Path("absent/file");
  const auto ignore = [](absl::string_view) { return absl::OkStatus(); };
  const std::vector<std::pair<std::string, absl::Status>> cases = {
      {"FileBytes", FileBytes(absent).status()},
      {"FreeBytes", FreeBytes(absent).status()},
      {"ReadFile", ReadFile(absent).status()},
      {"ForEachChunk", ForEachChunk(absent, 10, ignore)},
      {"WriteFileSynced", WriteFileSynced(absent, "x")},
      {"ReplaceFileAtomically", ReplaceFileAtomically(absent, "x")},
      {"SyncFile", SyncFile(absent)},
      {"SyncDirectory", SyncDirectory(absent)},
      {"MakeDirectory", MakeDirectory(absent)},
      {"Rename", Rename(absent, dir.Path("other"))},
      {"RemoveFile", RemoveFile(absent)},
      {"ListDirectory", ListDirectory(absent).status()},
      {"FileWriter", FileWriter::Create(absent).status()},
      {"MappedFile", MappedFile::Open(absent).status()},
      {"FileLock", FileLock::TryAcquire(absent, FileLock::Mode::kExclusive).status()},
      {"FileLock, shared", FileLock::TryAcquire(absent, FileLock::Mode::kShared).status()},
  };
  for (const auto& [name, status] : cases) {
    EXPECT_TRUE(absl::IsNotFound(status)) << name << ": " << status;
    EXPECT_TRUE(absl::StrContains(status.message(), absent)) << name << ": " << status;
  }
}

TEST(FileTest, WritesAndReadsBack) {
  const test::TempDir dir;
  test::Random random(51);
  for (const size_t size : {0, 1, 4095, 3'000'000}) {
    const std::string bytes = random.Bytes(size);
    const std::string path = dir.Path("file");
    ASSERT_TRUE(WriteFileSynced(path, bytes).ok());
    EXPECT_EQ(Read(path), bytes);
    EXPECT_EQ(*FileBytes(path), size);
  }
}

TEST(FileTest, AWriterBuffersAndCounts) {
  const test::TempDir dir;
  const uint64_t seed = test::TestSeed(52);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (const bool scratch : {false, true}) {
    absl::StatusOr<FileWriter> writer =
        scratch ? FileWriter::CreateScratch(dir.Path("file")) : FileWriter::Create(dir.Path("file"));
    ASSERT_TRUE(writer.ok());
    std::string all;
    for (int i = 0; i < 60; ++i) {
      const std::string piece = random.Bytes(random.Below(random.OneIn(8) ? 1'500'000 : 1000));
      all += piece;
      ASSERT_TRUE(writer->Append(piece).ok());
      EXPECT_EQ(writer->bytes(), all.size());
    }
    FileWriter moved = *std::move(writer);
    ASSERT_TRUE(moved.Append("end").ok());
    ASSERT_TRUE(moved.Close(/*sync=*/false).ok());
    EXPECT_EQ(Read(dir.Path("file")), all + "end");
  }
}

TEST(FileTest, ChunksAreConsecutiveAndAnErrorStopsThem) {
  const test::TempDir dir;
  const std::string path = dir.Write("file", "0123456789");
  std::string all;
  EXPECT_TRUE(ForEachChunk(path, 4, [&](absl::string_view chunk) {
                EXPECT_LE(chunk.size(), 4U);
                absl::StrAppend(&all, chunk, "|");
                return absl::OkStatus();
              }).ok());
  EXPECT_EQ(all, "0123|4567|89|");
  int calls = 0;
  const absl::Status status = ForEachChunk(path, 4, [&](absl::string_view) {
    ++calls;
    return absl::AbortedError("enough");
  });
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  EXPECT_EQ(calls, 1);
}

TEST(FileTest, ReplacingLeavesNothingBehind) {
  const test::TempDir dir;
  const std::string path = dir.Path("file");
  ASSERT_TRUE(ReplaceFileAtomically(path, "one").ok());  // there was none
  ASSERT_TRUE(ReplaceFileAtomically(path, "two").ok());
  EXPECT_EQ(Read(path), "two");
  EXPECT_EQ(*ListDirectory(dir.path()), Names({"file"}));
}

TEST(FileTest, AFailedReplacementKeepsTheOld) {
  const test::TempDir dir;
  const std::string path = dir.Write("file", "old");
  ASSERT_TRUE(MakeDirectory(path + ".tmp").ok());  // where the new one would be written
  EXPECT_FALSE(ReplaceFileAtomically(path, "new").ok());
  EXPECT_EQ(Read(path), "old");
}

TEST(FileTest, ReadersSeeTheOldOrTheNew) {
  const test::TempDir dir;
  const std::string path = dir.Path("file");
  const std::string a(300'000, 'a');
  const std::string b(200'000, 'b');
  ASSERT_TRUE(ReplaceFileAtomically(path, a).ok());
  std::atomic<bool> done{false};
  std::thread reader([&] {
    while (!done) {
      const std::string bytes = Read(path);
      EXPECT_TRUE(bytes == a || bytes == b) << bytes.size();
    }
  });
  for (int i = 0; i < 30; ++i) EXPECT_TRUE(ReplaceFileAtomically(path, i % 2 == 0 ? b : a).ok());
  done = true;
  reader.join();
}

TEST(FileTest, Directories) {
  const test::TempDir dir;
  const std::string deep = dir.Path("a/b/c");
  EXPECT_FALSE(MakeDirectory(deep).ok());
  EXPECT_TRUE(MakeDirectories(deep).ok());
  EXPECT_TRUE(MakeDirectories(deep).ok());  // it is there
  EXPECT_TRUE(MakeDirectory(deep).ok());
  EXPECT_TRUE(IsDirectory(deep));
  dir.Write("a/b/file", "x");
  dir.Write("a/b/B", "x");
  dir.Write("a/b/.hidden", "x");
  EXPECT_EQ(*ListDirectory(dir.Path("a/b")), Names({".hidden", "B", "c", "file"}));
  EXPECT_FALSE(IsDirectory(dir.Path("a/b/file")));
  EXPECT_TRUE(Exists(dir.Path("a/b/file")));
  EXPECT_FALSE(MakeDirectory(dir.Path("a/b/file")).ok());  // there, but no directory
  EXPECT_FALSE(MakeDirectories(dir.Path("a/b/file/d")).ok());
  EXPECT_TRUE(SyncFile(dir.Path("a/b/file")).ok());
  EXPECT_TRUE(SyncDirectory(deep).ok());
  EXPECT_FALSE(SyncDirectory(dir.Path("a/b/file")).ok());
  EXPECT_TRUE(RemoveTree(dir.Path("a")).ok());
  EXPECT_TRUE(RemoveTree(dir.Path("a")).ok());  // it is not there
  EXPECT_FALSE(Exists(dir.Path("a")));
}

TEST(FileTest, RenameReplaces) {
  const test::TempDir dir;
  const std::string from = dir.Write("from", "new");
  const std::string to = dir.Write("to", "old");
  EXPECT_TRUE(Rename(from, to).ok());
  EXPECT_EQ(Read(to), "new");
  EXPECT_FALSE(Exists(from));
  EXPECT_TRUE(RemoveFile(to).ok());
  EXPECT_FALSE(Exists(to));
}

TEST(FileTest, FreeBytesAreKnown) {
  const test::TempDir dir;
  const absl::StatusOr<uint64_t> bytes = FreeBytes(dir.path());
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_GT(*bytes, 0U);
}

TEST(FileTest, AMappedFileOutlivesItsNameAndMoves) {
  const test::TempDir dir;
  const std::string path = dir.Write("file", "mapped bytes");
  absl::StatusOr<MappedFile> opened = MappedFile::Open(path);
  ASSERT_TRUE(opened.ok()) << opened.status();
  ASSERT_TRUE(RemoveFile(path).ok());
  EXPECT_EQ(opened->bytes(), "mapped bytes");
  MappedFile moved = *std::move(opened);
  EXPECT_EQ(moved.bytes(), "mapped bytes");
  MappedFile other;
  EXPECT_EQ(other.bytes(), "");
  other = std::move(moved);
  EXPECT_EQ(other.bytes(), "mapped bytes");
}

TEST(FileTest, AnEmptyFileMapsToNothing) {
  const test::TempDir dir;
  const absl::StatusOr<MappedFile> mapped = MappedFile::Open(dir.Write("file", ""));
  ASSERT_TRUE(mapped.ok()) << mapped.status();
  EXPECT_EQ(mapped->bytes(), "");
}

using Mode = FileLock::Mode;

// Does another process get the lock?
bool AnotherProcessGets(const std::string& path, Mode mode) {
  const pid_t child = ::fork();
  if (child == 0) {
    const absl::StatusOr<FileLock> lock = FileLock::TryAcquire(path, mode);
    ::_exit(lock.ok() ? 0 : absl::IsUnavailable(lock.status()) ? 1 : 2);
  }
  int result = 0;
  EXPECT_EQ(::waitpid(child, &result, 0), child);
  EXPECT_TRUE(WIFEXITED(result) && WEXITSTATUS(result) < 2) << result;
  return WIFEXITED(result) && WEXITSTATUS(result) == 0;
}

struct LockCase {
  Mode first;
  Mode second;
  bool both;
};

TEST(FileTest, LocksAgainstThisAndOtherProcesses) {
  const test::TempDir dir;
  const std::string path = dir.Path("LOCK");
  const std::vector<LockCase> cases = {
      {Mode::kExclusive, Mode::kExclusive, false},
      {Mode::kExclusive, Mode::kShared, false},
      {Mode::kShared, Mode::kExclusive, false},
      {Mode::kShared, Mode::kShared, true},
  };
  for (const LockCase& c : cases) {
    absl::StatusOr<FileLock> first = FileLock::TryAcquire(path, c.first);
    ASSERT_TRUE(first.ok()) << first.status();
    {
      const absl::StatusOr<FileLock> second = FileLock::TryAcquire(path, c.second);
      EXPECT_EQ(second.ok(), c.both);
      if (!c.both) {
        EXPECT_TRUE(absl::IsUnavailable(second.status())) << second.status();
        EXPECT_TRUE(absl::StrContains(second.status().message(), path)) << second.status();
      }
    }
    EXPECT_EQ(AnotherProcessGets(path, c.second), c.both);
    FileLock moved = *std::move(first);  // still held
    EXPECT_EQ(AnotherProcessGets(path, c.second), c.both);
    { const FileLock gone = std::move(moved); }
    EXPECT_TRUE(AnotherProcessGets(path, Mode::kExclusive));
  }
}

}  // namespace
}  // namespace dateline::base
