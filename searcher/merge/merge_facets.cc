#include "searcher/merge/merge_facets.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "searcher/match/time_buckets.h"
#include "searcher/merge/histogram.h"

namespace dateline::merge {
namespace {

using match::FacetCounts;

// Names that fold to one are one value.
struct Value {
  uint32_t first = 0;  // of FacetCounts::names; those that follow fold like it
  uint32_t names = 0;
  uint64_t count = 0;
};

std::vector<Value> ValuesOf(const FacetCounts& counts) {
  std::vector<Value> values;
  values.reserve(counts.names.size());
  for (uint32_t i = 0; i < counts.names.size(); ++i) {
    if (!counts.names[i].same_fold) {
      values.push_back(Value{i, 1, counts.names[i].count});
    } else {
      values.back().names++;
      values.back().count += counts.names[i].count;
    }
  }
  return values;
}

class NameTableMaker {
 public:
  NameTableMaker(const FacetCounts& counts, const FacetView& view) : counts_(counts), view_(view) {}

  FacetTable Make() {
    std::vector<Value> values = ValuesOf(counts_);
    FindSelected(values);
    if (!view_.prefix.empty()) {
      values.erase(std::remove_if(values.begin(), values.end(),
                                  [this](const Value& value) {
                                    return !IsSelected(value) && !HasWordBeginning(FoldedOf(value), view_.prefix);
                                  }),
                   values.end());
    }
    // The best ones are counted with the selected among them, so that a selection shortens no table.
    const auto best = values.begin() + static_cast<ptrdiff_t>(std::min(view_.max_values, values.size()));
    std::partial_sort(values.begin(), best, values.end(), Precedes);
    const auto others = std::partition(best, values.end(), [this](const Value& value) { return IsSelected(value); });
    std::sort(best, others, Precedes);
    FacetTable table;
    for (auto value = values.begin(); value != others; ++value) table.lines.push_back(LineOf(*value));
    table.other_values = static_cast<uint64_t>(values.end() - others);
    for (const std::string* asked : absent_) table.lines.push_back(FacetLine{*asked, 0, true});
    return table;
  }

 private:
  static bool Precedes(const Value& a, const Value& b) {
    return a.count != b.count ? a.count > b.count : a.first < b.first;
  }

  const std::string& FoldedOf(const Value& value) const { return counts_.names[value.first].name->folded; }

  bool IsSelected(const Value& value) const {
    return std::binary_search(selected_.begin(), selected_.end(), value.first);
  }

  // Which of the values are selected, and which of the selected names are no value.
  void FindSelected(const std::vector<Value>& values) {
    for (const auto& [folded, asked] : view_.selected) {
      const auto at =
          std::lower_bound(values.begin(), values.end(), folded,
                           [this](const Value& value, const std::string& f) { return FoldedOf(value) < f; });
      if (at != values.end() && FoldedOf(*at) == folded) {
        selected_.push_back(at->first);
      } else {
        absent_.push_back(&asked);
      }
    }
  }

  FacetLine LineOf(const Value& value) const {
    NameFolder folder;
    for (uint32_t i = value.first; i < value.first + value.names; ++i) {
      folder.Add(*counts_.names[i].name, counts_.names[i].count);
    }
    return FacetLine{std::move(std::move(folder).Take().front().display), value.count, IsSelected(value)};
  }

  const FacetCounts& counts_;
  const FacetView& view_;
  std::vector<uint32_t> selected_;          // Value::first, ascending
  std::vector<const std::string*> absent_;  // as asked, in order of the folded names
};

FacetTable MakePeriodTable(const FacetCounts& counts, const FacetView& view) {
  FacetTable table;
  const plan::Interval interval = match::IntervalOf(counts.field);
  for (auto period = counts.periods.rbegin(); period != counts.periods.rend(); ++period) {
    const bool fits = table.lines.size() < view.max_values;
    if (!fits && view.prefix.empty()) {
      ++table.other_values;
      continue;
    }
    std::string label = BucketLabel(interval, period->first_day);
    if (!absl::StartsWith(label, view.prefix)) continue;
    if (fits) {
      table.lines.push_back(FacetLine{std::move(label), period->count, false});
    } else {
      ++table.other_values;
    }
  }
  std::reverse(table.lines.begin(), table.lines.end());
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
  FacetTable table =
      plan::NamesOf(counts.field) ? NameTableMaker(counts, view).Make() : MakePeriodTable(counts, view);
  table.none = view.prefix.empty() ? counts.none : 0;
  return table;
}

}  // namespace dateline::merge
