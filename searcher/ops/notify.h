// Tells the service manager how the server is: systemd's protocol of datagrams (sd_notify(3)), and its watchdog.
//
// Thread-safety: all methods may be called from any thread. Ownership: none. Errors: who is not listened to goes on
// in silence, as sd_notify does.
#ifndef DATELINE_SEARCHER_OPS_NOTIFY_H_
#define DATELINE_SEARCHER_OPS_NOTIFY_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "core/base/mutex.h"

namespace dateline::ops {

class ServiceManager {
 public:
  // Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. Without the first nothing is ever told.
  static ServiceManager FromEnvironment();
  ServiceManager(ServiceManager&& other) noexcept;
  ServiceManager& operator=(ServiceManager&&) = delete;
  ~ServiceManager();

  void Ready(absl::string_view status) const;
  void Reloading() const;  // Ready, when it is done
  void Stopping() const;
  void Status(absl::string_view status) const;
  void StillAlive() const;

  // How long nothing may be heard before the manager ends this process; 0: for ever.
  std::chrono::microseconds watchdog() const { return watchdog_; }

 private:
  ServiceManager() = default;
  void Send(const std::string& message) const;

  int fd_ = -1;
  std::string address_;  // a path; one that begins with @ is not in the file system
  std::chrono::microseconds watchdog_{0};
};

// A thread that says StillAlive at half of the watchdog's time, as long as `alive` returns true, and returns at all.
class Watchdog {
 public:
  // No thread is begun when the manager does not watch. `manager` must outlive it.
  Watchdog(const ServiceManager* manager, std::function<bool()> alive);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  void Run();

  const ServiceManager* const manager_;
  const std::function<bool()> alive_;
  base::Mutex mutex_;
  base::Condition changed_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace dateline::ops

#endif  // DATELINE_SEARCHER_OPS_NOTIFY_H_
