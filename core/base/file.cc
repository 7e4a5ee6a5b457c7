#include "core/base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace dateline::base {
namespace {

constexpr size_t kWriteBufferBytes = 1 << 20;
constexpr size_t kScratchWriteBytes = 64 << 10;

absl::StatusCode CodeOf(int error) {
  switch (error) {
    case ENOENT:
      return absl::StatusCode::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::StatusCode::kPermissionDenied;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return absl::StatusCode::kResourceExhausted;
    case EWOULDBLOCK:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kInternal;
  }
}

absl::Status WriteAll(int fd, absl::string_view bytes, size_t most_at_once, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), std::min(bytes.size(), most_at_once));
    if (written < 0) {
      if (errno == EINTR) continue;
      return ErrnoStatus("write", path);
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status SyncPath(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  if (fd < 0) return ErrnoStatus("open", path);
  // A failed fsync is final: the kernel may have dropped the dirty pages, so a second try could lie.
  const int result = ::fsync(fd);
  const absl::Status status = result == 0 ? absl::OkStatus() : ErrnoStatus("fsync", path);
  ::close(fd);
  return status;
}

}  // namespace

absl::Status ErrnoStatus(absl::string_view operation, absl::string_view path) {
  const int error = errno;
  return absl::Status(CodeOf(error), absl::StrCat(path, ": ", operation, ": ", std::strerror(error)));
}

std::string JoinPath(absl::string_view directory, absl::string_view name) {
  if (directory.empty() || directory.back() == '/') return absl::StrCat(directory, name);
  return absl::StrCat(directory, "/", name);
}

bool Exists(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0;
}

bool IsDirectory(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

absl::StatusOr<uint64_t> FileBytes(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) return ErrnoStatus("stat", path);
  return static_cast<uint64_t>(info.st_size);
}

absl::StatusOr<uint64_t> FreeBytes(const std::string& directory) {
  struct statvfs info;
  if (::statvfs(directory.c_str(), &info) != 0) return ErrnoStatus("statvfs", directory);
  return static_cast<uint64_t>(info.f_bavail) * info.f_frsize;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::string text;
  DL_RETURN_IF_ERROR(ForEachChunk(path, kWriteBufferBytes, [&](absl::string_view chunk) {
    text.append(chunk.data(), chunk.size());
    return absl::OkStatus();
  }));
  return text;
}

absl::Status ForEachChunk(const std::string& path, size_t chunk_bytes,
                          absl::FunctionRef<absl::Status(absl::string_view)> use) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return ErrnoStatus("open", path);
  const auto closer = absl::MakeCleanup([fd] { ::close(fd); });
  std::string buffer(chunk_bytes, '\0');
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoStatus("read", path);
    if (got == 0) return absl::OkStatus();
    DL_RETURN_IF_ERROR(use(absl::string_view(buffer.data(), static_cast<size_t>(got))));
  }
}

absl::Status WriteFileSynced(const std::string& path, absl::string_view bytes) {
  DL_ASSIGN_OR_RETURN(FileWriter writer, FileWriter::Create(path));
  DL_RETURN_IF_ERROR(writer.Append(bytes));
  return writer.Close(/*sync=*/true);
}

absl::Status ReplaceFileAtomically(const std::string& path, absl::string_view bytes, unsigned mode) {
  const std::string temporary = absl::StrCat(path, ".tmp");
  DL_ASSIGN_OR_RETURN(FileWriter writer, FileWriter::Create(temporary, mode));
  DL_RETURN_IF_ERROR(writer.Append(bytes));
  DL_RETURN_IF_ERROR(writer.Close(/*sync=*/true));
  DL_RETURN_IF_ERROR(Rename(temporary, path));
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return SyncDirectory(parent.empty() ? "." : parent);
}

absl::Status SyncFile(const std::string& path) { return SyncPath(path, O_RDONLY); }
absl::Status SyncDirectory(const std::string& path) { return SyncPath(path, O_RDONLY | O_DIRECTORY); }

absl::Status MakeDirectory(const std::string& path) {
  if (::mkdir(path.c_str(), 0777) == 0 || (errno == EEXIST && IsDirectory(path))) return absl::OkStatus();
  return ErrnoStatus("mkdir", path);
}

absl::Status MakeDirectories(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return absl::OkStatus();
  errno = error.value();
  return ErrnoStatus("mkdir", path);
}

absl::Status Rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  return ErrnoStatus("rename", absl::StrCat(from, " to ", to));
}

absl::Status RemoveFile(const std::string& path) {
  if (::unlink(path.c_str()) == 0) return absl::OkStatus();
  return ErrnoStatus("unlink", path);
}

absl::Status RemoveTree(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (!error) return absl::OkStatus();
  errno = error.value();
  return ErrnoStatus("remove", path);
}

absl::StatusOr<std::vector<std::string>> ListDirectory(const std::string& path) {
  DIR* directory = ::opendir(path.c_str());
  if (directory == nullptr) return ErrnoStatus("opendir", path);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(directory)) {
    const absl::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(directory);
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<FileWriter> FileWriter::Create(const std::string& path, unsigned mode) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (fd < 0) return ErrnoStatus("open", path);
  return FileWriter(fd, path);
}

absl::StatusOr<FileWriter> FileWriter::CreateScratch(const std::string& path) {
  absl::StatusOr<FileWriter> writer = Create(path);
  if (writer.ok()) writer->most_at_once_ = kScratchWriteBytes;
  return writer;
}

FileWriter::FileWriter(FileWriter&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      most_at_once_(other.most_at_once_),
      buffer_(std::move(other.buffer_)),
      bytes_(other.bytes_) {}

FileWriter::~FileWriter() {
  if (fd_ >= 0) ::close(fd_);
}

absl::Status FileWriter::Append(absl::string_view bytes) {
  bytes_ += bytes.size();
  if (bytes.size() >= kWriteBufferBytes) {  // needs no copy
    DL_RETURN_IF_ERROR(Flush());
    return WriteAll(fd_, bytes, most_at_once_, path_);
  }
  buffer_.append(bytes.data(), bytes.size());
  return buffer_.size() >= kWriteBufferBytes ? Flush() : absl::OkStatus();
}

absl::Status FileWriter::Flush() {
  const absl::Status status = WriteAll(fd_, buffer_, most_at_once_, path_);
  buffer_.clear();
  return status;
}

absl::Status FileWriter::Close(bool sync) {
  absl::Status status = Flush();
  if (status.ok() && sync && ::fsync(fd_) != 0) status = ErrnoStatus("fsync", path_);
  if (::close(std::exchange(fd_, -1)) != 0 && status.ok()) status = ErrnoStatus("close", path_);
  return status;
}

absl::StatusOr<MappedFile> MappedFile::Open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return ErrnoStatus("open", path);
  const auto closer = absl::MakeCleanup([fd] { ::close(fd); });
  struct stat info;
  if (::fstat(fd, &info) != 0) return ErrnoStatus("stat", path);
  const auto size = static_cast<size_t>(info.st_size);
  if (size == 0) return MappedFile();
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  if (address == MAP_FAILED) return ErrnoStatus("mmap", path);
  return MappedFile(absl::string_view(static_cast<const char*>(address), size));
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

absl::StatusOr<FileLock> FileLock::TryAcquire(const std::string& path, Mode mode) {
  // A reader of an index on a read-only file system may still lock: flock needs no write permission.
  int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0 && mode == Mode::kShared) fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return ErrnoStatus("open", path);
  const int operation = (mode == Mode::kShared ? LOCK_SH : LOCK_EX) | LOCK_NB;
  if (::flock(fd, operation) != 0) {
    const absl::Status status = ErrnoStatus("lock", path);
    ::close(fd);
    return status;
  }
  return FileLock(fd);
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace dateline::base
