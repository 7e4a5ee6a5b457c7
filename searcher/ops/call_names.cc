#include "searcher/ops/call_names.h"

namespace dateline::ops {

absl::string_view RefusalName(rpc::Refusal refusal) {
  switch (refusal) {
    case rpc::Refusal::kNone:
      return "none";
    case rpc::Refusal::kQueueFull:
      return "queue_full";
    case rpc::Refusal::kClientShare:
      return "client_share";
    case rpc::Refusal::kQuota:
      return "quota";
    case rpc::Refusal::kNotAllowed:
      return "not_allowed";
    case rpc::Refusal::kDeadOnArrival:
      return "dead_on_arrival";
  }
  return "none";
}

absl::string_view CodeName(absl::StatusCode code) {
  static constexpr std::array<absl::string_view, kCodes> kNames = {
      "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
      "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
      "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
      "DATA_LOSS", "UNAUTHENTICATED"};
  const size_t i = static_cast<size_t>(code);
  return i < kCodes ? kNames[i] : "UNKNOWN";
}

}  // namespace dateline::ops
