#include "searcher/rpc/names.h"

#include <cstddef>

namespace dateline::rpc {
namespace {

using serve::FacetField;
using serve::Interval;
using serve::Order;
using serve::SuggestionKind;
using serve::TotalMode;

// A value of the engine and its number on the wire.
template <typename Value, typename Wire>
struct Pair {
  Value value;
  Wire wire;
};

template <typename Value, typename Wire, size_t kSize>
absl::optional<Value> ValueOf(const Pair<Value, Wire> (&pairs)[kSize], Wire wire) {
  for (const Pair<Value, Wire>& pair : pairs) {
    if (pair.wire == wire) return pair.value;
  }
  return absl::nullopt;
}

template <typename Value, typename Wire, size_t kSize>
Wire WireOf(const Pair<Value, Wire> (&pairs)[kSize], Value value) {
  for (const Pair<Value, Wire>& pair : pairs) {
    if (pair.value == value) return pair.wire;
  }
  return Wire();
}

constexpr Pair<Order, v1::Order> kOrders[] = {
    {Order::kRelevance, v1::ORDER_RELEVANCE},
    {Order::kNewest, v1::ORDER_NEWEST},
    {Order::kOldest, v1::ORDER_OLDEST},
};

constexpr Pair<FacetField, v1::FacetField> kFacetFields[] = {
    {FacetField::kOutlet, v1::FACET_FIELD_OUTLET},     {FacetField::kByline, v1::FACET_FIELD_BYLINE},
    {FacetField::kYear, v1::FACET_FIELD_YEAR},         {FacetField::kMonth, v1::FACET_FIELD_MONTH},
    {FacetField::kDay, v1::FACET_FIELD_DAY},           {FacetField::kAgency, v1::FACET_FIELD_AGENCY},
    {FacetField::kDateline, v1::FACET_FIELD_DATELINE}, {FacetField::kSection, v1::FACET_FIELD_SECTION},
    {FacetField::kLanguage, v1::FACET_FIELD_LANGUAGE},
};

constexpr Pair<Interval, v1::Interval> kIntervals[] = {
    {Interval::kDay, v1::INTERVAL_DAY},
    {Interval::kWeek, v1::INTERVAL_WEEK},
    {Interval::kMonth, v1::INTERVAL_MONTH},
    {Interval::kYear, v1::INTERVAL_YEAR},
};

constexpr Pair<SuggestionKind, v1::SuggestionKind> kSuggestionKinds[] = {
    {SuggestionKind::kWord, v1::SUGGESTION_KIND_WORD},
    {SuggestionKind::kHeadline, v1::SUGGESTION_KIND_HEADLINE},
    {SuggestionKind::kByline, v1::SUGGESTION_KIND_BYLINE},
    {SuggestionKind::kOutlet, v1::SUGGESTION_KIND_OUTLET},
};

constexpr Pair<article::Precision, v1::PublishPrecision> kPrecisions[] = {
    {article::Precision::kDay, v1::PUBLISH_PRECISION_DAY},
    {article::Precision::kMinute, v1::PUBLISH_PRECISION_MINUTE},
    {article::Precision::kSecond, v1::PUBLISH_PRECISION_SECOND},
};

}  // namespace

absl::optional<Order> OrderFromProto(v1::Order order, Order unspecified) {
  return order == v1::ORDER_UNSPECIFIED ? unspecified : ValueOf(kOrders, order);
}
v1::Order OrderToProto(Order order) { return WireOf(kOrders, order); }

absl::optional<TotalMode> TotalModeFromProto(v1::TotalMode mode) {
  switch (mode) {
    case v1::TOTAL_MODE_UNSPECIFIED:
    case v1::TOTAL_MODE_EXACT:
      return TotalMode::kExact;
    case v1::TOTAL_MODE_LOWER_BOUND:
      return TotalMode::kLowerBound;
    default:
      return absl::nullopt;
  }
}
v1::TotalMode TotalModeToProto(TotalMode mode) {
  return mode == TotalMode::kExact ? v1::TOTAL_MODE_EXACT : v1::TOTAL_MODE_LOWER_BOUND;
}

absl::optional<FacetField> FacetFieldFromProto(v1::FacetField field) { return ValueOf(kFacetFields, field); }
v1::FacetField FacetFieldToProto(FacetField field) { return WireOf(kFacetFields, field); }

absl::optional<Interval> IntervalFromProto(v1::Interval interval) {
  return interval == v1::INTERVAL_UNSPECIFIED ? Interval::kDay : ValueOf(kIntervals, interval);
}
v1::Interval IntervalToProto(Interval interval) { return WireOf(kIntervals, interval); }

absl::optional<SuggestionKind> SuggestionKindFromProto(v1::SuggestionKind kind) {
  return ValueOf(kSuggestionKinds, kind);
}
v1::SuggestionKind SuggestionKindToProto(SuggestionKind kind) { return WireOf(kSuggestionKinds, kind); }

absl::optional<bool> SwitchFromProto(v1::Switch value) {
  switch (value) {
    case v1::SWITCH_UNSPECIFIED:
    case v1::SWITCH_ON:
      return true;
    case v1::SWITCH_OFF:
      return false;
    default:
      return absl::nullopt;
  }
}
v1::Switch SwitchToProto(bool on) { return on ? v1::SWITCH_ON : v1::SWITCH_OFF; }

article::Precision PrecisionFromProto(v1::PublishPrecision precision) {
  return ValueOf(kPrecisions, precision).value_or(article::Precision::kNone);
}
v1::PublishPrecision PrecisionToProto(article::Precision precision) { return WireOf(kPrecisions, precision); }

article::Source SourceFromName(absl::string_view name) {
  for (int i = 0; i <= static_cast<int>(article::Source::kLead); ++i) {
    const article::Source source = static_cast<article::Source>(i);
    if (article::SourceName(source) == name) return source;
  }
  return article::Source::kNone;
}

article::Role RoleFromName(absl::string_view name) {
  for (int i = 0; i <= static_cast<int>(article::Role::kDesk); ++i) {
    const article::Role role = static_cast<article::Role>(i);
    if (article::RoleName(role) == name) return role;
  }
  return article::Role::kWriter;
}

}  // namespace dateline::rpc
