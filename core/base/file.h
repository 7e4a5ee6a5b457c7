// Files, with every failure told: which file, which operation, why.
//
// A file survives a power cut only after SyncFile on it and SyncDirectory on its directory both returned OK.
//
// Thread-safety: free functions may be called from any thread; an object belongs to one thread at a time, but the
// bytes of a MappedFile may be read by many. Errors: NotFound, PermissionDenied, ResourceExhausted (disk full, quota,
// too many open files), else Internal; messages hold the path.
#ifndef DATELINE_CORE_BASE_FILE_H_
#define DATELINE_CORE_BASE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace dateline::base {

// The status for the current errno.
absl::Status ErrnoStatus(absl::string_view operation, absl::string_view path);

std::string JoinPath(absl::string_view directory, absl::string_view name);

bool Exists(const std::string& path);
bool IsDirectory(const std::string& path);
absl::StatusOr<uint64_t> FileBytes(const std::string& path);
absl::StatusOr<uint64_t> FreeBytes(const std::string& directory);  // of its file system, for an ordinary user

absl::StatusOr<std::string> ReadFile(const std::string& path);
// Calls `use` with consecutive pieces of at most `chunk_bytes`; stops at its first error and returns that.
absl::Status ForEachChunk(const std::string& path, size_t chunk_bytes,
                          absl::FunctionRef<absl::Status(absl::string_view)> use);

// Creates or replaces `path` with `bytes` and syncs it; its directory is the caller's to sync.
absl::Status WriteFileSynced(const std::string& path, absl::string_view bytes);
// The same under a temporary name, then renamed over `path`, and the directory synced: readers see old or new. `mode`
// is what the umask takes from.
absl::Status ReplaceFileAtomically(const std::string& path, absl::string_view bytes, unsigned mode = 0666);

absl::Status SyncFile(const std::string& path);
absl::Status SyncDirectory(const std::string& path);
absl::Status MakeDirectory(const std::string& path);    // OK when it is there
absl::Status MakeDirectories(const std::string& path);  // and its parents
absl::Status Rename(const std::string& from, const std::string& to);
absl::Status RemoveFile(const std::string& path);
absl::Status RemoveTree(const std::string& path);                                 // OK when it is not there
absl::StatusOr<std::vector<std::string>> ListDirectory(const std::string& path);  // names, sorted, without . and ..

// A buffered, append-only file.
class FileWriter {
 public:
  // Replaces what was there, which keeps its mode.
  static absl::StatusOr<FileWriter> Create(const std::string& path, unsigned mode = 0666);
  // For a file that is soon read through a mapping, here and there, among many like it. It is written in small steps:
  // what is written at once Linux (from 6.18) keeps together, and maps together when a byte of it is read.
  static absl::StatusOr<FileWriter> CreateScratch(const std::string& path);
  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter();  // closes without a sync

  absl::Status Append(absl::string_view bytes);
  uint64_t bytes() const { return bytes_; }
  absl::Status Close(bool sync);

 private:
  FileWriter(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  absl::Status Flush();

  int fd_;
  std::string path_;
  size_t most_at_once_ = SIZE_MAX;
  std::string buffer_;
  uint64_t bytes_ = 0;
};

// A file mapped for reading. An empty file maps to an empty view.
class MappedFile {
 public:
  static absl::StatusOr<MappedFile> Open(const std::string& path);
  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  absl::string_view bytes() const { return bytes_; }  // lives as long as this object

 private:
  explicit MappedFile(absl::string_view bytes) : bytes_(bytes) {}
  absl::string_view bytes_;
};

// An advisory lock on a file, shared or exclusive, held until destruction (or the death of the process).
class FileLock {
 public:
  enum class Mode { kShared, kExclusive };
  // Creates the file when needed. Unavailable when somebody else holds it in a way that does not allow ours.
  static absl::StatusOr<FileLock> TryAcquire(const std::string& path, Mode mode);
  FileLock() = default;
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_FILE_H_
