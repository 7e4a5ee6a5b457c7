#include "searcher/match/snapshot.h"

#include <algorithm>
#include <thread>

#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/text/analyzer.h"

namespace dateline::match {
namespace {

const index::ManifestFile* SidecarAt(const index::ManifestShard& shard, const std::string& path) {
  const auto found = std::find_if(shard.sidecars.begin(), shard.sidecars.end(),
                                  [&path](const index::ManifestFile& sidecar) { return sidecar.path == path; });
  return found == shard.sidecars.end() ? nullptr : &*found;
}

// Have two shards the same sidecar of a kind? `path_of` gives its path by the name of the shard.
bool SameSidecar(const index::ManifestShard& a, const index::ManifestShard& b,
                 std::string (*path_of)(absl::string_view)) {
  const index::ManifestFile* const of_a = SidecarAt(a, path_of(a.name));
  const index::ManifestFile* const of_b = SidecarAt(b, path_of(b.name));
  return a.content_hash == b.content_hash && of_a != nullptr && of_b != nullptr && of_a->checksum == of_b->checksum;
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
    DL_RETURN_IF_ERROR(
        snapshot->generation_->VerifyFiles(threads, known, snapshot->sound_files_, snapshot->unsound_));
  }
  for (const index::ManifestShard& shard : snapshot->manifest().shards) {
    DL_RETURN_IF_ERROR(snapshot->OpenTombstones(shard));
    snapshot->OpenColumns(shard, options.verified);
    snapshot->OpenPostings(shard, options.verified);
    const std::string directory = snapshot->generation_->Path(shard.name);
    // What this reader cannot read, the library does, or it says what is wrong.
    snapshot->stored_.push_back(index::StoredTable::Open(directory).value_or(nullptr));
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

absl::Status Snapshot::Soundness(const std::string& path) const {
  const auto found = unsound_.find(path);
  return found == unsound_.end() ? absl::OkStatus() : found->second;
}

void Snapshot::OpenColumns(const index::ManifestShard& shard, const Snapshot* verified) {
  if (verified != nullptr) {
    for (size_t i = 0; i < verified->columns_.size(); ++i) {
      if (verified->columns_[i] == nullptr ||
          !SameSidecar(shard, verified->manifest().shards[i], index::ColumnsPath)) {
        continue;
      }
      columns_.push_back(verified->columns_[i]);
      return;
    }
  }
  const std::string path = generation_->Path(index::ColumnsPath(shard.name));
  const auto open = [&]() -> absl::StatusOr<std::unique_ptr<index::Columns>> {
    DL_RETURN_IF_ERROR(Soundness(index::ColumnsPath(shard.name)));
    return index::Columns::Open(path, shard.content_hash);
  };
  absl::StatusOr<std::unique_ptr<index::Columns>> columns = open();
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

void Snapshot::OpenPostings(const index::ManifestShard& shard, const Snapshot* verified) {
  const index::Columns* const columns = columns_.back().get();
  postings_.push_back(nullptr);
  if (columns == nullptr) return;  // there is a warning already
  for (size_t i = 0; verified != nullptr && i < verified->postings_.size(); ++i) {
    if (verified->postings_[i] == nullptr || verified->manifest().average_length != manifest().average_length ||
        !SameSidecar(shard, verified->manifest().shards[i], index::PostingsPath)) {
      continue;
    }
    postings_.back() = verified->postings_[i];
    return;
  }
  index::Postings::Owner owner;
  owner.shard_hash = shard.content_hash;
  owner.average_length = manifest().average_length;
  owner.lengths = columns->lengths();
  const std::string path = index::PostingsPath(shard.name);
  const auto open = [&]() -> absl::StatusOr<std::unique_ptr<index::Postings>> {
    DL_RETURN_IF_ERROR(Soundness(path));
    return index::Postings::Open(generation_->Path(path), owner);
  };
  absl::StatusOr<std::unique_ptr<index::Postings>> postings = open();
  if (postings.ok()) {
    postings_.back() = *std::move(postings);
  } else {
    warnings_.push_back(absl::StrCat("answers are slower: postings cannot be used: ", postings.status().message()));
  }
}

bool Snapshot::HasAnyPostings() const {
  return std::any_of(postings_.begin(), postings_.end(), [](const auto& postings) { return postings != nullptr; });
}

}  // namespace dateline::match
