// Databases for tests of the bulk writer: documents through either writer, and changes that the library makes.
//
// Exceptions of Xapian become an error.
#ifndef DATELINE_TESTS_SUPPORT_GLASS_WRITING_H_
#define DATELINE_TESTS_SUPPORT_GLASS_WRITING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "indexer/build/shard_writer.h"

namespace dateline::test {

struct GlassSetup {
  build::DatabaseWriter writer = build::DatabaseWriter::kBulk;
  size_t segment_documents = 1;
  uint64_t threads = 1;
};

// The shard `name` of the documents, below `directory`. REQUIRES: there are some.
absl::Status WriteGlass(const std::vector<build::IndexedDoc>& documents, const GlassSetup& setup,
                        const std::string& directory, const std::string& name);

// Random additions, replacements and deletions, some on docids that are not there, in three commits. Databases that
// hold the same are changed the same.
absl::Status ChangeByLibrary(const std::string& database, uint64_t seed, int changes);

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_GLASS_WRITING_H_
