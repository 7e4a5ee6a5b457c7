#include "searcher/server/server.h"

#include <grpcpp/impl/service_type.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "core/base/exit_code.h"
#include "core/base/mutex.h"
#include "core/base/status_macros.h"
#include "searcher/admit/api_keys.h"
#include "searcher/admit/listen_address.h"
#include "searcher/admit/work_queue.h"
#include "searcher/match/fast/fast_matcher.h"
#include "searcher/ops/config_reloader.h"
#include "searcher/ops/metrics.h"
#include "searcher/ops/notify.h"
#include "searcher/ops/server_log.h"
#include "searcher/rpc/search_service.h"
#include "searcher/serve/engine.h"
#include "searcher/serve/index_follower.h"
#include "searcher/serve/scrubber.h"
#include "searcher/server/grpc_server.h"

namespace dateline::server {
namespace {

constexpr char kServiceName[] = "dateline.v1.SearchService";

// Beyond the time for running calls, until the process ends whatever still hangs.
constexpr int kAbandonAfterDrainSeconds = 15;

constexpr std::chrono::seconds kLastWords(1);

// By a rename, so that nobody reads half a number.
absl::Status WritePortFile(const std::string& path, int port) {
  const std::string temporary = path + ".tmp";
  std::FILE* file = std::fopen(temporary.c_str(), "w");
  if (file == nullptr) return absl::UnavailableError(absl::StrCat("--port-file: cannot write ", path));
  const bool written = std::fprintf(file, "%d\n", port) > 0;
  const bool closed = std::fclose(file) == 0;
  if (!written || !closed || std::rename(temporary.c_str(), path.c_str()) != 0) {
    return absl::UnavailableError(absl::StrCat("--port-file: cannot write ", path));
  }
  return absl::OkStatus();
}

int ExitCodeForOpen(const absl::Status& error) {
  const bool absent = error.code() == absl::StatusCode::kNotFound || error.code() == absl::StatusCode::kUnavailable;
  return absent ? base::kExitNotReady : base::kExitFailed;
}

int ThreadsOf(const ops::ServerConfig& config) {
  return config.threads > 0 ? config.threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

serve::EngineOptions EngineOptionsOf(const ops::ServerConfig& config) {
  serve::EngineOptions options;
  options.page_token_life_s = config.page_token_life_s;
  options.max_query_cpu_ms = config.max_query_cpu_ms;
  options.variants_directory = config.variants;
  options.processors = ThreadsOf(config);
  options.match_engine = match::fast::MatchEngineFromName(config.engine).value_or(match::fast::MatchEngine::kFast);
  return options;
}

rpc::ServiceOptions ServiceOptionsOf(const ops::ServerConfig& config) {
  rpc::ServiceOptions options;
  options.limits = EngineOptionsOf(config);
  options.default_deadline_ms = config.default_deadline_ms;
  options.max_deadline_ms = config.max_deadline_ms;
  options.max_reply_bytes = kMaxReplyBytes;
  options.max_exports = config.max_exports;
  options.export_stall_ms = config.export_stall_s * 1000;
  options.retry_after_ms = config.retry_after_ms;
  options.forwarded_clients = config.forwarded_clients;
  options.cache.max_bytes = static_cast<size_t>(config.cache_mb) << 20;
  return options;
}

admit::WorkQueueOptions QueueOptionsOf(const ops::ServerConfig& config) {
  admit::WorkQueueOptions options;
  options.threads = ThreadsOf(config);
  options.max_jobs = static_cast<size_t>(config.queue);
  options.max_wait_s = config.queue_ms / 1e3;
  options.fair = config.client_share;
  return options;
}

// Tells several of a call.
class Observers : public rpc::CallObserver {
 public:
  explicit Observers(std::vector<rpc::CallObserver*> observers) : observers_(std::move(observers)) {}
  void CallEnded(const rpc::CallRecord& record) override {
    for (rpc::CallObserver* observer : observers_) observer->CallEnded(record);
  }

 private:
  const std::vector<rpc::CallObserver*> observers_;
};

// The keys that are known now; a reload reads them again, and quotas then begin anew.
class KeyRing {
 public:
  explicit KeyRing(std::string path) : path_(std::move(path)) {}

  absl::Status Load() {
    if (path_.empty()) return absl::OkStatus();
    DL_ASSIGN_OR_RETURN(std::unique_ptr<admit::ApiKeys> keys, admit::ApiKeys::Load(path_));
    base::MutexLock lock(&mutex_);
    keys_ = std::move(keys);
    return absl::OkStatus();
  }

  std::shared_ptr<admit::ApiKeys> keys() {
    base::MutexLock lock(&mutex_);
    return keys_;
  }

 private:
  const std::string path_;
  base::Mutex mutex_;
  std::shared_ptr<admit::ApiKeys> keys_ ABSL_GUARDED_BY(mutex_);
};

absl::StatusOr<std::unique_ptr<serve::IndexFollower>> Follow(const std::string& index, serve::Engine* engine,
                                                             ops::ServerLog* log, std::function<void()> looked) {
  serve::FollowerOptions options;
  options.log = [log, engine](absl::string_view line) {
    const bool refused = !engine->Status().reload_error.empty();
    log->Write({refused ? ops::LogLevel::kError : ops::LogLevel::kInfo, "reload", line});
  };
  options.looked = std::move(looked);
  return serve::IndexFollower::Start(engine, index, std::move(options));
}

rpc::ServiceGauges GaugesOf(const rpc::SearchService& service, const GrpcServer& server) {
  rpc::ServiceGauges gauges = service.gauges();
  const admit::Listener::Gauges connections = server.connections();
  gauges.connections = connections.open;
  gauges.connections_refused = connections.refused;
  return gauges;
}

// Null when nothing is to be read again.
std::unique_ptr<serve::Scrubber> Scrub(const ops::ServerConfig& config, serve::Engine* engine, ops::ServerLog* log,
                                       std::function<void()> damaged) {
  if (config.scrub_mb_s == 0) return nullptr;
  serve::ScrubberOptions options;
  options.bytes_per_s = static_cast<uint64_t>(config.scrub_mb_s) * 1'000'000;
  options.pass_interval = std::chrono::seconds(config.scrub_every_s);
  options.log = [log, damaged = std::move(damaged)](absl::string_view line) {
    log->Error("damage", absl::StrCat("DAMAGE: ", line));
    damaged();
  };
  return std::make_unique<serve::Scrubber>(engine, std::move(options));
}

// Null when nobody is to be told.
absl::StatusOr<std::unique_ptr<ops::MetricsServer>> ServeMetrics(const ops::ServerConfig& config,
                                                                 const ops::Metrics& metrics, ops::ServerLog* log) {
  if (config.metrics_listen.empty()) return nullptr;
  DL_ASSIGN_OR_RETURN(const admit::ListenAddress address, admit::ParseListenAddress(config.metrics_listen));
  DL_ASSIGN_OR_RETURN(std::unique_ptr<ops::MetricsServer> server, ops::MetricsServer::Start(metrics, address));
  log->Info("metrics", absl::StrCat("metrics on ", server->url()));
  return server;
}

// Threads that wake up do not break into one that runs: without this, each of thousands of calls that are refused costs
// two changes of the thread, and the answers of others suffer. Workers make way after each job (admit::WorkQueue). Threads
// inherit it; where it is forbidden, all is as before.
void ScheduleInBatches() {
  const sched_param none = {};
  sched_setscheduler(0, SCHED_BATCH, &none);
}

class Server {
 public:
  Server(const ops::ConfigInput& input, const ops::ServerConfig& config, StopSignals* signals)
      : config_(config),
        signals_(signals),
        manager_(ops::ServiceManager::FromEnvironment()),
        log_(std::make_shared<ops::ServerLog>(LogOptionsOf(config))),
        reloader_(input, config, log_.get()),
        keys_(config.auth_keys) {
    signals_->LogTo(log_);
  }

  // What is logged last is written before the process ends. (The signals hold the log for ever.)
  ~Server() { log_->Flush(kLastWords); }

  int Run() {
    ScheduleInBatches();
    const absl::Status keys = keys_.Load();
    if (!keys.ok()) return Fail(keys, base::kExitUsage);
    reloader_.AddHook("[auth] keys", [this](const ops::ServerConfig&) { return keys_.Load(); });
    // Signals are heard from when it serves, and then there is an engine.
    reloader_.AddHook("[engine] variants", [this](const ops::ServerConfig&) { return engine_->ReloadTables(); });
    absl::StatusOr<std::unique_ptr<serve::Engine>> engine =
        serve::Engine::Open(config_.index, EngineOptionsOf(config_));
    if (!engine.ok()) {
      log_->Error("open", absl::StrCat("cannot open ", config_.index, ": ", engine.status().message()));
      return ExitCodeForOpen(engine.status());
    }
    engine_ = *std::move(engine);
    log_->Info("open", Opened());
    const absl::Status served = Serve();
    if (!served.ok()) return Fail(served, base::kExitFailed);
    log_->Info("stop", "stopped");
    return 0;
  }

 private:
  static ops::LogOptions LogOptionsOf(const ops::ServerConfig& config) {
    ops::LogOptions options;
    options.format = ops::LogFormatFromName(config.log_format);
    options.choice = ops::LogChoiceOf(config);
    return options;
  }

  int Fail(const absl::Status& error, int exit_code) {
    log_->Error("start", error.message());
    return exit_code;
  }

  std::string Opened() const {
    const serve::IndexStatus status = engine_->Status();
    return absl::StrCat("opened generation ", status.generation, " of ", config_.index, ": ", status.documents,
                        " articles in ", status.shards, status.shards == 1 ? " shard" : " shards");
  }

  std::string ManagerStatus() const { return absl::StrCat("Serving generation ", engine_->Status().generation); }

  ops::MetricSources Sources() {
    ops::MetricSources sources;
    sources.service = [this] { return gauges_(); };
    sources.index = [this] { return engine_->Status(); };
    sources.log_lines_dropped = [this] { return log_->lines_dropped(); };
    return sources;
  }

  // The index is open by now: the server is ready from its first connection on.
  absl::Status Serve() {
    // In this order, so that each is destroyed before what it uses.
    ops::Metrics metrics(Sources());
    Observers observers({log_.get(), &metrics});
    admit::WorkQueue queue(QueueOptionsOf(config_));
    rpc::ServiceOptions options = ServiceOptionsOf(config_);
    options.log = [this](absl::string_view fault) { log_->Fault(fault); };
    options.observer = &observers;
    if (!config_.auth_keys.empty()) options.keys = [this] { return keys_.keys(); };
    const rpc::SearchService service = rpc::MakeSearchService(engine_.get(), &queue, std::move(options));
    DL_ASSIGN_OR_RETURN(const std::unique_ptr<GrpcServer> running, GrpcServer::Start(config_, service.service.get()));
    gauges_ = [&service, &running] { return GaugesOf(service, *running); };
    return ServeAndTell(metrics, *running);
  }

  // Nobody scrapes but in here.
  absl::Status ServeAndTell(const ops::Metrics& metrics, GrpcServer& running) {
    DL_ASSIGN_OR_RETURN(const std::unique_ptr<ops::MetricsServer> scraped,
                        ServeMetrics(config_, metrics, log_.get()));
    if (!config_.port_file.empty()) DL_RETURN_IF_ERROR(WritePortFile(config_.port_file, running.port()));
    return ServeUntilSignal(running);
  }

  // With the threads that watch the index, which must not keep running calls from being finished.
  absl::Status ServeUntilSignal(GrpcServer& running) {
    running.SetServing(kServiceName, true);
    // A load balancer is told to ask another server when this one may be wrong; who asks it all the same gets answers
    // with a warning.
    const auto looked = [this, &running] {
      running.SetServing(kServiceName, engine_->Status().scrub.damage.empty());
      manager_.Status(ManagerStatus());
    };
    DL_ASSIGN_OR_RETURN(const std::unique_ptr<serve::IndexFollower> follower,
                        Follow(config_.index, engine_.get(), log_.get(), looked));
    const std::unique_ptr<serve::Scrubber> scrubber = Scrub(config_, engine_.get(), log_.get(), looked);
    signals_->BeginServing(
        [this, &follower] {
          manager_.Reloading();
          reloader_.Reload();
          follower->Wake();
          manager_.Ready(ManagerStatus());
        },
        config_.drain_s + config_.drain_notice_ms / 1000 + kAbandonAfterDrainSeconds);
    // A server whose state is locked for ever is ended by the manager, and started again.
    const ops::Watchdog watchdog(&manager_, [this] { return !engine_->Status().generation.empty(); });
    for (const std::string& address : running.addresses()) std::printf("listening on %s\n", address.c_str());
    std::fflush(stdout);
    log_->Info("ready", absl::StrCat("listening on ", absl::StrJoin(running.addresses(), ", ")));
    manager_.Ready(ManagerStatus());
    signals_->WaitForFirst();
    manager_.Stopping();
    GrpcServer::DrainOptions drain;
    drain.notice = std::chrono::milliseconds(config_.drain_notice_ms);
    drain.patience = std::chrono::seconds(config_.drain_s);
    drain.calls_open = [this] { return gauges_().calls_open; };
    running.Drain(drain);
    return absl::OkStatus();
  }

  const ops::ServerConfig& config_;
  StopSignals* const signals_;
  const ops::ServiceManager manager_;
  const std::shared_ptr<ops::ServerLog> log_;
  ops::ConfigReloader reloader_;
  KeyRing keys_;
  std::unique_ptr<serve::Engine> engine_;
  std::function<rpc::ServiceGauges()> gauges_;  // of the service that runs
};

}  // namespace

int RunServer(const ops::ConfigInput& input, const ops::ServerConfig& config, StopSignals* signals) {
  return Server(input, config, signals).Run();
}

}  // namespace dateline::server
