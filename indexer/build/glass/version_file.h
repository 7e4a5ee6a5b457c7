// `iamglass`: what makes tables a database. core/index/FORMAT.md, "Glass tables".
//
// Thread-safety: pure functions.
#ifndef DATELINE_INDEXER_BUILD_GLASS_VERSION_FILE_H_
#define DATELINE_INDEXER_BUILD_GLASS_VERSION_FILE_H_

#include <array>
#include <cstdint>
#include <string>

#include "core/base/ids.h"
#include "indexer/build/glass/table_writer.h"

namespace dateline::build::glass {

// In the order of the version file. Those that are not written have no file.
enum Table : size_t { kPostlist, kDocdata, kTermlist, kPosition, kSpelling, kSynonym, kTables };

// Of all documents together.
struct DatabaseStatistics {
  uint32_t documents = 0;
  uint32_t last_docid = 0;
  uint32_t shortest = 0;  // of the lengths that are not 0
  uint32_t longest = 0;
  uint32_t greatest_wdf = 0;
  uint64_t total_length = 0;
};

std::string VersionFile(const base::DocKey& uuid, const std::array<TableRoot, kTables>& roots,
                        const DatabaseStatistics& statistics);

}  // namespace dateline::build::glass

#endif  // DATELINE_INDEXER_BUILD_GLASS_VERSION_FILE_H_
