#include "searcher/match/snapshot.h"

#include <algorithm>
#include <thread>

#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/text/analyzer.h"

namespace dateline::match {

absl::StatusOr<std::shared_ptr<const Snapshot>> Snapshot::Open(const std::string& index_directory,
                                                               bool verify_checksums) {
  DL_ASSIGN_OR_RETURN(const std::string name, index::ReadCurrent(index_directory));
  std::shared_ptr<Snapshot> snapshot(new Snapshot());
  DL_ASSIGN_OR_RETURN(snapshot->generation_,
                      index::Generation::Open(index_directory, name, text::Analyzer::Fingerprint()));
  snapshot->token_key_ =
      base::ReadFile(base::JoinPath(index_directory, index::kTokenKeyFile)).value_or(snapshot->generation_->name());
  if (verify_checksums) {
    DL_RETURN_IF_ERROR(snapshot->generation_->VerifyFiles(std::max(1U, std::thread::hardware_concurrency())));
  }
  for (const index::ManifestShard& shard : snapshot->manifest().shards) {
    const std::string path = snapshot->generation_->Path(index::ColumnsPath(shard.name));
    absl::StatusOr<std::unique_ptr<index::Columns>> columns = index::Columns::Open(path, shard.content_hash);
    if (columns.ok() && (*columns)->documents() != shard.documents) {
      columns = absl::DataLossError(absl::StrCat(path, ": has a wrong number of rows"));
    }
    if (columns.ok()) {
      snapshot->columns_.push_back(*std::move(columns));
      continue;
    }
    snapshot->columns_.push_back(nullptr);
    snapshot->warnings_.push_back(
        absl::StrCat("answers are slower: columns cannot be used: ", columns.status().message()));
  }
  return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

}  // namespace dateline::match
