#include "indexer/lifecycle/history.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/generation.h"
#include "core/index/manifest.h"

namespace dateline::lifecycle {
namespace {

namespace fs = std::filesystem;

// A file with another name somewhere is taken for a shared one: generations are all that links them.
void CountBytes(const std::string& directory, HistoryEntry& entry) {
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    std::error_code file_error;
    if (!it->is_regular_file(file_error)) continue;
    const uint64_t bytes = it->file_size(file_error);
    if (file_error) continue;
    const bool shared = it->hard_link_count(file_error) > 1;
    (shared ? entry.shared_bytes : entry.own_bytes) += bytes;
  }
}

absl::Status ReadEntry(const std::string& directory, HistoryEntry& entry) {
  DL_ASSIGN_OR_RETURN(const std::string bytes, base::ReadFile(base::JoinPath(directory, index::kManifestFile)));
  DL_ASSIGN_OR_RETURN(const index::Manifest manifest, index::DecodeManifest(bytes, index::kOldestRebuildableFormat));
  entry.operation = manifest.operation;
  entry.parent = manifest.parent;
  entry.created = manifest.created;
  entry.documents = manifest.documents;
  entry.shards = manifest.shards.size();
  for (const index::ManifestShard& shard : manifest.shards) entry.dead += shard.dead;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<HistoryEntry>> History(const std::string& index_directory) {
  DL_ASSIGN_OR_RETURN(const std::string current, index::ReadCurrent(index_directory));
  DL_ASSIGN_OR_RETURN(std::vector<std::string> names, base::ListDirectory(index_directory));
  std::vector<HistoryEntry> entries;
  for (const std::string& name : names) {
    if (!index::IsGenerationName(name)) continue;
    const std::string directory = base::JoinPath(index_directory, name);
    HistoryEntry entry;
    entry.generation = name;
    entry.current = name == current;
    const absl::Status read = ReadEntry(directory, entry);
    if (!base::IsDirectory(directory)) continue;
    entry.problem = std::string(read.message());
    CountBytes(directory, entry);
    entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(), [](const HistoryEntry& a, const HistoryEntry& b) {
    return index::SequenceOf(a.generation) > index::SequenceOf(b.generation);
  });
  return entries;
}

}  // namespace dateline::lifecycle
