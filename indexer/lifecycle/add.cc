#include <memory>
#include <utility>

#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/columns.h"
#include "indexer/lifecycle/draft.h"
#include "indexer/lifecycle/operations.h"
#include "indexer/publish/disk_space.h"

namespace dateline::lifecycle {
namespace {

// Kills what the articles of a new shard replace.
absl::Status KillReplaced(const std::string& generation_directory, const index::ManifestShard& shard, Draft& draft) {
  DL_ASSIGN_OR_RETURN(
      const std::unique_ptr<index::Columns> columns,
      index::Columns::Open(base::JoinPath(generation_directory, index::ColumnsPath(shard.name)), shard.content_hash));
  for (uint32_t row = 0; row < columns->documents(); ++row) {
    DL_ASSIGN_OR_RETURN(const absl::optional<Draft::Place> place, draft.Find(columns->key(row)));
    if (place) DL_RETURN_IF_ERROR(draft.Kill(*place));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<AddResult> Add(const std::string& index_directory, const build::BuildOptions& batch,
                              const Means& means) {
  DL_RETURN_IF_ERROR(index::ReadCurrent(index_directory).status());
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<publish::WriteSession> session,
                      publish::WriteSession::Begin(index_directory, means.session));
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<Draft> draft, Draft::OfCurrent(index_directory));
  DL_RETURN_IF_ERROR(publish::CheckSpace(index_directory, publish::BytesToBuild(batch.inputs), "add"));
  build::BuildOptions options = batch;
  options.work_directory = session->work_directory();
  options.generation_directory = session->generation_directory();
  options.shard_kind = "new";
  options.threads = means.threads;
  options.memory_mb = means.memory_mb;
  options.writer = means.writer;
  options.any_xapian = means.any_xapian;
  options.progress = means.progress;
  options.cancelled = means.cancelled;
  AddResult result;
  options.may_be_empty = true;
  options.average_length = draft->generation().manifest().average_length;
  options.pair_share = draft->generation().manifest().pair_share;
  DL_ASSIGN_OR_RETURN(result.batch, build::BuildGeneration(options));
  result.added = result.batch.manifest.documents;
  result.rejected = result.batch.manifest.rejected;
  result.manifest = draft->generation().manifest();
  if (result.added == 0) return result;
  for (const index::ManifestShard& shard : result.batch.manifest.shards) {
    DL_RETURN_IF_ERROR(KillReplaced(session->generation_directory(), shard, *draft));
  }
  result.replaced = draft->killed();
  draft->AddRejected(result.rejected);
  draft->AddReplaced(result.replaced + result.batch.manifest.replaced);
  draft->Add(result.batch.manifest.shards);
  DL_RETURN_IF_ERROR(means.CheckWanted());
  DL_ASSIGN_OR_RETURN(result.generation, draft->Publish(*session, "add"));
  result.manifest = draft->published();
  return result;
}

}  // namespace dateline::lifecycle
