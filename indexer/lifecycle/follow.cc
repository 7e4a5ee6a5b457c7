#include "indexer/lifecycle/follow.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/generation.h"
#include "indexer/ingest/input_kind.h"
#include "indexer/lifecycle/directory_watch.h"
#include "indexer/lifecycle/followed_files.h"

namespace dateline::lifecycle {
namespace {

// How often the wish to end is looked at.
constexpr int kWaitMs = 200;
// Below the index; what a killed batch leaves of it the next writer removes.
constexpr absl::string_view kRejectsOfBatch = "rejects-of-batch.tmp";
constexpr absl::string_view kFactsSuffix = ".json";

class Follower {
 public:
  Follower(const std::string& index_directory, const FollowOptions& options, const Means& means)
      : index_directory_(index_directory), options_(options), means_(means) {
    means_.session.wait_seconds = std::numeric_limits<double>::infinity();
    means_.session.cancelled = means.cancelled;
  }

  absl::Status Run() {
    DL_RETURN_IF_ERROR(index::ReadCurrent(index_directory_).status());
    DL_ASSIGN_OR_RETURN(watch_, DirectoryWatch::Open(options_.directory));
    while (!Ended()) {
      DL_RETURN_IF_ERROR(Gather());
      while (!waiting_.empty() && !Ended()) DL_RETURN_IF_ERROR(TakeIn());
    }
    return absl::OkStatus();
  }

 private:
  bool Ended() const { return means_.cancelled != nullptr && *means_.cancelled; }

  // Waits for the first file of a batch, then until the directory is quiet, the batch is full, or time is up.
  absl::Status Gather() {
    absl::Time first = absl::InfiniteFuture();
    for (;;) {
      DL_ASSIGN_OR_RETURN(const std::set<std::string> paths,
                          watch_->Wait(waiting_.empty() ? kWaitMs : options_.quiet_ms));
      for (const std::string& path : paths) Note(path);
      if (paths.empty() || Ended()) return absl::OkStatus();
      first = std::min(first, absl::Now());
      const bool late = absl::Now() - first >= absl::Milliseconds(options_.longest_ms);
      if (late || waiting_.size() >= options_.most_files) return absl::OkStatus();
    }
  }

  void Note(const std::string& path) {
    if (ingest::KindOfName(path) != ingest::Kind::kUnknown) {
      waiting_.insert(path);
      return;
    }
    if (!absl::EndsWith(path, kFactsSuffix)) return;
    // Facts came, perhaps after the text that they are about.
    const std::string name = path.substr(0, path.size() - kFactsSuffix.size());
    for (const char* ending : {".txt", ".txt.gz", ".txt.zst"}) {
      const std::string text = absl::StrCat(name, ending);
      if (!base::Exists(text)) continue;
      waiting_.insert(text);
      changed_facts_.insert(text);
    }
  }

  // The next files that are there and not yet in the index, with the states that they have before they are read.
  std::vector<std::pair<std::string, FileState>> NextBatch(const FollowedFiles& followed) {
    std::vector<std::pair<std::string, FileState>> batch;
    while (!waiting_.empty() && batch.size() < options_.most_files) {
      const std::string path = *waiting_.begin();
      waiting_.erase(waiting_.begin());
      const bool facts_changed = changed_facts_.erase(path) > 0;
      const absl::optional<FileState> state = StateOf(path);
      if (state && (facts_changed || !followed.Knows(path, *state))) batch.emplace_back(path, *state);
    }
    return batch;
  }

  absl::Status TakeIn() {
    DL_ASSIGN_OR_RETURN(FollowedFiles followed, FollowedFiles::Open(index_directory_));
    const std::vector<std::pair<std::string, FileState>> files = NextBatch(followed);
    if (files.empty()) return absl::OkStatus();
    build::BuildOptions batch = options_.batch;
    batch.reject_log = base::JoinPath(index_directory_, kRejectsOfBatch);
    for (const auto& file : files) batch.inputs.push_back(file.first);
    const absl::StatusOr<AddResult> added = Add(index_directory_, batch, means_);
    if (absl::IsCancelled(added.status())) return absl::OkStatus();
    const bool gone = std::any_of(files.begin(), files.end(), [](const auto& file) { return !StateOf(file.first); });
    if (absl::IsNotFound(added.status()) && gone) {  // a file went meanwhile: without it, again
      for (const auto& file : files) waiting_.insert(file.first);
      return absl::OkStatus();
    }
    if (!added.ok()) return added.status();
    DL_RETURN_IF_ERROR(KeepRejects(batch.reject_log));
    options_.on_added(*added);
    DL_RETURN_IF_ERROR(followed.Remember(files));
    return added->generation.empty() ? absl::OkStatus() : MergeByPolicy();
  }

  // The log of a batch goes behind those of the batches before.
  absl::Status KeepRejects(const std::string& batch_log) const {
    DL_ASSIGN_OR_RETURN(const std::string lines, base::ReadFile(batch_log));
    DL_RETURN_IF_ERROR(base::RemoveFile(batch_log));
    if (lines.empty()) return absl::OkStatus();
    std::ofstream log(options_.batch.reject_log, std::ios::app);
    log << lines << std::flush;
    return log ? absl::OkStatus()
               : absl::InternalError(absl::StrCat(options_.batch.reject_log, ": cannot be written"));
  }

  absl::Status MergeByPolicy() {
    for (;;) {
      const absl::StatusOr<MergeResult> merged = Merge(index_directory_, MergeOptions(), means_);
      if (absl::IsCancelled(merged.status())) return absl::OkStatus();
      if (!merged.ok()) return merged.status();
      if (merged->generation.empty()) return absl::OkStatus();
      options_.on_merged(*merged);
    }
  }

  const std::string& index_directory_;
  const FollowOptions& options_;
  Means means_;
  std::unique_ptr<DirectoryWatch> watch_;
  std::set<std::string> waiting_;
  std::set<std::string> changed_facts_;  // texts that are read again though they did not change
};

}  // namespace

absl::Status Follow(const std::string& index_directory, const FollowOptions& options, const Means& means) {
  return Follower(index_directory, options, means).Run();
}

}  // namespace dateline::lifecycle
