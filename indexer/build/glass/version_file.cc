#include "indexer/build/glass/version_file.h"

#include "core/base/coding.h"
#include "core/index/glass_format.h"

namespace dateline::build::glass {
namespace {

// Longer tags of these tables are compressed when that makes them shorter; 0: never.
constexpr uint64_t kCompressFrom[kTables] = {0, 18, 18, 0, 18, 18};

std::string FreeList(uint32_t blocks) {
  std::string list;
  base::AppendVarint(list, kRevision);
  base::AppendVarint(list, blocks);  // the first one that is not in use
  for (int i = 0; i < 4; ++i) base::AppendVarint(list, 0);
  return list;
}

void AppendRoot(std::string& out, const TableRoot& root, uint64_t compress_from) {
  const bool used = root.blocks > 0;
  constexpr uint64_t kSequential = 2;
  constexpr uint64_t kFake = 1;  // there is no root block
  base::AppendVarint(out, root.block);
  base::AppendVarint(out, uint64_t{root.level} << 2 | kSequential | (used ? 0 : kFake));
  base::AppendVarint(out, root.entries);
  base::AppendVarint(out, kBlockBytes / index::glass::kBlockUnitBytes);
  base::AppendVarint(out, compress_from);
  base::AppendString(out, used ? FreeList(root.blocks) : std::string());
}

}  // namespace

std::string VersionFile(const base::DocKey& uuid, const std::array<TableRoot, kTables>& roots,
                        const DatabaseStatistics& statistics) {
  std::string out(index::glass::kVersionMagic);
  out += base::ToBytes(uuid);
  base::AppendVarint(out, kRevision);
  for (size_t table = 0; table < kTables; ++table) AppendRoot(out, roots[table], kCompressFrom[table]);
  base::AppendVarint(out, statistics.documents);
  base::AppendVarint(out, statistics.last_docid - statistics.documents);
  base::AppendVarint(out, statistics.shortest);
  base::AppendVarint(out, statistics.greatest_wdf);
  base::AppendVarint(out, statistics.longest - statistics.greatest_wdf);
  base::AppendVarint(out, 0);  // the oldest changeset
  base::AppendVarint(out, statistics.total_length);
  base::AppendVarint(out, 0);  // the greatest frequency of a spelling
  return out;
}

}  // namespace dateline::build::glass
