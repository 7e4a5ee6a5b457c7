#include "bench/engine_bench.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/query_check.h"
#include "bench/random.h"
#include "bench/searchers.h"
#include "bench/stats.h"
#include "core/base/mutex.h"
#include "core/base/status_macros.h"
#include "searcher/serve/engine.h"

namespace dateline::bench {
namespace {

constexpr std::chrono::seconds kThroughputTime(5);

// The timings of one class in one mode by one searcher.
struct Series {
  std::string query_class;
  const Mode* mode = nullptr;
  Searcher* searcher = nullptr;
  double median_total = 0;
  std::vector<serve::SearchRequest> requests;
  std::vector<std::vector<double>> micros;  // by request, then by round
};

absl::Status RunOnce(Series& series) {
  for (size_t i = 0; i < series.requests.size(); ++i) {
    DL_ASSIGN_OR_RETURN(const double micros, series.searcher->Search(series.requests[i], nullptr));
    series.micros[i].push_back(micros);
  }
  return absl::OkStatus();
}

class EngineBench {
 public:
  EngineBench(const EngineBenchOptions& options, serve::Engine& engine, std::vector<BenchQuery> queries)
      : options_(options), engine_(engine), queries_(std::move(queries)), report_(options.output) {
    searchers_.push_back(NewEngineSearcher(&engine_));
    if (!options_.server.empty()) searchers_.push_back(NewGrpcSearcher(options_.server));
  }

  absl::Status Run() {
    report_.Header();
    PrintSubject();
    DL_ASSIGN_OR_RETURN(const auto totals, CheckAnswers(queries_, searchers_));  // warms up as well
    report_.Text(absl::StrCat("checked: the same totals and hits in all modes",
                              searchers_.size() > 1 ? ", and the same answers in process and over gRPC" : ""));
    MakeSeries(totals);
    // Rounds outside, so that what changes on the machine meanwhile meets all series alike.
    for (uint64_t round = 0; round < options_.repeat; ++round) {
      for (Series& series : series_) DL_RETURN_IF_ERROR(RunOnce(series));
    }
    PrintSeries();
    // All cores against one, in one run: how well the threads get along.
    for (unsigned threads : {1U, std::max(1U, std::thread::hardware_concurrency())}) {
      DL_RETURN_IF_ERROR(MeasureThroughput(threads));
    }
    return absl::OkStatus();
  }

 private:
  std::string Origin() const {
    return options_.queries.empty() ? absl::StrCat("seed ", options_.draw.seed) : options_.queries;
  }

  void PrintSubject() const {
    const serve::IndexStatus status = engine_.Status();
    report_.Text(
        absl::StrFormat("%s: %d documents, %d shards, %.1f MB on disk; %d queries from %s, %d timings of each",
                        status.generation, status.documents, status.shards, static_cast<double>(status.bytes) / 1e6,
                        queries_.size(), Origin(), options_.repeat));
  }

  void MakeSeries(const std::vector<uint64_t>& totals) {
    for (const std::string& query_class : ClassesOf(queries_)) {
      for (const Mode& mode : kModes) {
        for (const std::unique_ptr<Searcher>& searcher : searchers_) {
          Series series;
          series.query_class = query_class;
          series.mode = &mode;
          series.searcher = searcher.get();
          std::vector<double> of_class;
          for (size_t i = 0; i < queries_.size(); ++i) {
            if (queries_[i].query_class != query_class) continue;
            series.requests.push_back(RequestOf(queries_[i], mode));
            of_class.push_back(static_cast<double>(totals[i]));
          }
          series.median_total = Median(std::move(of_class));
          series.micros.resize(series.requests.size());
          series_.push_back(std::move(series));
        }
      }
    }
  }

  void PrintSeries() const {
    report_.Text(
        "microseconds a query: median, p90 and p99 of each query's median, mean of all; queries/s of one "
        "client that waits for each answer");
    report_.Text(absl::StrFormat("%-10s %-12s %-8s %8s %10s %10s %10s %10s %10s %10s", "class", "mode", "path",
                                 "queries", "hits", "median", "p90", "p99", "mean", "queries/s"));
    for (const Series& series : series_) PrintOne(series);
  }

  void PrintOne(const Series& series) const {
    std::vector<double> medians;
    std::vector<double> means;
    for (const std::vector<double>& micros : series.micros) {
      medians.push_back(Median(micros));
      means.push_back(Mean(micros));
    }
    const double mean = Mean(means);
    const double p50 = Median(medians);
    const double p90 = Percentile(medians, 0.9);
    const double p99 = Percentile(medians, 0.99);
    const std::string line = absl::StrFormat(
        "%-10s %-12s %-8s %8d %10.0f %10.1f %10.1f %10.1f %10.1f %10.0f", series.query_class, series.mode->name,
        series.searcher->name(), series.requests.size(), series.median_total, p50, p90, p99, mean, 1e6 / mean);
    report_.Result(line, [&](base::JsonWriter& json) {
      FillCommon(json);
      json.Key("class")
          .String(series.query_class)
          .Key("mode")
          .String(series.mode->name)
          .Key("path")
          .String(series.searcher->name())
          .Key("threads")
          .Uint(1)
          .Key("queries")
          .Uint(series.requests.size())
          .Key("median_total")
          .Double(series.median_total)
          .Key("median_us")
          .Double(p50)
          .Key("p90_us")
          .Double(p90)
          .Key("p99_us")
          .Double(p99)
          .Key("mean_us")
          .Double(mean)
          .Key("queries_per_second")
          .Double(1e6 / mean);
    });
  }

  void FillCommon(base::JsonWriter& json) const {
    const serve::IndexStatus status = engine_.Status();
    json.Key("bench")
        .String("engine")
        .Key("generation")
        .String(status.generation)
        .Key("documents")
        .Uint(status.documents)
        .Key("queries_from")
        .String(Origin())
        .Key("repeat")
        .Uint(options_.repeat);
  }

  // So many threads at once, in process, in the mode that the API has by default.
  absl::Status MeasureThroughput(unsigned threads) const {
    const Mode& mode = *std::prev(std::end(kModes));
    const std::vector<serve::SearchRequest> requests = MixedRequests(mode);
    std::atomic<uint64_t> answered = 0;
    base::Mutex mutex;
    absl::Status error;
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::thread> workers;
    for (unsigned i = 0; i < threads; ++i) {
      const size_t first = i * requests.size() / threads;
      workers.emplace_back([&, first] {
        const absl::StatusOr<uint64_t> count = SearchUntil(requests, first, start + kThroughputTime);
        if (count.ok()) {
          answered += *count;
          return;
        }
        base::MutexLock lock(&mutex);
        error = count.status();
      });
    }
    for (std::thread& worker : workers) worker.join();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    DL_RETURN_IF_ERROR(error);
    PrintThroughput(mode, threads, static_cast<double>(answered) / seconds);
    return absl::OkStatus();
  }

  // The queries of all classes in random order, so that every stretch of them is a fair mix.
  std::vector<serve::SearchRequest> MixedRequests(const Mode& mode) const {
    std::vector<serve::SearchRequest> requests;
    for (const BenchQuery& query : queries_) requests.push_back(RequestOf(query, mode));
    Random random(options_.draw.seed);
    random.Shuffle(requests);
    return requests;
  }

  // How many of `requests`, taken in turn from `first` on, were answered before `end`.
  absl::StatusOr<uint64_t> SearchUntil(const std::vector<serve::SearchRequest>& requests, size_t first,
                                       std::chrono::steady_clock::time_point end) const {
    uint64_t count = 0;
    for (size_t next = first; std::chrono::steady_clock::now() < end; next = (next + 1) % requests.size()) {
      DL_RETURN_IF_ERROR(engine_.Search(requests[next], base::Deadline()).status());
      ++count;
    }
    return count;
  }

  void PrintThroughput(const Mode& mode, unsigned threads, double per_second) const {
    const std::string line = absl::StrFormat("throughput in process, all classes mixed, %s, %d %s: %.0f queries/s",
                                             mode.name, threads, threads == 1 ? "thread" : "threads", per_second);
    report_.Result(line, [&](base::JsonWriter& json) {
      FillCommon(json);
      json.Key("class")
          .String("all")
          .Key("mode")
          .String(mode.name)
          .Key("path")
          .String("process")
          .Key("threads")
          .Uint(threads)
          .Key("queries_per_second")
          .Double(per_second);
    });
  }

  const EngineBenchOptions& options_;
  serve::Engine& engine_;
  const std::vector<BenchQuery> queries_;
  const Report report_;
  std::vector<std::unique_ptr<Searcher>> searchers_;  // the engine first
  std::vector<Series> series_;
};

}  // namespace

absl::Status RunEngineBench(const EngineBenchOptions& options) {
  DL_ASSIGN_OR_RETURN(std::vector<BenchQuery> queries, ReadOrDraw(options.queries, options.index, options.draw));
  serve::EngineOptions engine_options;
  engine_options.match_engine = options.engine;
  // What is too dear by default is measured as well.
  engine_options.max_query_cpu_ms = 60'000;
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<serve::Engine> engine,
                      serve::Engine::Open(options.index, engine_options));
  return EngineBench(options, *engine, std::move(queries)).Run();
}

}  // namespace dateline::bench
