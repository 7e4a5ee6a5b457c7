#include "bench/index_bench.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/optional.h"
#include "bench/build_runs.h"
#include "bench/process.h"
#include "bench/stats.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "indexer/ingest/record_source.h"

namespace dateline::bench {
namespace {

constexpr double kMb = 1e6;
constexpr size_t kComparedTerms = 1000;
constexpr uint64_t kCompareSeed = 1;

// Copies the first `limit` records of `inputs` to `path`, as JSON lines, and returns how many there were.
absl::StatusOr<uint64_t> CopyRecords(const std::vector<std::string>& inputs, uint64_t limit,
                                     const std::string& path) {
  DL_ASSIGN_OR_RETURN(std::unique_ptr<ingest::RecordSource> source, ingest::RecordSource::Open(inputs));
  DL_ASSIGN_OR_RETURN(base::FileWriter writer, base::FileWriter::Create(path));
  std::vector<ingest::Reject> rejects;
  uint64_t records = 0;
  while (records < limit) {
    const absl::optional<ingest::Record> record = source->Next(rejects);
    if (!record) break;
    if (record->format != ingest::Format::kJson) {
      return absl::InvalidArgumentError(absl::StrCat(record->file, ": --limit needs inputs of JSON lines"));
    }
    DL_RETURN_IF_ERROR(writer.Append(record->bytes));
    DL_RETURN_IF_ERROR(writer.Append("\n"));
    ++records;
  }
  DL_RETURN_IF_ERROR(writer.Close(/*sync=*/false));
  return records;
}

// One line of the table: the bare loop, or the pipeline with so many threads.
struct Subject {
  uint64_t threads = 0;  // 0: the bare loop
  std::vector<BuildRun> runs;
  std::vector<double> ratios;  // to the bare loop's documents per second, by round; empty for the bare loop

  bool bare() const { return threads == 0; }
  std::string Name() const {
    return bare() ? "bare loop" : absl::StrCat("pipeline, ", threads, threads == 1 ? " thread" : " threads");
  }
};

double DocumentsPerSecond(const BuildRun& run) { return static_cast<double>(run.documents) / run.seconds; }
double TextMbPerSecond(const BuildRun& run) { return static_cast<double>(run.text_bytes) / kMb / run.seconds; }
double PeakMb(const BuildRun& run) { return static_cast<double>(run.peak_bytes) / kMb; }
double IndexBytesPerTextMb(const BuildRun& run) {
  return static_cast<double>(run.index_bytes) / (static_cast<double>(run.text_bytes) / kMb);
}

// What is said of one run, or of the medians of several.
struct Figures {
  double seconds = 0;
  double cpu_seconds = 0;
  double documents_per_second = 0;
  double text_mb_per_second = 0;
  double peak_mb = 0;
  double index_bytes_per_text_mb = 0;
  absl::optional<double> ratio;
};

double MedianOf(const std::vector<BuildRun>& runs, double (*figure)(const BuildRun&)) {
  std::vector<double> values;
  for (const BuildRun& run : runs) values.push_back(figure(run));
  return Median(std::move(values));
}

Figures MediansOf(const std::vector<BuildRun>& runs, const std::vector<double>& ratios) {
  Figures figures;
  figures.seconds = MedianOf(runs, [](const BuildRun& run) { return run.seconds; });
  figures.cpu_seconds = MedianOf(runs, [](const BuildRun& run) { return run.cpu_seconds; });
  figures.documents_per_second = MedianOf(runs, DocumentsPerSecond);
  figures.text_mb_per_second = MedianOf(runs, TextMbPerSecond);
  figures.peak_mb = MedianOf(runs, PeakMb);
  figures.index_bytes_per_text_mb = MedianOf(runs, IndexBytesPerTextMb);
  if (!ratios.empty()) figures.ratio = Median(ratios);
  return figures;
}

class IndexBench {
 public:
  IndexBench(const IndexBenchOptions& options, std::string work)
      : options_(options), work_(std::move(work)), report_(options.output), inputs_(options.inputs) {
    subjects_.emplace_back();
    for (uint64_t threads : options.threads) subjects_.push_back(Subject{threads, {}, {}});
  }

  absl::Status Run() {
    report_.Header();
    if (options_.limit > 0) DL_RETURN_IF_ERROR(Limit());
    DL_RETURN_IF_ERROR(Check());
    report_.Text(absl::StrFormat("%-7s %-20s %8s %8s %8s %10s %8s %16s %14s", "round", "", "seconds", "CPU s",
                                 "docs/s", "text MB/s", "peak MB", "index B/text MB", "ratio to bare"));
    for (uint64_t round = 1; round <= options_.repeat; ++round) DL_RETURN_IF_ERROR(RunRound(round));
    for (const Subject& subject : subjects_) {
      Print("median", subject, MediansOf(subject.runs, subject.ratios));
    }
    report_.Text(
        "Peak MB of the bare loop leaves out the documents that it was given in memory; its index is not compacted.");
    return absl::OkStatus();
  }

 private:
  std::string Path(absl::string_view name) const { return base::JoinPath(work_, name); }

  absl::Status Limit() {
    const std::string path = Path("limited.jsonl");
    const auto records = RunInChild<uint64_t>([&] { return CopyRecords(options_.inputs, options_.limit, path); });
    DL_RETURN_IF_ERROR(records.status());
    inputs_ = {path};
    report_.Text(absl::StrCat("the first ", *records, " records only, as JSON lines that are not compressed"));
    return absl::OkStatus();
  }

  // Answers first. This also warms the caches.
  absl::Status Check() {
    const std::string database = Path("bare");
    const std::string index = Path("index");
    DL_ASSIGN_OR_RETURN(const BuildRun bare, MeasureBare());
    DL_ASSIGN_OR_RETURN(const BuildRun pipeline, MeasurePipeline(options_.threads.back()));
    const auto compared =
        RunInChild<uint64_t>([&] { return CompareIndexes(database, index, kComparedTerms, kCompareSeed); });
    DL_RETURN_IF_ERROR(compared.status());
    if (bare.text_bytes != pipeline.text_bytes) return absl::InternalError("the texts have different sizes");
    expected_hash_ = pipeline.content_hash;
    report_.Text(absl::StrFormat("%d documents, %.1f MB of text, %.0f MB of memory as analysed documents",
                                 pipeline.documents, static_cast<double>(pipeline.text_bytes) / kMb,
                                 static_cast<double>(bare.given_bytes) / kMb));
    report_.Text(absl::StrCat("checked: as many documents in both, of the same length, and equal frequencies of ",
                              *compared, " terms"));
    return absl::OkStatus();
  }

  absl::Status RunRound(uint64_t round) {
    for (Subject& subject : subjects_) {
      DL_ASSIGN_OR_RETURN(const BuildRun run, subject.bare() ? MeasureBare() : MeasurePipeline(subject.threads));
      if (!subject.bare() && run.content_hash != expected_hash_) {
        return absl::InternalError(absl::StrCat(subject.Name(), ": made another index from the same input"));
      }
      subject.runs.push_back(run);
      if (!subject.bare()) {
        subject.ratios.push_back(DocumentsPerSecond(run) / DocumentsPerSecond(subjects_.front().runs.back()));
      }
      std::vector<double> ratio;
      if (!subject.bare()) ratio.push_back(subject.ratios.back());
      Print(absl::StrCat(round), subject, MediansOf({run}, ratio));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<BuildRun> MeasureBare() {
    const std::string database = Path("bare");
    const std::string scratch = Path("scratch");
    DL_RETURN_IF_ERROR(base::RemoveTree(database));
    DL_RETURN_IF_ERROR(base::RemoveTree(scratch));
    DL_RETURN_IF_ERROR(base::MakeDirectory(scratch));
    return RunInChild<BuildRun>([&] { return RunBareLoop(inputs_, scratch, database); });
  }

  absl::StatusOr<BuildRun> MeasurePipeline(uint64_t threads) {
    const std::string index = Path("index");
    DL_RETURN_IF_ERROR(base::RemoveTree(index));
    DL_ASSIGN_OR_RETURN(const BuildRun run,
                        RunInChild<BuildRun>([&] { return RunPipeline(inputs_, index, threads); }));
    if (run.threads != threads) {
      return absl::InvalidArgumentError(
          absl::StrCat("--threads ", threads, ": the pipeline's memory allows no more than ", run.threads));
    }
    return run;
  }

  void Print(absl::string_view round, const Subject& subject, const Figures& figures) const {
    const std::string line = absl::StrFormat(
        "%-7s %-20s %8.2f %8.2f %8.0f %10.2f %8.0f %16.0f %14s", round, subject.Name(), figures.seconds,
        figures.cpu_seconds, figures.documents_per_second, figures.text_mb_per_second, figures.peak_mb,
        figures.index_bytes_per_text_mb, figures.ratio ? absl::StrFormat("%.2f", *figures.ratio) : "");
    report_.Result(line, [&](base::JsonWriter& json) {
      json.Key("bench")
          .String("index")
          .Key("subject")
          .String(subject.bare() ? "bare" : "pipeline")
          .Key("threads")
          .Uint(std::max<uint64_t>(subject.threads, 1))
          .Key("round")
          .String(round)
          .Key("repeat")
          .Uint(options_.repeat)
          .Key("limit")
          .Uint(options_.limit)
          .Key("documents")
          .Uint(subject.runs.back().documents)
          .Key("text_bytes")
          .Uint(subject.runs.back().text_bytes)
          .Key("seconds")
          .Double(figures.seconds)
          .Key("cpu_seconds")
          .Double(figures.cpu_seconds)
          .Key("documents_per_second")
          .Double(figures.documents_per_second)
          .Key("text_mb_per_second")
          .Double(figures.text_mb_per_second)
          .Key("peak_memory_mb")
          .Double(figures.peak_mb)
          .Key("index_bytes_per_text_mb")
          .Double(figures.index_bytes_per_text_mb)
          .Key("ratio_to_bare");
      figures.ratio ? json.Double(*figures.ratio) : json.Null();
    });
  }

  const IndexBenchOptions& options_;
  const std::string work_;
  const Report report_;
  std::vector<std::string> inputs_;
  std::vector<Subject> subjects_;  // the bare loop first
  uint64_t expected_hash_ = 0;
};

}  // namespace

absl::Status RunIndexBench(const IndexBenchOptions& options) {
  if (options.threads.empty()) return absl::InvalidArgumentError("--threads names no number");
  const std::string parent = options.work.empty() ? std::filesystem::temp_directory_path().string() : options.work;
  const std::string work = base::JoinPath(parent, absl::StrCat("dateline-bench-", ::getpid()));
  DL_RETURN_IF_ERROR(base::MakeDirectories(work));
  const absl::Cleanup clean = [&work] { base::RemoveTree(work).IgnoreError(); };
  return IndexBench(options, work).Run();
}

}  // namespace dateline::bench
