#include "bench/corpus/archive_writer.h"

#include <zstd.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/cleanup/cleanup.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "core/base/file.h"
#include "core/base/mutex.h"
#include "core/base/status_macros.h"

namespace dateline::bench::corpus {
namespace {

constexpr uint64_t kBlockArticles = 1000;
constexpr uint64_t kBlocksAhead = 4;  // that may wait to be written, a thread
constexpr int kCompressionLevel = 3;

std::string Compress(const std::string& bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), kCompressionLevel));
  return out;
}

// A file, or standard output.
class Output {
 public:
  static absl::StatusOr<Output> Open(const std::string& name) {
    if (name == "-") return Output(absl::nullopt);
    DL_ASSIGN_OR_RETURN(base::FileWriter file, base::FileWriter::Create(name));
    return Output(std::move(file));
  }

  absl::Status Append(const std::string& bytes) {
    if (file_) return file_->Append(bytes);
    std::cout.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return StandardOutputStatus();
  }

  absl::Status Close() {
    if (file_) return file_->Close(/*sync=*/false);
    std::cout.flush();
    return StandardOutputStatus();
  }

 private:
  explicit Output(absl::optional<base::FileWriter> file) : file_(std::move(file)) {}
  static absl::Status StandardOutputStatus() {
    return std::cout ? absl::OkStatus() : absl::InternalError("standard output cannot be written");
  }

  absl::optional<base::FileWriter> file_;
};

// Blocks on their way from the threads that make them to the one that writes.
class Blocks {
 public:
  Blocks(uint64_t count, uint64_t ahead) : count_(count), ahead_(ahead) {}

  // The number of the block to make next, or nothing when there is none. Waits while too many are ahead.
  absl::optional<uint64_t> Begin() {
    base::MutexLock lock(&mutex_);
    changed_.wait(mutex_, [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      return stopped_ || begun_ == count_ || begun_ < taken_ + ahead_;
    });
    if (stopped_ || begun_ == count_) return absl::nullopt;
    return begun_++;
  }

  void Finish(uint64_t number, std::string bytes) {
    base::MutexLock lock(&mutex_);
    finished_.emplace(number, std::move(bytes));
    changed_.notify_all();
  }

  // The next block in order; waits for it. REQUIRES: called at most `count` times, and not after Stop.
  std::string Take() {
    base::MutexLock lock(&mutex_);
    changed_.wait(mutex_, [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return finished_.contains(taken_); });
    std::string bytes = std::move(finished_.extract(taken_).mapped());
    ++taken_;
    changed_.notify_all();
    return bytes;
  }

  void Stop() {
    base::MutexLock lock(&mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

 private:
  const uint64_t count_;
  const uint64_t ahead_;
  base::Mutex mutex_;
  base::Condition changed_;
  uint64_t begun_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t taken_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<uint64_t, std::string> finished_ ABSL_GUARDED_BY(mutex_);
};

void MakeBlocks(const Archive& archive, const WriteOptions& options, Blocks& blocks) {
  const bool compress = absl::EndsWith(options.output, ".zst");
  ArticleMaker maker(archive);
  while (const absl::optional<uint64_t> block = blocks.Begin()) {
    const uint64_t begin = *block * kBlockArticles;
    const uint64_t end = std::min(begin + kBlockArticles, options.articles);
    std::string bytes;
    for (uint64_t number = begin; number < end; ++number) maker.Append(number, bytes);
    blocks.Finish(*block, compress ? Compress(bytes) : std::move(bytes));
  }
}

}  // namespace

absl::Status WriteArchive(const Archive& archive, const WriteOptions& options) {
  DL_ASSIGN_OR_RETURN(Output output, Output::Open(options.output));
  const uint64_t count = (options.articles + kBlockArticles - 1) / kBlockArticles;
  Blocks blocks(count, kBlocksAhead * options.threads);
  std::vector<std::thread> threads;
  const absl::Cleanup join = [&] {
    blocks.Stop();
    for (std::thread& thread : threads) thread.join();
  };
  for (unsigned k = 0; k < options.threads; ++k) {
    threads.emplace_back([&] { MakeBlocks(archive, options, blocks); });
  }
  for (uint64_t block = 0; block < count; ++block) DL_RETURN_IF_ERROR(output.Append(blocks.Take()));
  return output.Close();
}

}  // namespace dateline::bench::corpus
