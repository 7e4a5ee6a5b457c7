#include "searcher/merge/merge_facets.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "searcher/match/time_buckets.h"
#include "searcher/merge/histogram.h"

namespace dateline::merge {
namespace {

using match::FacetCounts;

FacetTable MakeNameTable(const FacetCounts& counts, const FacetView& view) {
  NameFolder folder;
  for (const auto& [name, count] : counts.names) folder.Add(name, count);
  std::vector<FoldedName> names = std::move(folder).Take();
  for (const auto& [folded, asked] : view.selected) {
    const auto at = std::lower_bound(names.begin(), names.end(), folded,
                                     [](const FoldedName& name, const std::string& f) { return name.folded < f; });
    if (at == names.end() || at->folded != folded) names.insert(at, FoldedName{folded, asked, 0, 0});
  }
  std::stable_sort(names.begin(), names.end(),
                   [](const FoldedName& a, const FoldedName& b) { return a.count > b.count; });
  FacetTable table;
  size_t unselected = 0;
  for (FoldedName& name : names) {
    const bool selected = view.selected.count(name.folded) > 0;
    if (!selected && !HasWordBeginning(name.folded, view.prefix)) continue;
    // The best ones are counted with the selected among them, so that a selection shortens no table.
    const bool among_best = unselected++ < view.max_values;
    if (among_best || selected) {
      table.lines.push_back(FacetLine{std::move(name.display), name.count, selected});
    } else {
      ++table.other_values;
    }
  }
  return table;
}

FacetTable MakePeriodTable(const FacetCounts& counts, const FacetView& view) {
  FacetTable table;
  const plan::Interval interval = match::IntervalOf(counts.field);
  for (const auto& [first_day, count] : counts.periods) {
    std::string label = BucketLabel(interval, first_day);
    if (absl::StartsWith(label, view.prefix)) table.lines.push_back(FacetLine{std::move(label), count, false});
  }
  if (table.lines.size() > view.max_values) {
    table.other_values = table.lines.size() - view.max_values;
    table.lines.erase(table.lines.begin(), std::prev(table.lines.end(), static_cast<ptrdiff_t>(view.max_values)));
  }
  return table;
}

}  // namespace

void NameFolder::Add(const index::FacetName& name, uint64_t count) {
  // All forms of a name are neighbours.
  if (names_.empty() || names_.back().folded != name.folded) {
    names_.push_back(FoldedName{name.folded, name.display, 0, 0});
  }
  FoldedName& folded = names_.back();
  folded.count += count;
  if (count > folded.display_count) {
    folded.display = name.display;
    folded.display_count = count;
  }
}

bool HasWordBeginning(absl::string_view folded, absl::string_view prefix) {
  for (size_t at = folded.find(prefix); at != absl::string_view::npos; at = folded.find(prefix, at + 1)) {
    if (at == 0) return true;
    const auto before = static_cast<unsigned char>(folded[at - 1]);
    if (before < 0x80 && !absl::ascii_isalnum(before)) return true;
  }
  return false;
}

FacetTable MakeFacetTable(const FacetCounts& counts, const FacetView& view) {
  FacetTable table = plan::NamesOf(counts.field) ? MakeNameTable(counts, view) : MakePeriodTable(counts, view);
  table.none = view.prefix.empty() ? counts.none : 0;
  return table;
}

}  // namespace dateline::merge
