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
  snapshot->RankNames();
  return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

void Snapshot::RankNames() {
  std::vector<const index::Columns*> columns;
  for (const std::shared_ptr<const index::Columns>& of_shard : columns_) columns.push_back(of_shard.get());
  const bool all = std::count(columns.begin(), columns.end(), nullptr) == 0;
  if (all && columns.size() > 1) name_ranks_ = std::make_unique<NameRanks>(std::move(columns));
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

template <typename Sidecar>
std::shared_ptr<const Sidecar> Snapshot::Shared(const index::ManifestShard& shard, PathOf path_of,
                                                const Snapshot* verified,
                                                std::vector<std::shared_ptr<const Sidecar>> Snapshot::*all) {
  if (verified == nullptr) return nullptr;
  const std::vector<index::ManifestShard>& others = verified->manifest().shards;
  for (size_t i = 0; i < others.size(); ++i) {
    const std::shared_ptr<const Sidecar>& sidecar = (verified->*all)[i];
    if (sidecar != nullptr && SameSidecar(shard, others[i], path_of)) return sidecar;
  }
  return nullptr;
}

template <typename Sidecar>
std::shared_ptr<const Sidecar> Snapshot::OrWarn(absl::string_view what,
                                                absl::StatusOr<std::shared_ptr<const Sidecar>> opened) {
  if (opened.ok()) return *std::move(opened);
  warnings_.push_back(absl::StrCat("answers are slower: ", what, " cannot be used: ", opened.status().message()));
  return nullptr;
}

void Snapshot::OpenColumns(const index::ManifestShard& shard, const Snapshot* verified) {
  using Opened = std::shared_ptr<const index::Columns>;
  const auto open = [&]() -> absl::StatusOr<Opened> {
    DL_RETURN_IF_ERROR(Soundness(index::ColumnsPath(shard.name)));
    if (Opened shared = Shared(shard, index::ColumnsPath, verified, &Snapshot::columns_)) return shared;
    const std::string path = generation_->Path(index::ColumnsPath(shard.name));
    DL_ASSIGN_OR_RETURN(Opened columns, index::Columns::Open(path, shard.content_hash));
    if (columns->documents() == shard.documents) return columns;
    return absl::DataLossError(absl::StrCat(path, ": has a wrong number of rows"));
  };
  columns_.push_back(OrWarn("columns", open()));
}

void Snapshot::OpenPostings(const index::ManifestShard& shard, const Snapshot* verified) {
  using Opened = std::shared_ptr<const index::Postings>;
  const index::Columns* const columns = columns_.back().get();
  postings_.push_back(nullptr);
  if (columns == nullptr) return;  // there is a warning already
  // Impacts rest on the average length of their generation.
  const bool same_average = verified != nullptr && verified->manifest().average_length == manifest().average_length;
  const auto open = [&]() -> absl::StatusOr<Opened> {
    DL_RETURN_IF_ERROR(Soundness(index::PostingsPath(shard.name)));
    const Snapshot* const like = same_average ? verified : nullptr;
    if (Opened shared = Shared(shard, index::PostingsPath, like, &Snapshot::postings_)) return shared;
    index::Postings::Owner owner;
    owner.shard_hash = shard.content_hash;
    owner.average_length = manifest().average_length;
    owner.lengths = columns->lengths();
    return index::Postings::Open(generation_->Path(index::PostingsPath(shard.name)), owner);
  };
  postings_.back() = OrWarn("postings", open());
}

bool Snapshot::HasAnyPostings() const {
  return std::any_of(postings_.begin(), postings_.end(), [](const auto& postings) { return postings != nullptr; });
}

}  // namespace dateline::match
