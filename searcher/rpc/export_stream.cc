#include "searcher/rpc/export_stream.h"

#include <grpc/grpc.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "searcher/rpc/articles.h"
#include "searcher/rpc/errors.h"

namespace dateline::rpc {

absl::Status ExportStream::Put(serve::FullArticle article, const base::Deadline& deadline) {
  v1::Article message;
  ArticleToProto(std::move(article), &message);
  // In a batch it has a tag and its length in front of it.
  constexpr size_t kFrameBytes = 8;
  const size_t bytes = message.ByteSizeLong() + kFrameBytes;
  if (bytes > options_.max_message_bytes) {
    return ReplyTooLargeError(absl::StrCat("the article \"", message.id(), "\""), bytes, options_.max_message_bytes);
  }
  const bool full = static_cast<size_t>(filling_.articles_size()) >= options_.max_batch_articles ||
                    filling_bytes_ + bytes > std::min(options_.max_batch_bytes, options_.max_message_bytes);
  if (full) DL_RETURN_IF_ERROR(Send(deadline));
  *filling_.add_articles() = std::move(message);
  filling_bytes_ += bytes;
  return WithdrawnOrOk();
}

absl::Status ExportStream::Drain(const base::Deadline& deadline) {
  DL_RETURN_IF_ERROR(Send(deadline));
  return WaitForClient(deadline);
}

absl::Status ExportStream::WithdrawnOrOk() {
  base::MutexLock lock(&mutex_);
  return gone_ ? absl::CancelledError("the client gave up") : absl::OkStatus();
}

absl::Status ExportStream::Send(const base::Deadline& deadline) {
  DL_RETURN_IF_ERROR(WaitForClient(deadline));
  if (filling_.articles_size() == 0) return absl::OkStatus();
  writing_.Swap(&filling_);
  filling_.Clear();
  filling_bytes_ = 0;
  {
    base::MutexLock lock(&mutex_);
    writes_ = true;
  }
  StartWrite(&writing_);
  return absl::OkStatus();
}

absl::Status ExportStream::WaitForClient(const base::Deadline& deadline) {
  using Clock = base::Deadline::Clock;
  const Clock::time_point stalled = Clock::now() + options_.stall;
  const Clock::time_point until = std::min(stalled, deadline.at());
  base::MutexLock lock(&mutex_);
  while (writes_ && !gone_) {
    if (changed_.wait_until(mutex_, until) == std::cv_status::timeout) break;
  }
  if (gone_) return absl::CancelledError("the client gave up");
  if (deadline.Expired()) return absl::DeadlineExceededError("the time was up before the client had read everything");
  if (!writes_) return absl::OkStatus();
  return absl::DeadlineExceededError(absl::StrCat("the client read nothing for ", options_.stall.count(), " ms"));
}

void ExportStream::Finish(const grpc::Status& status) {
  // What is being written stands in the way of the status, and a client that does not read would never let it pass:
  // such a call is cut. Not by TryCancel, which would tell the client that somebody gave up instead of why. Until
  // this object says Finish, gRPC keeps the call.
  if (Writes()) {
    const auto code = static_cast<grpc_status_code>(status.error_code());
    grpc_call_cancel_with_status(context_->c_call(), code, status.error_message().c_str(), nullptr);
  }
  {
    base::MutexLock lock(&mutex_);
    if (writes_) {
      last_ = status;
      return;
    }
  }
  ServerWriteReactor::Finish(status);
}

bool ExportStream::Writes() {
  base::MutexLock lock(&mutex_);
  return writes_;
}

void ExportStream::OnWriteDone(bool ok) {
  absl::optional<grpc::Status> last;
  {
    base::MutexLock lock(&mutex_);
    writes_ = false;
    if (!ok) gone_ = true;
    last.swap(last_);
    changed_.notify_all();
  }
  if (last.has_value()) ServerWriteReactor::Finish(*last);
}

void ExportStream::OnCancel() {
  base::MutexLock lock(&mutex_);
  gone_ = true;
  changed_.notify_all();
}

void ExportStream::OnDone() { delete this; }

}  // namespace dateline::rpc
