#include "indexer/console.h"

#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "core/base/exit_code.h"
#include "core/index/generation.h"

namespace dateline {
namespace {

using base::kExitFailed;
using base::kExitInterrupted;
using base::kExitNotReady;
using base::kExitUsage;

constexpr std::chrono::milliseconds kPeriod{200};
constexpr absl::Duration kLinePeriod = absl::Seconds(5);
constexpr int kBarWidth = 30;

std::atomic<bool> interrupted = false;

// The first signal asks the work to end in order; the second one ends the process.
void OnSignal(int number) {
  interrupted = true;
  ::signal(number, SIG_DFL);
}

int ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
      return kExitUsage;
    default:
      return kExitFailed;
  }
}

}  // namespace

int Fail(int code, absl::string_view message) {
  std::cerr << "dateline-indexer: " << message << "\n";
  return code;
}

int Fail(const absl::Status& status) {
  if (absl::IsCancelled(status)) return Fail(kExitInterrupted, "interrupted; the index is as it was before");
  return Fail(ExitCodeOf(status), status.message());
}

int FailOn(const std::string& index, const absl::Status& status) {
  if (absl::IsCancelled(status) || index::ReadCurrent(index).ok()) return Fail(status);
  return Fail(kExitNotReady, status.message());
}

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void PrepareToWork() {
  ::signal(SIGINT, OnSignal);
  ::signal(SIGTERM, OnSignal);
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

const std::atomic<bool>& Interrupted() { return interrupted; }

std::string Duration(double seconds) {
  const auto whole = static_cast<int64_t>(seconds + 0.5);
  return whole < 60 ? absl::StrCat(whole, " s") : absl::StrCat(whole / 60, " min ", whole % 60, " s");
}

std::string Grouped(uint64_t number) {
  std::string text = absl::StrCat(number);
  for (auto at = static_cast<int>(text.size()) - 3; at > 0; at -= 3) text.insert(static_cast<size_t>(at), ",");
  return text;
}

ProgressReporter::ProgressReporter(const build::Progress& progress, bool quiet) : progress_(progress) {
  if (!quiet) thread_ = std::thread([this] { Run(); });
}

ProgressReporter::~ProgressReporter() {
  done_.set_value();
  if (!thread_.joinable()) return;
  thread_.join();
  if (terminal_) std::fprintf(stderr, "\r\033[K");
}

void ProgressReporter::Run() {
  absl::Time next_line = absl::Now() + kLinePeriod;
  while (ended_.wait_for(kPeriod) == std::future_status::timeout) {
    const std::string line = Line();  // also when it is not shown: it notices the change of phase
    if (!terminal_ && absl::Now() < next_line) continue;
    next_line += kLinePeriod;
    if (terminal_) {
      std::fprintf(stderr, "\r\033[K%s", line.c_str());
    } else {
      std::fprintf(stderr, "%s\n", line.c_str());
    }
  }
}

std::string ProgressReporter::Line() {
  const bool reading = progress_.phase == build::Progress::kReading;
  if (reading != reading_) {
    reading_ = reading;
    phase_start_ = std::chrono::steady_clock::now();
  }
  const double seconds =
      std::max(std::chrono::duration<double>(std::chrono::steady_clock::now() - phase_start_).count(), 1e-3);
  const uint64_t done = reading ? progress_.input_bytes : progress_.documents;
  const uint64_t total = reading ? progress_.input_total : progress_.documents_total;
  std::string line = reading ? absl::StrFormat("reading   %s records, %.1f MB/s", Grouped(progress_.records),
                                               static_cast<double>(progress_.text_bytes) / kBytesPerMb / seconds)
                             : absl::StrFormat("indexing  %s of %s articles, %.0f a second", Grouped(done),
                                               Grouped(total), static_cast<double>(done) / seconds);
  if (total == 0) return line;
  const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const auto filled = static_cast<size_t>(part * kBarWidth);
  if (part > 0) absl::StrAppend(&line, ", ", Duration(seconds / part - seconds), " left");
  return absl::StrCat("[", std::string(filled, '#'), std::string(kBarWidth - filled, '.'), "] ", line);
}

}  // namespace dateline
