// Syncs that fail where nobody looks: Xapian 1.4.22 ignores the result of fdatasync when it compacts. The kernel
// tells of a failed write-back once only, so syncing the file again proves nothing: the first answer must be heard.
//
// A program that links this file has fsync and fdatasync of its own, which count failures and pass the call on. They
// serve the shared libraries too.
//
// Thread-safety: the count is of the calling thread's own syncs.
#ifndef DATELINE_CORE_BASE_SYNC_WATCH_H_
#define DATELINE_CORE_BASE_SYNC_WATCH_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace dateline::base {

// Whether any sync of this thread has failed since the object was made.
class SyncWatch {
 public:
  SyncWatch();
  // An error with the errno of the last failure, about `path`.
  absl::Status Verdict(absl::string_view path) const;

 private:
  const unsigned long before_;
};

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_SYNC_WATCH_H_
