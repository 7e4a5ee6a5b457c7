// One generation, opened for reading: what all threads share of it. Holding it keeps its files from garbage
// collection.
//
// Thread-safety: immutable after Open, but for the census and the ranks of names, which guard themselves.
#ifndef DATELINE_SEARCHER_MATCH_SNAPSHOT_H_
#define DATELINE_SEARCHER_MATCH_SNAPSHOT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/index/columns.h"
#include "core/index/generation.h"
#include "core/index/postings.h"
#include "core/index/stored_table.h"
#include "core/index/tombstones.h"
#include "searcher/match/census.h"
#include "searcher/match/name_ranks.h"

namespace dateline::match {

class Snapshot {
 public:
  struct OpenOptions {
    bool verify_checksums = true;  // reads every byte first, so that no damaged one is ever served
    // What is served already and was verified: files that both generations have are not read again, and columns are
    // shared. May be null.
    const Snapshot* verified = nullptr;
  };

  // Opens generation `name` (index::ReadCurrent).
  static absl::StatusOr<std::shared_ptr<const Snapshot>> Open(const std::string& index_directory,
                                                              const std::string& name, const OpenOptions& options);

  const index::Generation& generation() const { return *generation_; }
  const index::Manifest& manifest() const { return generation_->manifest(); }

  // Of the shard, or null when they are missing or not usable, damaged ones too: answers are then the same, only
  // slower.
  const index::Columns* columns(size_t shard) const { return columns_[shard].get(); }

  // Of the shard, or null when they, or the columns, are missing or not usable.
  const index::Postings* postings(size_t shard) const { return postings_[shard].get(); }
  bool HasAnyPostings() const;

  // The stored articles of the shard, or null when only the library can read them.
  const index::StoredTable* stored(size_t shard) const { return stored_[shard].get(); }

  // The dead documents of the shard, or null when it has none: they are in no answer and no count.
  const index::Tombstones* tombstones(size_t shard) const { return tombstones_[shard].get(); }

  // Of the names of all shards; null where there is one only, or some have no columns.
  const NameRanks* name_ranks() const { return name_ranks_.get(); }

  // What is known of all articles together; shared by all threads.
  Census& census() const { return *census_; }

  // What page tokens are signed with.
  const std::string& token_key() const { return token_key_; }

  // Why columns or postings are missing; empty when none are.
  const std::vector<std::string>& warnings() const { return warnings_; }

  // Is it a sidecar that was found damaged when the generation was opened, and is not read?
  bool IsLeftOut(const index::ManifestFile& file) const { return unsound_.contains(file.path); }

 private:
  Snapshot() = default;
  absl::Status OpenTombstones(const index::ManifestShard& shard);
  // OK, or what is wrong with the bytes of a sidecar.
  absl::Status Soundness(const std::string& path) const;
  // What `verified`, which may be null, has open of the same bytes in `all`; null when it has not.
  using PathOf = std::string (*)(absl::string_view shard);
  template <typename Sidecar>
  static std::shared_ptr<const Sidecar> Shared(const index::ManifestShard& shard, PathOf path_of,
                                               const Snapshot* verified,
                                               std::vector<std::shared_ptr<const Sidecar>> Snapshot::*all);
  // What was opened, or null and a warning.
  template <typename Sidecar>
  std::shared_ptr<const Sidecar> OrWarn(absl::string_view what,
                                        absl::StatusOr<std::shared_ptr<const Sidecar>> opened);
  void OpenColumns(const index::ManifestShard& shard, const Snapshot* verified);
  void OpenPostings(const index::ManifestShard& shard, const Snapshot* verified);
  void RankNames();

  std::shared_ptr<const index::Generation> generation_;
  index::SoundFiles sound_files_;
  index::UnsoundSidecars unsound_;
  std::string token_key_;
  std::vector<std::unique_ptr<const index::Tombstones>> tombstones_;
  std::vector<std::shared_ptr<const index::Columns>> columns_;
  std::unique_ptr<const NameRanks> name_ranks_;  // of columns_
  std::vector<std::shared_ptr<const index::Postings>> postings_;
  std::vector<std::unique_ptr<const index::StoredTable>> stored_;
  const std::unique_ptr<Census> census_ = std::make_unique<Census>();
  std::vector<std::string> warnings_;
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_SNAPSHOT_H_
