#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/checksum.h"
#include "core/base/status_macros.h"
#include "indexer/build/index_pass.h"
#include "indexer/lifecycle/draft.h"
#include "indexer/lifecycle/live_articles.h"
#include "indexer/lifecycle/merge_policy.h"
#include "indexer/lifecycle/operations.h"
#include "indexer/publish/disk_space.h"

namespace dateline::lifecycle {
namespace {

using Groups = std::vector<std::vector<size_t>>;

Groups Choose(const index::Manifest& manifest, const MergeOptions& options) {
  if (!options.all) {
    std::vector<ShardSize> sizes;
    for (const index::ManifestShard& shard : manifest.shards) sizes.push_back({shard.documents, shard.dead});
    return ChooseMerges(sizes);
  }
  const uint64_t wanted =
      options.shards != 0 ? options.shards
                          : (manifest.documents + build::kDefaultShardDocuments - 1) / build::kDefaultShardDocuments;
  const bool whole = std::all_of(manifest.shards.begin(), manifest.shards.end(),
                                 [](const index::ManifestShard& shard) { return shard.dead == 0; });
  if (whole && manifest.shards.size() == wanted) return {};
  std::vector<size_t> every(manifest.shards.size());
  std::iota(every.begin(), every.end(), size_t{0});
  return {every};
}

// What is written again gets new checksums: damage must not be signed with them.
absl::Status VerifyShardFiles(const index::Generation& generation, const index::ManifestShard& shard) {
  for (const index::ManifestFile& file : shard.files) {
    DL_RETURN_IF_ERROR(base::VerifyFile(generation.Path(file.path), file.checksum));
  }
  return shard.tombstones ? base::VerifyFile(generation.Path(shard.tombstones->path), shard.tombstones->checksum)
                          : absl::OkStatus();
}

}  // namespace

absl::StatusOr<MergeResult> Merge(const std::string& index_directory, const MergeOptions& merge_options,
                                  const Means& means) {
  DL_RETURN_IF_ERROR(index::ReadCurrent(index_directory).status());
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<publish::WriteSession> session,
                      publish::WriteSession::Begin(index_directory, means.session));
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<Draft> draft, Draft::OfCurrent(index_directory));
  const index::Manifest& before = draft->generation().manifest();
  MergeResult result;
  result.shards_before = result.shards_after = before.shards.size();
  result.manifest = before;
  const Groups groups = Choose(before, merge_options);
  if (groups.empty()) return result;

  std::vector<index::ManifestShard> chosen;
  for (const std::vector<size_t>& group : groups) {
    for (const size_t i : group) chosen.push_back(before.shards[i]);
  }
  DL_RETURN_IF_ERROR(publish::CheckSpace(index_directory, publish::BytesToMerge(chosen), "merge"));
  for (const index::ManifestShard& shard : chosen) {
    DL_RETURN_IF_ERROR(VerifyShardFiles(draft->generation(), shard));
    result.purged += shard.dead;
    result.articles += shard.live();
  }
  build::IndexOptions options = means.IndexOptions(*session);
  options.shards = merge_options.shards;
  options.average_length = before.average_length;
  options.pair_share = before.pair_share;
  for (size_t i = 0; i < groups.size(); ++i) {
    std::vector<const ShardReader*> readers;
    for (const size_t shard : groups[i]) readers.push_back(&draft->reader(shard));
    LiveArticles articles(std::move(readers));
    options.shard_kind = absl::StrCat("new-", i);
    DL_ASSIGN_OR_RETURN(build::IndexedShards indexed, build::IndexArticles(options, articles));
    draft->Replace(groups[i], std::move(indexed.shards));
  }
  DL_RETURN_IF_ERROR(means.CheckWanted());
  DL_ASSIGN_OR_RETURN(result.generation, draft->Publish(*session, "merge"));
  result.manifest = draft->published();
  result.shards_after = result.manifest.shards.size();
  return result;
}

}  // namespace dateline::lifecycle
