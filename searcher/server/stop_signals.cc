#include "searcher/server/stop_signals.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "core/base/exit_code.h"
#include "core/base/mutex.h"

namespace dateline::server {
namespace {

sigset_t EndingSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

sigset_t AllSignals() {
  sigset_t signals = EndingSignals();
  sigaddset(&signals, SIGHUP);
  return signals;
}

constexpr std::chrono::seconds kLastWords(1);

}  // namespace

struct StopSignals::State {
  base::Mutex mutex;
  base::Condition changed;
  bool serving ABSL_GUARDED_BY(mutex) = false;
  bool stopping ABSL_GUARDED_BY(mutex) = false;
  int abandon_after_s ABSL_GUARDED_BY(mutex) = 0;
  std::function<void()> hangup ABSL_GUARDED_BY(mutex);
  std::shared_ptr<ops::ServerLog> log ABSL_GUARDED_BY(mutex);

  void Say(absl::string_view message) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    if (log) log->Info("signal", message);
  }

  [[noreturn]] void Leave(absl::string_view message, int exit_code) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    Say(message);
    if (log) log->Flush(kLastWords);
    _exit(exit_code);
  }

  void Run();
  // Gives how long the process has from here on.
  timespec Begin(int signal);
};

timespec StopSignals::State::Begin(int signal) {
  const absl::string_view name = signal == SIGTERM ? "SIGTERM" : "SIGINT";
  base::MutexLock lock(&mutex);
  if (!serving) Leave(name, 0);
  Say(absl::StrCat(name, ": finishing running calls"));
  stopping = true;
  changed.notify_all();
  return {abandon_after_s, 0};
}

void StopSignals::State::Run() {
  const sigset_t all = AllSignals();
  const sigset_t ending = EndingSignals();
  int signal = 0;
  while (sigwait(&all, &signal) == 0 && signal == SIGHUP) {
    base::MutexLock lock(&mutex);
    if (hangup) hangup();
  }
  const timespec limit = Begin(signal);
  int second = 0;
  do {
    second = sigtimedwait(&ending, nullptr, &limit);
  } while (second < 0 && errno == EINTR);  // a debugger or a leak check at the end stops threads, too
  base::MutexLock lock(&mutex);
  Leave(second > 0 ? "second signal: leaving at once" : "calls hang: leaving", base::kExitFailed);
}

StopSignals::StopSignals() : state_(std::make_shared<State>()) {
  const sigset_t all = AllSignals();
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::thread([state = state_] { state->Run(); }).detach();
}

void StopSignals::LogTo(std::shared_ptr<ops::ServerLog> log) {
  base::MutexLock lock(&state_->mutex);
  state_->log = std::move(log);
}

void StopSignals::BeginServing(std::function<void()> hangup, int abandon_after_s) {
  base::MutexLock lock(&state_->mutex);
  state_->serving = true;
  state_->abandon_after_s = abandon_after_s;
  state_->hangup = std::move(hangup);
}

void StopSignals::WaitForFirst() {
  base::MutexLock lock(&state_->mutex);
  state_->changed.wait(state_->mutex, [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return state_->stopping; });
}

}  // namespace dateline::server
