// What the commands of dateline-indexer share: messages, exit codes, progress, and the wish to end.
//
// Thread-safety: for the main thread; Interrupted may be read from any.
#ifndef DATELINE_INDEXER_CONSOLE_H_
#define DATELINE_INDEXER_CONSOLE_H_

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "indexer/build/progress.h"

namespace dateline {

inline constexpr double kBytesPerMb = 1e6;

// Writes the message to standard error and gives `code`.
int Fail(int code, absl::string_view message);
// The same with the code that belongs to the error.
int Fail(const absl::Status& status);
// The same of a command on an index; that there is no index has a code of its own.
int FailOn(const std::string& index, const absl::Status& status);

// Raises the limit of open files (compaction opens four of every segment at once) and lets SIGINT and SIGTERM end the
// work in order; a second one ends the process.
void PrepareToWork();
// Set by the first signal.
const std::atomic<bool>& Interrupted();

double SecondsSince(std::chrono::steady_clock::time_point start);
std::string Duration(double seconds);  // "4 s", "2 min 5 s"
std::string Grouped(uint64_t number);  // "1,234,567"

// Shows how far a build is: a bar that moves on a terminal, a line every few seconds elsewhere.
class ProgressReporter {
 public:
  ProgressReporter(const build::Progress& progress, bool quiet);
  ~ProgressReporter();

 private:
  void Run();
  std::string Line();

  const build::Progress& progress_;
  const bool terminal_ = ::isatty(STDERR_FILENO) != 0;
  bool reading_ = true;
  std::chrono::steady_clock::time_point phase_start_ = std::chrono::steady_clock::now();
  std::promise<void> done_;
  std::future<void> ended_ = done_.get_future();
  std::thread thread_;
};

}  // namespace dateline

#endif  // DATELINE_INDEXER_CONSOLE_H_
