#include "searcher/rpc/call.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace dateline::rpc {
namespace {

constexpr char kTraceParent[] = "traceparent";

bool IsLowerHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsAllZero(absl::string_view text) { return text.find_first_not_of('0') == absl::string_view::npos; }

}  // namespace

base::Deadline DeadlineOf(const grpc::CallbackServerContext& context, int default_ms, int max_ms) {
  using std::chrono::microseconds;
  using std::chrono::milliseconds;
  using std::chrono::system_clock;
  const system_clock::time_point at = context.deadline();
  if (at == system_clock::time_point::max()) return base::Deadline::After(milliseconds(default_ms));
  const auto left = std::chrono::duration_cast<microseconds>(at - system_clock::now());
  return base::Deadline::After(std::min<microseconds>(left, milliseconds(max_ms)));
}

// gRPC writes "ipv4:127.0.0.1:54321", "ipv6:%5B::1%5D:54321" and "unix:/path".
std::string AddressOf(const grpc::CallbackServerContext& context) {
  const std::string peer = context.peer();
  if (absl::StartsWith(peer, "unix")) return "unix";
  const size_t begin = peer.find(':');
  const size_t end = peer.rfind(':');
  if (begin == std::string::npos || end <= begin) return peer;
  return peer.substr(begin + 1, end - begin - 1);
}

absl::string_view MetadataOf(const grpc::CallbackServerContext& context, const char* name) {
  const auto found = context.client_metadata().find(name);
  if (found == context.client_metadata().end()) return "";
  return absl::string_view(found->second.data(), found->second.size());
}

bool IsTraceParent(absl::string_view text) {
  constexpr size_t kBytes = 55;  // 00-<32 digits>-<16 digits>-<2 digits>
  if (text.size() != kBytes || !absl::StartsWith(text, "00-") || text[35] != '-' || text[52] != '-') return false;
  const absl::string_view trace = text.substr(3, 32);
  const absl::string_view parent = text.substr(36, 16);
  return IsLowerHex(trace) && IsLowerHex(parent) && IsLowerHex(text.substr(53)) && !IsAllZero(trace) &&
         !IsAllZero(parent);
}

Call::Call(grpc::CallbackServerContext* context, absl::string_view method, CallObserver* observer,
           std::atomic<int64_t>* open)
    : context_(context), observer_(observer), open_(open) {
  ++*open_;
  record.method = method;
  const absl::string_view traceparent = MetadataOf(*context, kTraceParent);
  if (!IsTraceParent(traceparent)) return;
  traceparent_ = std::string(traceparent);
  context->AddTrailingMetadata(kTraceParent, traceparent_);
}

absl::Status Call::StillWanted() const {
  if (given_up()) return absl::CancelledError("the client gave up");
  if (deadline_.TimeIsUp()) return absl::DeadlineExceededError("the time was up before the call's turn came");
  return absl::OkStatus();
}

void Call::End(const grpc::Status& status, absl::StatusCode code) {
  if (observer_ != nullptr) {
    record.code = code;
    record.total_s = watch_.Total();
    record.client = client;
    record.query = query;
    record.plan = plan;
    record.generation = generation;
    record.traceparent = traceparent_;
    observer_->CallEnded(record);
  }
  Finish(status);
}

}  // namespace dateline::rpc
