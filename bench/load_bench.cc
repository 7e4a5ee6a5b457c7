#include "bench/load_bench.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/channel.h"
#include "bench/process.h"
#include "bench/query_check.h"
#include "bench/random.h"
#include "bench/stats.h"
#include "core/base/status_macros.h"
#include "proto/dateline/v1/search.grpc.pb.h"
#include "proto/dateline/v1/search.pb.h"
#include "searcher/rpc/errors.h"
#include "searcher/rpc/names.h"
#include "searcher/rpc/requests.h"

namespace dateline::bench {
namespace {

using Clock = std::chrono::steady_clock;

// Answered calls below this share of a ramp's step end it.
constexpr double kGoodShare = 0.99;
constexpr size_t kMaxSteps = 64;

// One call on its way.
struct Flight {
  grpc::ClientContext context;
  v1::SearchResponse response;
  grpc::Status status;
  std::unique_ptr<grpc::ClientAsyncResponseReader<v1::SearchResponse>> reader;
  Clock::time_point due;
  bool counted = false;  // it was due after warming up
};

struct StepResult {
  double rate = 0;
  double seconds = 0;
  uint64_t due = 0;
  uint64_t answered = 0;
  uint64_t not_sent = 0;                     // too many were in flight
  std::map<std::string, uint64_t> errors;    // by code
  std::vector<double> milliseconds;          // of those answered, from the moment when they were due
  std::vector<double> refused_milliseconds;  // of RESOURCE_EXHAUSTED, as well
  // By the second in which they were due, counted from the end of warming up.
  struct Second {
    uint64_t due = 0;
    uint64_t answered = 0;
    uint64_t refused = 0;
  };
  std::vector<Second> timeline;
  std::vector<double> lag_milliseconds;  // how late calls were sent: the generator's own limit
  double generator_cpu_share = 0;        // of one core

  Second& SecondOf(double since_warm) {
    const auto number = static_cast<size_t>(std::max(0.0, since_warm));
    if (timeline.size() <= number) timeline.resize(number + 1);
    return timeline[number];
  }

  double AnsweredShare() const { return due == 0 ? 0 : static_cast<double>(answered) / static_cast<double>(due); }
};

class LoadGenerator {
 public:
  LoadGenerator(const LoadBenchOptions& options, std::vector<v1::SearchRequest> requests)
      : options_(options), requests_(std::move(requests)), random_(options.draw.seed) {
    for (uint64_t i = 0; i < options.channels; ++i) {
      stubs_.push_back(v1::SearchService::NewStub(OwnConnection(options.server)));
    }
  }

  // Each channel answers once: the server is there, and connections are made.
  absl::Status Connect() {
    for (size_t i = 0; i < stubs_.size(); ++i) {
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
      v1::SearchResponse response;
      const grpc::Status status = stubs_[i]->Search(&context, requests_[i % requests_.size()], &response);
      if (!status.ok()) return rpc::ErrorFromRpc(status);
    }
    return absl::OkStatus();
  }

  StepResult Run(double rate) {
    StepResult result;
    result.rate = rate;
    result.seconds = options_.seconds;
    const Clock::time_point begin = Clock::now();
    const Clock::time_point counted_from = begin + Seconds(options_.warm_up_seconds);
    counted_from_ = counted_from;
    const Clock::time_point end = counted_from + Seconds(options_.seconds);
    const double cpu = CpuSeconds();
    for (Clock::time_point due = begin + NextGap(rate); due < end; due += NextGap(rate)) {
      // Answers that came meanwhile; and then to wait for the moment.
      while (TakeAnswer(std::min(due, Clock::now()), result)) {
      }
      while (Clock::now() < due) TakeAnswer(due, result);
      Send(due, due >= counted_from, result);
    }
    result.generator_cpu_share = (CpuSeconds() - cpu) / std::chrono::duration<double>(Clock::now() - begin).count();
    const Clock::time_point patience = Clock::now() + Seconds(options_.deadline_ms / 1000 + 5);
    while (in_flight_ > 0 && Clock::now() < patience) TakeAnswer(patience, result);
    return result;
  }

  ~LoadGenerator() {
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) delete static_cast<Flight*>(tag);
  }

 private:
  static Clock::duration Seconds(double seconds) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  }

  // Between two calls of a Poisson process.
  Clock::duration NextGap(double rate) {
    const double uniform = (static_cast<double>(random_.Next() >> 11) + 1) * 0x1p-53;  // 0 excluded
    return Seconds(-std::log(uniform) / rate);
  }

  void Send(Clock::time_point due, bool counted, StepResult& result) {
    if (counted) {
      ++result.due;
      ++result.SecondOf(SecondsWarm(due)).due;
      result.lag_milliseconds.push_back(MillisecondsSince(due));
    }
    if (in_flight_ >= options_.max_in_flight) {
      if (counted) ++result.not_sent;
      return;
    }
    auto* const flight = new Flight();  // TakeAnswer's
    flight->due = due;
    flight->counted = counted;
    flight->context.set_deadline(std::chrono::system_clock::now() +
                                 std::chrono::microseconds(static_cast<int64_t>(options_.deadline_ms * 1000)));
    v1::SearchService::Stub& stub = *stubs_[next_stub_++ % stubs_.size()];
    flight->reader = stub.AsyncSearch(&flight->context, requests_[random_.Below(requests_.size())], &queue_);
    flight->reader->Finish(&flight->response, &flight->status, flight);
    ++in_flight_;
  }

  // Waits until `until` at most. Was there one?
  bool TakeAnswer(Clock::time_point until, StepResult& result) {
    void* tag = nullptr;
    bool ok = false;
    const auto wall = std::chrono::system_clock::now() + (until - Clock::now());
    if (queue_.AsyncNext(&tag, &ok, std::chrono::time_point_cast<std::chrono::system_clock::duration>(wall)) !=
        grpc::CompletionQueue::GOT_EVENT) {
      return false;
    }
    const std::unique_ptr<Flight> flight(static_cast<Flight*>(tag));
    --in_flight_;
    if (!flight->counted) return true;
    StepResult::Second& second = result.SecondOf(SecondsWarm(flight->due));
    if (flight->status.ok()) {
      ++result.answered;
      ++second.answered;
      result.milliseconds.push_back(MillisecondsSince(flight->due));
    } else {
      if (flight->status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
        ++second.refused;
        result.refused_milliseconds.push_back(MillisecondsSince(flight->due));
      }
      ++result.errors[absl::StatusCodeToString(static_cast<absl::StatusCode>(flight->status.error_code()))];
    }
    return true;
  }

  double SecondsWarm(Clock::time_point due) const {
    return std::chrono::duration<double>(due - counted_from_).count();
  }

  static double MillisecondsSince(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  }

  const LoadBenchOptions& options_;
  const std::vector<v1::SearchRequest> requests_;
  Random random_;
  std::vector<std::unique_ptr<v1::SearchService::Stub>> stubs_;
  grpc::CompletionQueue queue_;
  size_t next_stub_ = 0;
  uint64_t in_flight_ = 0;
  Clock::time_point counted_from_;
};

class LoadBench {
 public:
  LoadBench(const LoadBenchOptions& options, LoadGenerator& generator)
      : options_(options), generator_(generator), report_(options.output) {}

  void Run() {
    report_.Header();
    report_.Text(absl::StrFormat(
        "%s over %d channels, %.0f s a step, deadline %.0f ms; latency from the moment when a call was due",
        options_.mode, options_.channels, options_.seconds, options_.deadline_ms));
    report_.Text(absl::StrFormat("%9s %9s %9s %8s %8s %8s %8s %8s %8s %8s  %s", "due/s", "done/s", "answered",
                                 "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms", "lag ms", "load CPU", "errors"));
    if (!options_.rates.empty()) {
      for (double rate : options_.rates) Step(rate);
      return;
    }
    double capacity = 0;
    double rate = options_.first_rate;
    for (size_t steps = 0; steps < kMaxSteps && Step(rate); ++steps) {
      capacity = rate;
      rate *= options_.growth;
    }
    const std::string line = absl::StrFormat("capacity: %.0f calls/s (99 %% answered, p99 within %.0f ms)", capacity,
                                             options_.p99_limit_ms);
    report_.Result(line, [&](base::JsonWriter& json) {
      json.Key("bench").String("load").Key("mode").String(options_.mode).Key("capacity").Double(capacity);
      json.Key("p99_limit_ms").Double(options_.p99_limit_ms);
    });
    if (capacity > 0) Step(0.8 * capacity);
  }

 private:
  // Was it good, as a ramp means it?
  bool Step(double rate) {
    const StepResult result = generator_.Run(rate);
    const auto percentile = [&result](double fraction) { return Percentile(result.milliseconds, fraction); };
    std::string errors;
    for (const auto& [code, count] : result.errors)
      absl::StrAppend(&errors, errors.empty() ? "" : ", ", code, " ", count);
    if (result.not_sent > 0) absl::StrAppend(&errors, errors.empty() ? "" : ", ", "not sent ", result.not_sent);
    const double done = static_cast<double>(result.answered) / result.seconds;
    const double p99 = percentile(0.99);
    const double lag = Percentile(result.lag_milliseconds, 0.99);
    const std::string line =
        absl::StrFormat("%9.0f %9.0f %8.2f%% %8.2f %8.2f %8.2f %8.2f %8.2f %8.2f %7.0f%%  %s", result.rate, done,
                        100 * result.AnsweredShare(), percentile(0.5), percentile(0.9), p99, percentile(0.999),
                        percentile(1), lag, 100 * result.generator_cpu_share, errors);
    report_.Result(line, [&](base::JsonWriter& json) {
      json.Key("bench").String("load").Key("mode").String(options_.mode).Key("rate").Double(result.rate);
      json.Key("answered_per_second").Double(done).Key("due").Uint(result.due).Key("answered").Uint(result.answered);
      json.Key("not_sent").Uint(result.not_sent).Key("errors").BeginObject();
      for (const auto& [code, count] : result.errors) json.Key(code).Uint(count);
      json.EndObject();
      json.Key("p50_ms").Double(percentile(0.5)).Key("p90_ms").Double(percentile(0.9)).Key("p99_ms").Double(p99);
      json.Key("refused").Uint(result.refused_milliseconds.size());
      json.Key("refused_p99_ms").Double(Percentile(result.refused_milliseconds, 0.99));
      json.Key("timeline").BeginArray();
      for (const StepResult::Second& second : result.timeline) {
        json.BeginObject().Key("due").Uint(second.due).Key("answered").Uint(second.answered);
        json.Key("refused").Uint(second.refused).EndObject();
      }
      json.EndArray();
      json.Key("p999_ms").Double(percentile(0.999)).Key("max_ms").Double(percentile(1));
      json.Key("lag_p99_ms").Double(lag).Key("generator_cpu_share").Double(result.generator_cpu_share);
    });
    return result.AnsweredShare() >= kGoodShare && p99 <= options_.p99_limit_ms;
  }

  const LoadBenchOptions& options_;
  LoadGenerator& generator_;
  const Report report_;
};

}  // namespace

absl::Status RunLoadBench(const LoadBenchOptions& options) {
  const Mode* const mode = FindMode(options.mode);
  if (mode == nullptr) return absl::InvalidArgumentError(absl::StrCat("--mode ", options.mode, ": there is none"));
  DL_ASSIGN_OR_RETURN(const std::vector<BenchQuery> queries,
                      ReadOrDraw(options.queries, options.index, options.draw));
  std::vector<v1::SearchRequest> requests;
  for (const BenchQuery& query : queries) rpc::RequestToProto(RequestOf(query, *mode), &requests.emplace_back());
  LoadGenerator generator(options, std::move(requests));
  DL_RETURN_IF_ERROR(generator.Connect());
  LoadBench(options, generator).Run();
  return absl::OkStatus();
}

}  // namespace dateline::bench
