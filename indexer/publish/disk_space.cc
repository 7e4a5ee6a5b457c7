#include "indexer/publish/disk_space.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"

namespace dateline::publish {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kReserveBytes = 16 << 20;
// Runs (one), segments and shards (two each) for each byte of text; see BytesToBuild.
constexpr uint64_t kBytesPerTextByte = 5;
constexpr uint64_t kCompression = 4;
constexpr uint64_t kBytesPerMergedByte = 2;

uint64_t TextBytes(const fs::path& path) {
  std::error_code error;
  const uint64_t bytes = fs::file_size(path, error);
  if (error) return 0;
  const std::string name = path.string();
  for (const char* ending : {".gz", ".zst", ".tgz", ".zip"}) {
    if (absl::EndsWithIgnoreCase(name, ending)) return bytes * kCompression;
  }
  return bytes;
}

}  // namespace

uint64_t BytesToBuild(const std::vector<std::string>& inputs) {
  uint64_t text = 0;
  for (const std::string& input : inputs) {
    std::error_code error;
    if (!fs::is_directory(input, error)) {
      text += TextBytes(input);
      continue;
    }
    for (fs::recursive_directory_iterator it(input, error), end; !error && it != end; it.increment(error)) {
      std::error_code type_error;
      if (it->is_regular_file(type_error)) text += TextBytes(it->path());
    }
  }
  return text * kBytesPerTextByte;
}

uint64_t BytesToMerge(const std::vector<index::ManifestShard>& shards) {
  uint64_t bytes = 0;
  for (const index::ManifestShard& shard : shards) bytes += shard.FileBytes();
  return bytes * kBytesPerMergedByte;
}

absl::Status CheckSpace(const std::string& directory, uint64_t needed_bytes, const std::string& work) {
  const uint64_t needed = needed_bytes + kReserveBytes;
  DL_ASSIGN_OR_RETURN(const uint64_t free, base::FreeBytes(directory));
  if (free >= needed) return absl::OkStatus();
  const auto mb = [](uint64_t bytes) { return absl::StrFormat("%.0f MB", static_cast<double>(bytes) / 1e6); };
  return absl::ResourceExhaustedError(absl::StrCat(directory, ": ", work, " needs about ", mb(needed),
                                                   " on this disk, and ", mb(free),
                                                   " are free; make room, then try again"));
}

}  // namespace dateline::publish
