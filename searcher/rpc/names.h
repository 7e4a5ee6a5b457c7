// The enumerations of the engine as those of proto/dateline/v1, both ways, and the words that stand for sources and
// roles.
//
// Thread-safety: pure functions. Errors: nothing comes back for a number that this program does not know, and for
// the unspecified value where the API has no default.
#ifndef DATELINE_SEARCHER_RPC_NAMES_H_
#define DATELINE_SEARCHER_RPC_NAMES_H_

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/article/article.h"
#include "proto/dateline/v1/search.pb.h"
#include "searcher/serve/api.h"

namespace dateline::rpc {

// ORDER_UNSPECIFIED is `unspecified`.
absl::optional<serve::Order> OrderFromProto(v1::Order order, serve::Order unspecified);
v1::Order OrderToProto(serve::Order order);

absl::optional<serve::TotalMode> TotalModeFromProto(v1::TotalMode mode);
v1::TotalMode TotalModeToProto(serve::TotalMode mode);

absl::optional<serve::FacetField> FacetFieldFromProto(v1::FacetField field);
v1::FacetField FacetFieldToProto(serve::FacetField field);

absl::optional<serve::Interval> IntervalFromProto(v1::Interval interval);
v1::Interval IntervalToProto(serve::Interval interval);

absl::optional<serve::SuggestionKind> SuggestionKindFromProto(v1::SuggestionKind kind);
v1::SuggestionKind SuggestionKindToProto(serve::SuggestionKind kind);

absl::optional<bool> SwitchFromProto(v1::Switch value);
v1::Switch SwitchToProto(bool on);

article::Precision PrecisionFromProto(v1::PublishPrecision precision);
v1::PublishPrecision PrecisionToProto(article::Precision precision);

// Sources and roles travel as words, so that a new one does not break an old client; here it becomes the first.
article::Source SourceFromName(absl::string_view name);
article::Role RoleFromName(absl::string_view name);

}  // namespace dateline::rpc

#endif  // DATELINE_SEARCHER_RPC_NAMES_H_
