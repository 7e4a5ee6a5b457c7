#include "indexer/publish/shard_files.h"

#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"

namespace dateline::publish {
namespace {

using index::ManifestFile;
using index::ManifestShard;

constexpr size_t kCopyChunkBytes = 1 << 20;

absl::Status CopyFile(const std::string& from, const std::string& to) {
  DL_ASSIGN_OR_RETURN(base::FileWriter writer, base::FileWriter::Create(to));
  DL_RETURN_IF_ERROR(
      base::ForEachChunk(from, kCopyChunkBytes, [&writer](absl::string_view chunk) { return writer.Append(chunk); }));
  return writer.Close(/*sync=*/true);
}

// The same file in a shard of another name.
std::string Renamed(const std::string& path, const std::string& shard, const std::string& name) {
  return absl::StrCat(name, absl::StripPrefix(path, shard));
}

ManifestShard WithName(ManifestShard shard, const std::string& name) {
  for (ManifestFile& file : shard.files) file.path = Renamed(file.path, shard.name, name);
  for (ManifestFile& file : shard.sidecars) file.path = Renamed(file.path, shard.name, name);
  if (shard.tombstones) shard.tombstones->path = Renamed(shard.tombstones->path, shard.name, name);
  shard.name = name;
  return shard;
}

}  // namespace

absl::Status LinkFile(const std::string& from, const std::string& to) {
  if (::link(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  // Another file system, one without links, one that protects files of others, or too many links of one file.
  if (errno == EXDEV || errno == EPERM || errno == EMLINK || errno == EOPNOTSUPP || errno == ENOSYS) {
    return CopyFile(from, to);
  }
  return base::ErrnoStatus("link", absl::StrCat(from, " to ", to));
}

absl::StatusOr<ManifestShard> LinkShard(const std::string& from_generation, const ManifestShard& shard,
                                        const std::string& to_generation, const std::string& name) {
  ManifestShard linked = WithName(shard, name);
  const auto link = [&](const ManifestFile& from, const ManifestFile& to) {
    return LinkFile(base::JoinPath(from_generation, from.path), base::JoinPath(to_generation, to.path));
  };
  const std::string directory = base::JoinPath(to_generation, name);
  DL_RETURN_IF_ERROR(base::MakeDirectory(directory));
  for (size_t i = 0; i < shard.files.size(); ++i) DL_RETURN_IF_ERROR(link(shard.files[i], linked.files[i]));
  DL_RETURN_IF_ERROR(base::SyncDirectory(directory));
  if (shard.tombstones) DL_RETURN_IF_ERROR(link(*shard.tombstones, *linked.tombstones));
  linked.sidecars.clear();
  for (const ManifestFile& sidecar : shard.sidecars) {
    ManifestFile renamed = sidecar;
    renamed.path = Renamed(sidecar.path, shard.name, name);
    const absl::Status status = link(sidecar, renamed);
    if (absl::IsNotFound(status)) continue;
    DL_RETURN_IF_ERROR(status);
    linked.sidecars.push_back(std::move(renamed));
  }
  return linked;
}

absl::StatusOr<ManifestShard> RenameShard(const std::string& generation, const ManifestShard& shard,
                                          const std::string& name) {
  ManifestShard renamed = WithName(shard, name);
  DL_RETURN_IF_ERROR(base::Rename(base::JoinPath(generation, shard.name), base::JoinPath(generation, name)));
  for (size_t i = 0; i < shard.sidecars.size(); ++i) {
    DL_RETURN_IF_ERROR(base::Rename(base::JoinPath(generation, shard.sidecars[i].path),
                                    base::JoinPath(generation, renamed.sidecars[i].path)));
  }
  return renamed;
}

}  // namespace dateline::publish
