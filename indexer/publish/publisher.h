// Making a generation current: one writer at a time, all or nothing.
//
//   DL_ASSIGN_OR_RETURN(auto session, WriteSession::Begin(index_directory));
//   ... build into session->generation_directory(), with session->work_directory() for what lies between ...
//   DL_RETURN_IF_ERROR(session->Publish(manifest, {}));
//
// Until Publish has renamed CURRENT, readers see the previous generation; a session that ends before that leaves
// nothing behind but what a kill leaves, which the next session removes.
//
// Thread-safety: a WriteSession belongs to one thread. Errors: Unavailable when another writer is at work, Cancelled
// when the wait for it was interrupted.
#ifndef DATELINE_INDEXER_PUBLISH_PUBLISHER_H_
#define DATELINE_INDEXER_PUBLISH_PUBLISHER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/base/file.h"
#include "core/index/manifest.h"

namespace dateline::publish {

// Names the files of a followed directory that are in the index (indexer/lifecycle/followed_files.h): true only of
// the generations that came one from another since.
inline constexpr absl::string_view kFollowedFile = "FOLLOWED";

// The previous generation and the current one.
inline constexpr uint64_t kDefaultKeptGenerations = 2;

struct SessionOptions {
  double wait_seconds = 0;                       // for another writer to end
  const std::atomic<bool>* cancelled = nullptr;  // may be null; ends the wait
};

class WriteSession {
 public:
  // Makes the index directory when needed, takes its lock and clears what a dead writer left.
  static absl::StatusOr<std::unique_ptr<WriteSession>> Begin(const std::string& index_directory,
                                                             const SessionOptions& options = SessionOptions());
  ~WriteSession();

  const std::string& work_directory() const { return work_directory_; }
  const std::string& generation_directory() const { return generation_directory_; }

  // Verifies the shards that were written, all but those named in `linked`, completes the manifest with sequence and
  // time, publishes it, and removes generations before the previous one that nobody reads. Returns its name.
  absl::StatusOr<std::string> Publish(index::Manifest manifest, absl::Span<const std::string> linked = {});

  // Makes a published generation the current one again.
  absl::Status MakeCurrent(const std::string& generation);

  // Removes generations that nobody reads, but never the current one nor the `keep` newest. Returns their names.
  absl::StatusOr<std::vector<std::string>> CollectGarbage(uint64_t keep) const;

 private:
  WriteSession() = default;
  absl::Status TakeLock(const std::string& lock_path, const SessionOptions& options);
  absl::Status RemoveLeftovers() const;
  absl::Status MakeTokenKey() const;
  absl::StatusOr<uint64_t> NextSequence() const;
  absl::Status ForgetFollowed() const;
  absl::Status SwitchTo(const std::string& name, const std::string& previous) const;
  bool RemoveUnused(const std::string& name) const;

  std::string index_directory_;
  std::string temporary_directory_;
  std::string work_directory_;
  std::string generation_directory_;
  base::FileLock lock_;
};

}  // namespace dateline::publish

#endif  // DATELINE_INDEXER_PUBLISH_PUBLISHER_H_
