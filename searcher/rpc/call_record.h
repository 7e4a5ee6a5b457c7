// What one call of the service was and what it cost: told once, when it has ended, to whoever counts and logs.
//
// Thread-safety: a CallObserver is told from many threads at once and must not block: a call's reply may wait for it.
// Ownership: a record and its views live during CallEnded only. Units: seconds and bytes. It knows no gRPC.
#ifndef DATELINE_SEARCHER_RPC_CALL_RECORD_H_
#define DATELINE_SEARCHER_RPC_CALL_RECORD_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "searcher/admit/refusal.h"

namespace dateline::rpc {

// Where the time of a call went, in the order of its way. What a call did not do is 0.
struct CallStages {
  double parse_s = 0;    // message to request, with its checks
  double queue_s = 0;    // waiting for a worker
  double plan_s = 0;     // query text to plan
  double match_s = 0;    // plan to hits, counts and facets
  double present_s = 0;  // stored articles and snippets of the page
  double encode_s = 0;   // response to message

  double Sum() const { return parse_s + queue_s + plan_s + match_s + present_s + encode_s; }
};

using admit::Refusal;

struct CallRecord {
  absl::string_view method;  // "Search"
  absl::StatusCode code = absl::StatusCode::kOk;
  Refusal refusal = Refusal::kNone;
  CallStages stages;
  double total_s = 0;  // from the message's arrival to the reply's handing over
  size_t request_bytes = 0;
  size_t reply_bytes = 0;
  bool from_cache = false;
  absl::string_view client;       // the key's name, or the address without its port
  absl::string_view query;        // as typed; "" for calls without one
  absl::string_view plan;         // what the words became; "" where there is none, and from the cache
  absl::string_view generation;   // that answered; "" when none did
  absl::string_view traceparent;  // as the client sent it, checked; ""
  uint64_t total_hits = 0;        // of a search or a count
};

class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void CallEnded(const CallRecord& record) = 0;
};

// What the service holds just now.
struct ServiceGauges {
  uint64_t calls_queued = 0;
  double queued_work_s = 0;  // what they are expected to take
  uint64_t calls_running = 0;
  uint64_t exports_running = 0;
  uint64_t cache_entries = 0;
  uint64_t cache_bytes = 0;
  uint64_t cache_evictions = 0;  // since the start, as all that follow
  uint64_t cache_hits = 0;
  uint64_t cache_misses = 0;
  uint64_t connections = 0;  // open now; 0 where gRPC itself accepts them
  uint64_t connections_refused = 0;
};

}  // namespace dateline::rpc

#endif  // DATELINE_SEARCHER_RPC_CALL_RECORD_H_
