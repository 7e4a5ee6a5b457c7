#include <memory>
#include <utility>

#include "core/base/status_macros.h"
#include "core/index/generation.h"
#include "indexer/build/index_pass.h"
#include "indexer/lifecycle/live_articles.h"
#include "indexer/lifecycle/operations.h"
#include "indexer/lifecycle/shard_reader.h"
#include "indexer/publish/disk_space.h"

namespace dateline::lifecycle {

absl::StatusOr<RebuildResult> Rebuild(const std::string& from, const std::string& index_directory, uint64_t shards,
                                      const Means& means) {
  DL_ASSIGN_OR_RETURN(const std::string name, index::ReadCurrent(from));
  DL_ASSIGN_OR_RETURN(const std::shared_ptr<const index::Generation> source,
                      index::Generation::OpenForRebuild(from, name));
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<publish::WriteSession> session,
                      publish::WriteSession::Begin(index_directory, means.session));
  DL_RETURN_IF_ERROR(
      publish::CheckSpace(index_directory, publish::BytesToMerge(source->manifest().shards), "rebuild"));
  DL_RETURN_IF_ERROR(source->VerifyFiles(means.threads));
  std::vector<std::unique_ptr<ShardReader>> readers;
  std::vector<const ShardReader*> all;
  for (const index::ManifestShard& shard : source->manifest().shards) {
    DL_ASSIGN_OR_RETURN(std::unique_ptr<ShardReader> reader, ShardReader::Open(source->Path(""), shard));
    all.push_back(reader.get());
    readers.push_back(std::move(reader));
  }
  LiveArticles articles(std::move(all));
  build::IndexOptions options = means.IndexOptions(*session);
  options.shards = shards;
  options.pair_share = source->manifest().pair_share;
  DL_ASSIGN_OR_RETURN(build::IndexedShards indexed, build::IndexArticles(options, articles));
  DL_RETURN_IF_ERROR(means.CheckWanted());
  RebuildResult result;
  build::FillManifest(indexed.totals, result.manifest);
  result.manifest.shards = std::move(indexed.shards);
  result.manifest.operation = "rebuild";
  result.manifest.parent = name;
  result.manifest.pair_share = source->manifest().pair_share;
  result.manifest.rejected = source->manifest().rejected;
  result.manifest.replaced = source->manifest().replaced;
  DL_ASSIGN_OR_RETURN(result.generation, session->Publish(result.manifest));
  return result;
}

}  // namespace dateline::lifecycle
