// Two ways to ask the same question, with a clock around each: in this process, and over gRPC.
//
// Both answer with the message of the API, so that answers can be compared; making it is not in the time of the
// search in process, while the time over gRPC holds what a client waits for.
//
// Thread-safety: an engine searcher may be used from any thread, a gRPC searcher by one at a time.
#ifndef DATELINE_BENCH_SEARCHERS_H_
#define DATELINE_BENCH_SEARCHERS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "searcher/serve/engine.h"

namespace dateline::v1 {
class SearchResponse;
}  // namespace dateline::v1

namespace dateline::bench {

class Searcher {
 public:
  virtual ~Searcher() = default;
  virtual absl::string_view name() const = 0;

  // The microseconds that the search took. The answer goes to `response` unless that is null.
  virtual absl::StatusOr<double> Search(const serve::SearchRequest& request, v1::SearchResponse* response) = 0;
};

// `engine` must outlive the searcher.
std::unique_ptr<Searcher> NewEngineSearcher(serve::Engine* engine);

// One channel to `address`, one call at a time.
std::unique_ptr<Searcher> NewGrpcSearcher(const std::string& address);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_SEARCHERS_H_
