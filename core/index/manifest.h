// A generation in one value: what it consists of, what its files must contain, what its totals are.
//
// Thread-safety: a plain value; free functions are pure. Errors: DataLoss for bytes that are no manifest or a damaged
// one, FailedPrecondition for a version or analyzer that this program does not read, with the remedy.
#ifndef DATELINE_CORE_INDEX_MANIFEST_H_
#define DATELINE_CORE_INDEX_MANIFEST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/base/checksum.h"
#include "core/index/postings_format.h"
#include "core/index/schema.h"

namespace dateline::index {

struct ManifestFile {
  std::string path;  // relative to the generation's directory
  base::FileChecksum checksum;
};

struct ManifestLanguage {
  std::string language;
  uint64_t documents = 0;
  bool operator==(const ManifestLanguage&) const = default;
};

struct ManifestShard {
  std::string name;
  uint64_t documents = 0;  // all of them, dead or alive; so do the sums below
  uint64_t content_hash = 0;
  std::vector<ManifestFile> files;
  std::vector<ManifestFile> sidecars;
  uint64_t dead = 0;
  absl::optional<ManifestFile> tombstones;  // there just when `dead` is above 0
  uint64_t total_length = 0;
  uint64_t text_bytes = 0;
  std::vector<ManifestLanguage> languages;  // sorted

  uint64_t live() const { return documents - dead; }
  uint64_t FileBytes() const;  // of files, sidecars and tombstones
};

struct Manifest {
  uint32_t format_version = kFormatVersion;
  std::string analyzer;  // text::Analyzer::Fingerprint, opaque here
  uint64_t sequence = 0;
  int64_t created = 0;                // seconds since the epoch
  std::vector<ManifestShard> shards;  // newest documents first
  uint64_t documents = 0;             // live ones, here and in all that follows
  uint64_t total_length = 0;
  float average_length = 1.0F;
  std::vector<std::string> languages;
  uint64_t rejected = 0;
  uint64_t replaced = 0;
  uint64_t undated = 0;
  absl::optional<int64_t> oldest;
  absl::optional<int64_t> newest;
  uint64_t text_bytes = 0;
  std::string operation;                    // what made it: "build", "add", "delete", "merge", "rebuild"
  std::string parent;                       // the name of the generation it was made from, or ""
  uint32_t pair_share = kDefaultPairShare;  // of its postings (postings_format.h)

  uint64_t FileBytes() const;  // of all files
};

// A hash over everything that determines answers: format, analyzer, totals, and the checksums of the shards' files.
// Not over sequence, creation time, operation, parent, counts of rejects, sidecars or what those keep.
uint64_t ContentHash(const Manifest& manifest);

// "g000012-9f86d081884c7d65": the sequence number and the content hash.
std::string GenerationName(const Manifest& manifest);

std::string EncodeManifest(const Manifest& manifest);
// The oldest format whose stored articles this program reads, to build them anew.
inline constexpr uint32_t kOldestRebuildableFormat = 2;

// Refuses formats before `oldest_format`, which is kFormatVersion for whoever serves or changes the index.
absl::StatusOr<Manifest> DecodeManifest(absl::string_view bytes, uint32_t oldest_format = kFormatVersion);

// The name of a shard, the paths of its columns, postings and tombstones; relative to the generation's directory.
std::string ShardName(size_t number, absl::string_view kind = "shard");
std::string ColumnsPath(absl::string_view shard_name);
std::string PostingsPath(absl::string_view shard_name);
std::string TombstonesPath(absl::string_view shard_name);

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_MANIFEST_H_
