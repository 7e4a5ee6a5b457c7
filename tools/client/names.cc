#include "tools/client/names.h"

#include <cstddef>

namespace dateline::client {
namespace {

using serve::FacetField;
using serve::Interval;
using serve::SuggestionKind;

template <typename Value>
struct Named {
  Value value;
  absl::string_view name;
};

constexpr Named<FacetField> kFacets[] = {
    {FacetField::kOutlet, "outlet"},     {FacetField::kByline, "byline"},   {FacetField::kAgency, "agency"},
    {FacetField::kDateline, "dateline"}, {FacetField::kSection, "section"}, {FacetField::kLanguage, "language"},
    {FacetField::kYear, "year"},         {FacetField::kMonth, "month"},     {FacetField::kDay, "day"},
};

constexpr Named<Interval> kIntervals[] = {
    {Interval::kDay, "day"},
    {Interval::kWeek, "week"},
    {Interval::kMonth, "month"},
    {Interval::kYear, "year"},
};

constexpr Named<SuggestionKind> kKinds[] = {
    {SuggestionKind::kWord, "word"},
    {SuggestionKind::kHeadline, "headline"},
    {SuggestionKind::kByline, "byline"},
    {SuggestionKind::kOutlet, "outlet"},
};

template <typename Value, size_t kSize>
absl::string_view NameOf(const Named<Value> (&all)[kSize], Value value) {
  for (const Named<Value>& named : all) {
    if (named.value == value) return named.name;
  }
  return "";
}

template <typename Value, size_t kSize>
absl::optional<Value> ValueOf(const Named<Value> (&all)[kSize], absl::string_view name) {
  for (const Named<Value>& named : all) {
    if (named.name == name) return named.value;
  }
  return absl::nullopt;
}

template <typename Value, size_t kSize>
std::vector<std::string> NamesOf(const Named<Value> (&all)[kSize]) {
  std::vector<std::string> names;
  for (const Named<Value>& named : all) names.emplace_back(named.name);
  return names;
}

}  // namespace

absl::string_view FacetName(FacetField field) { return NameOf(kFacets, field); }
absl::optional<FacetField> FacetFromName(absl::string_view name) { return ValueOf(kFacets, name); }
std::vector<std::string> FacetNames() { return NamesOf(kFacets); }

absl::string_view IntervalName(Interval interval) { return NameOf(kIntervals, interval); }
absl::optional<Interval> IntervalFromName(absl::string_view name) { return ValueOf(kIntervals, name); }
std::vector<std::string> IntervalNames() { return NamesOf(kIntervals); }

absl::string_view SuggestionKindName(SuggestionKind kind) { return NameOf(kKinds, kind); }
absl::optional<SuggestionKind> SuggestionKindFromName(absl::string_view name) { return ValueOf(kKinds, name); }
std::vector<std::string> SuggestionKindNames() { return NamesOf(kKinds); }

}  // namespace dateline::client
