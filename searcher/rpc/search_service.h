// The gRPC service dateline.v1.SearchService over an Engine.
//
// A call whose answer is at hand, or that is expected to be cheap while nothing waits, is answered on gRPC's own
// thread. All others wait for a worker in a queue that is bounded in time; what would wait too long is refused at
// once. What was given up or has run out of time is dropped without asking the engine, and stopped when it runs
// already. GetStatus is always answered at once, so that an overloaded server can still be asked how it is.
//
// An export keeps its worker until the client has read it all, so only so many run at once, and one whose client
// stops reading is dropped.
//
// Thread-safety: gRPC calls the service from its own threads. Ownership: the engine and the queue are the caller's
// and must outlive the service, and the service the grpc::Server that it is registered with. Errors: as search.proto
// promises; an exception of the engine becomes INTERNAL.
#ifndef DATELINE_SEARCHER_RPC_SEARCH_SERVICE_H_
#define DATELINE_SEARCHER_RPC_SEARCH_SERVICE_H_

#include <cstddef>
#include <functional>
#include <memory>

#include "absl/strings/string_view.h"
#include "searcher/admit/api_keys.h"
#include "searcher/admit/reply_cache.h"
#include "searcher/admit/work_queue.h"
#include "searcher/rpc/call_record.h"
#include "searcher/serve/engine.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace dateline::rpc {

struct ServiceOptions {
  serve::EngineOptions limits;               // those of the engine, so that a refusal can name the field
  int default_deadline_ms = 2000;            // for calls that bring none
  int max_deadline_ms = 10000;               // what a longer one is cut to
  int max_export_deadline_ms = 3600 * 1000;  // the same of exports, and for those that bring none
  int export_stall_ms = 30000;               // how long the client of an export may read nothing
  int max_exports = 0;                       // at once; 0: half of the workers, at least 1
  int retry_after_ms = 100;                  // advice to those who are refused
  size_t max_reply_bytes = size_t{4} << 20;
  // Calls that lately took no longer are answered where they arrive, one at a time, while nothing waits; 0: none are.
  double max_inline_s = 0.0003;
  admit::ReplyCacheOptions cache;  // of no bytes: every answer is worked out
  // Clients are told apart by the last address in "x-forwarded-for": only for servers behind a proxy that sets it.
  bool forwarded_clients = false;
  // Gives the keys that are known now; without it, or when it gives null, none is wanted. Must be thread-safe.
  std::function<std::shared_ptr<admit::ApiKeys>()> keys;
  CallObserver* observer = nullptr;  // told of every call; may be null, and must outlive the service
  // Told the text of errors that clients are not told (INTERNAL, DATA_LOSS). May be empty; must be thread-safe.
  std::function<void(absl::string_view)> log;
};

struct SearchService {
  // Whoever holds it includes <grpcpp/impl/service_type.h>; headers of the project stay free of gRPC.
  std::unique_ptr<grpc::Service> service;
  // Thread-safe, while the service lives. Connections are not the service's to count.
  std::function<ServiceGauges()> gauges;
};

SearchService MakeSearchService(serve::Engine* engine, admit::WorkQueue* queue,
                                ServiceOptions options = ServiceOptions());

}  // namespace dateline::rpc

#endif  // DATELINE_SEARCHER_RPC_SEARCH_SERVICE_H_
