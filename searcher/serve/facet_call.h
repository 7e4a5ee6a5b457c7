// Facets and histograms: the tables of a search, and the values of a facet over the whole index.
//
// Thread-safety, errors: those of Engine.
#ifndef DATELINE_SEARCHER_SERVE_FACET_CALL_H_
#define DATELINE_SEARCHER_SERVE_FACET_CALL_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "core/index/schema.h"
#include "searcher/match/match_result.h"
#include "searcher/plan/planner.h"
#include "searcher/serve/session.h"

namespace dateline::serve {

// Names the limit that a request breaks.
absl::Status CheckFacets(const EngineOptions& options, const std::vector<FacetRequest>& facets);
absl::Status CheckFilters(const EngineOptions& options, const Filters& filters);

// What a filter says of a field of names.
const std::vector<std::string>& FilterOf(const Filters& filters, index::NameField field);

// What the plan needs to know. InvalidArgument for a time zone that nobody knows.
std::vector<plan::FacetWish> FacetWishes(const std::vector<FacetRequest>& facets);
absl::StatusOr<absl::optional<plan::Histogram>> HistogramWish(const absl::optional<HistogramRequest>& request);

// The tables as a reader sees them, of the counts that a match gave.
std::vector<FacetResult> MakeFacets(const std::vector<FacetRequest>& requests, const Filters& filters,
                                    const match::MatchResult& result);

// Nothing when `request` is. `histogram` is that of the plan.
absl::StatusOr<absl::optional<HistogramResult>> MakeHistogram(const Call& call,
                                                              const absl::optional<HistogramRequest>& request,
                                                              const absl::optional<plan::Histogram>& histogram,
                                                              const match::MatchResult& result);

absl::StatusOr<ListFacetValuesResponse> RunListFacetValues(const Call& call, const ListFacetValuesRequest& request);

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_FACET_CALL_H_
