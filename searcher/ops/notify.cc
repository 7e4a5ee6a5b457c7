#include "searcher/ops/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/safe_text.h"

namespace dateline::ops {
namespace {

// 0 when the variable is not there, or not meant for this process.
uint64_t WatchdogMicroseconds() {
  const char* time = std::getenv("WATCHDOG_USEC");
  const char* process = std::getenv("WATCHDOG_PID");
  uint64_t microseconds = 0;
  int64_t pid = 0;
  if (time == nullptr || !absl::SimpleAtoi(time, &microseconds)) return 0;
  if (process != nullptr && (!absl::SimpleAtoi(process, &pid) || pid != ::getpid())) return 0;
  return microseconds;
}

uint64_t MonotonicMicroseconds() {
  timespec now = {};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000 + static_cast<uint64_t>(now.tv_nsec) / 1000;
}

}  // namespace

ServiceManager ServiceManager::FromEnvironment() {
  ServiceManager manager;
  const char* address = std::getenv("NOTIFY_SOCKET");
  if (address == nullptr || (address[0] != '/' && address[0] != '@') ||
      std::strlen(address) >= sizeof(sockaddr_un::sun_path)) {
    return manager;
  }
  manager.address_ = address;
  manager.fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (manager.fd_ >= 0) manager.watchdog_ = std::chrono::microseconds(WatchdogMicroseconds());
  return manager;
}

ServiceManager::ServiceManager(ServiceManager&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), address_(std::move(other.address_)), watchdog_(other.watchdog_) {}

ServiceManager::~ServiceManager() {
  if (fd_ >= 0) ::close(fd_);
}

void ServiceManager::Ready(absl::string_view status) const {
  Send(absl::StrCat("READY=1\nSTATUS=", base::SafeText(status)));
}

void ServiceManager::Reloading() const {
  Send(absl::StrCat("RELOADING=1\nMONOTONIC_USEC=", MonotonicMicroseconds()));
}

void ServiceManager::Stopping() const { Send("STOPPING=1"); }

void ServiceManager::Status(absl::string_view status) const { Send(absl::StrCat("STATUS=", base::SafeText(status))); }

void ServiceManager::StillAlive() const { Send("WATCHDOG=1"); }

void ServiceManager::Send(const std::string& message) const {
  if (fd_ < 0) return;
  sockaddr_un to = {};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  if (to.sun_path[0] == '@') to.sun_path[0] = '\0';
  const socklen_t length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  (void)::sendto(fd_, message.data(), message.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), length);
}

Watchdog::Watchdog(const ServiceManager* manager, std::function<bool()> alive)
    : manager_(manager), alive_(std::move(alive)) {
  if (manager_->watchdog().count() > 0) thread_ = std::thread([this] { Run(); });
}

Watchdog::~Watchdog() {
  {
    base::MutexLock lock(&mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watchdog::Run() {
  base::MutexLock lock(&mutex_);
  while (!ending_) {
    if (alive_()) manager_->StillAlive();
    changed_.wait_for(mutex_, manager_->watchdog() / 2);
  }
}

}  // namespace dateline::ops
