#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "tests/support/temp_dir.h"

namespace dateline::test {
namespace {

constexpr int kPatienceMs = 60'000;

// Becomes the program, or ends the child.
[[noreturn]] void Exec(const std::vector<std::string>& arguments) {
  std::vector<std::string> owned = arguments;
  owned[0] = ProgramPath(owned[0]);
  std::vector<char*> pointers;
  for (std::string& argument : owned) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  ::execv(pointers[0], pointers.data());
  ::_exit(127);
}

int ExitCode(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

void Redirect(const std::string& path, int flags, int fd) {
  const int opened = ::open(path.c_str(), flags, 0600);
  ::dup2(opened, fd);
  ::close(opened);
}

}  // namespace

std::string ProgramPath(const std::string& program) {
  return absl::StrContains(program, "/") ? program : absl::StrCat(DATELINE_BIN_DIR, "/", program);
}

Outcome RunProgram(const std::vector<std::string>& arguments, const RunOptions& options) {
  const TempDir files;
  const std::string in = files.Write("in", options.input);
  const std::string out = files.Path("out");
  const std::string err = files.Path("err");
  const pid_t child = ::fork();
  if (child == 0) {
    Redirect(in, O_RDONLY, STDIN_FILENO);
    Redirect(out, O_WRONLY | O_CREAT, STDOUT_FILENO);
    Redirect(err, O_WRONLY | O_CREAT, STDERR_FILENO);
    if (options.max_file_bytes > 0) {
      const rlimit limit{options.max_file_bytes, options.max_file_bytes};
      ::signal(SIGXFSZ, SIG_IGN);
      ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    Exec(arguments);
  }
  if (options.kill_signal != 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(options.kill_after_ms));
    ::kill(child, options.kill_signal);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return Outcome{ExitCode(status), base::ReadFile(out).value_or(""), base::ReadFile(err).value_or("")};
}

Background::Background(const std::vector<std::string>& arguments) {
  int ends[2];
  if (::pipe(ends) != 0) return;
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    Exec(arguments);
  }
  ::close(ends[1]);
  out_ = ends[0];
}

Background::~Background() {
  if (pid_ > 0) Stop();
  if (out_ >= 0) ::close(out_);
}

std::string Background::WaitForLine(const std::string& prefix) {
  std::string text;
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatienceMs);
  while (std::chrono::steady_clock::now() < give_up) {
    pollfd waiting{out_, POLLIN, 0};
    if (::poll(&waiting, 1, 100) <= 0) continue;
    char c = 0;
    if (::read(out_, &c, 1) != 1) return "";
    if (c != '\n') {
      text.push_back(c);
    } else if (absl::StartsWith(text, prefix)) {
      return text.substr(prefix.size());
    } else {
      text.clear();
    }
  }
  return "";
}

void Background::Signal(int signal) { ::kill(pid_, signal); }

int Background::Stop() {
  ::kill(pid_, SIGTERM);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return ExitCode(status);
}

}  // namespace dateline::test
