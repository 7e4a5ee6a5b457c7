#include "searcher/serve/facet_call.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "searcher/merge/merge_facets.h"

namespace dateline::serve {
namespace {

FacetResult MakeFacet(const FacetRequest& request, const match::FacetCounts& counts) {
  const merge::FacetTable table = merge::MakeFacetTable(counts, static_cast<size_t>(request.max_values));
  FacetResult result;
  result.field = request.field;
  for (const merge::FacetLine& line : table.lines) {
    FacetValue value;
    value.value = line.value;
    value.count = line.count;
    result.values.push_back(std::move(value));
  }
  if (table.none > 0) {
    FacetValue none;
    none.is_none = true;
    none.count = table.none;
    result.values.push_back(std::move(none));
  }
  result.other_values = table.other_values;
  return result;
}

}  // namespace

absl::Status CheckFacets(const EngineOptions& options, const std::vector<FacetRequest>& facets) {
  for (const FacetRequest& facet : facets) {
    if (facet.max_values >= 1 && facet.max_values <= options.max_facet_values) continue;
    return absl::InvalidArgumentError(absl::StrCat("a facet asks for ", facet.max_values, " values; ask for 1 to ",
                                                   options.max_facet_values, " (max_facet_values)"));
  }
  return absl::OkStatus();
}

absl::Status CheckFilters(const EngineOptions& options, const Filters& filters) {
  for (const std::vector<std::string>* values : {&filters.outlets, &filters.bylines, &filters.agencies,
                                                 &filters.datelines, &filters.sections, &filters.languages}) {
    if (values->size() <= static_cast<size_t>(options.max_filter_values)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("a filter has more than ", options.max_filter_values, " values (max_filter_values)"));
  }
  if (filters.first_day && filters.last_day && *filters.first_day > *filters.last_day) {
    return absl::InvalidArgumentError("the first day of the date range is after its last day");
  }
  return absl::OkStatus();
}

std::vector<FacetResult> MakeFacets(const std::vector<FacetRequest>& requests, const match::MatchResult& result) {
  std::vector<FacetResult> facets;
  for (size_t i = 0; i < requests.size(); ++i) facets.push_back(MakeFacet(requests[i], result.facets[i]));
  return facets;
}

absl::StatusOr<ListFacetValuesResponse> RunListFacetValues(const Call&, const ListFacetValuesRequest&) {
  return absl::UnimplementedError("ListFacetValues");
}

}  // namespace dateline::serve
