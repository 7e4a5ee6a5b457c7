#include "tools/client/commands/row_sink.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "tools/client/commands/output.h"

namespace dateline::client {
namespace {

constexpr std::chrono::milliseconds kTerminalInterval(200);
constexpr std::chrono::seconds kLogInterval(10);

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

absl::StatusOr<RowSink> RowSink::Open(const std::string& path) {
  RowSink sink(path);
  if (path.empty()) return sink;
  struct stat info;
  if (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--output ", path, ": this is no ordinary file; redirect standard output instead"));
  }
  const std::string temporary = absl::StrCat(path, ".", ::getpid(), ".tmp");
  DL_ASSIGN_OR_RETURN(base::FileWriter file, base::FileWriter::Create(temporary));
  sink.temporary_ = temporary;
  sink.file_.emplace(std::move(file));
  return sink;
}

RowSink::RowSink(RowSink&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, std::string())),
      file_(std::move(other.file_)) {}

RowSink::~RowSink() {
  file_.reset();
  if (!temporary_.empty()) base::RemoveFile(temporary_).IgnoreError();
}

absl::Status RowSink::Write(absl::string_view bytes) {
  if (file_.has_value()) return file_->Append(bytes);
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size()) return absl::OkStatus();
  return base::ErrnoStatus("write", "standard output");
}

absl::Status RowSink::Publish() {
  if (!file_.has_value()) return absl::OkStatus();
  DL_RETURN_IF_ERROR(file_->Close(/*sync=*/true));
  file_.reset();
  DL_RETURN_IF_ERROR(base::Rename(temporary_, path_));
  temporary_.clear();
  return base::SyncDirectory(DirectoryOf(path_));
}

Progress::Progress(bool quiet)
    : quiet_(quiet),
      terminal_(IsTerminal(STDERR_FILENO)),
      interval_(terminal_ ? Clock::duration(kTerminalInterval) : Clock::duration(kLogInterval)),
      next_(Clock::now() + interval_) {}

void Progress::Count() {
  ++rows_;
  if (quiet_ || rows_ % 64 != 0 || Clock::now() < next_) return;
  next_ = Clock::now() + interval_;
  std::fprintf(stderr, terminal_ ? "\rdateline: %llu articles" : "dateline: %llu articles so far\n",
               static_cast<unsigned long long>(rows_));
  shown_ = terminal_;
}

void Progress::Clear() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

}  // namespace dateline::client
