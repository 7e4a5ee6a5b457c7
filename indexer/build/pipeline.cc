#include "indexer/build/pipeline.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/base/bounded_queue.h"
#include "core/base/checksum.h"
#include "core/base/file.h"
#include "core/base/mutex.h"
#include "core/base/status_macros.h"
#include "core/text/analyzer.h"
#include "indexer/build/article_sorter.h"
#include "indexer/build/document_builder.h"
#include "indexer/build/shard_writer.h"
#include "indexer/ingest/reject_log.h"

namespace dateline::build {
namespace {

using article::Article;
using index::Manifest;
using index::ManifestShard;
using ingest::Record;
using ingest::Reject;

// Records travel between threads in batches, so that the queue's lock is no cost.
constexpr size_t kBatchBytes = 1 << 20;
constexpr size_t kBatchRecords = 512;

// A thread takes a task of consecutive articles that ends with the one that reaches one of these, and begins a new
// segment after the document that reaches the third: Xapian keeps about 150 bytes for each term of each document of
// news in memory, and 320 where no word comes twice.
constexpr size_t kTaskDocuments = 1024;
constexpr size_t kTaskTextBytes = 4 << 20;
constexpr size_t kSegmentPostings = 400'000;
// What one thread needs then; and what it needs for each MB of the largest record.
constexpr uint64_t kThreadMemoryMb = 250;
constexpr uint64_t kMemoryMbPerRecordMb = 16;
// The sorter holds two buffers of its share.
constexpr uint64_t kSorterShare = 8;

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The first error of several threads.
class FirstError {
 public:
  void Set(absl::Status status) {
    base::MutexLock lock(&mutex_);
    if (status_.ok()) status_ = std::move(status);
  }
  absl::Status Get() const {
    base::MutexLock lock(&mutex_);
    return status_;
  }
  bool ok() const { return Get().ok(); }

 private:
  mutable base::Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

class Threads {
 public:
  ~Threads() { Join(); }
  template <typename Body>
  void Start(uint64_t count, Body body) {
    for (uint64_t i = 0; i < count; ++i) threads_.emplace_back(body);
  }
  void Join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::vector<std::thread> threads_;
};

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
  ReadPass(const BuildOptions& options, uint64_t threads, ingest::RejectLog& log, ArticleSorter& sorter)
      : options_(options), threads_(threads), log_(log), sorter_(sorter), queue_((threads + 1) * kBatchBytes) {}

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
      queue_.Push(std::move(batch), cost);
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
    while (absl::optional<Batch> batch = queue_.Pop()) {
      if (!error_.ok()) continue;  // drain, so that the reader never waits for ever
      const absl::Status status = TakeIn(extractor, *batch);
      if (!status.ok()) error_.Set(status);
    }
  }

  absl::Status TakeIn(extract::Extractor& extractor, Batch& batch) {
    std::vector<Reject> notes;
    for (const Record& record : batch.records) {
      const auto because = [&record](absl::string_view reason) {
        return Reject{record.file, record.offset, record.line, std::string(reason), record.sequence};
      };
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
      DL_RETURN_IF_ERROR(sorter_.Add(record.sequence, *article));
    }
    return log_.Add(batch.number, batch.rejects, notes);
  }

  const BuildOptions& options_;
  const uint64_t threads_;
  ingest::RejectLog& log_;
  ArticleSorter& sorter_;
  base::BoundedQueue<Batch> queue_;
  FirstError error_;
  uint64_t records_ = 0;  // of the feeding thread
};

// What the manifest says about all documents together.
struct Totals {
  uint64_t documents = 0;
  uint64_t length = 0;
  uint64_t text_bytes = 0;
  uint64_t undated = 0;
  uint64_t shortened_terms = 0;
  absl::optional<int64_t> oldest;
  absl::optional<int64_t> newest;
  std::set<std::string> languages;

  void Add(const IndexedDoc& doc) {
    ++documents;
    length += doc.row.length;
    text_bytes += doc.text_bytes;
    shortened_terms += doc.shortened_terms;
    languages.insert(doc.language);
    if (doc.row.instant == article::kUndated) {
      ++undated;
      return;
    }
    oldest = std::min(oldest.value_or(doc.row.instant), doc.row.instant);
    newest = std::max(newest.value_or(doc.row.instant), doc.row.instant);
  }

  void Add(const Totals& other) {
    documents += other.documents;
    length += other.length;
    text_bytes += other.text_bytes;
    undated += other.undated;
    shortened_terms += other.shortened_terms;
    languages.insert(other.languages.begin(), other.languages.end());
    if (other.oldest) oldest = std::min(oldest.value_or(*other.oldest), *other.oldest);
    if (other.newest) newest = std::max(newest.value_or(*other.newest), *other.newest);
  }
};

// Pass two: sorted articles into shards.
class IndexPass {
 public:
  IndexPass(const BuildOptions& options, uint64_t threads, ArticleSorter& sorter)
      : options_(options), threads_(threads), sorter_(sorter), queue_(threads * kTaskTextBytes) {}

  absl::Status Run() {
    shards_.resize(ShardCount());
    if (options_.progress != nullptr) {
      options_.progress->documents_total = sorter_.articles();
      options_.progress->phase = Progress::kIndexing;
    }
    Threads workers;
    workers.Start(threads_, [this] { Work(); });
    const absl::Status fed = Feed();
    if (!fed.ok()) error_.Set(fed);
    if (error_.ok()) {
      queue_.Close();
    } else {
      queue_.Cancel();
    }
    workers.Join();
    return error_.Get();
  }

  std::vector<ManifestShard> TakeShards() {
    std::vector<ManifestShard> shards;
    for (Shard& shard : shards_) shards.push_back(std::move(shard.result));
    return shards;
  }

  const Totals& totals() const { return totals_; }

 private:
  // A stretch of articles that one thread turns into segments.
  struct Task {
    size_t shard = 0;
    size_t number = 0;  // within the shard
    std::vector<Article> articles;
    size_t text_bytes = 0;
  };

  struct TaskResult {
    std::vector<std::string> segments;
    std::vector<index::ColumnRow> rows;
  };

  struct Shard {
    size_t tasks = 0;  // known once the feeding thread has passed the shard's end
    bool complete = false;
    size_t tasks_taken = 0;
    index::ColumnsBuilder columns;
    std::vector<std::string> segments;
    std::map<size_t, TaskResult> finished;  // those that wait for an earlier one
    ManifestShard result;
  };

  size_t ShardCount() const {
    const uint64_t articles = std::max<uint64_t>(sorter_.articles(), 1);
    const auto at_most = [articles](uint64_t documents) { return (articles + documents - 1) / documents; };
    const uint64_t wanted = options_.shards != 0 ? options_.shards : at_most(kDefaultShardDocuments);
    return std::clamp(wanted, at_most(kMaxShardDocuments), articles);
  }

  // Shard i holds the articles from i * n / count up to (i + 1) * n / count: equal parts of the walk.
  absl::Status Feed() {
    const uint64_t articles = sorter_.articles();
    uint64_t taken = 0;
    for (size_t shard = 0; shard < shards_.size(); ++shard) {
      const uint64_t end = (shard + 1) * articles / shards_.size();
      Task task;
      task.shard = shard;
      while (taken < end) {
        DL_ASSIGN_OR_RETURN(absl::optional<Article> article, sorter_.Next());
        if (!article) return absl::InternalError("the sorter gave fewer articles than it counted");
        ++taken;
        task.text_bytes += article->headline.size() + article->body.size() + article->caption.size();
        task.articles.push_back(*std::move(article));
        const bool full = task.articles.size() >= kTaskDocuments || task.text_bytes >= kTaskTextBytes;
        if (!full && taken < end) continue;
        if (options_.cancelled != nullptr && *options_.cancelled) return absl::CancelledError("interrupted");
        const size_t next_number = task.number + 1;
        const size_t cost = task.text_bytes;
        if (taken == end) EndShard(shard, next_number);
        if (!queue_.Push(std::move(task), cost)) return error_.Get();
        task = Task();
        task.shard = shard;
        task.number = next_number;
      }
    }
    return absl::OkStatus();
  }

  void EndShard(size_t shard, size_t tasks) {
    base::MutexLock lock(&mutex_);
    shards_[shard].tasks = tasks;
    shards_[shard].complete = true;
  }

  void Work() {
    DocumentBuilder builder(options_.default_language);
    while (absl::optional<Task> task = queue_.Pop()) {
      absl::Status status = RunTask(builder, *task);
      if (status.ok()) continue;
      error_.Set(std::move(status));
      queue_.Cancel();
    }
  }

  absl::Status RunTask(DocumentBuilder& builder, Task& task) {
    TaskResult result;
    Totals totals;
    std::unique_ptr<SegmentWriter> writer;
    size_t postings = 0;
    for (Article& article : task.articles) {
      if (writer == nullptr) {
        result.segments.push_back(
            base::JoinPath(options_.work_directory,
                           absl::StrCat("segment-", task.shard, "-", task.number, "-", result.segments.size())));
        DL_ASSIGN_OR_RETURN(writer, SegmentWriter::Create(result.segments.back()));
      }
      IndexedDoc doc = builder.Build(std::move(article));
      DL_RETURN_IF_ERROR(writer->Add(doc));
      totals.Add(doc);
      postings += doc.terms.size();
      result.rows.push_back(std::move(doc.row));
      if (options_.progress != nullptr) ++options_.progress->documents;
      if (postings < kSegmentPostings && result.rows.size() < task.articles.size()) continue;
      DL_RETURN_IF_ERROR(writer->Finish());
      writer.reset();
      postings = 0;
    }
    return EndTask(task, std::move(result), totals);
  }

  // Takes the segments into their shard; whoever brings the last ones merges them.
  absl::Status EndTask(const Task& task, TaskResult result, const Totals& totals) {
    Shard& shard = shards_[task.shard];
    {
      base::MutexLock lock(&mutex_);
      totals_.Add(totals);
      shard.finished.emplace(task.number, std::move(result));
      for (auto next = shard.finished.begin(); next != shard.finished.end() && next->first == shard.tasks_taken;
           next = shard.finished.erase(next), ++shard.tasks_taken) {
        for (const index::ColumnRow& row : next->second.rows) shard.columns.Add(row);
        for (std::string& segment : next->second.segments) shard.segments.push_back(std::move(segment));
      }
      if (!shard.complete || shard.tasks_taken != shard.tasks) return absl::OkStatus();
    }
    // No other thread touches this shard any more.
    DL_ASSIGN_OR_RETURN(shard.result, WriteShard(options_.generation_directory, index::ShardName(task.shard),
                                                 shard.segments, std::move(shard.columns)));
    return absl::OkStatus();
  }

  const BuildOptions& options_;
  const uint64_t threads_;
  ArticleSorter& sorter_;
  base::BoundedQueue<Task> queue_;
  FirstError error_;
  base::Mutex mutex_;
  std::vector<Shard> shards_;
  Totals totals_ ABSL_GUARDED_BY(mutex_);
};

// What is left of the memory when the sorter has its two buffers.
uint64_t UsableMemoryMb(uint64_t memory_mb) { return memory_mb * (kSorterShare - 2) / kSorterShare; }

uint64_t ThreadsWithin(const BuildOptions& options) {
  const uint64_t each = std::max(kThreadMemoryMb, (options.max_record_bytes >> 20) * kMemoryMbPerRecordMb);
  return std::clamp<uint64_t>(options.threads, 1, std::max<uint64_t>(UsableMemoryMb(options.memory_mb) / each, 1));
}

absl::Status CheckMemory(const BuildOptions& options) {
  const uint64_t record_mb = options.max_record_bytes >> 20;
  const uint64_t needed = record_mb * kMemoryMbPerRecordMb * kSorterShare / (kSorterShare - 2);
  if (options.memory_mb >= std::max(kMinMemoryMb, needed)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("records of up to ", record_mb, " MB need at least ", std::max(kMinMemoryMb, needed),
                   " MB of memory; raise --memory-mb, now ", options.memory_mb, ", or lower --max-record-mb"));
}

void FillManifest(Manifest& manifest, const Totals& totals) {
  manifest.analyzer = text::Analyzer::Fingerprint();
  manifest.documents = totals.documents;
  manifest.total_length = totals.length;
  // Every document has a stem or it would have been refused, but not every document has a *word*: "---" has none.
  const double average = static_cast<double>(totals.length) / static_cast<double>(totals.documents);
  manifest.average_length = totals.length == 0 ? 1.0F : static_cast<float>(average);
  manifest.languages.assign(totals.languages.begin(), totals.languages.end());
  manifest.undated = totals.undated;
  manifest.oldest = totals.oldest;
  manifest.newest = totals.newest;
  manifest.text_bytes = totals.text_bytes;
}

}  // namespace

absl::StatusOr<BuildResult> BuildGeneration(const BuildOptions& options) {
  DL_RETURN_IF_ERROR(CheckMemory(options));
  BuildResult result;
  result.threads = ThreadsWithin(options);
  const auto start = std::chrono::steady_clock::now();
  DL_ASSIGN_OR_RETURN(std::unique_ptr<ingest::RecordSource> source,
                      ingest::RecordSource::Open(options.inputs, options.max_record_bytes));
  result.skipped_files = source->skipped();
  result.passed_over = source->passed_over();
  DL_ASSIGN_OR_RETURN(std::unique_ptr<ingest::RejectLog> log, ingest::RejectLog::Create(options.reject_log));

  ArticleSorter sorter(options.work_directory, (options.memory_mb << 20) / kSorterShare);
  ReadPass read_pass(options, result.threads, *log, sorter);
  const absl::Status read = read_pass.Run(*source);
  DL_RETURN_IF_ERROR(log->Close());
  DL_RETURN_IF_ERROR(read);
  DL_RETURN_IF_ERROR(sorter.Sort());
  result.records = read_pass.records();
  result.notes = log->notes();
  result.read_seconds = SecondsSince(start);
  if (sorter.articles() == 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("no article could be taken in (", log->rejects(), " rejected, reasons in ", log->path(), ")"));
  }

  const auto index_start = std::chrono::steady_clock::now();
  IndexPass index_pass(options, result.threads, sorter);
  DL_RETURN_IF_ERROR(index_pass.Run());
  result.index_seconds = SecondsSince(index_start);
  result.manifest.shards = index_pass.TakeShards();
  FillManifest(result.manifest, index_pass.totals());
  result.shortened = index_pass.totals().shortened_terms;
  result.manifest.rejected = log->rejects();
  result.manifest.replaced = sorter.replaced();
  if (options.progress != nullptr) options.progress->phase = Progress::kDone;
  return result;
}

}  // namespace dateline::build
