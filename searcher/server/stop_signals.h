// SIGTERM, SIGINT and SIGHUP, taken by a thread of its own.
//
// The first of SIGTERM and SIGINT ends WaitForFirst, or the process, if it does not serve yet; the second one, or a
// drain that takes too long, ends the process.
//
// Thread-safety: all methods may be called from any thread. Ownership: what is given to it is held until the process
// is gone, for so long its thread may wait for signals.
#ifndef DATELINE_SEARCHER_SERVER_STOP_SIGNALS_H_
#define DATELINE_SEARCHER_SERVER_STOP_SIGNALS_H_

#include <functional>
#include <memory>

#include "searcher/ops/server_log.h"

namespace dateline::server {

class StopSignals {
 public:
  // Construct before any other thread exists: threads inherit the blocked signals.
  StopSignals();

  // Until then it says nothing.
  void LogTo(std::shared_ptr<ops::ServerLog> log);

  // From here on somebody will call WaitForFirst: the first signal no longer ends the process. SIGHUP calls `hangup`,
  // not any more once WaitForFirst has returned. After the first signal the process has `abandon_after_s`.
  void BeginServing(std::function<void()> hangup, int abandon_after_s);

  void WaitForFirst();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace dateline::server

#endif  // DATELINE_SEARCHER_SERVER_STOP_SIGNALS_H_
