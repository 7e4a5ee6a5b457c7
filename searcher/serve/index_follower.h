// A thread that has an engine serve what is published: it watches CURRENT in the directory of the index, looks there
// now and then all the same, and whenever it is told to.
//
// Thread-safety: Wake may be called from any thread. Ownership: the engine must outlive the follower. Errors: those
// of Engine::Reload go to the log, each once; the engine goes on with what it served.
#ifndef DATELINE_SEARCHER_SERVE_INDEX_FOLLOWER_H_
#define DATELINE_SEARCHER_SERVE_INDEX_FOLLOWER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "searcher/serve/engine.h"

namespace dateline::serve {

struct FollowerOptions {
  // How often to look without being told: where the file system tells nothing (NFS), and to let go of generations
  // that nobody needs any more.
  int poll_ms = 10'000;
  // Told what happens, a line at a time, on the follower's thread.
  std::function<void(absl::string_view)> log;
  // Called after every look, there too.
  std::function<void()> looked;
};

class IndexFollower {
 public:
  // Begins to follow. ResourceExhausted or Internal when the thread cannot be woken (too many open files).
  static absl::StatusOr<std::unique_ptr<IndexFollower>> Start(Engine* engine, const std::string& index_directory,
                                                              FollowerOptions options);
  // Waits for a reload that runs.
  ~IndexFollower();

  // Looks now, and tries again what was refused.
  void Wake();

 private:
  IndexFollower(Engine* engine, std::string index_directory, FollowerOptions options);
  void Run();
  // Waits for something to do. Was it CURRENT that changed, or the time that passed?
  ReloadMode Wait();
  bool CurrentChanged();
  void Reload(ReloadMode mode);
  void Log(absl::string_view line) const;

  Engine* const engine_;
  const std::string index_directory_;
  const FollowerOptions options_;
  int watch_ = -1;  // inotify; -1: not to be had
  int wake_ = -1;   // eventfd
  std::atomic<bool> stopping_{false};
  std::string last_error_;  // of the thread
  std::thread thread_;
};

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_INDEX_FOLLOWER_H_
