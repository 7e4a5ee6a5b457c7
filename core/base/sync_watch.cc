#include "core/base/sync_watch.h"

#include <dlfcn.h>

#include <cerrno>

#include "core/base/file.h"

namespace {

thread_local unsigned long failed_syncs = 0;
thread_local int last_error = 0;

using Sync = int (*)(int);

int Watched(Sync next, int fd) {
  const int result = next(fd);
  if (result != 0) {
    ++failed_syncs;
    last_error = errno;
  }
  return result;
}

}  // namespace

extern "C" {

int fsync(int fd) {
  static const auto next = reinterpret_cast<Sync>(::dlsym(RTLD_NEXT, "fsync"));
  return Watched(next, fd);
}

int fdatasync(int fd) {
  static const auto next = reinterpret_cast<Sync>(::dlsym(RTLD_NEXT, "fdatasync"));
  return Watched(next, fd);
}

}  // extern "C"

namespace dateline::base {

SyncWatch::SyncWatch() : before_(failed_syncs) {}

absl::Status SyncWatch::Verdict(absl::string_view path) const {
  if (failed_syncs == before_) return absl::OkStatus();
  errno = last_error;
  return ErrnoStatus("fsync", path);
}

}  // namespace dateline::base
