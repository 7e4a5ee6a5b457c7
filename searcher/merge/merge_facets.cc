#include "searcher/merge/merge_facets.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"

namespace dateline::merge {
namespace {

using match::FacetCounts;
using plan::FacetField;

struct Name {
  std::string folded;
  std::string display;
  uint64_t display_count = 0;
  uint64_t count = 0;
};

// The map is ordered by the folded form, then by the written one: all forms of a name are neighbours.
std::vector<Name> FoldNames(const FacetCounts& counts) {
  std::vector<Name> names;
  for (const auto& [name, count] : counts.names) {
    if (names.empty() || names.back().folded != name.folded) names.push_back(Name{name.folded, name.display, 0, 0});
    Name& folded = names.back();
    folded.count += count;
    if (count > folded.display_count) {
      folded.display = name.display;
      folded.display_count = count;
    }
  }
  return names;
}

std::string PeriodLabel(FacetField field, int32_t period) {
  switch (field) {
    case FacetField::kYear:
      return absl::StrFormat("%04d", period);
    case FacetField::kMonth:
      return absl::StrFormat("%04d-%02d", period / 12, period % 12 + 1);
    default:
      return absl::FormatCivilTime(absl::CivilDay(1970, 1, 1) + period);
  }
}

}  // namespace

FacetTable MakeFacetTable(const FacetCounts& counts, size_t max_values) {
  FacetTable table;
  table.none = counts.none;
  std::vector<Name> names = FoldNames(counts);
  std::stable_sort(names.begin(), names.end(), [](const Name& a, const Name& b) { return a.count > b.count; });
  for (size_t i = 0; i < std::min(names.size(), max_values); ++i) {
    table.lines.push_back(FacetLine{names[i].display, names[i].count});
  }
  const size_t skipped = counts.periods.size() - std::min(counts.periods.size(), max_values);
  for (auto period = std::next(counts.periods.begin(), static_cast<ptrdiff_t>(skipped));
       period != counts.periods.end(); ++period) {
    table.lines.push_back(FacetLine{PeriodLabel(counts.field, period->first), period->second});
  }
  table.other_values = names.size() + counts.periods.size() - table.lines.size();
  return table;
}

}  // namespace dateline::merge
