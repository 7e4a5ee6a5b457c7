// Facets and histograms: the tables of a search, and the values of a facet over the whole index.
//
// Thread-safety, errors: those of Engine.
#ifndef DATELINE_SEARCHER_SERVE_FACET_CALL_H_
#define DATELINE_SEARCHER_SERVE_FACET_CALL_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "searcher/match/match_result.h"
#include "searcher/serve/session.h"

namespace dateline::serve {

// Names the limit that a request breaks.
absl::Status CheckFacets(const EngineOptions& options, const std::vector<FacetRequest>& facets);
absl::Status CheckFilters(const EngineOptions& options, const Filters& filters);

// The tables as a reader sees them, of the counts that a match gave.
std::vector<FacetResult> MakeFacets(const std::vector<FacetRequest>& requests, const match::MatchResult& result);

absl::StatusOr<ListFacetValuesResponse> RunListFacetValues(const Call& call, const ListFacetValuesRequest& request);

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_FACET_CALL_H_
