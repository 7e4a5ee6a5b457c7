// What a server counts, for Prometheus: text over HTTP at /metrics.
//
// Thread-safety: CallEnded may be called from any thread at once; it takes no lock but for the first call of a method
// with a new status code. Ownership: what the sources capture must outlive the metrics. Units: seconds and bytes, in
// the names too. Errors: Unavailable when the address cannot be listened on.
#ifndef DATELINE_SEARCHER_OPS_METRICS_H_
#define DATELINE_SEARCHER_OPS_METRICS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "searcher/admit/listen_address.h"
#include "searcher/rpc/call_record.h"
#include "searcher/serve/api.h"

namespace dateline::ops {

// Asked at every scrape. Those that are empty are left out.
struct MetricSources {
  std::function<rpc::ServiceGauges()> service;
  std::function<serve::IndexStatus()> index;
  std::function<uint64_t()> log_lines_dropped;
};

class Metrics : public rpc::CallObserver {
 public:
  explicit Metrics(MetricSources sources);
  ~Metrics() override;

  void CallEnded(const rpc::CallRecord& record) override;

  // What a scrape would get.
  std::string Text() const;

 private:
  friend class MetricsServer;
  class Counts;
  class Polled;
  // Shared with the HTTP server, which only wants to hold them weakly.
  std::shared_ptr<Counts> counts_;
  std::shared_ptr<Polled> polled_;
};

// Answers GET /metrics until its end. `metrics` must outlive it.
class MetricsServer {
 public:
  static absl::StatusOr<std::unique_ptr<MetricsServer>> Start(const Metrics& metrics,
                                                              const admit::ListenAddress& address);
  ~MetricsServer();

  const std::string& url() const { return url_; }  // "http://127.0.0.1:9370/metrics"

 private:
  class Http;
  MetricsServer();
  std::unique_ptr<Http> http_;
  std::string url_;
};

}  // namespace dateline::ops

#endif  // DATELINE_SEARCHER_OPS_METRICS_H_
