// Where generations lie in an index directory, and how a reader takes hold of one.
//
//   INDEX/CURRENT          the name of the published generation, one line; replaced by one rename
//   INDEX/NAME/MANIFEST    and everything that it lists; never written again once published
//   INDEX/NAME/LEASE       locked shared by every reader: who collects garbage must lock it alone first
//   INDEX/TOKEN_KEY        random bytes that page tokens are signed with; made once, readable by its owner only
//   INDEX/LOCK             locked alone by the one writer
//   INDEX/tmp-*            work of a writer; what a dead writer left is removed by the next
//
// Thread-safety: free functions may be called from any thread; a Generation is immutable after Open.
#ifndef DATELINE_CORE_INDEX_GENERATION_H_
#define DATELINE_CORE_INDEX_GENERATION_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/file.h"
#include "core/index/manifest.h"

namespace dateline::index {

inline constexpr absl::string_view kCurrentFile = "CURRENT";
inline constexpr absl::string_view kManifestFile = "MANIFEST";
inline constexpr absl::string_view kLeaseFile = "LEASE";
inline constexpr absl::string_view kLockFile = "LOCK";
inline constexpr absl::string_view kTokenKeyFile = "TOKEN_KEY";
inline constexpr size_t kTokenKeyBytes = 32;
inline constexpr absl::string_view kTemporaryPrefix = "tmp-";

// The name in CURRENT. Unavailable, with the remedy, when the directory holds no published generation.
absl::StatusOr<std::string> ReadCurrent(const std::string& index_directory);

// Is `name` shaped as GenerationName makes them?
bool IsGenerationName(absl::string_view name);

// The number in a name of a generation. REQUIRES: IsGenerationName(name).
uint64_t SequenceOf(absl::string_view name);

// Files whose checksums were right when they were read: by Generation::Identity, their FileChecksum::Whole.
using SoundFiles = absl::flat_hash_map<std::string, uint64_t>;
// Sidecars whose bytes are not those that the manifest tells of: by ManifestFile::path, what is wrong, and where.
using UnsoundSidecars = absl::flat_hash_map<std::string, absl::Status>;

class Generation {
 public:
  // Opens generation `name` and holds its lease. `analyzer` is the fingerprint that the caller's analyzer has; an
  // index made by another is refused with FailedPrecondition and the remedy.
  static absl::StatusOr<std::shared_ptr<const Generation>> Open(const std::string& index_directory,
                                                                const std::string& name, absl::string_view analyzer);

  // The same for reading stored articles only: whatever the analyzer, and formats from kOldestRebuildableFormat on.
  static absl::StatusOr<std::shared_ptr<const Generation>> OpenForRebuild(const std::string& index_directory,
                                                                          const std::string& name);

  const std::string& name() const { return name_; }
  const Manifest& manifest() const { return manifest_; }
  std::string Path(absl::string_view relative) const { return base::JoinPath(directory_, relative); }

  // Every file that the manifest lists, sidecars only where they exist. They live as long as the generation.
  std::vector<const ManifestFile*> Files() const;

  // Which file on disk this is, and when it was last written: the same for hard links to one file.
  std::string Identity(const ManifestFile& file) const;

  // Reads every one of Files() and compares checksums: DataLoss names the file and the place of the first difference.
  // The files are spread over `threads` threads.
  absl::Status VerifyFiles(size_t threads) const;
  // The same, but what is in `known` is not read again. When all is well, `sound` becomes what now may be relied on.
  absl::Status VerifyFiles(size_t threads, const SoundFiles& known, SoundFiles& sound) const;
  // The same for who can do without a sidecar: damage to one is no error, but told in `unsound`.
  absl::Status VerifyFiles(size_t threads, const SoundFiles& known, SoundFiles& sound,
                           UnsoundSidecars& unsound) const;

 private:
  Generation() = default;
  // Is it, of Files(), a sidecar?
  bool IsSidecar(const ManifestFile& file) const;
  static absl::StatusOr<std::shared_ptr<Generation>> OpenAny(const std::string& index_directory,
                                                             const std::string& name, uint32_t oldest_format);
  std::string name_;
  std::string directory_;
  Manifest manifest_;
  base::FileLock lease_;
};

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_GENERATION_H_
