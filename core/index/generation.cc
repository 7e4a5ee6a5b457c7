#include "core/index/generation.h"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/mutex.h"
#include "core/base/status_macros.h"

namespace dateline::index {
absl::StatusOr<std::string> ReadCurrent(const std::string& index_directory) {
  const std::string path = base::JoinPath(index_directory, kCurrentFile);
  absl::StatusOr<std::string> text = base::ReadFile(path);
  if (absl::IsNotFound(text.status())) {
    return absl::UnavailableError(absl::StrCat(index_directory,
                                               " holds no index; make one with: dateline-indexer build --index ",
                                               index_directory, " INPUT..."));
  }
  if (!text.ok()) return text.status();
  const std::string name(absl::StripAsciiWhitespace(*text));
  if (!IsGenerationName(name)) return absl::DataLossError(absl::StrCat(path, ": does not name a generation"));
  return name;
}

bool IsGenerationName(absl::string_view name) {
  const size_t dash = name.find('-');
  if (dash == absl::string_view::npos || dash < 2 || name.front() != 'g' || name.size() != dash + 17) return false;
  const auto digits = name.substr(1, dash - 1);
  const auto hash = name.substr(dash + 1);
  return std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) &&
         std::all_of(hash.begin(), hash.end(), absl::ascii_isxdigit);
}

uint64_t SequenceOf(absl::string_view name) {
  uint64_t sequence = 0;
  return absl::SimpleAtoi(name.substr(1, name.find('-') - 1), &sequence) ? sequence : 0;
}

absl::StatusOr<std::shared_ptr<Generation>> Generation::OpenAny(const std::string& index_directory,
                                                                const std::string& name, uint32_t oldest_format) {
  std::shared_ptr<Generation> generation(new Generation());
  generation->name_ = name;
  generation->directory_ = base::JoinPath(index_directory, name);
  // The lease first: what it guards cannot vanish between reading and opening.
  absl::StatusOr<base::FileLock> lease =
      base::FileLock::TryAcquire(generation->Path(kLeaseFile), base::FileLock::Mode::kShared);
  // An index on read-only media cannot be collected either, so it needs no lease.
  if (!lease.ok() && !absl::IsPermissionDenied(lease.status())) return lease.status();
  if (lease.ok()) generation->lease_ = *std::move(lease);

  const std::string manifest_path = generation->Path(kManifestFile);
  DL_ASSIGN_OR_RETURN(const std::string bytes, base::ReadFile(manifest_path));
  absl::StatusOr<Manifest> manifest = DecodeManifest(bytes, oldest_format);
  if (!manifest.ok()) return base::Annotate(manifest.status(), manifest_path);
  generation->manifest_ = *std::move(manifest);
  return generation;
}

absl::StatusOr<std::shared_ptr<const Generation>> Generation::OpenForRebuild(const std::string& index_directory,
                                                                             const std::string& name) {
  DL_ASSIGN_OR_RETURN(std::shared_ptr<Generation> generation,
                      OpenAny(index_directory, name, kOldestRebuildableFormat));
  return std::shared_ptr<const Generation>(std::move(generation));
}

absl::StatusOr<std::shared_ptr<const Generation>> Generation::Open(const std::string& index_directory,
                                                                   const std::string& name,
                                                                   absl::string_view analyzer) {
  DL_ASSIGN_OR_RETURN(std::shared_ptr<Generation> generation, OpenAny(index_directory, name, kFormatVersion));
  if (generation->manifest_.analyzer != analyzer) {
    return absl::FailedPreconditionError(absl::StrCat(
        generation->Path(kManifestFile), ": the text was cut by \"", generation->manifest_.analyzer,
        "\", this program cuts by \"", analyzer,
        "\", so words would not be found; make it anew from its own articles: dateline-indexer rebuild --from ",
        index_directory, " --index NEW"));
  }
  // Generations share shards: the sound manifest of another one may list files that are all here, and would bring
  // deleted articles back in silence.
  const std::string own_name = GenerationName(generation->manifest_);
  if (own_name != name) {
    return absl::DataLossError(
        absl::StrCat(generation->Path(kManifestFile), ": is the manifest of another generation, ", own_name));
  }
  return std::shared_ptr<const Generation>(std::move(generation));
}

std::vector<const ManifestFile*> Generation::Files() const {
  std::vector<const ManifestFile*> files;
  for (const ManifestShard& shard : manifest_.shards) {
    for (const ManifestFile& file : shard.files) files.push_back(&file);
    if (shard.tombstones) files.push_back(&*shard.tombstones);
    for (const ManifestFile& file : shard.sidecars) {
      if (base::Exists(Path(file.path))) files.push_back(&file);
    }
  }
  return files;
}

bool Generation::IsSidecar(const ManifestFile& file) const {
  return std::any_of(manifest_.shards.begin(), manifest_.shards.end(), [&file](const ManifestShard& shard) {
    return !shard.sidecars.empty() && &file >= &shard.sidecars.front() && &file <= &shard.sidecars.back();
  });
}

std::string Generation::Identity(const ManifestFile& file) const {
  struct stat info;
  const std::string path = Path(file.path);
  if (::stat(path.c_str(), &info) != 0) return path;
  return absl::StrCat(info.st_dev, " ", info.st_ino, " ", info.st_size, " ", info.st_mtim.tv_sec, " ",
                      info.st_mtim.tv_nsec);
}

absl::Status Generation::VerifyFiles(size_t threads) const {
  SoundFiles sound;
  return VerifyFiles(threads, SoundFiles(), sound);
}

absl::Status Generation::VerifyFiles(size_t threads, const SoundFiles& known, SoundFiles& sound) const {
  UnsoundSidecars unsound;
  DL_RETURN_IF_ERROR(VerifyFiles(threads, known, sound, unsound));
  return unsound.empty() ? absl::OkStatus() : unsound.begin()->second;
}

absl::Status Generation::VerifyFiles(size_t threads, const SoundFiles& known, SoundFiles& sound,
                                     UnsoundSidecars& unsound) const {
  std::vector<const ManifestFile*> files = Files();
  // Before they are read, so that what is written meanwhile is another file.
  SoundFiles found;
  const auto is_known = [&](const ManifestFile* file) {
    const std::string identity = Identity(*file);
    const uint64_t whole = file->checksum.Whole();
    found.emplace(identity, whole);
    const auto same = known.find(identity);
    return same != known.end() && same->second == whole;
  };
  files.erase(std::remove_if(files.begin(), files.end(), is_known), files.end());
  base::Mutex mutex;
  absl::Status first_error;
  std::atomic<size_t> next = 0;
  const auto verify = [&] {
    for (size_t i = next++; i < files.size(); i = next++) {
      absl::Status status = base::VerifyFile(Path(files[i]->path), files[i]->checksum);
      if (absl::IsNotFound(status)) status = absl::DataLossError(status.message());  // the manifest names it
      if (status.ok()) continue;
      base::MutexLock lock(&mutex);
      if (absl::IsDataLoss(status) && IsSidecar(*files[i])) {
        found.erase(Identity(*files[i]));
        unsound.emplace(files[i]->path, status);
      } else if (first_error.ok()) {
        first_error = status;
      }
    }
  };
  std::vector<std::thread> workers;
  for (size_t i = 1; i < std::min(threads, files.size()); ++i) workers.emplace_back(verify);
  verify();
  for (std::thread& worker : workers) worker.join();
  if (first_error.ok()) sound = std::move(found);
  return first_error;
}

}  // namespace dateline::index
