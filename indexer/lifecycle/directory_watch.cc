#include "indexer/lifecycle/directory_watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"

namespace dateline::lifecycle {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR;
constexpr size_t kBufferBytes = 64 << 10;

}  // namespace

absl::StatusOr<std::unique_ptr<DirectoryWatch>> DirectoryWatch::Open(const std::string& directory) {
  if (!base::IsDirectory(directory)) return absl::NotFoundError(absl::StrCat(directory, ": no such directory"));
  const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) return base::ErrnoStatus("inotify_init", directory);
  std::unique_ptr<DirectoryWatch> watch(new DirectoryWatch(fd, fs::path(directory).lexically_normal().string()));
  DL_RETURN_IF_ERROR(watch->Watch(watch->directory_));
  return watch;
}

DirectoryWatch::~DirectoryWatch() { ::close(fd_); }

// Watches a directory and those in it, then tells all that lies there: what came before the watch is not missed.
absl::Status DirectoryWatch::Watch(const std::string& directory) {
  const int watch = ::inotify_add_watch(fd_, directory.c_str(), kEvents);
  if (watch < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return absl::OkStatus();  // gone meanwhile
    if (errno == ENOSPC) {
      return absl::ResourceExhaustedError(absl::StrCat(
          directory, ": the system watches no more directories; raise fs.inotify.max_user_watches (sysctl)"));
    }
    return base::ErrnoStatus("inotify_add_watch", directory);
  }
  watched_[watch] = directory;
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    std::error_code type_error;
    if (it->is_directory(type_error)) {
      DL_RETURN_IF_ERROR(Watch(it->path().string()));
    } else if (it->is_regular_file(type_error)) {
      found_.insert(it->path().string());
    }
  }
  return absl::OkStatus();
}

absl::Status DirectoryWatch::ReadEvents() {
  alignas(inotify_event) std::array<char, kBufferBytes> buffer;
  for (;;) {
    const ssize_t got = ::read(fd_, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return absl::OkStatus();
    if (got <= 0) return base::ErrnoStatus("read", directory_);
    for (size_t at = 0; at < static_cast<size_t>(got);) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const std::string name = event.len == 0 ? "" : std::string(buffer.data() + at + sizeof event);
      at += sizeof event + event.len;
      if ((event.mask & IN_Q_OVERFLOW) != 0) {
        DL_RETURN_IF_ERROR(Watch(directory_));  // events were lost: tell everything again
        continue;
      }
      const auto watched = watched_.find(event.wd);
      if (watched == watched_.end()) continue;
      if ((event.mask & IN_IGNORED) != 0) {
        watched_.erase(watched);
        continue;
      }
      const std::string path = base::JoinPath(watched->second, name);
      if ((event.mask & IN_ISDIR) != 0) {
        DL_RETURN_IF_ERROR(Watch(path));
      } else if ((event.mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0) {
        found_.insert(path);
      }
    }
  }
}

absl::StatusOr<std::set<std::string>> DirectoryWatch::Wait(int timeout_ms) {
  pollfd waits{fd_, POLLIN, 0};
  if (found_.empty() && ::poll(&waits, 1, timeout_ms) < 0 && errno != EINTR) {
    return base::ErrnoStatus("poll", directory_);
  }
  DL_RETURN_IF_ERROR(ReadEvents());
  return std::exchange(found_, {});
}

}  // namespace dateline::lifecycle
