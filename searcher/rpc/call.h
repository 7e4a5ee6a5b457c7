// One unary call on the server, from its arrival until gRPC has let go of it: when it must end, who makes it, and
// what it came to, which an observer is told.
//
// Thread-safety: OnCancel and OnDone come from gRPC's threads at any time; all else belongs to one thread at a time,
// and after Finish to none. Ownership: a Call deletes itself once gRPC is done with it. It includes gRPC: only .cc
// files of this room may include it.
#ifndef DATELINE_SEARCHER_RPC_CALL_H_
#define DATELINE_SEARCHER_RPC_CALL_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/base/deadline.h"
#include "core/base/stop_watch.h"
#include "searcher/rpc/call_record.h"
#include "searcher/serve/api.h"

namespace dateline::rpc {

// From the wall clock of a call to steady time, which nobody can set back. A call without a deadline gets
// `default_ms`.
base::Deadline DeadlineOf(const grpc::CallbackServerContext& context, int default_ms, int max_ms);

// Who is on the other side, without a port: "127.0.0.1", "unix".
std::string AddressOf(const grpc::CallbackServerContext& context);

// The value of one metadata entry that the client sent; "" without it.
absl::string_view MetadataOf(const grpc::CallbackServerContext& context, const char* name);

// As W3C Trace Context writes it, version 00.
bool IsTraceParent(absl::string_view text);

class Call : public grpc::ServerUnaryReactor {
 public:
  // `method` must live as long as the call; `observer` may be null. `open` is one more until gRPC is done with the
  // call.
  Call(grpc::CallbackServerContext* context, absl::string_view method, CallObserver* observer,
       std::atomic<int64_t>* open);

  // Ends the call. `code` is what the observer is told. Nothing of the call may be touched afterwards.
  void End(const grpc::Status& status, absl::StatusCode code);

  grpc::CallbackServerContext& context() { return *context_; }
  const base::Deadline& deadline() const { return deadline_; }
  // It is over when the client gives up, too.
  void set_deadline(const base::Deadline& deadline) { deadline_ = deadline.Until(&given_up_); }
  bool given_up() const { return given_up_.load(std::memory_order_relaxed); }

  double SecondsLeft() const {
    return std::chrono::duration<double>(deadline_.at() - base::Deadline::Clock::now()).count();
  }

  // OK while somebody waits for an answer.
  absl::Status StillWanted() const;

  // Seconds since the last lap, or since the arrival.
  double Lap() { return watch_.Lap(); }

  // What the observer is told at the end, but for what End knows.
  CallRecord record;
  // What views of the record point to.
  std::string client;
  std::string query;
  std::string plan;
  std::string generation;

  std::atomic<bool> on_worker{false};  // gRPC's threads ask at any time
  bool has_page_token = false;
  size_t cost_class = 0;
  // Set while others may wait for the reply of this call (ReplyCache): the key it leads, in this epoch.
  std::string leads_key;
  uint64_t epoch = 0;

 private:
  ~Call() override { --*open_; }
  void OnCancel() override { given_up_ = true; }
  void OnDone() override { delete this; }
  // These two are as cheap as gRPC's own reactor is, which says so in this way: else gRPC hands each of them to a
  // thread that it keeps for what may take long. On a worker that is right: to wake that thread gives way to those
  // that read calls.
  bool InternalInlineable() override { return !on_worker; }

  grpc::CallbackServerContext* const context_;
  CallObserver* const observer_;
  std::atomic<int64_t>* const open_;
  base::StopWatch watch_;
  std::string traceparent_;
  base::Deadline deadline_;
  std::atomic<bool> given_up_{false};
};

}  // namespace dateline::rpc

#endif  // DATELINE_SEARCHER_RPC_CALL_H_
