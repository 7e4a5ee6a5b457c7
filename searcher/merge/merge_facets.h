// Facet counts to what a reader sees: names folded together, the best of them, labels for dates.
//
// Thread-safety: pure functions.
#ifndef DATELINE_SEARCHER_MERGE_MERGE_FACETS_H_
#define DATELINE_SEARCHER_MERGE_MERGE_FACETS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "searcher/match/match_result.h"

namespace dateline::merge {

struct FacetLine {
  std::string value;
  uint64_t count = 0;
  bool operator==(const FacetLine&) const = default;
};

struct FacetTable {
  std::vector<FacetLine> lines;
  uint64_t other_values = 0;  // distinct values beyond the lines
  uint64_t none = 0;
};

// Names that fold to one text are one value, shown as most of the matches write it (of equals, the first in byte
// order). The `max_values` with the highest counts, ties in order of the folded name.
// Periods become "2019", "2019-04" or "2019-04-25", ascending; of more than `max_values` the newest are shown.
FacetTable MakeFacetTable(const match::FacetCounts& counts, size_t max_values);

}  // namespace dateline::merge

#endif  // DATELINE_SEARCHER_MERGE_MERGE_FACETS_H_
