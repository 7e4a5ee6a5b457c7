#include "searcher/serve/facet_call.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/status_macros.h"
#include "core/text/normalizer.h"
#include "searcher/match/time_buckets.h"
#include "searcher/merge/histogram.h"
#include "searcher/merge/merge_facets.h"
#include "searcher/serve/page_token.h"

namespace dateline::serve {
namespace {

constexpr int kDefaultListedValues = 100;
constexpr size_t kMaxZoneBytes = 64;

FacetResult MakeFacet(const FacetRequest& request, const Filters& filters, const match::FacetCounts& counts) {
  merge::FacetView view;
  view.max_values = static_cast<size_t>(request.max_values);
  view.prefix = text::FoldName(request.prefix);
  if (const absl::optional<index::NameField> names = plan::NamesOf(request.field)) {
    for (const std::string& name : FilterOf(filters, *names)) {
      const std::string folded = text::FoldName(name);
      if (!folded.empty()) view.selected.try_emplace(folded, name);
    }
  }
  const merge::FacetTable table = merge::MakeFacetTable(counts, view);
  FacetResult result;
  result.field = request.field;
  for (const merge::FacetLine& line : table.lines) {
    FacetValue value;
    value.value = line.value;
    value.count = line.count;
    value.selected = line.selected;
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

// Names reach the file system of the server, so only such as the database of time zones has are looked up.
bool IsZoneName(absl::string_view name) {
  const auto fits = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '+' || c == '/';
  };
  return name.size() <= kMaxZoneBytes && absl::ascii_isalpha(static_cast<unsigned char>(name[0])) &&
         name != "localtime" && std::all_of(name.begin(), name.end(), fits);
}

// All names that fit, by folded form.
absl::StatusOr<std::vector<FacetValue>> NamesOfIndex(const Call& call, FacetField field, const std::string& prefix) {
  merge::NameFolder folder;
  DL_RETURN_IF_ERROR(call.matcher().VisitNames(field, [&](const index::FacetName& name, uint64_t articles) {
    if (merge::HasWordBeginning(name.folded, prefix)) folder.Add(name, articles);
  }));
  std::vector<FacetValue> values;
  for (merge::FoldedName& name : std::move(folder).Take()) {
    values.push_back(FacetValue{std::move(name.display), false, name.count, false});
  }
  return values;
}

absl::StatusOr<std::vector<FacetValue>> DatesOfIndex(const Call& call, FacetField field, const std::string& prefix) {
  const plan::Histogram histogram{match::IntervalOf(field), absl::UTCTimeZone()};
  DL_ASSIGN_OR_RETURN(const match::TimeCounts counts, call.matcher().CountAllByTime(histogram));
  std::vector<FacetValue> values;
  for (const match::CountedPeriod& period : counts.buckets) {
    std::string label = merge::BucketLabel(histogram.interval, period.first_day);
    if (absl::StartsWith(label, prefix)) values.push_back(FacetValue{std::move(label), false, period.count, false});
  }
  return values;
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

const std::vector<std::string>& FilterOf(const Filters& filters, index::NameField field) {
  switch (field) {
    case index::NameField::kOutlet:
      return filters.outlets;
    case index::NameField::kByline:
      return filters.bylines;
    case index::NameField::kAgency:
      return filters.agencies;
    case index::NameField::kDateline:
      return filters.datelines;
    case index::NameField::kSection:
      return filters.sections;
    case index::NameField::kLanguage:
      return filters.languages;
  }
  return filters.outlets;
}

std::vector<plan::FacetWish> FacetWishes(const std::vector<FacetRequest>& facets) {
  std::vector<plan::FacetWish> wishes;
  for (const FacetRequest& facet : facets) wishes.push_back(plan::FacetWish{facet.field, facet.disjunctive});
  return wishes;
}

absl::StatusOr<absl::optional<plan::Histogram>> HistogramWish(const absl::optional<HistogramRequest>& request) {
  if (!request) return absl::optional<plan::Histogram>();
  plan::Histogram histogram{request->interval, absl::UTCTimeZone()};
  const std::string& zone = request->time_zone;
  if (!zone.empty() && zone != "UTC" && !(IsZoneName(zone) && absl::LoadTimeZone(zone, &histogram.zone))) {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no time zone '", absl::CHexEscape(zone.substr(0, kMaxZoneBytes)),
                     "'; write an IANA name such as Europe/London, or leave it out for UTC"));
  }
  return absl::optional<plan::Histogram>(histogram);
}

std::vector<FacetResult> MakeFacets(const std::vector<FacetRequest>& requests, const Filters& filters,
                                    const match::MatchResult& result) {
  std::vector<FacetResult> facets;
  for (size_t i = 0; i < requests.size(); ++i) facets.push_back(MakeFacet(requests[i], filters, result.facets[i]));
  return facets;
}

absl::StatusOr<absl::optional<HistogramResult>> MakeHistogram(const Call& call,
                                                              const absl::optional<HistogramRequest>& request,
                                                              const absl::optional<plan::Histogram>& histogram,
                                                              const match::MatchResult& result) {
  absl::optional<HistogramResult> out;
  if (!request || !histogram) return out;
  match::TimeCounts all;
  if (request->coverage) {
    DL_ASSIGN_OR_RETURN(all, call.matcher().CountAllByTime(*histogram));
  }
  DL_ASSIGN_OR_RETURN(std::vector<merge::HistogramLine> lines,
                      merge::MakeHistogram(*histogram, result.histogram, all,
                                           static_cast<size_t>(call.options.max_histogram_buckets)));
  out.emplace();
  out->interval = request->interval;
  out->time_zone = request->time_zone.empty() ? "UTC" : request->time_zone;
  out->buckets.reserve(lines.size());
  for (merge::HistogramLine& line : lines) {
    out->buckets.push_back(HistogramBucket{std::move(line.label), line.begin, line.count, line.all});
  }
  out->undated = result.histogram.undated;
  out->undated_all = all.undated;
  return out;
}

absl::StatusOr<ListFacetValuesResponse> RunListFacetValues(const Call& call, const ListFacetValuesRequest& request) {
  if (request.page_size < 0) return absl::InvalidArgumentError("page_size is negative");
  const std::string prefix = text::FoldName(request.prefix);
  const std::string plan_text = absl::StrCat("values of facet ", static_cast<int>(request.field), " with ", prefix);
  const PageTokenScope scope{call.snapshot.token_key(), call.generation(), plan_text};
  PageCursor cursor;
  if (!request.page_token.empty()) {
    DL_ASSIGN_OR_RETURN(cursor, ReadPageToken(request.page_token, scope));
  }
  const bool names = plan::NamesOf(request.field).has_value();
  DL_ASSIGN_OR_RETURN(std::vector<FacetValue> values,
                      names ? NamesOfIndex(call, request.field, prefix) : DatesOfIndex(call, request.field, prefix));
  const auto page_size = static_cast<uint64_t>(
      std::min(request.page_size == 0 ? kDefaultListedValues : request.page_size, call.options.max_facet_values));
  ListFacetValuesResponse response;
  response.total = values.size();
  response.generation = call.generation();
  const uint64_t end = std::min<uint64_t>(values.size(), cursor.before + page_size);
  for (uint64_t i = cursor.before; i < end; ++i) response.values.push_back(std::move(values[i]));
  if (end < values.size()) {
    cursor.before = end;
    response.next_page_token = MakePageToken(scope, cursor);
  }
  return response;
}

}  // namespace dateline::serve
