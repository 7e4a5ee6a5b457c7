#include "searcher/serve/index_follower.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/index/generation.h"

namespace dateline::serve {

absl::StatusOr<std::unique_ptr<IndexFollower>> IndexFollower::Start(Engine* engine,
                                                                    const std::string& index_directory,
                                                                    FollowerOptions options) {
  std::unique_ptr<IndexFollower> follower(new IndexFollower(engine, index_directory, std::move(options)));
  follower->wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (follower->wake_ < 0) return base::ErrnoStatus("eventfd", index_directory);
  follower->watch_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (follower->watch_ < 0) {
    follower->Log(absl::StrCat(base::ErrnoStatus("inotify", index_directory).message(),
                               ": looks for new generations every ", follower->options_.poll_ms, " ms only"));
  }
  follower->thread_ = std::thread([raw = follower.get()] { raw->Run(); });
  return follower;
}

IndexFollower::IndexFollower(Engine* engine, std::string index_directory, FollowerOptions options)
    : engine_(engine), index_directory_(std::move(index_directory)), options_(std::move(options)) {}

IndexFollower::~IndexFollower() {
  stopping_ = true;
  if (thread_.joinable()) {
    Wake();
    thread_.join();
  }
  if (watch_ >= 0) ::close(watch_);
  if (wake_ >= 0) ::close(wake_);
}

void IndexFollower::Wake() {
  const uint64_t one = 1;
  // Only a full counter makes this fail, and then the thread is awake.
  [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof(one));
}

void IndexFollower::Run() {
  // What was published before the watch began would go unseen.
  ReloadMode mode = ReloadMode::kIfNew;
  while (!stopping_) {
    // Each time: the directory may have been made anew, and what is watched already stays so.
    if (watch_ >= 0) ::inotify_add_watch(watch_, index_directory_.c_str(), IN_MOVED_TO | IN_CLOSE_WRITE);
    Reload(mode);
    if (options_.looked) options_.looked();
    mode = Wait();
  }
}

ReloadMode IndexFollower::Wait() {
  while (!stopping_) {
    pollfd events[] = {{wake_, POLLIN, 0}, {watch_, POLLIN, 0}};  // a negative one is passed over
    const int ready = ::poll(events, 2, options_.poll_ms);
    if (ready == 0) return ReloadMode::kIfNew;
    uint64_t count = 0;
    if (::read(wake_, &count, sizeof(count)) > 0) return ReloadMode::kRetry;
    if (CurrentChanged()) return ReloadMode::kIfNew;
  }
  return ReloadMode::kIfNew;
}

bool IndexFollower::CurrentChanged() {
  alignas(inotify_event) char buffer[16 * 1024];
  bool changed = false;
  ssize_t size = 0;
  while (watch_ >= 0 && (size = ::read(watch_, buffer, sizeof(buffer))) > 0) {
    for (ssize_t at = 0; at < size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
      const absl::string_view name = event->len > 0 ? event->name : "";
      changed = changed || name == index::kCurrentFile || (event->mask & IN_Q_OVERFLOW) != 0;
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
  }
  return changed;
}

void IndexFollower::Reload(ReloadMode mode) {
  const absl::StatusOr<ReloadResult> result = engine_->Reload(mode);
  if (!result.ok()) {
    const std::string error(result.status().message());
    if (error == last_error_ && mode == ReloadMode::kIfNew) return;
    last_error_ = error;
    Log(absl::StrCat("goes on serving generation ", engine_->Status().generation, ": ", error));
    return;
  }
  last_error_.clear();
  if (result->replaced) {
    const IndexStatus status = engine_->Status();
    Log(absl::StrCat("serves generation ", result->generation, " now: ", status.documents, " articles"));
  } else if (mode == ReloadMode::kRetry && !stopping_) {
    Log(absl::StrCat("generation ", result->generation, " is the newest"));
  }
}

void IndexFollower::Log(absl::string_view line) const {
  if (options_.log) options_.log(line);
}

}  // namespace dateline::serve
