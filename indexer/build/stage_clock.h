// Where the time of a build goes: processor seconds by stage, of all threads together.
//
// A change of stage reads the steady clock, which costs some 20 ns; the clock of the thread's processor time costs
// ten times as much and is read once a lap. What a stage took of a lap is scaled so that the stages of the lap come
// to the processor time that it took: a lap that is interrupted blames all of its stages alike.
//
// Thread-safety: a StageClock belongs to one thread, StageTimes to all.
#ifndef DATELINE_INDEXER_BUILD_STAGE_CLOCK_H_
#define DATELINE_INDEXER_BUILD_STAGE_CLOCK_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "core/base/mutex.h"

namespace dateline::build {

enum class Stage : size_t {
  kRead,      // inputs to records: read, decompressed, cut
  kExtract,   // records to articles: parsed, cleaned
  kLanguage,  // languages told
  kSort,      // articles encoded, sorted, spilled
  kDecode,    // and read back
  kAnalyse,   // text to tokens
  kDocument,  // tokens to terms with positions; facets and values
  kStore,     // stored articles encoded and compressed
  kInvert,    // documents to runs
  kPostings,  // runs to tables, written, checksummed, synced; of the library: all tables
  kPositions,
  kTermlists,
  kDocdata,
  kColumns,      // the columns, and what else completes a shard
  kAccelerator,  // postings beside the shard, which may be deleted
  kStages
};
inline constexpr size_t kStages = static_cast<size_t>(Stage::kStages);

// For people and JSON.
inline constexpr absl::string_view kStageNames[kStages] = {
    "read",   "extract",  "language",  "sort",      "decode",  "analyse", "document",   "store",
    "invert", "postings", "positions", "termlists", "docdata", "columns", "accelerator"};

using StageSeconds = std::array<double, kStages>;  // by Stage

class StageTimes {
 public:
  void Add(Stage stage, double seconds) {
    base::MutexLock lock(&mutex_);
    seconds_[static_cast<size_t>(stage)] += seconds;
  }
  StageSeconds seconds() const {
    base::MutexLock lock(&mutex_);
    return seconds_;
  }

 private:
  mutable base::Mutex mutex_;
  StageSeconds seconds_ ABSL_GUARDED_BY(mutex_) = {};
};

class StageClock {
 public:
  // `times` must outlive it; null: nothing is counted. It begins outside of all stages.
  explicit StageClock(StageTimes* times);
  ~StageClock() { EndLap(); }
  StageClock(const StageClock&) = delete;
  StageClock& operator=(const StageClock&) = delete;

  // What the thread does from here on.
  void Enter(Stage stage) { Switch(static_cast<size_t>(stage)); }
  // It waits for others.
  void Leave() { Switch(kOutside); }

  // So much of what `from` has been told to take in this lap was `to`.
  void Move(Stage from, Stage to, std::chrono::nanoseconds span) {
    elapsed_[static_cast<size_t>(from)] -= span;
    elapsed_[static_cast<size_t>(to)] += span;
  }

  // Call now and then, between pieces of work; best after Leave.
  void EndLap();

  StageTimes* times() const { return times_; }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr size_t kOutside = kStages;

  void Switch(size_t stage) {
    if (times_ == nullptr) return;
    const Clock::time_point now = Clock::now();
    elapsed_[stage_] += now - since_;
    stage_ = stage;
    since_ = now;
  }

  StageTimes* const times_;
  size_t stage_ = kOutside;
  Clock::time_point since_;
  std::array<Clock::duration, kStages + 1> elapsed_ = {};  // in this lap
  double lap_begin_ = 0;                                   // in seconds of the thread's processor time
};

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_STAGE_CLOCK_H_
