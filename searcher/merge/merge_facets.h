// Facet counts to what a reader sees: names folded together, the best of them, labels for dates.
//
// Thread-safety: pure functions; a NameFolder belongs to one thread.
#ifndef DATELINE_SEARCHER_MERGE_MERGE_FACETS_H_
#define DATELINE_SEARCHER_MERGE_MERGE_FACETS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/index/facet_name.h"
#include "searcher/match/match_result.h"

namespace dateline::merge {

struct FoldedName {
  std::string folded;
  std::string display;  // as most of the articles write it; of equals the first in byte order
  uint64_t count = 0;
  uint64_t display_count = 0;
};

// Makes one name of all its written forms.
class NameFolder {
 public:
  // REQUIRES: ascending, each once.
  void Add(const index::FacetName& name, uint64_t count);
  // Ascending by folded form. The folder is spent.
  std::vector<FoldedName> Take() && { return std::move(names_); }

 private:
  std::vector<FoldedName> names_;
};

// Does some word of `folded` begin with `prefix`, which is folded too? Words begin at the start, behind a space and
// behind a sign: "tim" begins a word of "the times", "the t" too.
bool HasWordBeginning(absl::string_view folded, absl::string_view prefix);

// What of a facet is wanted.
struct FacetView {
  size_t max_values = 10;
  std::string prefix = {};  // folded; only values of which some word begins so, and not the articles without a value
  std::map<std::string, std::string> selected = {};  // folded name to name as asked: listed in any case
};

struct FacetLine {
  std::string value;
  uint64_t count = 0;
  bool selected = false;
  bool operator==(const FacetLine&) const = default;
};

struct FacetTable {
  std::vector<FacetLine> lines;
  uint64_t other_values = 0;  // distinct values beyond the lines
  uint64_t none = 0;
};

// Names: the `max_values` with the highest counts and the selected ones, by count, ties in order of the folded name.
// Dates: "2019", "2019-04" or "2019-04-25", ascending; of more than `max_values` the newest.
FacetTable MakeFacetTable(const match::FacetCounts& counts, const FacetView& view);

}  // namespace dateline::merge

#endif  // DATELINE_SEARCHER_MERGE_MERGE_FACETS_H_
