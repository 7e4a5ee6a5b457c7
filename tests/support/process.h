// Runs a program as a user does, and tells what came out.
#ifndef DATELINE_TESTS_SUPPORT_PROCESS_H_
#define DATELINE_TESTS_SUPPORT_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace dateline::test {

struct Outcome {
  int exit_code = -1;  // 128 + number for a signal
  std::string out;
  std::string err;
};

struct RunOptions {
  std::string input;                 // standard input
  uint64_t max_file_bytes = 0;       // 0: no limit; writes beyond fail as on a full disk
  int kill_signal = 0;               // sent after `kill_after_ms`
  int kill_after_ms = 0;
};

// Where a program of this build lies; a path stays as it is.
std::string ProgramPath(const std::string& program);

// `arguments[0]` is a program of this build ("dateline-indexer") or a path.
Outcome RunProgram(const std::vector<std::string>& arguments, const RunOptions& options = RunOptions());

// A program that goes on until Stop, or the end of the object.
class Background {
 public:
  explicit Background(const std::vector<std::string>& arguments);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // Waits until a line of standard output begins with `prefix`, and gives the rest of it; "" when that never happens.
  std::string WaitForLine(const std::string& prefix);
  void Signal(int signal);
  // Sends SIGTERM and gives the exit code.
  int Stop();

 private:
  pid_t pid_ = -1;
  int out_ = -1;
};

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_PROCESS_H_
