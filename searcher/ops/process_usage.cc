#include "searcher/ops/process_usage.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "core/base/file.h"

namespace dateline::ops {
namespace {

double SecondsOf(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// The fields of /proc/self/stat behind the name of the program, which may hold blanks: number 3 of proc(5) is the
// first.
std::vector<std::string> StatFields() {
  const std::string text = base::ReadFile("/proc/self/stat").value_or("");
  const size_t end_of_name = text.rfind(") ");
  if (end_of_name == std::string::npos) return {};
  return absl::StrSplit(absl::string_view(text).substr(end_of_name + 2), ' ');
}

uint64_t Number(const std::vector<std::string>& fields, size_t number_in_manual) {
  const size_t i = number_in_manual - 3;
  uint64_t value = 0;
  return i < fields.size() && absl::SimpleAtoi(fields[i], &value) ? value : 0;
}

double Now(clockid_t clock) {
  timespec now = {};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

}  // namespace

ProcessUsage MeasureProcess() {
  ProcessUsage usage;
  rusage used = {};
  if (::getrusage(RUSAGE_SELF, &used) == 0) usage.cpu_s = SecondsOf(used.ru_utime) + SecondsOf(used.ru_stime);
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) usage.max_descriptors = limit.rlim_cur;
  usage.open_descriptors = base::ListDirectory("/proc/self/fd").value_or(std::vector<std::string>()).size();
  const std::vector<std::string> fields = StatFields();
  usage.threads = Number(fields, 20);
  usage.resident_bytes = Number(fields, 24) * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  const double since_boot = static_cast<double>(Number(fields, 22)) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  static const double boot = Now(CLOCK_REALTIME) - Now(CLOCK_BOOTTIME);
  usage.started_s = boot + since_boot;
  return usage;
}

}  // namespace dateline::ops
