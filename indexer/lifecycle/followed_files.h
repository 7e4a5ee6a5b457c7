// Which files of a followed directory are in the index already: path, size and time of change, in a small file of the
// index directory, to which a line is added once a file's articles are published. A file that is not there, or has
// another size or time, is read again, which changes nothing but what it says now: nothing is ever lost by
// forgetting.
//
// The file is dropped by whatever makes a generation that is no successor of the one before (a build, a rollback).
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_INDEXER_LIFECYCLE_FOLLOWED_FILES_H_
#define DATELINE_INDEXER_LIFECYCLE_FOLLOWED_FILES_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"

namespace dateline::lifecycle {

// What tells one state of a file from another.
struct FileState {
  uint64_t bytes = 0;
  int64_t changed_ns = 0;  // since the epoch
  bool operator==(const FileState&) const = default;
};

// Nothing when there is no such file, or it is none.
absl::optional<FileState> StateOf(const std::string& path);

class FollowedFiles {
 public:
  // Reads what is remembered; a last line that was cut short is ignored.
  static absl::StatusOr<FollowedFiles> Open(const std::string& index_directory);

  bool Knows(const std::string& path, const FileState& state) const;

  // Remembers for good. Fails like any write; the files are then read again some day.
  absl::Status Remember(const std::vector<std::pair<std::string, FileState>>& files);

 private:
  explicit FollowedFiles(std::string path) : path_(std::move(path)) {}

  std::string path_;
  std::map<std::string, FileState> states_;
};

}  // namespace dateline::lifecycle

#endif  // DATELINE_INDEXER_LIFECYCLE_FOLLOWED_FILES_H_
