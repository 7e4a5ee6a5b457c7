#include "bench/process.h"

#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/coding.h"
#include "core/base/file.h"

namespace dateline::bench {
namespace {

bool WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

std::string ReadToEnd(int fd) {
  std::string bytes;
  char buffer[4096];
  for (;;) {
    const ssize_t got = ::read(fd, buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return bytes;
    bytes.append(buffer, static_cast<size_t>(got));
  }
}

// What goes through the pipe: the status code, then the message or the value.
std::string EncodeOutcome(const absl::StatusOr<std::string>& outcome) {
  std::string bytes;
  base::AppendVarint(bytes, static_cast<uint64_t>(outcome.status().code()));
  absl::StrAppend(&bytes, outcome.ok() ? absl::string_view(*outcome) : outcome.status().message());
  return bytes;
}

absl::StatusOr<std::string> DecodeOutcome(absl::string_view bytes) {
  base::Decoder in(bytes);
  const auto code = static_cast<absl::StatusCode>(in.Varint());
  if (code != absl::StatusCode::kOk) return absl::Status(code, in.rest());
  return std::string(in.rest());
}

// A line of /proc/self/status, as "VmHWM:     1234 kB", in bytes; 0 when there is none.
uint64_t StatusLineBytes(absl::string_view name) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    absl::string_view rest = line;
    if (!absl::ConsumePrefix(&rest, name) || !absl::ConsumePrefix(&rest, ":")) continue;
    absl::ConsumeSuffix(&rest, "kB");
    uint64_t kilobytes = 0;
    return absl::SimpleAtoi(rest, &kilobytes) ? kilobytes * 1024 : 0;
  }
  return 0;
}

}  // namespace

absl::StatusOr<std::string> RunInChildForBytes(absl::FunctionRef<absl::StatusOr<std::string>()> body) {
  int ends[2];
  if (::pipe(ends) != 0) return base::ErrnoStatus("pipe", "");
  const pid_t child = ::fork();
  if (child < 0) {
    ::close(ends[0]);
    ::close(ends[1]);
    return base::ErrnoStatus("fork", "");
  }
  if (child == 0) {
    ::close(ends[0]);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody would read the answer
    const bool told = WriteAll(ends[1], EncodeOutcome(body()));
    ::_exit(told ? 0 : 1);  // the parent's buffers and exit handlers are not ours to run
  }
  ::close(ends[1]);
  const std::string bytes = ReadToEnd(ends[0]);
  ::close(ends[0]);
  int state = 0;
  while (::waitpid(child, &state, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(state)) {
    return absl::InternalError(absl::StrCat("the measuring process was ended by signal ", WTERMSIG(state)));
  }
  if (!WIFEXITED(state) || WEXITSTATUS(state) != 0) return absl::InternalError("the measuring process died");
  return DecodeOutcome(bytes);
}

double CpuSeconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

uint64_t ResidentBytes() { return StatusLineBytes("VmRSS"); }

uint64_t PeakResidentBytes() { return StatusLineBytes("VmHWM"); }

void ResetPeakMemory() {
  ::malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";
}

}  // namespace dateline::bench
