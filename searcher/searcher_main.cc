// dateline-searcher: serves one index over gRPC until it is told to stop.
//
// Exit codes: 0 stopped cleanly, 1 failed, 2 wrong usage, 3 there is no index to serve.
#include <arpa/inet.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/service_type.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/exit_code.h"
#include "core/base/status_macros.h"
#include "searcher/engine_option.h"
#include "searcher/match/fast/fast_matcher.h"
#include "searcher/rpc/search_service.h"
#include "searcher/rpc/worker_pool.h"
#include "searcher/serve/engine.h"
#include "searcher/serve/index_follower.h"
#include "searcher/serve/scrubber.h"

namespace dateline {
namespace {

using base::kExitFailed;
using base::kExitNotReady;
using base::kExitUsage;

constexpr char kServiceName[] = "dateline.v1.SearchService";
constexpr int kMaxRequestBytes = 2 << 20;  // 64 searches of 16 KiB each, in one call
constexpr int kMaxReplyBytes = 4 << 20;
constexpr int kMaxMetadataBytes = 8 << 10;
constexpr int kMaxStreamsPerConnection = 64;

// How long running calls may go on after the first signal, and when the process ends whatever still hangs.
constexpr std::chrono::seconds kDrainTime(5);
constexpr time_t kAbandonAfterSeconds = 20;

constexpr char kHelp[] =
    "Serves a Dateline index over gRPC.\n"
    "\n"
    "Examples:\n"
    "  dateline-searcher --index news.index\n"
    "  dateline-searcher --index news.index --listen 127.0.0.1:0 --port-file searcher.port\n"
    "  dateline search --server 127.0.0.1:7370 kim putin\n"
    "\n"
    "It prints \"listening on HOST:PORT\" once it serves. SIGTERM or SIGINT stops it: calls that run are\n"
    "finished first; a second signal ends it at once.\n"
    "\n"
    "A newly published generation is checked and served within seconds, between two calls; SIGHUP, or\n"
    "\"dateline reload\", has it looked for at once. One that is damaged is refused, and the one before stays.";

struct Flags {
  std::string index;
  std::string listen = "127.0.0.1:7370";
  int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  int queue = 256;
  int max_exports = 0;
  int export_stall_s = 30;
  int page_token_life_s = serve::EngineOptions().page_token_life_s;
  int scrub_mb_s = 20;
  int scrub_every_s = 3600;
  int max_query_cpu_ms = serve::EngineOptions().max_query_cpu_ms;
  std::string variants;
  match::fast::MatchEngine engine = match::fast::MatchEngine::kFast;
  std::string port_file;
  bool allow_remote_plaintext = false;
};

void Log(absl::string_view line) {
  const std::string text = absl::StrCat("dateline-searcher: ", line, "\n");
  std::fwrite(text.data(), 1, text.size(), stderr);
}

// Writes the faults that clients are not told, at most one a second: a broken index would otherwise fill the disk.
class FaultLog {
 public:
  void Write(absl::string_view fault) {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) {
      ++left_out_;
      return;
    }
    next_ = now + std::chrono::seconds(1);
    const std::string left_out = left_out_ == 0 ? "" : absl::StrCat(" (", left_out_, " more before it)");
    left_out_ = 0;
    Log(absl::StrCat("fault: ", absl::Utf8SafeCHexEscape(fault), left_out));
  }

 private:
  std::mutex mutex_;
  std::chrono::steady_clock::time_point next_;
  uint64_t left_out_ = 0;
};

// SIGTERM and SIGINT, taken by a thread of its own. The first one ends WaitForFirst, or the process, if it does not
// serve yet; the second one, or a drain that takes too long, ends the process. SIGHUP before that calls `hangup`.
class StopSignals {
 public:
  // Call before any other thread exists: threads inherit the blocked signals.
  StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    sigset_t all = signals_;
    sigaddset(&all, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    std::thread([state = state_, signals = signals_, all] { Run(*state, signals, all); }).detach();
  }

  // From here on somebody will call WaitForFirst. What it means: the first signal no longer ends the process. `hangup`
  // is not called any more once WaitForFirst has returned.
  void BeginServing(std::function<void()> hangup) {
    std::lock_guard<std::mutex> lock(state_->mutex);
    state_->serving = true;
    state_->hangup = std::move(hangup);
  }

  void WaitForFirst() {
    std::unique_lock<std::mutex> lock(state_->mutex);
    state_->changed.wait(lock, [this] { return state_->stopping; });
  }

 private:
  // Shared, because the thread is never joined: it may wait for signals until the process is gone.
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    bool serving = false;
    bool stopping = false;
    std::function<void()> hangup;
  };

  static void Run(State& state, const sigset_t& signals, const sigset_t& all) {
    int signal = 0;
    while (sigwait(&all, &signal) == 0 && signal == SIGHUP) {
      std::lock_guard<std::mutex> lock(state.mutex);
      if (state.hangup) state.hangup();
    }
    {
      std::lock_guard<std::mutex> lock(state.mutex);
      Log(absl::StrCat(signal == SIGTERM ? "SIGTERM" : "SIGINT", state.serving ? ": finishing running calls" : ""));
      if (!state.serving) _exit(0);
      state.stopping = true;
      state.changed.notify_all();
    }
    const timespec limit = {kAbandonAfterSeconds, 0};
    int second = 0;
    do {
      second = sigtimedwait(&signals, nullptr, &limit);
    } while (second < 0 && errno == EINTR);  // a debugger or a leak check at the end stops threads, too
    Log(second > 0 ? "second signal: leaving at once" : "calls hang: leaving");
    _exit(kExitFailed);
  }

  sigset_t signals_;
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

struct ListenAddress {
  std::string host;  // with brackets, for IPv6
  int port = 0;
  bool loopback = false;
};

bool IsLoopback(std::string host) {
  if (absl::StartsWith(host, "[") && absl::EndsWith(host, "]")) host = host.substr(1, host.size() - 2);
  in_addr v4;
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6;
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

absl::StatusOr<ListenAddress> ParseListen(const std::string& text) {
  const size_t colon = text.rfind(':');
  ListenAddress address;
  if (colon == std::string::npos || colon == 0 || !absl::SimpleAtoi(text.substr(colon + 1), &address.port) ||
      address.port < 0 || address.port > 65535) {
    return absl::InvalidArgumentError("--listen: write HOST:PORT, as in 127.0.0.1:7370 or [::1]:7370");
  }
  address.host = text.substr(0, colon);
  // The name stands for two addresses, and a server that got only one of them would seem to work.
  if (address.host == "localhost") address.host = "127.0.0.1";
  address.loopback = IsLoopback(address.host);
  return address;
}

// gRPC 1.51 as Debian ships it has open holes for whoever may connect, and nothing here is encrypted.
absl::Status CheckReach(const ListenAddress& address, bool allow_remote_plaintext) {
  if (address.loopback || allow_remote_plaintext) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--listen: other machines can reach ", address.host,
                   ", and calls are neither encrypted nor authenticated; listen on 127.0.0.1, or, on a network that "
                   "you trust, add --allow-remote-plaintext"));
}

void Configure(grpc::ServerBuilder* builder) {
  // Without this a second server on the same port starts, and the kernel deals calls out between the two.
  builder->AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 20000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10000);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2);
  builder->AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 5000);
  builder->AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsPerConnection);
  builder->SetMaxReceiveMessageSize(kMaxRequestBytes);
  builder->SetMaxSendMessageSize(kMaxReplyBytes);
  // A few bytes of gzip can stand for megabytes; requests are small and have no need of it.
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
}

struct RunningServer {
  std::unique_ptr<grpc::Server> server;
  std::string address;
  int port = 0;
};

absl::StatusOr<RunningServer> StartServer(const ListenAddress& address, grpc::Service* service) {
  const std::string wanted = absl::StrCat(address.host, ":", address.port);
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  Configure(&builder);
  RunningServer running;
  builder.AddListeningPort(wanted, grpc::InsecureServerCredentials(), &running.port);
  builder.RegisterService(service);
  running.server = builder.BuildAndStart();
  if (running.server == nullptr || running.port <= 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", wanted,
                                               ": another program may use the port, or this machine does not "
                                               "have the address"));
  }
  running.address = absl::StrCat(address.host, ":", running.port);
  return running;
}

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
  return absent ? kExitNotReady : kExitFailed;
}

absl::StatusOr<std::unique_ptr<serve::IndexFollower>> Follow(const Flags& flags, serve::Engine* engine,
                                                             std::function<void()> looked) {
  serve::FollowerOptions options;
  options.log = [](absl::string_view line) { Log(absl::Utf8SafeCHexEscape(line)); };
  options.looked = std::move(looked);
  return serve::IndexFollower::Start(engine, flags.index, std::move(options));
}

// Null when nothing is to be read again.
std::unique_ptr<serve::Scrubber> Scrub(const Flags& flags, serve::Engine* engine, std::function<void()> damaged) {
  if (flags.scrub_mb_s == 0) return nullptr;
  serve::ScrubberOptions options;
  options.bytes_per_s = static_cast<uint64_t>(flags.scrub_mb_s) * 1'000'000;
  options.pass_interval = std::chrono::seconds(flags.scrub_every_s);
  options.log = [damaged = std::move(damaged)](absl::string_view line) {
    Log(absl::StrCat("DAMAGE: ", absl::Utf8SafeCHexEscape(line)));
    damaged();
  };
  return std::make_unique<serve::Scrubber>(engine, std::move(options));
}

// Serves `engine` until a signal comes. The index is open by now: the server is ready from its first connection on.
absl::Status Serve(const Flags& flags, const ListenAddress& address, serve::Engine* engine, StopSignals* signals) {
  FaultLog faults;
  // In this order, so that each is destroyed before what it uses: server, service, pool.
  rpc::WorkerPool pool(flags.threads, flags.queue);
  rpc::ServiceOptions options;
  options.max_reply_bytes = kMaxReplyBytes;
  options.max_exports = flags.max_exports;
  options.export_stall_ms = flags.export_stall_s * 1000;
  options.log = [&faults](absl::string_view fault) { faults.Write(fault); };
  const std::unique_ptr<grpc::Service> service = rpc::MakeSearchService(engine, &pool, std::move(options));
  DL_ASSIGN_OR_RETURN(const RunningServer running, StartServer(address, service.get()));
  grpc::HealthCheckServiceInterface* health = running.server->GetHealthCheckService();
  health->SetServingStatus(kServiceName, true);
  if (!flags.port_file.empty()) DL_RETURN_IF_ERROR(WritePortFile(flags.port_file, running.port));
  // A load balancer is told to ask another server when this one may be wrong; who asks it all the same gets answers
  // with a warning.
  const auto tell_health = [health, engine] {
    health->SetServingStatus(kServiceName, engine->Status().scrub.damage.empty());
  };
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<serve::IndexFollower> follower, Follow(flags, engine, tell_health));
  const std::unique_ptr<serve::Scrubber> scrubber = Scrub(flags, engine, tell_health);
  signals->BeginServing([&follower] { follower->Wake(); });
  std::printf("listening on %s\n", running.address.c_str());
  std::fflush(stdout);

  signals->WaitForFirst();
  health->Shutdown();  // whatever is told from here on
  running.server->Shutdown(std::chrono::system_clock::now() + kDrainTime);
  running.server->Wait();
  return absl::OkStatus();
}

int Run(const Flags& flags, StopSignals* signals) {
  const absl::StatusOr<ListenAddress> address = ParseListen(flags.listen);
  const absl::Status usage = address.ok() ? CheckReach(*address, flags.allow_remote_plaintext) : address.status();
  if (!usage.ok()) {
    Log(usage.message());
    return kExitUsage;
  }
  serve::EngineOptions options;
  options.page_token_life_s = flags.page_token_life_s;
  options.max_query_cpu_ms = flags.max_query_cpu_ms;
  options.variants_directory = flags.variants;
  options.match_engine = flags.engine;
  const absl::StatusOr<std::unique_ptr<serve::Engine>> engine = serve::Engine::Open(flags.index, options);
  if (!engine.ok()) {
    Log(absl::StrCat("cannot open ", flags.index, ": ", absl::Utf8SafeCHexEscape(engine.status().message())));
    return ExitCodeForOpen(engine.status());
  }
  const serve::IndexStatus status = (*engine)->Status();
  Log(absl::StrCat("opened generation ", status.generation, " of ", flags.index, ": ", status.documents,
                   " articles in ", status.shards, status.shards == 1 ? " shard" : " shards"));
  const absl::Status served = Serve(flags, *address, engine->get(), signals);
  if (!served.ok()) {
    Log(served.message());
    return kExitFailed;
  }
  Log("stopped");
  return 0;
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app(kHelp, "dateline-searcher");
  app.set_version_flag("--version", "dateline-searcher " DATELINE_VERSION);
  app.add_option("--index", flags.index, "The directory of the index")->required()->type_name("DIR");
  app.add_option("--listen", flags.listen, "Where to listen; port 0 takes any free port")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  app.add_option("--threads", flags.threads, "Threads that answer calls; by default one a processor")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  app.add_option("--queue", flags.queue, "Calls that may wait for a thread before others are refused")
      ->type_name("N")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app.add_option("--max-exports", flags.max_exports,
                 "Exports at once; each keeps a thread until its client has read all. 0: half of the threads")
      ->type_name("N")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  app.add_option("--export-stall", flags.export_stall_s,
                 "How long the client of an export may read nothing, in seconds")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  app.add_option("--page-token-life", flags.page_token_life_s,
                 "How long a page token stays good when a newer generation is served, in seconds")
      ->type_name("SECONDS")
      ->check(CLI::Range(0, 86400))
      ->capture_default_str();
  app.add_option("--scrub-mb-s", flags.scrub_mb_s,
                 "How fast all files are read again, in megabytes a second, to find damage; 0: never")
      ->type_name("N")
      ->check(CLI::Range(0, 100000))
      ->capture_default_str();
  app.add_option("--scrub-every", flags.scrub_every_s, "The least time from the begin of one such pass to the next")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 86400 * 30))
      ->capture_default_str();
  app.add_option("--max-query-cpu", flags.max_query_cpu_ms, "Processor time that one query may use, in milliseconds")
      ->type_name("MS")
      ->check(CLI::Range(1, 3'600'000))
      ->capture_default_str();
  app.add_option("--variants", flags.variants, "Tables of other spellings that add to the shipped ones")
      ->type_name("DIR")
      ->check(CLI::ExistingDirectory);
  AddEngineOption(app, "Who matches: fast, or xapian, the reference; answers are equal", flags.engine);
  app.add_option("--port-file", flags.port_file, "Write the number of the port to this file")->type_name("FILE");
  app.add_flag("--allow-remote-plaintext", flags.allow_remote_plaintext,
               "Let --listen name an address that other machines can reach, without encryption");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : kExitUsage;
  }
  // gRPC logs in its own manner, of what its callers are told anyway; whoever debugs it sets the variable.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  signal(SIGPIPE, SIG_IGN);
  StopSignals signals;
  return Run(flags, &signals);
}

}  // namespace
}  // namespace dateline

int main(int argc, char** argv) {
  try {
    return dateline::Main(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "dateline-searcher: %s\n", e.what());
    return 1;
  }
}
