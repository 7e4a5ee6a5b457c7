#include "bench/calls_bench.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "bench/channel.h"
#include "bench/query_check.h"
#include "bench/stats.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "proto/dateline/v1/search.pb.h"
#include "searcher/rpc/errors.h"
#include "searcher/rpc/requests.h"

namespace dateline::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kSearch[] = "/dateline.v1.SearchService/Search";
constexpr char kMultiSearch[] = "/dateline.v1.SearchService/MultiSearch";
// An empty message asks for the whole server.
constexpr char kHealthCheck[] = "/grpc.health.v1.Health/Check";
constexpr std::chrono::seconds kDeadline(20);

// Calls of one kind, encoded once.
struct Kind {
  std::string name;
  std::string method;
  uint64_t searches_per_call = 0;
  std::vector<grpc::ByteBuffer> requests;
  std::vector<double> rates;   // of each round, calls a second
  std::vector<double> cpu_us;  // of the server, a call
  uint64_t failed = 0;
  std::string first_error;
};

grpc::ByteBuffer Encoded(const google::protobuf::MessageLite& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

// Of all threads of the process, or nothing when it cannot be told.
absl::StatusOr<double> CpuSecondsOf(uint64_t pid) {
  DL_ASSIGN_OR_RETURN(const std::string stat, base::ReadFile(absl::StrCat("/proc/", pid, "/stat")));
  // What follows the name, which may hold spaces: the 12th and 13th are user and system time.
  const std::vector<std::string> fields = absl::StrSplit(stat.substr(stat.rfind(')') + 2), ' ');
  uint64_t user = 0;
  uint64_t system = 0;
  if (fields.size() < 13 || !absl::SimpleAtoi(fields[11], &user) || !absl::SimpleAtoi(fields[12], &system)) {
    return absl::InternalError("/proc tells no processor time");
  }
  return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

class Caller {
 public:
  explicit Caller(const CallsBenchOptions& options) : options_(options) {
    for (uint64_t i = 0; i < options.channels; ++i) {
      stubs_.push_back(std::make_unique<grpc::GenericStub>(OwnConnection(options.server)));
    }
  }

  // Sends every request once, one at a time: many at once, of which none is kept yet, would be refused on a busy
  // machine.
  void CallEachOnce(Kind& kind) {
    for (size_t i = 0; i < kind.requests.size() && kind.failed == 0; ++i) {
      Send(kind, i % stubs_.size());
      Take(kind);
    }
  }

  // Calls for so long, and waits for the last answers. Gives calls a second.
  double Run(Kind& kind, double seconds) {
    const Clock::time_point begin = Clock::now();
    const Clock::time_point end =
        begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    uint64_t open = 0;
    uint64_t done = 0;
    for (size_t stub = 0; stub < stubs_.size(); ++stub) {
      for (uint64_t i = 0; i < options_.calls_per_channel; ++i, ++open) Send(kind, stub);
    }
    while (open > 0) {
      const std::unique_ptr<Flight> flight = Take(kind);
      if (flight == nullptr) break;
      ++done;
      if (Clock::now() < end && flight->status.ok()) {
        Send(kind, flight->stub);
      } else {
        --open;
      }
    }
    return static_cast<double>(done) / std::chrono::duration<double>(Clock::now() - begin).count();
  }

  ~Caller() {
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) delete static_cast<Flight*>(tag);
  }

 private:
  struct Flight {
    grpc::ClientContext context;
    grpc::ByteBuffer reply;
    grpc::Status status;
    std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
    size_t stub = 0;
  };

  void Send(const Kind& kind, size_t stub) {
    auto* const flight = new Flight();  // Run's
    flight->stub = stub;
    flight->context.set_deadline(std::chrono::system_clock::now() + kDeadline);
    const grpc::ByteBuffer& request = kind.requests[next_++ % kind.requests.size()];
    flight->reader = stubs_[stub]->PrepareUnaryCall(&flight->context, kind.method, request, &queue_);
    flight->reader->StartCall();
    flight->reader->Finish(&flight->reply, &flight->status, flight);
  }

  // The next call that has ended; null when the queue has.
  std::unique_ptr<Flight> Take(Kind& kind) {
    void* tag = nullptr;
    bool ok = false;
    if (!queue_.Next(&tag, &ok)) return nullptr;
    std::unique_ptr<Flight> flight(static_cast<Flight*>(tag));
    if (!flight->status.ok() && kind.failed++ == 0) kind.first_error = flight->status.error_message();
    return flight;
  }

  const CallsBenchOptions& options_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  grpc::CompletionQueue queue_;
  size_t next_ = 0;
};

absl::StatusOr<std::vector<Kind>> MakeKinds(const CallsBenchOptions& options) {
  DL_ASSIGN_OR_RETURN(const std::vector<BenchQuery> queries,
                      ReadOrDraw(options.queries, options.index, options.draw));
  std::vector<Kind> kinds(1);
  kinds[0].name = "empty (Health.Check)";
  kinds[0].method = kHealthCheck;
  kinds[0].requests.push_back(Encoded(v1::GetStatusRequest()));
  for (const absl::string_view name : absl::StrSplit(options.modes, ',')) {
    const Mode* const mode = FindMode(std::string(name));
    if (mode == nullptr) return absl::InvalidArgumentError(absl::StrCat("--modes ", name, ": there is none"));
    Kind one;
    one.name = std::string(name);
    one.method = kSearch;
    one.searches_per_call = 1;
    Kind many;
    many.name = absl::StrCat(name, ", ", options.batch, " a call");
    many.method = kMultiSearch;
    many.searches_per_call = options.batch;
    v1::MultiSearchRequest batch;
    for (const BenchQuery& query : queries) {
      v1::SearchRequest request;
      rpc::RequestToProto(RequestOf(query, *mode), &request);
      one.requests.push_back(Encoded(request));
      *batch.add_requests() = request;
      if (static_cast<uint64_t>(batch.requests_size()) < options.batch) continue;
      many.requests.push_back(Encoded(batch));
      batch.Clear();
    }
    kinds.push_back(std::move(one));
    if (!many.requests.empty()) kinds.push_back(std::move(many));
  }
  return kinds;
}

absl::Status RunRound(const CallsBenchOptions& options, Caller& caller, Kind& kind) {
  double before = 0;
  if (options.pid != 0) {
    DL_ASSIGN_OR_RETURN(before, CpuSecondsOf(options.pid));
  }
  const double rate = caller.Run(kind, options.seconds);
  if (kind.failed > 0) {
    return absl::UnavailableError(absl::StrCat(kind.name, ": ", kind.failed, " calls failed: ", kind.first_error));
  }
  kind.rates.push_back(rate);
  if (options.pid == 0) return absl::OkStatus();
  DL_ASSIGN_OR_RETURN(const double after, CpuSecondsOf(options.pid));
  kind.cpu_us.push_back((after - before) * 1e6 / (rate * options.seconds));
  return absl::OkStatus();
}

void Tell(const CallsBenchOptions& options, const std::vector<Kind>& kinds) {
  const Report report(options.output);
  report.Header();
  report.Text(absl::StrFormat("closed loop, %d connections with %d calls each; medians of %d rounds of %.1f s",
                              options.channels, options.calls_per_channel, options.rounds, options.seconds));
  report.Text(absl::StrFormat("%-28s %10s %12s %10s %14s %16s", "call", "calls/s", "searches/s", "of empty",
                              "CPU us a call", "CPU us a search"));
  const double empty = Percentile(kinds.front().rates, 0.5);
  for (const Kind& kind : kinds) {
    const double rate = Percentile(kind.rates, 0.5);
    const double searches = rate * static_cast<double>(kind.searches_per_call);
    const double cpu_us = Percentile(kind.cpu_us, 0.5);
    const double search_us = kind.searches_per_call == 0 ? 0 : cpu_us / static_cast<double>(kind.searches_per_call);
    const std::string line = absl::StrFormat("%-28s %10.0f %12.0f %10.2f %14.1f %16.1f", kind.name, rate, searches,
                                             rate / empty, cpu_us, search_us);
    report.Result(line, [&](base::JsonWriter& json) {
      json.Key("bench").String("calls").Key("call").String(kind.name).Key("calls_per_second").Double(rate);
      json.Key("searches_per_second").Double(searches).Key("of_empty").Double(rate / empty);
      json.Key("cpu_us_per_call").Double(cpu_us).Key("cpu_us_per_search").Double(search_us);
    });
  }
}

}  // namespace

absl::Status RunCallsBench(const CallsBenchOptions& options) {
  DL_ASSIGN_OR_RETURN(std::vector<Kind> kinds, MakeKinds(options));
  Caller caller(options);
  // Once without counting: connections are made, files are read, what is kept is kept.
  for (Kind& kind : kinds) {
    caller.CallEachOnce(kind);
    if (kind.failed == 0) caller.Run(kind, options.seconds / 2);
    if (kind.failed > 0) return absl::UnavailableError(absl::StrCat(kind.name, ": ", kind.first_error));
  }
  for (uint64_t round = 0; round < options.rounds; ++round) {
    for (Kind& kind : kinds) DL_RETURN_IF_ERROR(RunRound(options, caller, kind));
  }
  Tell(options, kinds);
  return absl::OkStatus();
}

}  // namespace dateline::bench
