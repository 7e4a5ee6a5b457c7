#include "indexer/lifecycle/followed_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "indexer/publish/publisher.h"

namespace dateline::lifecycle {
namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;

// Line := bytes, tab, time of change, tab, path, line break. A path with a line break in it is not remembered.
bool ParseLine(absl::string_view line, std::string& path, FileState& state) {
  const std::vector<absl::string_view> fields = absl::StrSplit(line, absl::MaxSplits('\t', 2));
  if (fields.size() != 3 || !absl::SimpleAtoi(fields[0], &state.bytes) ||
      !absl::SimpleAtoi(fields[1], &state.changed_ns)) {
    return false;
  }
  path = std::string(fields[2]);
  return true;
}

}  // namespace

absl::optional<FileState> StateOf(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return absl::nullopt;
  return FileState{static_cast<uint64_t>(info.st_size),
                   info.st_mtim.tv_sec * kNanosecondsPerSecond + info.st_mtim.tv_nsec};
}

absl::StatusOr<FollowedFiles> FollowedFiles::Open(const std::string& index_directory) {
  FollowedFiles files(base::JoinPath(index_directory, publish::kFollowedFile));
  absl::StatusOr<std::string> text = base::ReadFile(files.path_);
  if (absl::IsNotFound(text.status())) return files;
  if (!text.ok()) return text.status();
  // What follows the last line break was never finished.
  absl::string_view whole = absl::string_view(*text).substr(0, text->rfind('\n') + 1);
  for (absl::string_view line : absl::StrSplit(whole, '\n', absl::SkipEmpty())) {
    std::string path;
    FileState state;
    if (ParseLine(line, path, state)) files.states_[path] = state;
  }
  if (whole.size() != text->size()) DL_RETURN_IF_ERROR(base::ReplaceFileAtomically(files.path_, whole));
  return files;
}

bool FollowedFiles::Knows(const std::string& path, const FileState& state) const {
  const auto found = states_.find(path);
  return found != states_.end() && found->second == state;
}

absl::Status FollowedFiles::Remember(const std::vector<std::pair<std::string, FileState>>& files) {
  std::string lines;
  // A rollback or a build has dropped the file since it was read: what it held is not in the index any more.
  if (!base::Exists(path_)) states_.clear();
  for (const auto& [path, state] : files) {
    states_[path] = state;
    if (path.find('\n') == std::string::npos) {
      absl::StrAppend(&lines, state.bytes, "\t", state.changed_ns, "\t", path, "\n");
    }
  }
  const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd < 0) return base::ErrnoStatus("open", path_);
  const auto closer = absl::MakeCleanup([fd] { ::close(fd); });
  if (::write(fd, lines.data(), lines.size()) != static_cast<ssize_t>(lines.size())) {
    return base::ErrnoStatus("write", path_);
  }
  return ::fsync(fd) == 0 ? absl::OkStatus() : base::ErrnoStatus("fsync", path_);
}

}  // namespace dateline::lifecycle
