#include "indexer/publish/publisher.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/base/status_macros.h"
#include "core/index/generation.h"
#include "indexer/publish/shard_verifier.h"

namespace dateline::publish {
namespace {

using index::Manifest;
using index::ManifestShard;

constexpr size_t kMaxCommandBytes = 200;
constexpr absl::Duration kLockPeriod = absl::Milliseconds(20);
// ReplaceFileAtomically writes here first.
constexpr absl::string_view kUnfinishedSuffix = ".tmp";

// "4711 since 2026-11-22T09:14:03Z: dateline-indexer add --index ...": what LOCK holds while a writer is at work.
std::string LockOwner() {
  std::string command = base::ReadFile("/proc/self/cmdline").value_or("");
  std::replace(command.begin(), command.end(), '\0', ' ');
  command.resize(std::min(command.size(), kMaxCommandBytes));
  return absl::StrCat(::getpid(), " since ", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(), absl::UTCTimeZone()),
                      ": ", absl::StripTrailingAsciiWhitespace(command));
}

// Generations, published or not, newest first.
absl::StatusOr<std::vector<std::string>> ListGenerations(const std::string& index_directory) {
  DL_ASSIGN_OR_RETURN(std::vector<std::string> names, base::ListDirectory(index_directory));
  names.erase(
      std::remove_if(names.begin(), names.end(), [](const auto& name) { return !index::IsGenerationName(name); }),
      names.end());
  std::sort(names.begin(), names.end(),
            [](const auto& a, const auto& b) { return index::SequenceOf(a) > index::SequenceOf(b); });
  return names;
}

}  // namespace

absl::StatusOr<std::unique_ptr<WriteSession>> WriteSession::Begin(const std::string& index_directory,
                                                                  const SessionOptions& options) {
  DL_RETURN_IF_ERROR(base::MakeDirectories(index_directory));
  std::unique_ptr<WriteSession> session(new WriteSession());
  session->index_directory_ = index_directory;
  const std::string lock_path = base::JoinPath(index_directory, index::kLockFile);
  DL_RETURN_IF_ERROR(session->TakeLock(lock_path, options));
  DL_RETURN_IF_ERROR(base::WriteFileSynced(lock_path, LockOwner()));
  DL_RETURN_IF_ERROR(session->RemoveLeftovers());

  session->temporary_directory_ = base::JoinPath(index_directory, absl::StrCat(index::kTemporaryPrefix, ::getpid()));
  session->work_directory_ = base::JoinPath(session->temporary_directory_, "work");
  session->generation_directory_ = base::JoinPath(session->temporary_directory_, "generation");
  DL_RETURN_IF_ERROR(base::MakeDirectories(session->work_directory_));
  DL_RETURN_IF_ERROR(base::MakeDirectories(session->generation_directory_));
  return session;
}

absl::Status WriteSession::TakeLock(const std::string& lock_path, const SessionOptions& options) {
  const absl::Time deadline = absl::Now() + absl::Seconds(options.wait_seconds);
  for (;;) {
    absl::StatusOr<base::FileLock> lock = base::FileLock::TryAcquire(lock_path, base::FileLock::Mode::kExclusive);
    if (lock.ok()) {
      lock_ = *std::move(lock);
      return absl::OkStatus();
    }
    if (!absl::IsUnavailable(lock.status())) return lock.status();
    if (options.cancelled != nullptr && *options.cancelled) return absl::CancelledError("interrupted");
    if (absl::Now() >= deadline) break;
    absl::SleepFor(kLockPeriod);
  }
  const std::string owner = base::ReadFile(lock_path).value_or("");
  return absl::UnavailableError(absl::StrCat(index_directory_, ": another writer is at work",
                                             owner.empty() ? "" : absl::StrCat(" (process ", owner, ")"),
                                             "; try again later, or wait for it with --wait SECONDS"));
}

WriteSession::~WriteSession() {
  if (!temporary_directory_.empty()) base::RemoveTree(temporary_directory_).IgnoreError();
}

absl::Status WriteSession::RemoveLeftovers() const {
  DL_ASSIGN_OR_RETURN(const std::vector<std::string> names, base::ListDirectory(index_directory_));
  for (const std::string& name : names) {
    if (absl::StartsWith(name, index::kTemporaryPrefix) || absl::EndsWith(name, kUnfinishedSuffix)) {
      DL_RETURN_IF_ERROR(base::RemoveTree(base::JoinPath(index_directory_, name)));
    }
  }
  return absl::OkStatus();
}

// One above every generation that lies here, published or not.
absl::StatusOr<uint64_t> WriteSession::NextSequence() const {
  DL_ASSIGN_OR_RETURN(const std::vector<std::string> names, ListGenerations(index_directory_));
  return names.empty() ? 1 : index::SequenceOf(names.front()) + 1;
}

absl::StatusOr<std::string> WriteSession::Publish(Manifest manifest, absl::Span<const std::string> linked) {
  for (const ManifestShard& shard : manifest.shards) {
    if (std::find(linked.begin(), linked.end(), shard.name) != linked.end()) continue;
    DL_RETURN_IF_ERROR(VerifyShard(generation_directory_, shard));
  }
  const std::string previous = index::ReadCurrent(index_directory_).value_or("");
  DL_ASSIGN_OR_RETURN(manifest.sequence, NextSequence());
  manifest.created = static_cast<int64_t>(std::time(nullptr));
  const std::string name = index::GenerationName(manifest);
  DL_RETURN_IF_ERROR(base::WriteFileSynced(base::JoinPath(generation_directory_, index::kManifestFile),
                                           index::EncodeManifest(manifest)));
  DL_RETURN_IF_ERROR(base::WriteFileSynced(base::JoinPath(generation_directory_, index::kLeaseFile), ""));
  DL_RETURN_IF_ERROR(MakeTokenKey());
  // The shards and their directories were synced where they were written or linked.
  DL_RETURN_IF_ERROR(base::SyncDirectory(generation_directory_));
  DL_RETURN_IF_ERROR(base::Rename(generation_directory_, base::JoinPath(index_directory_, name)));
  DL_RETURN_IF_ERROR(base::SyncDirectory(index_directory_));
  if (manifest.parent != previous) DL_RETURN_IF_ERROR(ForgetFollowed());
  DL_RETURN_IF_ERROR(SwitchTo(name, previous));
  // Whatever fails here costs disk space, not data: the next publication tries again.
  for (const std::string& other : ListGenerations(index_directory_).value_or(std::vector<std::string>())) {
    if (other != name && other != previous) RemoveUnused(other);
  }
  return name;
}

// A switch that may not have reached the disk is taken back: what was reported as failed must not be served. The way back
// is one rename of a file written before, since a disk that fails to sync may take no other file either.
absl::Status WriteSession::SwitchTo(const std::string& name, const std::string& previous) const {
  const std::string path = base::JoinPath(index_directory_, index::kCurrentFile);
  const std::string way_back = base::JoinPath(temporary_directory_, index::kCurrentFile);
  if (!previous.empty()) DL_RETURN_IF_ERROR(base::WriteFileSynced(way_back, absl::StrCat(previous, "\n")));
  absl::Status status = base::ReplaceFileAtomically(path, absl::StrCat(name, "\n"));
  if (status.ok() || index::ReadCurrent(index_directory_).value_or("") != name) return status;
  const absl::Status back = previous.empty() ? base::RemoveFile(path) : base::Rename(way_back, path);
  if (!back.ok()) {
    return absl::Status(status.code(), absl::StrCat(status.message(), "; it could not be taken back either (",
                                                    back.message(), "), so ", name, " is in place, complete"));
  }
  base::SyncDirectory(index_directory_).IgnoreError();
  return status;
}

absl::Status WriteSession::ForgetFollowed() const {
  const absl::Status status = base::RemoveFile(base::JoinPath(index_directory_, kFollowedFile));
  return absl::IsNotFound(status) ? absl::OkStatus() : status;
}

absl::Status WriteSession::MakeCurrent(const std::string& generation) {
  DL_RETURN_IF_ERROR(ForgetFollowed());
  return SwitchTo(generation, index::ReadCurrent(index_directory_).value_or(""));
}

// Page tokens of a server are valid for its successors and for copies of the index: the key goes with the index.
absl::Status WriteSession::MakeTokenKey() const {
  const std::string path = base::JoinPath(index_directory_, index::kTokenKeyFile);
  if (base::Exists(path)) return absl::OkStatus();
  std::array<char, index::kTokenKeyBytes> key;
  if (getentropy(key.data(), key.size()) != 0) return base::ErrnoStatus("getentropy", path);
  return base::ReplaceFileAtomically(path, absl::string_view(key.data(), key.size()), /*mode=*/0600);
}

absl::StatusOr<std::vector<std::string>> WriteSession::CollectGarbage(uint64_t keep) const {
  const std::string current = index::ReadCurrent(index_directory_).value_or("");
  DL_ASSIGN_OR_RETURN(const std::vector<std::string> names, ListGenerations(index_directory_));
  std::vector<std::string> removed;
  for (size_t i = keep; i < names.size(); ++i) {
    if (names[i] != current && RemoveUnused(names[i])) removed.push_back(names[i]);
  }
  return removed;
}

// A generation under another name is none: a removal that is cut short leaves nothing that looks whole.
bool WriteSession::RemoveUnused(const std::string& name) const {
  const std::string directory = base::JoinPath(index_directory_, name);
  const auto lease =
      base::FileLock::TryAcquire(base::JoinPath(directory, index::kLeaseFile), base::FileLock::Mode::kExclusive);
  if (!lease.ok()) return false;
  const std::string gone = base::JoinPath(temporary_directory_, name);
  return base::Rename(directory, gone).ok() && base::RemoveTree(gone).ok();
}

}  // namespace dateline::publish
