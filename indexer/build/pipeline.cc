#include "indexer/build/pipeline.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/base/bounded_queue.h"
#include "core/base/checksum.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "indexer/build/article_sorter.h"
#include "indexer/build/index_pass.h"
#include "indexer/build/workers.h"
#include "indexer/ingest/reject_log.h"

namespace dateline::build {
namespace {

using article::Article;
using ingest::Record;
using ingest::Reject;

// Records travel between threads in batches, so that the queue's lock is no cost.
constexpr size_t kBatchBytes = 1 << 20;
constexpr size_t kBatchRecords = 512;

// What one thread needs; and what it needs for each MB of the largest record.
constexpr uint64_t kThreadMemoryMb = 250;
constexpr uint64_t kMemoryMbPerRecordMb = 16;
// The sorter holds two buffers of its share.
constexpr uint64_t kSorterShare = 8;

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Counts words as any text has them, without analysis: enough to tell an article from a list of random strings.
bool HasTooManyWords(const Article& article) {
  if (article.body.size() < kMaxDifferentWords * 2) return false;
  absl::flat_hash_set<uint64_t> seen;
  const absl::string_view body = article.body;
  const auto in_word = [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || (c & 0x80) != 0; };
  for (size_t at = 0; at < body.size(); ++at) {
    const size_t begin = at;
    while (at < body.size() && in_word(body[at])) ++at;
    if (at > begin) seen.insert(base::Hash64(body.substr(begin, at - begin)));
    if (seen.size() > kMaxDifferentWords) return true;
  }
  return false;
}

// Pass one: records of the inputs into the sorter.
class ReadPass {
 public:
  struct Sinks {
    ingest::RejectLog& log;
    ArticleSorter& sorter;
    StageTimes& times;
  };

  ReadPass(const BuildOptions& options, uint64_t threads, const Sinks& sinks)
      : options_(options), threads_(threads), sinks_(sinks), queue_((threads + 1) * kBatchBytes) {}

  absl::Status Run(ingest::RecordSource& source) {
    Threads workers;
    workers.Start(threads_, [this] { Work(); });
    Feed(source);
    queue_.Close();
    workers.Join();
    return error_.Get();
  }

  uint64_t records() const { return records_; }

 private:
  struct Batch {
    uint64_t number = 0;
    size_t bytes = 0;
    std::vector<Record> records;
    std::vector<Reject> rejects;
  };

  void Feed(ingest::RecordSource& source) {
    StageClock clock(&sinks_.times);
    clock.Enter(Stage::kRead);
    Batch batch;
    bool more = true;
    while (more && error_.ok()) {
      absl::optional<Record> record = source.Next(batch.rejects);
      more = record.has_value();
      if (record) {
        ++records_;
        batch.bytes += record->bytes.size();
        batch.records.push_back(*std::move(record));
      }
      if (more && batch.bytes < kBatchBytes && batch.records.size() < kBatchRecords) continue;
      ShowProgress(source);
      if (options_.cancelled != nullptr && *options_.cancelled) error_.Set(absl::CancelledError("interrupted"));
      const uint64_t next_number = batch.number + 1;
      const size_t cost = batch.bytes;
      clock.Leave();
      queue_.Push(std::move(batch), cost);
      clock.EndLap();
      clock.Enter(Stage::kRead);
      batch = Batch();
      batch.number = next_number;
    }
  }

  void ShowProgress(const ingest::RecordSource& source) {
    if (options_.progress == nullptr) return;
    options_.progress->input_bytes = source.read_bytes();
    options_.progress->input_total = source.total_bytes();
    options_.progress->records = records_;
    options_.progress->text_bytes = source.text_bytes();
  }

  void Work() {
    extract::Extractor extractor(options_.supplied, *options_.lexicon);
    StageClock clock(&sinks_.times);
    while (absl::optional<Batch> batch = queue_.Pop()) {
      if (!error_.ok()) continue;  // drain, so that the reader never waits for ever
      const absl::Status status = TakeIn(extractor, clock, *batch);
      if (!status.ok()) error_.Set(status);
      clock.Leave();
      clock.EndLap();
    }
  }

  absl::Status TakeIn(extract::Extractor& extractor, StageClock& clock, Batch& batch) {
    const std::chrono::nanoseconds language_before = extractor.language_time();
    std::vector<Reject> notes;
    for (const Record& record : batch.records) {
      const auto because = [&record](absl::string_view reason) {
        return Reject{record.file, record.offset, record.line, std::string(reason), record.sequence};
      };
      clock.Enter(Stage::kExtract);
      const absl::StatusOr<Article> article = extractor.Extract(record);
      if (!article.ok()) {
        batch.rejects.push_back(because(article.status().message()));
        continue;
      }
      if (HasTooManyWords(*article)) {
        batch.rejects.push_back(
            because(absl::StrCat("too large: it has more than ", kMaxDifferentWords, " different words")));
        continue;
      }
      for (const std::string& note : article->notes) notes.push_back(because(note));
      clock.Enter(Stage::kSort);
      DL_RETURN_IF_ERROR(sinks_.sorter.Add(record.sequence, *article));
    }
    clock.Move(Stage::kExtract, Stage::kLanguage, extractor.language_time() - language_before);
    return sinks_.log.Add(batch.number, batch.rejects, notes);
  }

  const BuildOptions& options_;
  const uint64_t threads_;
  const Sinks sinks_;
  base::BoundedQueue<Batch> queue_;
  FirstError error_;
  uint64_t records_ = 0;  // of the feeding thread
};

// What is left of the memory when the sorter has its two buffers.
uint64_t UsableMemoryMb(uint64_t memory_mb) { return memory_mb * (kSorterShare - 2) / kSorterShare; }

absl::Status CheckMemory(const BuildOptions& options) {
  const uint64_t record_mb = options.max_record_bytes >> 20;
  const uint64_t needed = record_mb * kMemoryMbPerRecordMb * kSorterShare / (kSorterShare - 2);
  if (options.memory_mb >= std::max(kMinMemoryMb, needed)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("records of up to ", record_mb, " MB need at least ", std::max(kMinMemoryMb, needed),
                   " MB of memory; raise --memory-mb, now ", options.memory_mb, ", or lower --max-record-mb"));
}

}  // namespace

uint64_t ThreadsWithin(uint64_t threads, uint64_t memory_mb, uint64_t max_record_bytes) {
  const uint64_t each = std::max(kThreadMemoryMb, (max_record_bytes >> 20) * kMemoryMbPerRecordMb);
  return std::clamp<uint64_t>(threads, 1, std::max<uint64_t>(UsableMemoryMb(memory_mb) / each, 1));
}

absl::StatusOr<BuildResult> BuildGeneration(const BuildOptions& options) {
  DL_RETURN_IF_ERROR(CheckMemory(options));
  BuildResult result;
  result.threads = ThreadsWithin(options.threads, options.memory_mb, options.max_record_bytes);
  const auto start = std::chrono::steady_clock::now();
  DL_ASSIGN_OR_RETURN(std::unique_ptr<ingest::RecordSource> source,
                      ingest::RecordSource::Open(options.inputs, options.max_record_bytes));
  result.skipped_files = source->skipped();
  result.passed_over = source->passed_over();
  DL_ASSIGN_OR_RETURN(std::unique_ptr<ingest::RejectLog> log, ingest::RejectLog::Create(options.reject_log));

  ArticleSorter sorter(options.work_directory, (options.memory_mb << 20) / kSorterShare);
  StageTimes times;
  ReadPass read_pass(options, result.threads, {*log, sorter, times});
  const absl::Status read = read_pass.Run(*source);
  DL_RETURN_IF_ERROR(log->Close());
  DL_RETURN_IF_ERROR(read);
  {
    StageClock clock(&times);
    clock.Enter(Stage::kSort);
    DL_RETURN_IF_ERROR(sorter.Sort());
  }
  result.records = read_pass.records();
  result.notes = log->notes();
  result.read_seconds = SecondsSince(start);
  result.manifest.rejected = log->rejects();
  result.manifest.replaced = sorter.replaced();
  if (sorter.articles() == 0 && options.may_be_empty) return result;
  if (sorter.articles() == 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("no article could be taken in (", log->rejects(), " rejected, reasons in ", log->path(), ")"));
  }

  const auto index_start = std::chrono::steady_clock::now();
  IndexOptions index_options;
  index_options.work_directory = options.work_directory;
  index_options.generation_directory = options.generation_directory;
  index_options.shard_kind = options.shard_kind;
  index_options.shards = options.shards;
  index_options.threads = result.threads;
  index_options.writer = options.writer;
  index_options.any_xapian = options.any_xapian;
  index_options.default_language = options.default_language;
  index_options.average_length = options.average_length;
  index_options.pair_share = options.pair_share;
  index_options.progress = options.progress;
  index_options.cancelled = options.cancelled;
  index_options.times = &times;
  DL_ASSIGN_OR_RETURN(IndexedShards indexed, IndexArticles(index_options, sorter));
  result.index_seconds = SecondsSince(index_start);
  result.manifest.shards = std::move(indexed.shards);
  FillManifest(indexed.totals, result.manifest);
  result.manifest.average_length = indexed.average_length;
  result.manifest.pair_share = options.pair_share;
  result.manifest.operation = "build";
  result.stage_seconds = times.seconds();
  result.shortened = indexed.totals.shortened_terms;
  if (options.progress != nullptr) options.progress->phase = Progress::kDone;
  return result;
}

}  // namespace dateline::build
