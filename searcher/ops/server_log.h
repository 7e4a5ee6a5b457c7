// The log of a server: a line for every event, as text or as one JSON object, on a descriptor.
//
// Whoever logs never waits for the disk: lines go to a queue of bounded length, which a thread of the log's own
// writes out, one write for each line. What does not fit is dropped, counted, and told as soon as there is room.
//
// Every control character, separator of lines and control of direction is written visibly (core/base/safe_text.h):
// queries and the texts of errors are foreign.
//
// Text has no time: journals and terminals know it, and JSON, for programs, has it.
//
// Thread-safety: all methods may be called from any thread. Ownership: the descriptor is the caller's, and views are
// read during the call only. Errors: a line that cannot be written is counted as dropped.
#ifndef DATELINE_SEARCHER_OPS_SERVER_LOG_H_
#define DATELINE_SEARCHER_OPS_SERVER_LOG_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/base/mutex.h"
#include "searcher/rpc/call_record.h"

namespace dateline::ops {

enum class LogLevel { kInfo, kWarning, kError };
enum class LogFormat { kText, kJson };

// REQUIRES: a name that server_config allows.
LogLevel LogLevelFromName(absl::string_view name);
LogFormat LogFormatFromName(absl::string_view name);

struct LogField {
  absl::string_view name;
  std::variant<absl::string_view, uint64_t, double, bool> value;
};

struct LogEvent {
  LogLevel level = LogLevel::kInfo;
  absl::string_view event;    // "reload": what a program looks for
  absl::string_view message;  // what a person reads
  std::vector<LogField> fields = {};
};

// The line of an event, with its line feed. `time` only matters to JSON.
std::string LogLine(const LogEvent& event, LogFormat format, absl::Time time);

// What a reload may change.
struct LogChoice {
  LogLevel level = LogLevel::kInfo;  // the least that is written
  bool calls = false;                // a line for every call
  int slow_ms = 500;                 // one for calls that took so long; 0: none
};

struct LogOptions {
  LogFormat format = LogFormat::kText;
  LogChoice choice;
  int fd = 2;
  size_t max_queued_bytes = size_t{4} << 20;
};

class ServerLog : public rpc::CallObserver {
 public:
  static constexpr size_t kMaxQueryBytes = 256;  // of a query, in a line; a plan has 16 times as much

  explicit ServerLog(const LogOptions& options);
  // Writes what is queued.
  ~ServerLog() override;
  ServerLog(const ServerLog&) = delete;
  ServerLog& operator=(const ServerLog&) = delete;

  void Write(const LogEvent& event);
  void Info(absl::string_view event, absl::string_view message) { Write({LogLevel::kInfo, event, message}); }
  void Warning(absl::string_view event, absl::string_view message) { Write({LogLevel::kWarning, event, message}); }
  void Error(absl::string_view event, absl::string_view message) { Write({LogLevel::kError, event, message}); }

  // What clients are not told. At most one a second: a broken index would otherwise fill the disk.
  void Fault(absl::string_view fault);

  // Calls that are slow, or all: query, plan, generation, client, trace and where the time went.
  void CallEnded(const rpc::CallRecord& record) override;

  void Choose(const LogChoice& choice);

  // Waits until what was logged before is written, at most so long. For whoever is about to end the process.
  void Flush(std::chrono::milliseconds patience);

  uint64_t lines_written() const { return written_.load(std::memory_order_relaxed); }
  uint64_t lines_dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  void Enqueue(std::string line);
  void Run();
  // Takes the next line; "" means the end.
  std::string Take();
  void WriteOut(absl::string_view line);

  const LogFormat format_;
  const int fd_;
  const size_t max_queued_bytes_;
  std::atomic<LogLevel> level_;
  std::atomic<bool> calls_;
  std::atomic<int> slow_ms_;
  std::atomic<uint64_t> written_{0};
  std::atomic<uint64_t> dropped_{0};

  base::Mutex fault_mutex_;
  std::chrono::steady_clock::time_point next_fault_ ABSL_GUARDED_BY(fault_mutex_);
  uint64_t faults_left_out_ ABSL_GUARDED_BY(fault_mutex_) = 0;

  base::Mutex mutex_;
  base::Condition changed_;
  std::deque<std::string> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t dropped_untold_ ABSL_GUARDED_BY(mutex_) = 0;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last, so that it finds everything else constructed
};

}  // namespace dateline::ops

#endif  // DATELINE_SEARCHER_OPS_SERVER_LOG_H_
