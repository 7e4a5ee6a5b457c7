#include "indexer/build/index_pass.h"

#include <malloc.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "core/base/bounded_queue.h"
#include "core/base/file.h"
#include "core/base/mutex.h"
#include "core/base/status_macros.h"
#include "indexer/build/document_builder.h"
#include "indexer/build/glass/self_check.h"
#include "indexer/build/postings_writer.h"
#include "indexer/build/shard_writer.h"
#include "indexer/build/workers.h"

namespace dateline::build {
namespace {

using article::Article;
using index::ManifestShard;

// A thread takes a task of consecutive articles that ends with the one that reaches one of these, and begins a new
// segment after the document that reaches the third. Xapian keeps about 150 bytes for each term of each document of
// news in memory, and 320 where no word comes twice; a run of ours a tenth of that. All runs of a shard are open at
// once when they are merged, with some hundred KB of each in memory, so a shard of more than kDefaultShardDocuments
// has larger tasks instead of more.
constexpr size_t kTaskDocuments = 1024;
constexpr size_t kTaskTextBytes = 4 << 20;
constexpr size_t kLibrarySegmentPostings = 400'000;
constexpr size_t kBulkSegmentPostings = 4'000'000;

class IndexPass {
 public:
  IndexPass(const IndexOptions& options, ArticleStream& articles)
      : options_(options), articles_(articles), task_scale_(TaskScale()), queue_(options.threads * kTaskTextBytes) {}

  absl::Status Run() {
    shards_.resize(ShardCount());
    if (options_.progress != nullptr) {
      options_.progress->documents_total = articles_.articles();
      options_.progress->phase = Progress::kIndexing;
    }
    Threads workers;
    workers.Start(options_.threads, [this] { Work(); });
    const absl::Status fed = Feed();
    if (!fed.ok()) error_.Set(fed);
    if (error_.ok()) {
      queue_.Close();
    } else {
      queue_.Cancel();
    }
    workers.Join();
    DL_RETURN_IF_ERROR(error_.Get());
    return WriteAllPostings();
  }

  // After Run.
  IndexedShards TakeResult() {
    IndexedShards result;
    for (Shard& shard : shards_) {
      FillShard(shard.totals, shard.result);
      result.shards.push_back(std::move(shard.result));
      result.totals.Add(shard.totals);
    }
    result.average_length = average_length_;
    return result;
  }

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
    Totals totals;
    std::map<size_t, TaskResult> finished;  // those that wait for an earlier one
    std::vector<uint32_t> lengths;
    std::unique_ptr<PostingsWriter> postings;
    ManifestShard result;
  };

  size_t ShardCount() const {
    const uint64_t articles = std::max<uint64_t>(articles_.articles(), 1);
    const auto at_most = [articles](uint64_t documents) { return (articles + documents - 1) / documents; };
    const uint64_t wanted = options_.shards != 0 ? options_.shards : at_most(kDefaultShardDocuments);
    return std::clamp(wanted, at_most(kMaxShardDocuments), articles);
  }

  size_t TaskScale() const {
    const uint64_t documents = articles_.articles() / ShardCount();
    return std::max<uint64_t>(1, (documents + kDefaultShardDocuments - 1) / kDefaultShardDocuments);
  }

  // Shard i holds the articles from i * n / count up to (i + 1) * n / count: equal parts of the walk.
  absl::Status Feed() {
    const uint64_t articles = articles_.articles();
    StageClock clock(options_.times);
    clock.Enter(Stage::kDecode);
    uint64_t taken = 0;
    for (size_t shard = 0; shard < shards_.size(); ++shard) {
      const uint64_t end = (shard + 1) * articles / shards_.size();
      Task task;
      task.shard = shard;
      while (taken < end) {
        DL_ASSIGN_OR_RETURN(absl::optional<Article> article, articles_.Next());
        if (!article) return absl::InternalError("there are fewer articles than were counted");
        ++taken;
        task.text_bytes += article->headline.size() + article->body.size() + article->caption.size();
        task.articles.push_back(*std::move(article));
        const bool full =
            task.articles.size() >= task_scale_ * kTaskDocuments || task.text_bytes >= task_scale_ * kTaskTextBytes;
        if (!full && taken < end) continue;
        if (options_.cancelled != nullptr && *options_.cancelled) return absl::CancelledError("interrupted");
        const size_t next_number = task.number + 1;
        const size_t cost = task.text_bytes;
        if (taken == end) EndShard(shard, next_number);
        clock.Leave();
        if (!queue_.Push(std::move(task), cost)) return error_.Get();
        clock.EndLap();
        clock.Enter(Stage::kDecode);
        task = Task();
        task.shard = shard;
        task.number = next_number;
      }
    }
    return absl::OkStatus();
  }

  // Postings hold what depends on the average length, which is known when all shards are.
  absl::Status WriteAllPostings() {
    FindAverageLength();
    DL_RETURN_IF_ERROR(InParallel(shards_.size(), options_.threads, [this](size_t i) {
      StageClock clock(options_.times);
      clock.Enter(Stage::kAccelerator);
      return FinishPostings(i);
    }));
    return base::SyncDirectory(options_.generation_directory);
  }

  void FindAverageLength() {
    Totals totals;
    for (const Shard& shard : shards_) totals.Add(shard.totals);
    average_length_ = options_.average_length > 0 ? options_.average_length : AverageLength(totals);
  }

  // Ready to be written, by `threads` threads.
  absl::Status BeginPostings(size_t number, uint64_t threads) {
    Shard& shard = shards_[number];
    PostingsOptions options;
    options.generation_directory = options_.generation_directory;
    options.work_directory = options_.work_directory;
    options.shard_name = index::ShardName(number, options_.shard_kind);
    options.average_length = average_length_;
    options.pair_share = options_.pair_share;
    if (options_.writer == DatabaseWriter::kBulk) options.runs = shard.segments;
    options.lengths = shard.lengths;
    options.threads = threads;
    options.times = options_.times;
    shard.postings = std::make_unique<PostingsWriter>(options);
    return shard.postings->FindPairs();
  }

  absl::Status FinishPostings(size_t number) {
    Shard& shard = shards_[number];
    if (shard.postings == nullptr) {
      DL_RETURN_IF_ERROR(BeginPostings(number, options_.threads / shards_.size()));
      DL_RETURN_IF_ERROR(shard.postings->Write());
    }
    DL_RETURN_IF_ERROR(shard.postings->Finish(shard.result));
    for (const std::string& segment : shard.segments) DL_RETURN_IF_ERROR(base::RemoveTree(segment));
    return absl::OkStatus();
  }

  void EndShard(size_t shard, size_t tasks) {
    base::MutexLock lock(&mutex_);
    shards_[shard].tasks = tasks;
    shards_[shard].complete = true;
  }

  void Work() {
    StageClock clock(options_.times);
    DocumentBuilder builder(options_.default_language, &clock);
    while (absl::optional<Task> task = queue_.Pop()) {
      absl::Status status = RunTask(builder, clock, *task);
      clock.Leave();
      clock.EndLap();
      if (status.ok()) continue;
      error_.Set(std::move(status));
      queue_.Cancel();
    }
  }

  absl::Status RunTask(DocumentBuilder& builder, StageClock& clock, Task& task) {
    TaskResult result;
    Totals totals;
    std::unique_ptr<SegmentWriter> writer;
    const size_t most_postings =
        options_.writer == DatabaseWriter::kBulk ? kBulkSegmentPostings : kLibrarySegmentPostings;
    size_t postings = 0;
    for (Article& article : task.articles) {
      if (writer == nullptr) {
        result.segments.push_back(
            base::JoinPath(options_.work_directory,
                           absl::StrCat("segment-", task.shard, "-", task.number, "-", result.segments.size())));
        builder.TrimDictionary();
        DL_ASSIGN_OR_RETURN(writer,
                            SegmentWriter::Create(options_.writer, result.segments.back(), builder.dictionary()));
      }
      InternedDoc doc = builder.Build(std::move(article));
      clock.Enter(Stage::kInvert);
      DL_RETURN_IF_ERROR(writer->Add(doc));
      totals.Add(doc);
      postings += doc.terms.size();
      result.rows.push_back(std::move(doc.row));
      if (options_.progress != nullptr) ++options_.progress->documents;
      if (postings < most_postings && result.rows.size() < task.articles.size()) continue;
      DL_RETURN_IF_ERROR(writer->Finish());
      writer.reset();
      postings = 0;
    }
    return EndTask(task, std::move(result), totals, clock);
  }

  // Takes the segments into their shard; whoever brings the last ones merges them.
  absl::Status EndTask(const Task& task, TaskResult result, const Totals& totals, StageClock& clock) {
    Shard& shard = shards_[task.shard];
    clock.Enter(Stage::kColumns);
    {
      base::MutexLock lock(&mutex_);
      shard.totals.Add(totals);
      shard.finished.emplace(task.number, std::move(result));
      for (auto next = shard.finished.begin(); next != shard.finished.end() && next->first == shard.tasks_taken;
           next = shard.finished.erase(next), ++shard.tasks_taken) {
        for (const index::ColumnRow& row : next->second.rows) shard.columns.Add(row);
        for (std::string& segment : next->second.segments) shard.segments.push_back(std::move(segment));
      }
      if (!shard.complete || shard.tasks_taken != shard.tasks) return absl::OkStatus();
    }
    // No other thread touches this shard any more. What its runs took, the allocator would keep.
    ::malloc_trim(0);
    ShardOptions options;
    options.generation_directory = options_.generation_directory;
    options.name = index::ShardName(task.shard, options_.shard_kind);
    options.writer = options_.writer;
    options.threads = options_.threads;
    options.times = options_.times;
    clock.Leave();
    clock.EndLap();
    shard.lengths = shard.columns.lengths();
    // The only shard's postings are written beside it: then the average length is known, and runs are what they need.
    // Pairs come first, since all threads can look for them.
    Threads beside;
    const bool with_postings =
        shards_.size() == 1 && options_.threads > 1 && options_.writer == DatabaseWriter::kBulk;
    if (with_postings) {
      FindAverageLength();
      DL_RETURN_IF_ERROR(BeginPostings(0, options_.threads));
      beside.Start(1, [this] {
        StageClock own_clock(options_.times);
        own_clock.Enter(Stage::kAccelerator);
        error_.Set(shards_[0].postings->Write());
      });
    }
    DL_ASSIGN_OR_RETURN(shard.result, WriteShard(options, shard.segments, std::move(shard.columns)));
    return absl::OkStatus();
  }

  const IndexOptions& options_;
  ArticleStream& articles_;
  const size_t task_scale_;
  base::BoundedQueue<Task> queue_;
  FirstError error_;
  base::Mutex mutex_;
  std::vector<Shard> shards_;
  float average_length_ = 0;
};

}  // namespace

absl::StatusOr<IndexedShards> IndexArticles(const IndexOptions& options, ArticleStream& articles) {
  if (options.writer == DatabaseWriter::kBulk) {
    DL_RETURN_IF_ERROR(glass::SelfCheck(options.work_directory, options.any_xapian));
  }
  IndexPass pass(options, articles);
  DL_RETURN_IF_ERROR(pass.Run());
  return pass.TakeResult();
}

}  // namespace dateline::build
