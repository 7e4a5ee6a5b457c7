#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/checksum.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/columns.h"
#include "core/index/generation.h"
#include "core/text/analyzer.h"
#include "indexer/build/postings_writer.h"
#include "indexer/lifecycle/history.h"
#include "indexer/lifecycle/operations.h"
#include "indexer/lifecycle/shard_reader.h"
#include "indexer/publish/disk_space.h"
#include "indexer/publish/shard_files.h"

namespace dateline::lifecycle {
namespace {

using index::Manifest;
using index::ManifestFile;
using index::ManifestShard;

absl::StatusOr<std::string> NewestBefore(const std::string& index_directory, const std::string& current) {
  DL_ASSIGN_OR_RETURN(const std::vector<HistoryEntry> history, History(index_directory));
  const auto at = std::find_if(history.begin(), history.end(),
                               [&](const HistoryEntry& entry) { return entry.generation == current; });
  for (auto entry = at == history.end() ? at : at + 1; entry != history.end(); ++entry) {
    if (entry->problem.empty()) return entry->generation;
  }
  return absl::FailedPreconditionError(
      absl::StrCat(index_directory, ": there is no generation before ", current, " to go back to"));
}

// A shard takes at least so many times the space of its sidecars.
constexpr uint64_t kShardForSidecars = 2;

bool IsSound(const index::Generation& generation, const ManifestShard& shard, const std::string& path) {
  return std::any_of(shard.sidecars.begin(), shard.sidecars.end(), [&](const ManifestFile& sidecar) {
    return sidecar.path == path && base::VerifyFile(generation.Path(path), sidecar.checksum).ok();
  });
}

bool HasSoundSidecars(const index::Generation& generation, const ManifestShard& shard) {
  return IsSound(generation, shard, index::ColumnsPath(shard.name)) &&
         IsSound(generation, shard, index::PostingsPath(shard.name));
}

// Writes the columns of a shard of the generation in `directory` anew.
absl::Status WriteColumns(const std::string& directory, ManifestShard& shard) {
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<ShardReader> reader, ShardReader::Open(directory, shard));
  index::ColumnsBuilder columns;
  for (uint32_t docid = 1; docid <= shard.documents; ++docid) {
    DL_ASSIGN_OR_RETURN(const index::ColumnRow row, reader->Row(docid));
    columns.Add(row);
  }
  ManifestFile file;
  file.path = index::ColumnsPath(shard.name);
  const std::string path = base::JoinPath(directory, file.path);
  // What lies there is the old generation's file too.
  if (base::Exists(path)) DL_RETURN_IF_ERROR(base::RemoveFile(path));
  DL_RETURN_IF_ERROR(base::WriteFileSynced(path, std::move(columns).Finish(shard.content_hash)));
  DL_ASSIGN_OR_RETURN(file.checksum, base::ChecksumFile(path));
  shard.sidecars = {std::move(file)};
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> Rollback(const std::string& index_directory, const std::string& to, const Means& means) {
  DL_ASSIGN_OR_RETURN(const std::string current, index::ReadCurrent(index_directory));
  if (!to.empty() && !index::IsGenerationName(to)) {
    return absl::InvalidArgumentError(
        absl::StrCat(to, ": is not the name of a generation; see dateline-indexer history"));
  }
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<publish::WriteSession> session,
                      publish::WriteSession::Begin(index_directory, means.session));
  std::string target = to;
  if (target.empty()) {
    DL_ASSIGN_OR_RETURN(target, NewestBefore(index_directory, current));
  }
  if (!base::IsDirectory(base::JoinPath(index_directory, target))) {
    return absl::NotFoundError(
        absl::StrCat(target, ": is not there any more; see dateline-indexer history --index ", index_directory));
  }
  DL_ASSIGN_OR_RETURN(const std::shared_ptr<const index::Generation> generation,
                      index::Generation::Open(index_directory, target, text::Analyzer::Fingerprint()));
  DL_RETURN_IF_ERROR(generation->VerifyFiles(means.threads));
  DL_RETURN_IF_ERROR(session->MakeCurrent(target));
  return target;
}

absl::StatusOr<std::vector<std::string>> CollectGarbage(const std::string& index_directory, uint64_t keep,
                                                        const Means& means) {
  DL_RETURN_IF_ERROR(index::ReadCurrent(index_directory).status());
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<publish::WriteSession> session,
                      publish::WriteSession::Begin(index_directory, means.session));
  return session->CollectGarbage(keep);
}

absl::StatusOr<AccelerateResult> Accelerate(const std::string& index_directory, const AccelerateOptions& wanted,
                                            const Means& means) {
  DL_ASSIGN_OR_RETURN(const std::string name, index::ReadCurrent(index_directory));
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<publish::WriteSession> session,
                      publish::WriteSession::Begin(index_directory, means.session));
  DL_ASSIGN_OR_RETURN(const std::shared_ptr<const index::Generation> generation,
                      index::Generation::Open(index_directory, name, text::Analyzer::Fingerprint()));
  AccelerateResult result;
  Manifest manifest = generation->manifest();
  const bool all = wanted.all || (wanted.pair_share && *wanted.pair_share != manifest.pair_share);
  manifest.pair_share = wanted.pair_share.value_or(manifest.pair_share);
  std::vector<bool> sound;
  uint64_t needed = 0;
  for (const ManifestShard& shard : manifest.shards) {
    sound.push_back(!all && HasSoundSidecars(*generation, shard));
    if (sound.back()) continue;
    ++result.rebuilt;
    needed += shard.FileBytes() / kShardForSidecars;
  }
  if (result.rebuilt == 0) return result;
  DL_RETURN_IF_ERROR(publish::CheckSpace(index_directory, needed, "accelerate"));
  const std::string& directory = session->generation_directory();
  std::vector<std::string> linked;
  for (size_t i = 0; i < manifest.shards.size(); ++i) {
    ManifestShard& shard = manifest.shards[i];
    DL_ASSIGN_OR_RETURN(shard, publish::LinkShard(generation->Path(""), shard, directory, std::string(shard.name)));
    if (sound[i]) {
      linked.push_back(shard.name);
      continue;
    }
    for (const ManifestFile& file : shard.files) {
      DL_RETURN_IF_ERROR(base::VerifyFile(base::JoinPath(directory, file.path), file.checksum));
    }
    DL_RETURN_IF_ERROR(WriteColumns(directory, shard));
    DL_ASSIGN_OR_RETURN(
        const std::unique_ptr<index::Columns> columns,
        index::Columns::Open(base::JoinPath(directory, index::ColumnsPath(shard.name)), shard.content_hash));
    build::PostingsOptions options;
    options.generation_directory = directory;
    options.shard_name = shard.name;
    options.lengths = columns->lengths();
    options.work_directory = session->work_directory();
    options.average_length = manifest.average_length;
    options.pair_share = manifest.pair_share;
    build::PostingsWriter postings(options);
    DL_RETURN_IF_ERROR(postings.FindPairs());
    DL_RETURN_IF_ERROR(postings.Write());
    DL_RETURN_IF_ERROR(postings.Finish(shard));
  }
  manifest.operation = "accelerate";
  manifest.parent = name;
  DL_ASSIGN_OR_RETURN(result.generation, session->Publish(manifest, linked));
  return result;
}

}  // namespace dateline::lifecycle
