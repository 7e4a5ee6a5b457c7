#include <memory>
#include <utility>

#include "core/article/article.h"
#include "core/base/status_macros.h"
#include "indexer/lifecycle/draft.h"
#include "indexer/lifecycle/operations.h"
#include "indexer/publish/disk_space.h"

namespace dateline::lifecycle {
namespace {

absl::StatusOr<absl::optional<Draft::Place>> FindAny(const Draft& draft, const std::string& id) {
  for (const base::DocKey& key : article::KeysNamed(id)) {
    DL_ASSIGN_OR_RETURN(const absl::optional<Draft::Place> place, draft.Find(key));
    if (place) return place;
  }
  return absl::optional<Draft::Place>();
}

}  // namespace

absl::StatusOr<DeleteResult> Delete(const std::string& index_directory, const std::vector<std::string>& ids,
                                    bool dry_run, const Means& means) {
  DL_RETURN_IF_ERROR(index::ReadCurrent(index_directory).status());
  // A dry run makes nothing, and need not wait for a writer.
  std::unique_ptr<publish::WriteSession> session;
  if (!dry_run) {
    DL_ASSIGN_OR_RETURN(session, publish::WriteSession::Begin(index_directory, means.session));
    DL_RETURN_IF_ERROR(publish::CheckSpace(index_directory, 0, "delete"));
  }
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<Draft> draft, Draft::OfCurrent(index_directory));
  DeleteResult result;
  for (const std::string& id : ids) {
    DL_RETURN_IF_ERROR(means.CheckWanted());
    DL_ASSIGN_OR_RETURN(const absl::optional<Draft::Place> place, FindAny(*draft, id));
    if (!place) {
      result.missing.push_back(id);
      continue;
    }
    DL_ASSIGN_OR_RETURN(index::StoredArticle stored, draft->reader(place->shard).Article(place->docid));
    result.deleted.push_back(Deleted{id, stored.article.key, std::move(stored.article.headline)});
    DL_RETURN_IF_ERROR(draft->Kill(*place));
  }
  result.manifest = draft->generation().manifest();
  if (dry_run || result.deleted.empty()) return result;
  DL_ASSIGN_OR_RETURN(result.generation, draft->Publish(*session, "delete"));
  result.manifest = draft->published();
  return result;
}

}  // namespace dateline::lifecycle
