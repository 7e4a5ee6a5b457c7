// What the next generation is to hold: the shards of the current one, less those dropped, with more documents dead,
// and shards newly written. Nothing is visible until Publish.
//
//   DL_ASSIGN_OR_RETURN(std::unique_ptr<Draft> draft, Draft::OfCurrent(index_directory));
//   DL_ASSIGN_OR_RETURN(auto place, draft->Find(key));
//   if (place) DL_RETURN_IF_ERROR(draft->Kill(*place));
//   DL_ASSIGN_OR_RETURN(std::string name, draft->Publish(session, "delete"));
//
// Thread-safety: belongs to one thread, which holds the WriteSession. Errors: Unavailable when there is no index,
// FailedPrecondition when another analyzer cut its text or no article would be left, DataLoss when it is damaged.
#ifndef DATELINE_INDEXER_LIFECYCLE_DRAFT_H_
#define DATELINE_INDEXER_LIFECYCLE_DRAFT_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "core/base/ids.h"
#include "core/index/generation.h"
#include "indexer/lifecycle/shard_reader.h"
#include "indexer/publish/publisher.h"

namespace dateline::lifecycle {

class Draft {
 public:
  struct Place {
    size_t shard = 0;  // of the current generation
    uint32_t docid = 0;
  };

  static absl::StatusOr<std::unique_ptr<Draft>> OfCurrent(const std::string& index_directory);

  const index::Generation& generation() const { return *generation_; }
  const ShardReader& reader(size_t shard) const { return *shards_[shard].reader; }

  // Where the article with this key lives; nothing when there is none, or it is dead.
  absl::StatusOr<absl::optional<Place>> Find(const base::DocKey& key) const;
  absl::Status Kill(const Place& place);
  uint64_t killed() const { return killed_; }

  // Takes in shards with new articles, written into the session's generation under names that no published shard has.
  void Add(std::vector<index::ManifestShard> shards);
  // Puts `written`, which holds just the living of `shards`, in their place.
  void Replace(const std::vector<size_t>& shards, std::vector<index::ManifestShard> written);

  // What the manifest is to say of records; both begin with the current generation's.
  void AddRejected(uint64_t records) { rejected_ += records; }
  void AddReplaced(uint64_t records) { replaced_ += records; }

  // Links, names, counts, publishes. Returns the name of the generation, whose manifest `published` then is. The
  // draft is spent.
  absl::StatusOr<std::string> Publish(publish::WriteSession& session, const std::string& operation);
  const index::Manifest& published() const { return published_; }

 private:
  struct Shard {
    std::unique_ptr<ShardReader> reader;
    std::set<uint32_t> killed;
    bool dropped = false;
    bool written = false;  // by this session
  };

  Draft() = default;
  absl::Status OpenWritten(const publish::WriteSession& session);
  absl::StatusOr<std::vector<Shard*>> InOrder();
  absl::StatusOr<index::ManifestShard> PutInPlace(publish::WriteSession& session, const Shard& shard,
                                                  const std::string& name) const;
  absl::Status WriteTombstones(const Shard& shard, const std::string& directory, index::ManifestShard& entry) const;

  std::shared_ptr<const index::Generation> generation_;
  std::vector<Shard> shards_;  // those of the generation first
  std::vector<index::ManifestShard> written_;
  uint64_t killed_ = 0;
  uint64_t text_bytes_ = 0;  // of the living
  uint64_t rejected_ = 0;
  uint64_t replaced_ = 0;
  index::Manifest published_;
};

// Bytes of an article's text, as manifests count them.
uint64_t TextBytes(const article::Article& article);

// What a manifest says about all living documents of these shards, but for the bytes of their text.
absl::Status SumUp(const std::vector<std::unique_ptr<ShardReader>>& shards, index::Manifest& manifest);

}  // namespace dateline::lifecycle

#endif  // DATELINE_INDEXER_LIFECYCLE_DRAFT_H_
