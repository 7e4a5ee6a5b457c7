// A library to preload (LD_PRELOAD) that numbers the write-class calls of a program and its children, and makes one
// of them fail, or kills the process at it.
//
// Write-class calls: open for writing, write, pwrite, writev, fsync, fdatasync, rename, link, symlink, unlink, rmdir,
// mkdir, truncate, ftruncate, fallocate, copy_file_range, sendfile, and close of what was open for writing. Only
// those below FAULT_PREFIX count. Calls are seen when they go through the C library's dynamic symbols: what the C
// library does within itself (stdio, mkstemp) is not.
//
//   FAULT_PREFIX  absolute directory; calls on files elsewhere pass untouched and uncounted
//   FAULT_STATE   file of 8 bytes, made by the caller, that holds the number of calls so far, for all processes
//   FAULT_MODE    count: numbers only
//                 kill: SIGKILL before call FAULT_AT
//                 torn: the first half of a write, then SIGKILL; else as kill
//                 fail: call FAULT_AT gives FAULT_ERRNO and does nothing (a close closes all the same)
//                 short: a write writes the first half only; else the call passes untouched
//   FAULT_AT      number of the first call to meet the fault; the first call is 1
//   FAULT_STICKY  1: every call from FAULT_AT on meets it
//   FAULT_ONLY    name of a call ("fsync"): only such calls are numbered and meet it; "" or unset: all. fdatasync
//                 is an fsync, pwrite and writev are a write.
//   FAULT_LOG     file to append "number call path" to, for every numbered call; may be unset
//
// Thread-safety: calls may come from any thread of any number of processes.
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

enum class Mode { kCount, kKill, kTorn, kFail, kShort };

struct Config {
  bool active = false;
  Mode mode = Mode::kCount;
  const char* prefix = "";
  const char* only = "";
  uint64_t at = 0;
  bool sticky = false;
  int error = EIO;
  std::atomic<uint64_t>* calls = nullptr;
  int log = -1;
};

const char* Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Mode ModeOf(const char* name) {
  if (std::strcmp(name, "kill") == 0) return Mode::kKill;
  if (std::strcmp(name, "torn") == 0) return Mode::kTorn;
  if (std::strcmp(name, "fail") == 0) return Mode::kFail;
  if (std::strcmp(name, "short") == 0) return Mode::kShort;
  return Mode::kCount;
}

Config ReadConfig() {
  Config config;
  config.prefix = Variable("FAULT_PREFIX");
  const char* state = Variable("FAULT_STATE");
  if (*config.prefix == '\0' || *state == '\0') return config;
  config.mode = ModeOf(Variable("FAULT_MODE"));
  config.only = Variable("FAULT_ONLY");
  config.at = std::strtoull(Variable("FAULT_AT"), nullptr, 10);
  config.sticky = *Variable("FAULT_STICKY") == '1';
  const int error = std::atoi(Variable("FAULT_ERRNO"));
  if (error > 0) config.error = error;
  // Raw calls: these must not count, and the symbols of the C library may not be found yet.
  const int fd = static_cast<int>(::syscall(SYS_openat, AT_FDCWD, state, O_RDWR | O_CLOEXEC));
  if (fd < 0) return config;
  void* shared = ::mmap(nullptr, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::syscall(SYS_close, fd);
  if (shared == MAP_FAILED) return config;
  config.calls = static_cast<std::atomic<uint64_t>*>(shared);
  const char* log = Variable("FAULT_LOG");
  if (*log != '\0') {
    config.log =
        static_cast<int>(::syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  }
  config.active = true;
  return config;
}

const Config& TheConfig() {
  static const Config config = ReadConfig();
  return config;
}

// The next definition of `name`: the C library's.
template <typename Function>
Function Next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}
#define NEXT(name) static const auto next = Next<decltype(&name)>(#name)

// The path that a descriptor stands for; "" when there is none.
struct Path {
  char text[PATH_MAX] = "";
  Path() = default;
  explicit Path(int fd) {
    char link[64];
    std::snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    const ssize_t bytes = ::readlink(link, text, sizeof(text) - 1);
    text[bytes < 0 ? 0 : bytes] = '\0';
  }
  // `path` as seen from the directory `fd`.
  Path(int fd, const char* path) {
    if (*path == '/') {
      std::snprintf(text, sizeof(text), "%s", path);
      return;
    }
    char directory[PATH_MAX] = "";
    if (fd == AT_FDCWD) {
      if (::getcwd(directory, sizeof(directory)) == nullptr) directory[0] = '\0';
    } else {
      std::snprintf(directory, sizeof(directory), "%s", Path(fd).text);
    }
    std::snprintf(text, sizeof(text), "%.2000s/%.2000s", directory, path);
  }
};

enum class Verdict { kPass, kFail, kHalf, kHalfThenKill };

void Die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

// Numbers the call and says what is to become of it.
Verdict Judge(const char* call, const Path& path, bool is_write = false) {
  const Config& config = TheConfig();
  if (!config.active || std::strncmp(path.text, config.prefix, std::strlen(config.prefix)) != 0)
    return Verdict::kPass;
  if (*config.only != '\0' && std::strcmp(config.only, call) != 0) return Verdict::kPass;
  const uint64_t number = config.calls->fetch_add(1) + 1;
  if (config.log >= 0) {
    char line[PATH_MAX + 64];
    const int bytes =
        std::snprintf(line, sizeof(line), "%llu %s %s\n", static_cast<unsigned long long>(number), call, path.text);
    ::syscall(SYS_write, config.log, line, bytes);
  }
  if (number != config.at && !(config.sticky && number > config.at)) return Verdict::kPass;
  switch (config.mode) {
    case Mode::kCount:
      return Verdict::kPass;
    case Mode::kKill:
      Die();
      return Verdict::kPass;
    case Mode::kTorn:
      if (is_write) return Verdict::kHalfThenKill;
      Die();
      return Verdict::kPass;
    case Mode::kFail:
      errno = config.error;
      return Verdict::kFail;
    case Mode::kShort:
      return is_write ? Verdict::kHalf : Verdict::kPass;
  }
  return Verdict::kPass;
}

bool Writes(int flags) { return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0; }

bool IsOpenForWriting(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

size_t HalfOf(size_t bytes) { return bytes > 1 ? bytes / 2 : bytes; }

// A write of `bytes` through `write_some`, which takes the number of bytes to write.
template <typename WriteSome>
ssize_t JudgedWrite(int fd, size_t bytes, const WriteSome& write_some) {
  switch (Judge("write", Path(fd), /*is_write=*/true)) {
    case Verdict::kFail:
      return -1;
    case Verdict::kHalf:
      return write_some(HalfOf(bytes));
    case Verdict::kHalfThenKill:
      write_some(HalfOf(bytes));
      Die();
      return -1;
    case Verdict::kPass:
      break;
  }
  return write_some(bytes);
}

bool OpenFails(int directory, const char* path, int flags) {
  return Writes(flags) && Judge("open", Path(directory, path)) == Verdict::kFail;
}

}  // namespace

extern "C" {

#define MODE_ARGUMENT(flags)                                        \
  mode_t mode = 0;                                                  \
  if (((flags)&O_CREAT) != 0 || ((flags)&O_TMPFILE) == O_TMPFILE) { \
    va_list arguments;                                              \
    va_start(arguments, flags);                                     \
    mode = static_cast<mode_t>(va_arg(arguments, int));             \
    va_end(arguments);                                              \
  }

int open(const char* path, int flags, ...) {
  MODE_ARGUMENT(flags);
  NEXT(open);
  return OpenFails(AT_FDCWD, path, flags) ? -1 : next(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  MODE_ARGUMENT(flags);
  NEXT(open64);
  return OpenFails(AT_FDCWD, path, flags) ? -1 : next(path, flags, mode);
}

int openat(int directory, const char* path, int flags, ...) {
  MODE_ARGUMENT(flags);
  NEXT(openat);
  return OpenFails(directory, path, flags) ? -1 : next(directory, path, flags, mode);
}

int openat64(int directory, const char* path, int flags, ...) {
  MODE_ARGUMENT(flags);
  NEXT(openat64);
  return OpenFails(directory, path, flags) ? -1 : next(directory, path, flags, mode);
}

int creat(const char* path, mode_t mode) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char* path, mode_t mode) { return open64(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

ssize_t write(int fd, const void* data, size_t bytes) {
  NEXT(write);
  return JudgedWrite(fd, bytes, [&](size_t n) { return next(fd, data, n); });
}

ssize_t pwrite(int fd, const void* data, size_t bytes, off_t offset) {
  NEXT(pwrite);
  return JudgedWrite(fd, bytes, [&](size_t n) { return next(fd, data, n, offset); });
}

ssize_t pwrite64(int fd, const void* data, size_t bytes, off64_t offset) {
  NEXT(pwrite64);
  return JudgedWrite(fd, bytes, [&](size_t n) { return next(fd, data, n, offset); });
}

ssize_t writev(int fd, const iovec* parts, int count) {
  NEXT(writev);
  size_t bytes = 0;
  for (int i = 0; i < count; ++i) bytes += parts[i].iov_len;
  return JudgedWrite(fd, bytes, [&](size_t n) -> ssize_t {
    if (n == bytes) return next(fd, parts, count);
    const iovec first = {parts[0].iov_base, parts[0].iov_len < n ? parts[0].iov_len : n};
    return next(fd, &first, 1);
  });
}

ssize_t copy_file_range(int from, off64_t* from_offset, int to, off64_t* to_offset, size_t bytes, unsigned flags) {
  NEXT(copy_file_range);
  return JudgedWrite(to, bytes, [&](size_t n) { return next(from, from_offset, to, to_offset, n, flags); });
}

ssize_t sendfile(int to, int from, off_t* offset, size_t bytes) {
  NEXT(sendfile);
  return JudgedWrite(to, bytes, [&](size_t n) { return next(to, from, offset, n); });
}

ssize_t sendfile64(int to, int from, off64_t* offset, size_t bytes) {
  NEXT(sendfile64);
  return JudgedWrite(to, bytes, [&](size_t n) { return next(to, from, offset, n); });
}

int fsync(int fd) {
  NEXT(fsync);
  return Judge("fsync", Path(fd)) == Verdict::kFail ? -1 : next(fd);
}

int fdatasync(int fd) {
  NEXT(fdatasync);
  return Judge("fsync", Path(fd)) == Verdict::kFail ? -1 : next(fd);
}

int syncfs(int fd) noexcept {
  NEXT(syncfs);
  return Judge("fsync", Path(fd)) == Verdict::kFail ? -1 : next(fd);
}

int rename(const char* from, const char* to) noexcept {
  NEXT(rename);
  return Judge("rename", Path(AT_FDCWD, to)) == Verdict::kFail ? -1 : next(from, to);
}

int renameat(int from_directory, const char* from, int to_directory, const char* to) noexcept {
  NEXT(renameat);
  return Judge("rename", Path(to_directory, to)) == Verdict::kFail ? -1
                                                                   : next(from_directory, from, to_directory, to);
}

int renameat2(int from_directory, const char* from, int to_directory, const char* to, unsigned flags) noexcept {
  NEXT(renameat2);
  if (Judge("rename", Path(to_directory, to)) == Verdict::kFail) return -1;
  return next(from_directory, from, to_directory, to, flags);
}

int link(const char* from, const char* to) noexcept {
  NEXT(link);
  return Judge("link", Path(AT_FDCWD, to)) == Verdict::kFail ? -1 : next(from, to);
}

int linkat(int from_directory, const char* from, int to_directory, const char* to, int flags) noexcept {
  NEXT(linkat);
  if (Judge("link", Path(to_directory, to)) == Verdict::kFail) return -1;
  return next(from_directory, from, to_directory, to, flags);
}

int symlink(const char* target, const char* path) noexcept {
  NEXT(symlink);
  return Judge("link", Path(AT_FDCWD, path)) == Verdict::kFail ? -1 : next(target, path);
}

int unlink(const char* path) noexcept {
  NEXT(unlink);
  return Judge("unlink", Path(AT_FDCWD, path)) == Verdict::kFail ? -1 : next(path);
}

int unlinkat(int directory, const char* path, int flags) noexcept {
  NEXT(unlinkat);
  return Judge("unlink", Path(directory, path)) == Verdict::kFail ? -1 : next(directory, path, flags);
}

int remove(const char* path) noexcept {
  NEXT(remove);
  return Judge("unlink", Path(AT_FDCWD, path)) == Verdict::kFail ? -1 : next(path);
}

int rmdir(const char* path) noexcept {
  NEXT(rmdir);
  return Judge("unlink", Path(AT_FDCWD, path)) == Verdict::kFail ? -1 : next(path);
}

int mkdir(const char* path, mode_t mode) noexcept {
  NEXT(mkdir);
  return Judge("mkdir", Path(AT_FDCWD, path)) == Verdict::kFail ? -1 : next(path, mode);
}

int mkdirat(int directory, const char* path, mode_t mode) noexcept {
  NEXT(mkdirat);
  return Judge("mkdir", Path(directory, path)) == Verdict::kFail ? -1 : next(directory, path, mode);
}

int truncate(const char* path, off_t bytes) noexcept {
  NEXT(truncate);
  return Judge("truncate", Path(AT_FDCWD, path)) == Verdict::kFail ? -1 : next(path, bytes);
}

int ftruncate(int fd, off_t bytes) noexcept {
  NEXT(ftruncate);
  return Judge("truncate", Path(fd)) == Verdict::kFail ? -1 : next(fd, bytes);
}

int ftruncate64(int fd, off64_t bytes) noexcept {
  NEXT(ftruncate64);
  return Judge("truncate", Path(fd)) == Verdict::kFail ? -1 : next(fd, bytes);
}

int fallocate(int fd, int mode, off_t offset, off_t bytes) {
  NEXT(fallocate);
  return Judge("fallocate", Path(fd)) == Verdict::kFail ? -1 : next(fd, mode, offset, bytes);
}

int posix_fallocate(int fd, off_t offset, off_t bytes) {
  NEXT(posix_fallocate);
  return Judge("fallocate", Path(fd)) == Verdict::kFail ? errno : next(fd, offset, bytes);
}

int posix_fallocate64(int fd, off64_t offset, off64_t bytes) {
  NEXT(posix_fallocate64);
  return Judge("fallocate", Path(fd)) == Verdict::kFail ? errno : next(fd, offset, bytes);
}

int close(int fd) {
  NEXT(close);
  const bool fails = IsOpenForWriting(fd) && Judge("close", Path(fd)) == Verdict::kFail;
  const int error = errno;
  const int result = next(fd);
  if (!fails) return result;
  errno = error;
  return -1;
}

}  // extern "C"
