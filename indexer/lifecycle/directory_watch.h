// Tells which files below a directory were written to their end, or moved in, since the last call (inotify).
// Directories made later are watched too.
//
// Thread-safety: belongs to one thread. Errors: NotFound, ResourceExhausted when the system allows no more watches.
#ifndef DATELINE_INDEXER_LIFECYCLE_DIRECTORY_WATCH_H_
#define DATELINE_INDEXER_LIFECYCLE_DIRECTORY_WATCH_H_

#include <map>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace dateline::lifecycle {

class DirectoryWatch {
 public:
  // Watches from now on; what lies there is in the first answer.
  static absl::StatusOr<std::unique_ptr<DirectoryWatch>> Open(const std::string& directory);
  ~DirectoryWatch();

  // Waits until there is something to tell or `timeout_ms` have passed, and gives paths below the directory, as it
  // was named. A path may be told without need, and may be gone when it is read.
  absl::StatusOr<std::set<std::string>> Wait(int timeout_ms);

 private:
  explicit DirectoryWatch(int fd, std::string directory) : fd_(fd), directory_(std::move(directory)) {}
  absl::Status Watch(const std::string& directory);
  absl::Status ReadEvents();

  const int fd_;
  const std::string directory_;
  std::map<int, std::string> watched_;  // directories by watch
  std::set<std::string> found_;
};

}  // namespace dateline::lifecycle

#endif  // DATELINE_INDEXER_LIFECYCLE_DIRECTORY_WATCH_H_
