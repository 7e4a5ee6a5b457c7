// Who makes a call, whether he may, and what he is told when he cannot be answered now.
//
// Thread-safety: may be used from any thread at once. It includes gRPC: only .cc files of this room may include it.
#ifndef DATELINE_SEARCHER_RPC_CALLER_H_
#define DATELINE_SEARCHER_RPC_CALLER_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "searcher/admit/api_keys.h"
#include "searcher/admit/refusal.h"
#include "searcher/rpc/errors.h"

namespace dateline::rpc {

class CallerCheck {
 public:
  using Keys = std::function<std::shared_ptr<admit::ApiKeys>()>;

  // As ServiceOptions has them.
  CallerCheck(Keys keys, bool forwarded_clients) : keys_(std::move(keys)), forwarded_clients_(forwarded_clients) {}

  // May he make a call of this scope now? `client` of the verdict is the name of his key, or his address; its error
  // is as errors.h tells it to clients.
  admit::ApiKeys::Verdict Identify(const grpc::CallbackServerContext& context, admit::Scope scope) const;

 private:
  std::string ClientOf(const grpc::CallbackServerContext& context) const;

  const Keys keys_;
  const bool forwarded_clients_;
};

// What those are told who cannot be answered now: encoded once.
class BusyStatuses {
 public:
  explicit BusyStatuses(const ErrorContext& context)
      : too_long_(
            ErrorToRpc(absl::ResourceExhaustedError("the server is busy: the call would wait too long"), context)),
        share_(ErrorToRpc(
            absl::ResourceExhaustedError("the server is busy: this client has its share of the calls that wait"),
            context)),
        late_(ErrorToRpc(
            absl::ResourceExhaustedError("the server is busy: the call could not be answered before its deadline"),
            context)) {}

  const grpc::Status& For(admit::Refusal refusal) const {
    if (refusal == admit::Refusal::kDeadOnArrival) return late_;
    return refusal == admit::Refusal::kClientShare ? share_ : too_long_;
  }

 private:
  const grpc::Status too_long_;
  const grpc::Status share_;
  const grpc::Status late_;
};

}  // namespace dateline::rpc

#endif  // DATELINE_SEARCHER_RPC_CALLER_H_
