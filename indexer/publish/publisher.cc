#include "indexer/publish/publisher.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/index/generation.h"
#include "indexer/publish/shard_verifier.h"

namespace dateline::publish {
namespace {

using index::Manifest;
using index::ManifestShard;

}  // namespace

absl::StatusOr<std::unique_ptr<WriteSession>> WriteSession::Begin(const std::string& index_directory) {
  DL_RETURN_IF_ERROR(base::MakeDirectories(index_directory));
  std::unique_ptr<WriteSession> session(new WriteSession());
  session->index_directory_ = index_directory;
  const std::string lock_path = base::JoinPath(index_directory, index::kLockFile);
  absl::StatusOr<base::FileLock> lock = base::FileLock::TryAcquire(lock_path, base::FileLock::Mode::kExclusive);
  if (absl::IsUnavailable(lock.status())) {
    const std::string owner = base::ReadFile(lock_path).value_or("");
    return absl::UnavailableError(absl::StrCat(index_directory, ": another writer is at work",
                                               owner.empty() ? "" : " (process ", owner, owner.empty() ? "" : ")",
                                               "; wait for it to end, then try again"));
  }
  if (!lock.ok()) return lock.status();
  session->lock_ = *std::move(lock);
  DL_RETURN_IF_ERROR(base::WriteFileSynced(lock_path, absl::StrCat(::getpid())));
  DL_RETURN_IF_ERROR(session->RemoveLeftovers());

  session->temporary_directory_ = base::JoinPath(index_directory, absl::StrCat(index::kTemporaryPrefix, ::getpid()));
  session->work_directory_ = base::JoinPath(session->temporary_directory_, "work");
  session->generation_directory_ = base::JoinPath(session->temporary_directory_, "generation");
  DL_RETURN_IF_ERROR(base::MakeDirectories(session->work_directory_));
  DL_RETURN_IF_ERROR(base::MakeDirectories(session->generation_directory_));
  return session;
}

WriteSession::~WriteSession() {
  if (!temporary_directory_.empty()) base::RemoveTree(temporary_directory_).IgnoreError();
}

absl::Status WriteSession::RemoveLeftovers() const {
  DL_ASSIGN_OR_RETURN(const std::vector<std::string> names, base::ListDirectory(index_directory_));
  for (const std::string& name : names) {
    if (absl::StartsWith(name, index::kTemporaryPrefix)) {
      DL_RETURN_IF_ERROR(base::RemoveTree(base::JoinPath(index_directory_, name)));
    }
  }
  return absl::OkStatus();
}

// One above every generation that lies here, published or not.
absl::StatusOr<uint64_t> WriteSession::NextSequence() const {
  DL_ASSIGN_OR_RETURN(const std::vector<std::string> names, base::ListDirectory(index_directory_));
  uint64_t highest = 0;
  for (const std::string& name : names) {
    uint64_t sequence = 0;
    if (index::IsGenerationName(name) &&
        absl::SimpleAtoi(absl::string_view(name).substr(1, name.find('-') - 1), &sequence)) {
      highest = std::max(highest, sequence);
    }
  }
  return highest + 1;
}

absl::StatusOr<std::string> WriteSession::Publish(Manifest manifest) {
  for (const ManifestShard& shard : manifest.shards) {
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
  // The shards and their directories were synced where they were written (see WriteShard).
  DL_RETURN_IF_ERROR(base::SyncDirectory(generation_directory_));
  DL_RETURN_IF_ERROR(base::Rename(generation_directory_, base::JoinPath(index_directory_, name)));
  DL_RETURN_IF_ERROR(base::SyncDirectory(index_directory_));
  DL_RETURN_IF_ERROR(
      base::ReplaceFileAtomically(base::JoinPath(index_directory_, index::kCurrentFile), absl::StrCat(name, "\n")));
  CollectGarbage(name, previous);
  return name;
}

// Page tokens of a server are valid for its successors and for copies of the index: the key goes with the index.
absl::Status WriteSession::MakeTokenKey() const {
  const std::string path = base::JoinPath(index_directory_, index::kTokenKeyFile);
  if (base::Exists(path)) return absl::OkStatus();
  std::array<char, index::kTokenKeyBytes> key;
  if (getentropy(key.data(), key.size()) != 0) return base::ErrnoStatus("getentropy", path);
  return base::ReplaceFileAtomically(path, absl::string_view(key.data(), key.size()), /*mode=*/0600);
}

// Whatever fails here costs disk space, not data: the next publication tries again.
void WriteSession::CollectGarbage(const std::string& current, const std::string& previous) const {
  const absl::StatusOr<std::vector<std::string>> names = base::ListDirectory(index_directory_);
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    if (!index::IsGenerationName(name) || name == current || name == previous) continue;
    const std::string directory = base::JoinPath(index_directory_, name);
    const auto lease =
        base::FileLock::TryAcquire(base::JoinPath(directory, index::kLeaseFile), base::FileLock::Mode::kExclusive);
    if (lease.ok()) base::RemoveTree(directory).IgnoreError();
  }
}

}  // namespace dateline::publish
