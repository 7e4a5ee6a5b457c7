// The log of what was not taken in (and of what was repaired): one JSON object a line, in input order.
//
//   {"kind":"reject","file":"a.jsonl","line":7,"offset":5310,"reason":"..."}      kind "note": taken in, but see why
//
// Thread-safety: all methods may be called from any thread.
#ifndef DATELINE_INDEXER_INGEST_REJECT_LOG_H_
#define DATELINE_INDEXER_INGEST_REJECT_LOG_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/file.h"
#include "core/base/mutex.h"
#include "indexer/ingest/record.h"

namespace dateline::ingest {

class RejectLog {
 public:
  static absl::StatusOr<std::unique_ptr<RejectLog>> Create(const std::string& path);

  // Adds what was found in batch number `batch` (0, 1, 2, ..., each exactly once); batches are written in order,
  // whatever order they come in.
  absl::Status Add(uint64_t batch, const std::vector<Reject>& rejects, const std::vector<Reject>& notes);

  absl::Status Close();

  uint64_t rejects() const;
  uint64_t notes() const;
  const std::string& path() const { return path_; }

 private:
  RejectLog(base::FileWriter writer, std::string path) : path_(std::move(path)), writer_(std::move(writer)) {}

  const std::string path_;
  mutable base::Mutex mutex_;
  base::FileWriter writer_ ABSL_GUARDED_BY(mutex_);
  std::map<uint64_t, std::string> waiting_ ABSL_GUARDED_BY(mutex_);
  uint64_t next_batch_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t rejects_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t notes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace dateline::ingest

#endif  // DATELINE_INDEXER_INGEST_REJECT_LOG_H_
