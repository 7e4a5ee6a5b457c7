// How far a long piece of work is, for who shows it.
//
// Thread-safety: written by the work, read from any thread.
#ifndef DATELINE_INDEXER_BUILD_PROGRESS_H_
#define DATELINE_INDEXER_BUILD_PROGRESS_H_

#include <atomic>
#include <cstdint>

namespace dateline::build {

struct Progress {
  enum Phase : int { kReading, kIndexing, kDone };
  std::atomic<int> phase = kReading;
  std::atomic<uint64_t> input_bytes = 0;  // read so far, compressed
  std::atomic<uint64_t> input_total = 0;  // 0: not known
  std::atomic<uint64_t> records = 0;
  std::atomic<uint64_t> text_bytes = 0;  // of the records read
  std::atomic<uint64_t> documents = 0;   // indexed so far
  std::atomic<uint64_t> documents_total = 0;
};

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_PROGRESS_H_
