// Inputs to an unpublished generation: read, extract, sort, analyse, write, in parallel and in bounded memory.
//
// Two passes. The first reads records and sorts their articles externally by time; the second walks them newest
// first, cuts the walk into shards and tasks, and lets each thread analyse and write a task at a time. The result
// depends on the inputs and the number of shards alone.
//
// Thread-safety: BuildGeneration may be called from one thread at a time for one directory. Progress may be read from
// any thread while it runs.
#ifndef DATELINE_INDEXER_BUILD_PIPELINE_H_
#define DATELINE_INDEXER_BUILD_PIPELINE_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/index/manifest.h"
#include "indexer/build/index_pass.h"
#include "indexer/build/progress.h"
#include "indexer/build/stage_clock.h"
#include "indexer/extract/extractor.h"
#include "indexer/ingest/record_source.h"

namespace dateline::build {

// An article with more different words than this is no text of any language, and is rejected as too large: indexing
// costs about 1 KB of memory for each. (A book of 16 MB in English has some 70,000.)
inline constexpr uint64_t kMaxDifferentWords = 150'000;

inline constexpr uint64_t kMinMemoryMb = 512;
inline constexpr uint64_t kDefaultMemoryMb = 1024;

struct BuildOptions {
  std::vector<std::string> inputs;
  std::string work_directory;        // exists, empty; for files between the steps
  std::string generation_directory;  // exists, empty; receives the shards
  std::string reject_log;            // path of the file to write
  std::string shard_kind = "shard";  // the first part of the names of shards (index::ShardName)
  uint64_t shards = 0;               // 0: by kDefaultShardDocuments
  uint64_t threads = 1;
  uint64_t memory_mb = kDefaultMemoryMb;
  DatabaseWriter writer = DatabaseWriter::kBulk;
  bool any_xapian = false;  // as IndexOptions
  uint64_t max_record_bytes = ingest::kDefaultMaxRecordBytes;
  bool may_be_empty = false;  // no article is an empty result, no error
  std::string default_language = "en";
  float average_length = 0;                        // as IndexOptions
  uint32_t pair_share = index::kDefaultPairShare;  // of the postings (PostingsOptions)
  extract::SuppliedFacts supplied;
  const extract::Lexicon* lexicon = &extract::Lexicon::Shipped();  // must outlive the build
  Progress* progress = nullptr;                                    // may be null
  const std::atomic<bool>* cancelled = nullptr;  // may be null; once true the build ends with Cancelled
};

struct BuildResult {
  index::Manifest manifest;  // complete but for sequence and creation time
  uint64_t records = 0;      // read, rejects not included
  uint64_t notes = 0;        // lines of the reject log about articles that were taken in
  uint64_t shortened = 0;    // words too long for a term, which were hashed; counted once an article
  uint64_t threads = 0;      // used: fewer than asked when memory did not suffice
  std::vector<std::string> skipped_files;
  uint64_t passed_over = 0;  // records of web archives that are no pages: images, redirects, requests
  double read_seconds = 0;
  double index_seconds = 0;
  StageSeconds stage_seconds = {};
};

// Fails with FailedPrecondition when not one article could be taken in and that is an error, with InvalidArgument
// when the memory does not suffice for the largest record allowed.
absl::StatusOr<BuildResult> BuildGeneration(const BuildOptions& options);

// How many of `threads` fit into the memory when records are this large; at least one.
uint64_t ThreadsWithin(uint64_t threads, uint64_t memory_mb, uint64_t max_record_bytes);

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_PIPELINE_H_
