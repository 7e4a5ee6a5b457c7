#include "searcher/match/snapshot.h"

#include <algorithm>
#include <thread>

#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/text/analyzer.h"

namespace dateline::match {
namespace {

bool SameColumns(const index::ManifestShard& a, const index::ManifestShard& b) {
  return a.content_hash == b.content_hash && a.sidecars.size() == 1 && b.sidecars.size() == 1 &&
         a.sidecars.front().checksum == b.sidecars.front().checksum;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Snapshot>> Snapshot::Open(const std::string& index_directory,
                                                               const std::string& name, const OpenOptions& options) {
  std::shared_ptr<Snapshot> snapshot(new Snapshot());
  DL_ASSIGN_OR_RETURN(snapshot->generation_,
                      index::Generation::Open(index_directory, name, text::Analyzer::Fingerprint()));
  snapshot->token_key_ =
      base::ReadFile(base::JoinPath(index_directory, index::kTokenKeyFile)).value_or(snapshot->generation_->name());
  if (options.verify_checksums) {
    const index::SoundFiles known =
        options.verified == nullptr ? index::SoundFiles() : options.verified->sound_files_;
    const size_t threads = std::max(1U, std::thread::hardware_concurrency());
    DL_RETURN_IF_ERROR(snapshot->generation_->VerifyFiles(threads, known, snapshot->sound_files_));
  }
  for (const index::ManifestShard& shard : snapshot->manifest().shards) {
    DL_RETURN_IF_ERROR(snapshot->OpenTombstones(shard));
    snapshot->OpenColumns(shard, options.verified);
  }
  return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

absl::Status Snapshot::OpenTombstones(const index::ManifestShard& shard) {
  tombstones_.push_back(nullptr);
  if (!shard.tombstones) return absl::OkStatus();
  const std::string path = generation_->Path(shard.tombstones->path);
  absl::StatusOr<std::unique_ptr<index::Tombstones>> opened = index::Tombstones::Open(path, shard.content_hash);
  if (absl::IsNotFound(opened.status())) return absl::DataLossError(opened.status().message());
  if (!opened.ok()) return opened.status();
  tombstones_.back() = *std::move(opened);
  const index::Tombstones& dead = *tombstones_.back();
  if (dead.count() != shard.dead || dead.docids().back() > shard.documents) {
    return absl::DataLossError(absl::StrCat(path, ": names other dead documents than the manifest counts"));
  }
  return absl::OkStatus();
}

void Snapshot::OpenColumns(const index::ManifestShard& shard, const Snapshot* verified) {
  if (verified != nullptr) {
    for (size_t i = 0; i < verified->columns_.size(); ++i) {
      if (verified->columns_[i] == nullptr || !SameColumns(shard, verified->manifest().shards[i])) continue;
      columns_.push_back(verified->columns_[i]);
      return;
    }
  }
  const std::string path = generation_->Path(index::ColumnsPath(shard.name));
  absl::StatusOr<std::unique_ptr<index::Columns>> columns = index::Columns::Open(path, shard.content_hash);
  if (columns.ok() && (*columns)->documents() != shard.documents) {
    columns = absl::DataLossError(absl::StrCat(path, ": has a wrong number of rows"));
  }
  if (columns.ok()) {
    columns_.push_back(*std::move(columns));
    return;
  }
  columns_.push_back(nullptr);
  warnings_.push_back(absl::StrCat("answers are slower: columns cannot be used: ", columns.status().message()));
}

}  // namespace dateline::match
