// Making a generation current: one writer at a time, all or nothing.
//
//   DL_ASSIGN_OR_RETURN(auto session, WriteSession::Begin(index_directory));
//   ... build into session->generation_directory(), with session->work_directory() for what lies between ...
//   DL_RETURN_IF_ERROR(session->Publish(manifest));
//
// Until Publish has renamed CURRENT, readers see the previous generation; a session that ends before that leaves
// nothing behind but what a kill leaves, which the next session removes.
//
// Thread-safety: a WriteSession belongs to one thread. Errors: Unavailable when another writer is at work.
#ifndef DATELINE_INDEXER_PUBLISH_PUBLISHER_H_
#define DATELINE_INDEXER_PUBLISH_PUBLISHER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/file.h"
#include "core/index/manifest.h"

namespace dateline::publish {

class WriteSession {
 public:
  // Makes the index directory when needed, takes its lock and clears what a dead writer left.
  static absl::StatusOr<std::unique_ptr<WriteSession>> Begin(const std::string& index_directory);
  ~WriteSession();

  const std::string& work_directory() const { return work_directory_; }
  const std::string& generation_directory() const { return generation_directory_; }

  // Verifies the files of the generation, completes its manifest with sequence and time, publishes it, and removes
  // generations before the previous one that nobody reads. Returns its name.
  absl::StatusOr<std::string> Publish(index::Manifest manifest);

 private:
  WriteSession() = default;
  absl::Status RemoveLeftovers() const;
  absl::Status MakeTokenKey() const;
  absl::StatusOr<uint64_t> NextSequence() const;
  void CollectGarbage(const std::string& current, const std::string& previous) const;

  std::string index_directory_;
  std::string temporary_directory_;
  std::string work_directory_;
  std::string generation_directory_;
  base::FileLock lock_;
};

}  // namespace dateline::publish

#endif  // DATELINE_INDEXER_PUBLISH_PUBLISHER_H_
