#include "indexer/publish/shard_verifier.h"

#include <xapian.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/columns.h"
#include "core/index/stored_article.h"
#include "core/index/xapian_call.h"

namespace dateline::publish {
namespace {

// Documents looked at in full, spread evenly.
constexpr uint32_t kSamples = 64;

absl::Status Differs(const std::string& shard, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(shard, ": the shard just written is wrong: ", what));
}

// Do values and columns say the same?
bool SameFacts(const Xapian::Document& document, const index::Columns& columns, uint32_t row) {
  if (index::StoryFromBytes(document.get_value(index::kStorySlot)) != columns.story(row)) return false;
  for (size_t field = 0; field < index::kNameFieldCount; ++field) {
    std::vector<index::FacetName> names = index::DecodeNames(document.get_value(index::kNameFields[field].slot));
    std::sort(names.begin(), names.end());
    const index::NameColumn& column = columns.names(static_cast<index::NameField>(field));
    const absl::Span<const uint32_t> ordinals = column.at(row);
    const bool same = std::equal(names.begin(), names.end(), ordinals.begin(), ordinals.end(),
                                 [&](const index::FacetName& name, uint32_t o) { return name == column.name(o); });
    if (!same) return false;
  }
  return true;
}

absl::Status VerifyDocument(const std::string& directory, const Xapian::Database& database,
                            const index::Columns& columns, uint32_t row) {
  const Xapian::docid docid = row + 1;
  if (database.get_doclength(docid) != columns.lengths()[row]) {
    return Differs(directory, absl::StrCat("length of document ", docid));
  }
  const Xapian::Document document = database.get_document(docid);
  if (!SameFacts(document, columns, row)) return Differs(directory, absl::StrCat("facets of document ", docid));
  const absl::StatusOr<index::StoredArticle> stored = index::DecodeStoredArticle(document.get_data());
  if (!stored.ok()) return base::Annotate(stored.status(), absl::StrCat(directory, ", document ", docid));
  if (stored->article.key != columns.key(row)) return Differs(directory, absl::StrCat("key of document ", docid));
  if (stored->article.publication.instant != columns.instants()[row]) {
    return Differs(directory, absl::StrCat("instant of document ", docid));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status VerifyShard(const std::string& generation_directory, const index::ManifestShard& shard) {
  const std::string directory = base::JoinPath(generation_directory, shard.name);
  DL_ASSIGN_OR_RETURN(
      const std::unique_ptr<index::Columns> columns,
      index::Columns::Open(base::JoinPath(generation_directory, index::ColumnsPath(shard.name)), shard.content_hash));
  return index::XapianCall(directory, [&]() -> absl::Status {
    const Xapian::Database database(directory);
    if (database.get_doccount() != shard.documents) return Differs(directory, "number of documents");
    if (database.get_lastdocid() != shard.documents) return Differs(directory, "docids have gaps");
    if (columns->documents() != shard.documents) return Differs(directory, "number of rows in the columns");
    const uint32_t step = std::max(1U, columns->documents() / kSamples);
    for (uint32_t row = 0; row < columns->documents(); row += step) {
      DL_RETURN_IF_ERROR(VerifyDocument(directory, database, *columns, row));
    }
    return absl::OkStatus();
  });
}

}  // namespace dateline::publish
