// What the parts of a CallRecord are called in metrics and in the log.
//
// Thread-safety: constants and pure functions.
#ifndef DATELINE_SEARCHER_OPS_CALL_NAMES_H_
#define DATELINE_SEARCHER_OPS_CALL_NAMES_H_

#include <array>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "searcher/rpc/call_record.h"

namespace dateline::ops {

struct Stage {
  absl::string_view name;
  absl::string_view milliseconds;  // as a field of the log
  double rpc::CallStages::*member;
};

// In the order of a call's way.
inline constexpr std::array<Stage, 6> kStages = {{
    {"parse", "parse_ms", &rpc::CallStages::parse_s},
    {"queue", "queue_ms", &rpc::CallStages::queue_s},
    {"plan", "plan_ms", &rpc::CallStages::plan_s},
    {"match", "match_ms", &rpc::CallStages::match_s},
    {"present", "present_ms", &rpc::CallStages::present_s},
    {"encode", "encode_ms", &rpc::CallStages::encode_s},
}};

inline constexpr size_t kRefusals = static_cast<size_t>(rpc::Refusal::kDeadOnArrival) + 1;
inline constexpr size_t kCodes = static_cast<size_t>(absl::StatusCode::kUnauthenticated) + 1;

absl::string_view RefusalName(rpc::Refusal refusal);  // "queue_full"; "none"
absl::string_view CodeName(absl::StatusCode code);    // "OK", "INVALID_ARGUMENT", as gRPC writes them

}  // namespace dateline::ops

#endif  // DATELINE_SEARCHER_OPS_CALL_NAMES_H_
