// The answer to one Export: collects articles into batches on the worker and hands them to gRPC as fast as the client
// reads.
//
// At most two batches exist: the one that the client is being sent, and the one that is being filled. The worker
// waits in Put when both are full, until the client has read, has gone or has stalled, or the deadline has passed.
//
// Thread-safety: Put, Drain, WaitForClient and Finish belong to the worker; the rest is gRPC's. Ownership: made with
// new; it deletes itself once gRPC is done with it, which is some time after Finish: touch it no more then.
#ifndef DATELINE_SEARCHER_RPC_EXPORT_STREAM_H_
#define DATELINE_SEARCHER_RPC_EXPORT_STREAM_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/types/optional.h"
#include "core/base/deadline.h"
#include "core/base/mutex.h"
#include "proto/dateline/v1/search.pb.h"
#include "searcher/serve/api.h"

namespace dateline::rpc {

struct ExportStreamOptions {
  std::chrono::milliseconds stall{30000};      // how long the client may read nothing
  size_t max_batch_articles = 100;             // of one ExportResponse
  size_t max_batch_bytes = size_t{256} << 10;  // a larger article is a batch by itself
  size_t max_message_bytes = size_t{4} << 20;  // what a client can receive
};

class ExportStream final : public grpc::ServerWriteReactor<v1::ExportResponse> {
 public:
  // `context` must live until gRPC is done with the call, as it does.
  // `open` is one more until gRPC is done with the call.
  ExportStream(grpc::CallbackServerContext* context, const ExportStreamOptions& options, std::atomic<int64_t>* open)
      : context_(context), options_(options), open_(open) {
    ++*open_;
  }

  // Adds an article. Errors: Cancelled, DeadlineExceeded (also when the client stalls), ResourceExhausted (the
  // article is larger than a client can receive); after an error only Finish may follow.
  absl::Status Put(serve::FullArticle article, const base::Deadline& deadline);
  // Sends what is left and waits until the client has been sent all. Errors: those of Put.
  absl::Status Drain(const base::Deadline& deadline);
  // The same without a last batch: so that an error of the engine comes behind what was sent before it.
  absl::Status WaitForClient(const base::Deadline& deadline);
  // Ends the call, and cuts it if the client still has not read what was sent. Call it exactly once, as the last
  // thing.
  void Finish(const grpc::Status& status);

 private:
  ~ExportStream() override { --*open_; }

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  // Waits for the client and begins to write what was filled, if anything.
  absl::Status Send(const base::Deadline& deadline);
  absl::Status WithdrawnOrOk();
  bool Writes();

  grpc::CallbackServerContext* const context_;
  const ExportStreamOptions options_;
  std::atomic<int64_t>* const open_;
  v1::ExportResponse filling_;  // the worker's
  size_t filling_bytes_ = 0;
  v1::ExportResponse writing_;  // gRPC's while writes_ is true, else the worker's

  base::Mutex mutex_;
  base::Condition changed_;
  bool writes_ ABSL_GUARDED_BY(mutex_) = false;
  bool gone_ ABSL_GUARDED_BY(mutex_) = false;
  absl::optional<grpc::Status> last_ ABSL_GUARDED_BY(mutex_);  // said when the write that still runs has ended
};

}  // namespace dateline::rpc

#endif  // DATELINE_SEARCHER_RPC_EXPORT_STREAM_H_
