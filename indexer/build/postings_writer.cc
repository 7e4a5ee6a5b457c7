#include "indexer/build/postings_writer.h"

#include <xapian.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/columns.h"
#include "core/index/postings_builder.h"
#include "core/index/xapian_call.h"
#include "indexer/build/glass/postings_pass.h"

namespace dateline::build {
namespace {

using index::ManifestFile;
using index::PostingsBuilder;

absl::Status ReadTerm(const Xapian::Database& database, const std::string& term, PostingsBuilder& builder) {
  builder.Begin(term);
  std::vector<uint32_t> positions;
  const Xapian::PostingIterator end = database.postlist_end(term);
  for (Xapian::PostingIterator posting = database.postlist_begin(term); posting != end; ++posting) {
    positions.assign(posting.positionlist_begin(), posting.positionlist_end());
    builder.Add(*posting - 1, posting.get_wdf(), positions);
  }
  return builder.End();
}

absl::Status ReadDatabase(const std::string& path, PostingsBuilder& builder) {
  return index::XapianCall(path, [&] {
    const Xapian::Database database(path);
    for (Xapian::TermIterator term = database.allterms_begin(); term != database.allterms_end(); ++term) {
      DL_RETURN_IF_ERROR(ReadTerm(database, *term, builder));
    }
    return absl::OkStatus();
  });
}

}  // namespace

absl::Status WritePostings(const PostingsOptions& options, index::ManifestShard& shard) {
  const std::string& directory = options.generation_directory;
  DL_ASSIGN_OR_RETURN(
      const std::unique_ptr<index::Columns> columns,
      index::Columns::Open(base::JoinPath(directory, index::ColumnsPath(shard.name)), shard.content_hash));
  ManifestFile file;
  file.path = index::PostingsPath(shard.name);
  const std::string path = base::JoinPath(directory, file.path);
  // What lies there may be another generation's file too.
  if (base::Exists(path)) DL_RETURN_IF_ERROR(base::RemoveFile(path));
  PostingsBuilder::Options building;
  building.shard_hash = shard.content_hash;
  building.average_length = options.average_length;
  building.lengths = columns->lengths();
  DL_ASSIGN_OR_RETURN(PostingsBuilder builder, PostingsBuilder::Create(path, building));
  if (options.runs.empty()) {
    DL_RETURN_IF_ERROR(ReadDatabase(base::JoinPath(directory, shard.name), builder));
  } else {
    DL_RETURN_IF_ERROR(glass::WritePostings(options.runs, builder));
  }
  DL_ASSIGN_OR_RETURN(file.checksum, builder.Finish(/*sync=*/true));
  std::vector<ManifestFile>& sidecars = shard.sidecars;
  const auto old = std::find_if(sidecars.begin(), sidecars.end(),
                                [&](const ManifestFile& sidecar) { return sidecar.path == file.path; });
  if (old != sidecars.end()) sidecars.erase(old);
  sidecars.push_back(std::move(file));
  return absl::OkStatus();
}

}  // namespace dateline::build
