#include "searcher/ops/metrics.h"

#include <netdb.h>
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <exception>
#include <future>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "searcher/ops/call_names.h"
#include "searcher/ops/process_usage.h"

namespace dateline::ops {
namespace {

// The calls of search.proto. A method that is not among them is counted as "other".
constexpr std::array<absl::string_view, 13> kMethods = {
    "Search",  "MultiSearch", "CountMatches", "ListFacetValues", "Export", "GetArticle", "BatchGetArticles",
    "Suggest", "Explain",     "Analyze",      "GetStatus",       "Reload", "other"};

// A few comparisons of lengths: cheaper than hashing the name.
size_t MethodIndex(absl::string_view method) {
  size_t i = 0;
  while (i + 1 < kMethods.size() && kMethods[i] != method) ++i;
  return i;
}

const std::vector<double>& CallSecondsBounds() {
  static const auto* const kBounds = new std::vector<double>{
      0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
  return *kBounds;
}

std::string Str(absl::string_view view) { return std::string(view); }

prometheus::Family<prometheus::Counter>& CounterFamily(prometheus::Registry& registry, const char* name,
                                                       const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

}  // namespace

// What calls add to.
class Metrics::Counts : public prometheus::Collectable {
 public:
  Counts()
      : calls_(CounterFamily(registry_, "dateline_calls_total", "Calls that have ended, by method and status code.")),
        request_bytes_(CounterFamily(registry_, "dateline_request_bytes_total", "Bytes of requests.").Add({})),
        reply_bytes_(CounterFamily(registry_, "dateline_reply_bytes_total", "Bytes of replies.").Add({})) {
    auto& seconds =
        prometheus::BuildHistogram()
            .Name("dateline_call_seconds")
            .Help("How long calls took, from the arrival of the request to the handing over of the reply.")
            .Register(registry_);
    for (size_t i = 0; i < kMethods.size(); ++i) {
      seconds_[i] = &seconds.Add({{"method", Str(kMethods[i])}}, CallSecondsBounds());
    }
    auto& stages = CounterFamily(registry_, "dateline_stage_seconds_total", "Time that calls spent in each stage.");
    for (size_t i = 0; i < kStages.size(); ++i) stages_[i] = &stages.Add({{"stage", Str(kStages[i].name)}});
    auto& refusals = CounterFamily(registry_, "dateline_refusals_total",
                                   "Calls that were not answered although nothing was wrong with them, by reason.");
    for (size_t i = 1; i < kRefusals; ++i) {
      refusals_[i] = &refusals.Add({{"reason", Str(RefusalName(static_cast<rpc::Refusal>(i)))}});
    }
  }

  void Add(const rpc::CallRecord& record) {
    const size_t method = MethodIndex(record.method);
    CallsOf(method, record.code).Increment();
    seconds_[method]->Observe(record.total_s);
    for (size_t i = 0; i < kStages.size(); ++i) {
      const double seconds = record.stages.*kStages[i].member;
      if (seconds > 0) stages_[i]->Increment(seconds);
    }
    request_bytes_.Increment(static_cast<double>(record.request_bytes));
    reply_bytes_.Increment(static_cast<double>(record.reply_bytes));
    if (record.refusal != rpc::Refusal::kNone) refusals_[static_cast<size_t>(record.refusal)]->Increment();
  }

  std::vector<prometheus::MetricFamily> Collect() const override { return registry_.Collect(); }

 private:
  // Made when it first happens, so that a scrape does not list what never does.
  prometheus::Counter& CallsOf(size_t method, absl::StatusCode code) {
    const size_t known = static_cast<size_t>(code) < kCodes ? static_cast<size_t>(code) : 2;  // UNKNOWN
    std::atomic<prometheus::Counter*>& slot = by_code_[method][known];
    prometheus::Counter* counter = slot.load(std::memory_order_acquire);
    if (counter == nullptr) {
      // The family gives whoever comes at the same time the same counter.
      counter = &calls_.Add({{"method", Str(kMethods[method])}, {"code", Str(CodeName(code))}});
      slot.store(counter, std::memory_order_release);
    }
    return *counter;
  }

  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& calls_;
  prometheus::Counter& request_bytes_;
  prometheus::Counter& reply_bytes_;
  std::array<std::array<std::atomic<prometheus::Counter*>, kCodes>, kMethods.size()> by_code_ = {};
  std::array<prometheus::Histogram*, kMethods.size()> seconds_ = {};
  std::array<prometheus::Counter*, kStages.size()> stages_ = {};
  std::array<prometheus::Counter*, kRefusals> refusals_ = {};  // none at kNone
};

// What is asked when somebody scrapes.
class Metrics::Polled : public prometheus::Collectable {
 public:
  explicit Polled(MetricSources sources) : sources_(std::move(sources)) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    Families families;
    families.Gauge("dateline_build_info", "Always 1; the label has the version.", 1, {{"version", DATELINE_VERSION}});
    if (sources_.service) AddService(sources_.service(), families);
    if (sources_.index) AddIndex(sources_.index(), families);
    if (sources_.log_lines_dropped) {
      families.Count("dateline_log_lines_dropped_total", "Lines of the log that could not be written in time.",
                     static_cast<double>(sources_.log_lines_dropped()));
    }
    AddProcess(MeasureProcess(), families);
    return std::move(families.all);
  }

 private:
  struct Families {
    void Gauge(const char* name, const char* help, double value,
               const std::vector<prometheus::ClientMetric::Label>& labels = {}) {
      prometheus::ClientMetric metric;
      metric.label = labels;
      metric.gauge.value = value;
      all.push_back({name, help, prometheus::MetricType::Gauge, {metric}});
    }
    void Count(const char* name, const char* help, double value) {
      prometheus::ClientMetric metric;
      metric.counter.value = value;
      all.push_back({name, help, prometheus::MetricType::Counter, {metric}});
    }
    std::vector<prometheus::MetricFamily> all;
  };

  static double Of(uint64_t value) { return static_cast<double>(value); }

  static void AddService(const rpc::ServiceGauges& now, Families& families) {
    families.Gauge("dateline_calls_queued", "Calls that wait for a thread.", Of(now.calls_queued));
    families.Gauge("dateline_queued_work_seconds", "What the waiting calls are expected to take.", now.queued_work_s);
    families.Gauge("dateline_calls_running", "Calls that a thread works on.", Of(now.calls_running));
    families.Gauge("dateline_exports_running", "Exports that a thread works on.", Of(now.exports_running));
    families.Gauge("dateline_cache_entries", "Answers in the cache.", Of(now.cache_entries));
    families.Gauge("dateline_cache_bytes", "Memory of the answers in the cache.", Of(now.cache_bytes));
    families.Count("dateline_cache_evictions_total", "Answers that made room for others.", Of(now.cache_evictions));
    families.Count("dateline_cache_hits_total", "Calls that were answered from the cache.", Of(now.cache_hits));
    families.Count("dateline_cache_misses_total", "Calls that looked in the cache in vain.", Of(now.cache_misses));
    families.Gauge("dateline_connections", "Open connections.", Of(now.connections));
    families.Count("dateline_connections_refused_total", "Connections that were not let in.",
                   Of(now.connections_refused));
  }

  static void AddIndex(const serve::IndexStatus& index, Families& families) {
    families.Gauge("dateline_generation_info", "Always 1; the label has the generation that is served.", 1,
                   {{"generation", index.generation}});
    families.Gauge("dateline_served_since_seconds", "When this generation began to be served, since the epoch.",
                   static_cast<double>(index.served_since));
    families.Gauge("dateline_documents", "Articles of the served generation.", Of(index.documents));
    families.Gauge("dateline_shards", "Shards of the served generation.", Of(index.shards));
    families.Gauge("dateline_index_bytes", "Bytes of the served generation on disk.", Of(index.bytes));
    families.Gauge("dateline_older_generations", "Older generations that are held for calls and page tokens.",
                   Of(index.older_generations.size()));
    families.Gauge("dateline_reload_failing", "1 while the published generation is refused and an older one served.",
                   index.reload_error.empty() ? 0 : 1);
    families.Count("dateline_scrub_passes_total", "Times that all files were read again.", Of(index.scrub.passes));
    families.Count("dateline_scrub_bytes_total", "Bytes that were read again.", Of(index.scrub.bytes));
    families.Gauge("dateline_scrub_last_pass_seconds",
                   "When the last whole pass ended, since the epoch; 0: none has.",
                   static_cast<double>(index.scrub.last_pass));
    families.Gauge("dateline_damaged", "1 while the served generation is known to be damaged.",
                   index.scrub.damage.empty() ? 0 : 1);
  }

  // Under the names that Prometheus has for every process.
  static void AddProcess(const ProcessUsage& usage, Families& families) {
    families.Gauge("process_resident_memory_bytes", "Memory in use.", Of(usage.resident_bytes));
    families.Gauge("process_open_fds", "Open file descriptors.", Of(usage.open_descriptors));
    families.Gauge("process_max_fds", "File descriptors that may be open.", Of(usage.max_descriptors));
    families.Gauge("process_threads", "Threads.", Of(usage.threads));
    families.Count("process_cpu_seconds_total", "Processor time of user and system.", usage.cpu_s);
    families.Gauge("process_start_time_seconds", "When the process began, since the epoch.", usage.started_s);
  }

  const MetricSources sources_;
};

Metrics::Metrics(MetricSources sources)
    : counts_(std::make_shared<Counts>()), polled_(std::make_shared<Polled>(std::move(sources))) {}

Metrics::~Metrics() = default;

void Metrics::CallEnded(const rpc::CallRecord& record) { counts_->Add(record); }

std::string Metrics::Text() const {
  std::ostringstream text;
  prometheus::TextSerializer serializer;
  serializer.Serialize(text, counts_->Collect());
  serializer.Serialize(text, polled_->Collect());
  return text.str();
}

// The HTTP server of prometheus-cpp, which notices that it is to end once in 2 s, or when somebody connects.
class MetricsServer::Http {
 public:
  Http(std::vector<std::string> options, std::string host)
      : exposer_(std::make_unique<prometheus::Exposer>(std::move(options))), host_(std::move(host)) {}

  ~Http() {
    const int port_at_the_end = port();
    std::future<void> ended = std::async(std::launch::async, [this] { exposer_.reset(); });
    while (ended.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout) {
      ConnectAndLeave(host_, port_at_the_end);
    }
  }

  prometheus::Exposer& exposer() { return *exposer_; }
  int port() const { return exposer_->GetListeningPorts().at(0); }

 private:
  static void ConnectAndLeave(absl::string_view host, int port) {
    addrinfo how = {};
    how.ai_socktype = SOCK_STREAM;
    how.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (::getaddrinfo(Str(host).c_str(), absl::StrCat(port).c_str(), &how, &found) != 0) return;
    const int fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0) {
      (void)::connect(fd, found->ai_addr, found->ai_addrlen);
      ::close(fd);
    }
    ::freeaddrinfo(found);
  }

  std::unique_ptr<prometheus::Exposer> exposer_;
  const std::string host_;
};

MetricsServer::MetricsServer() = default;
MetricsServer::~MetricsServer() = default;

absl::StatusOr<std::unique_ptr<MetricsServer>> MetricsServer::Start(const Metrics& metrics,
                                                                    const admit::ListenAddress& address) {
  std::unique_ptr<MetricsServer> server(new MetricsServer());
  try {
    // A scraper that hangs gives its thread back after 5 s.
    server->http_ = std::make_unique<Http>(std::vector<std::string>{"listening_ports", address.ToString(),
                                                                    "num_threads", "2", "request_timeout_ms", "5000"},
                                           address.BareHost());
    server->http_->exposer().RegisterCollectable(metrics.counts_);
    server->http_->exposer().RegisterCollectable(metrics.polled_);
    server->url_ = absl::StrCat("http://", address.host, ":", server->http_->port(), "/metrics");
  } catch (const std::exception&) {  // it does not say why
    return absl::UnavailableError(absl::StrCat("cannot listen on ", address.ToString(),
                                               " for metrics: another program may use the port, or this machine does "
                                               "not have the address"));
  }
  return server;
}

}  // namespace dateline::ops
