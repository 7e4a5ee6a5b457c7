#include "indexer/ingest/record_source.h"
#include "indexer/lifecycle/operations.h"

namespace dateline::lifecycle {

absl::Status Means::CheckWanted() const {
  return cancelled != nullptr && *cancelled ? absl::CancelledError("interrupted") : absl::OkStatus();
}

build::IndexOptions Means::IndexOptions(const publish::WriteSession& writing) const {
  build::IndexOptions options;
  options.work_directory = writing.work_directory();
  options.generation_directory = writing.generation_directory();
  options.threads = build::ThreadsWithin(threads, memory_mb, ingest::kDefaultMaxRecordBytes);
  options.writer = writer;
  options.any_xapian = any_xapian;
  options.progress = progress;
  options.cancelled = cancelled;
  return options;
}

}  // namespace dateline::lifecycle
