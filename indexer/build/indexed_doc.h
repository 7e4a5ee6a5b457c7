// One article as the index will hold it, in plain values: the seam between analysis and Xapian. Equal articles give
// equal IndexedDocs, which can be printed and compared without a database.
//
// Thread-safety: a plain value.
#ifndef DATELINE_INDEXER_BUILD_INDEXED_DOC_H_
#define DATELINE_INDEXER_BUILD_INDEXED_DOC_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/index/columns.h"

namespace dateline::build {

struct IndexedTerm {
  std::string term;
  uint32_t wdf = 0;
  std::vector<uint32_t> positions;  // ascending, distinct; empty: none
  bool operator==(const IndexedTerm&) const = default;
};

struct IndexedDoc {
  std::vector<IndexedTerm> terms;                        // ascending by term, distinct
  std::vector<std::pair<uint32_t, std::string>> values;  // (slot, value)
  std::string data;                                      // the stored article
  std::string language;                                  // the one it was analysed in
  index::ColumnRow row;
  uint64_t text_bytes = 0;
  uint64_t shortened_terms = 0;  // different words too long for a term, which were hashed
};

// A line a term: `term wdf [positions]`, then values in hexadecimal: for golden files and people.
std::string ToString(const IndexedDoc& doc);

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_INDEXED_DOC_H_
