#include "searcher/rpc/requests.h"

#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/day_text.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "proto/dateline/v1/search.pb.h"
#include "searcher/rpc/errors.h"
#include "searcher/rpc/names.h"

namespace dateline::rpc {
namespace {

using google::protobuf::RepeatedPtrField;
using serve::CountRequest;
using serve::ExplainRequest;
using serve::ExportRequest;
using serve::FacetField;
using serve::FacetRequest;
using serve::Filters;
using serve::HistogramRequest;
using serve::ListFacetValuesRequest;
using serve::Order;
using serve::QuerySpec;
using serve::SearchRequest;
using serve::SuggestRequest;

// Names of time zones are "Area/City" and the like; a longer one is none.
constexpr size_t kMaxTimeZoneBytes = 64;

// `value`, or the refusal of a number that the enumeration of `field` does not have.
template <typename Value, typename Wire>
absl::StatusOr<Value> Known(absl::optional<Value> value, absl::string_view field, Wire wire) {
  if (value.has_value()) return *value;
  return FieldError(field, absl::StrCat(static_cast<int>(wire), " is not a value that may be asked for"));
}

absl::Status CheckNotNegative(absl::string_view field, int value) {
  return value >= 0 ? absl::OkStatus() : FieldError(field, "must not be negative");
}

absl::Status CheckListSize(absl::string_view field, int size, int max) {
  if (size == 0) return FieldError(field, "must not be empty");
  if (size > max) return FieldError(field, absl::StrCat("has ", size, " entries, and at most ", max, " are allowed"));
  return absl::OkStatus();
}

// ---- filters

absl::StatusOr<absl::optional<absl::CivilDay>> DayFromProto(absl::string_view field, absl::string_view text) {
  if (text.empty()) return absl::optional<absl::CivilDay>();
  const absl::optional<absl::CivilDay> day = ParseDay(text);
  if (!day.has_value()) return FieldError(field, "write a day of the calendar as YYYY-MM-DD");
  return day;
}

// A list of Filters: its name, where the message has it and where the value has it.
struct FilterList {
  absl::string_view name;
  const RepeatedPtrField<std::string>& (v1::Filters::*read)() const;
  RepeatedPtrField<std::string>* (v1::Filters::*write)();
  std::vector<std::string> Filters::*values;
};

constexpr FilterList kFilterLists[] = {
    {"outlets", &v1::Filters::outlets, &v1::Filters::mutable_outlets, &Filters::outlets},
    {"bylines", &v1::Filters::bylines, &v1::Filters::mutable_bylines, &Filters::bylines},
    {"agencies", &v1::Filters::agencies, &v1::Filters::mutable_agencies, &Filters::agencies},
    {"datelines", &v1::Filters::datelines, &v1::Filters::mutable_datelines, &Filters::datelines},
    {"sections", &v1::Filters::sections, &v1::Filters::mutable_sections, &Filters::sections},
    {"languages", &v1::Filters::languages, &v1::Filters::mutable_languages, &Filters::languages},
};

absl::StatusOr<Filters> FiltersFromProto(const v1::Filters& proto, const Limits& limits) {
  Filters filters;
  for (const FilterList& list : kFilterLists) {
    const RepeatedPtrField<std::string>& values = (proto.*list.read)();
    const std::string field = absl::StrCat("filters.", list.name);
    if (!values.empty()) DL_RETURN_IF_ERROR(CheckListSize(field, values.size(), limits.max_filter_values));
    for (int i = 0; i < values.size(); ++i) {
      if (absl::StripAsciiWhitespace(values[i]).empty()) {
        return FieldError(absl::StrCat(field, "[", i, "]"), "must not be empty");
      }
    }
    (filters.*list.values).assign(values.begin(), values.end());
  }
  const v1::DateRange& range = proto.date_range();
  DL_ASSIGN_OR_RETURN(filters.first_day, DayFromProto("filters.date_range.first_day", range.first_day()));
  DL_ASSIGN_OR_RETURN(filters.last_day, DayFromProto("filters.date_range.last_day", range.last_day()));
  if (filters.first_day && filters.last_day && *filters.last_day < *filters.first_day) {
    return FieldError("filters.date_range", "the last day lies before the first");
  }
  return filters;
}

void FiltersToProto(const Filters& filters, v1::Filters* proto) {
  for (const FilterList& list : kFilterLists) {
    for (const std::string& value : filters.*list.values) (proto->*list.write)()->Add(base::ValidUtf8(value));
  }
  if (filters.first_day) proto->mutable_date_range()->set_first_day(base::DayText(*filters.first_day));
  if (filters.last_day) proto->mutable_date_range()->set_last_day(base::DayText(*filters.last_day));
}

bool operator==(const Filters& a, const Filters& b) {
  for (const FilterList& list : kFilterLists) {
    if (a.*list.values != b.*list.values) return false;
  }
  return a.first_day == b.first_day && a.last_day == b.last_day;
}

// ---- what to look for

// Counts are asked for without an order, so without recency.
template <typename Message>
constexpr bool kHasRecency = requires(Message message) {
  message.recency();
};

template <typename Message>
absl::Status SpecFromProto(const Message& proto, const Limits& limits, QuerySpec* spec) {
  spec->query = proto.query();
  spec->match_any = proto.match_any();
  DL_ASSIGN_OR_RETURN(spec->variants, Known(SwitchFromProto(proto.variants()), "variants", proto.variants()));
  if constexpr (kHasRecency<Message>) {
    DL_ASSIGN_OR_RETURN(spec->recency, Known(SwitchFromProto(proto.recency()), "recency", proto.recency()));
  }
  DL_ASSIGN_OR_RETURN(spec->filters, FiltersFromProto(proto.filters(), limits));
  return absl::OkStatus();
}

template <typename Message>
void SpecToProto(const QuerySpec& spec, Message* proto) {
  proto->set_query(base::ValidUtf8(spec.query));
  proto->set_match_any(spec.match_any);
  proto->set_variants(SwitchToProto(spec.variants));
  if constexpr (kHasRecency<Message>) proto->set_recency(SwitchToProto(spec.recency));
  if (!(spec.filters == Filters())) FiltersToProto(spec.filters, proto->mutable_filters());
}

// ---- what to count

absl::StatusOr<std::vector<FacetRequest>> FacetsFromProto(const RepeatedPtrField<v1::FacetRequest>& proto,
                                                          const Limits& limits) {
  std::vector<FacetRequest> facets;
  std::set<FacetField> seen;
  for (int i = 0; i < proto.size(); ++i) {
    const v1::FacetRequest& facet = proto[i];
    const std::string path = absl::StrCat("facets[", i, "]");
    FacetRequest wanted;
    DL_ASSIGN_OR_RETURN(wanted.field,
                        Known(FacetFieldFromProto(facet.field()), absl::StrCat(path, ".field"), facet.field()));
    // Also what bounds the work of one request: there are only nine fields.
    if (!seen.insert(wanted.field).second) {
      return FieldError(absl::StrCat(path, ".field"), "was asked for before");
    }
    const std::string values = absl::StrCat(path, ".max_values");
    DL_RETURN_IF_ERROR(CheckNotNegative(values, facet.max_values()));
    if (facet.max_values() > limits.max_facet_values) {
      return FieldError(values, absl::StrCat("ask for 1 to ", limits.max_facet_values));
    }
    if (facet.max_values() != 0) wanted.max_values = facet.max_values();
    wanted.disjunctive = facet.disjunctive();
    wanted.prefix = facet.prefix();
    facets.push_back(std::move(wanted));
  }
  return facets;
}

void FacetsToProto(const std::vector<FacetRequest>& facets, RepeatedPtrField<v1::FacetRequest>* proto) {
  for (const FacetRequest& facet : facets) {
    v1::FacetRequest* added = proto->Add();
    added->set_field(FacetFieldToProto(facet.field));
    added->set_max_values(facet.max_values);
    added->set_disjunctive(facet.disjunctive);
    added->set_prefix(base::ValidUtf8(facet.prefix));
  }
}

bool MayNameATimeZone(absl::string_view name) {
  if (name.size() > kMaxTimeZoneBytes) return false;
  for (const char c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && !absl::StrContains("_+-/", absl::string_view(&c, 1))) {
      return false;
    }
  }
  return true;
}

// Whether the zone exists is for the engine to say, which has to load it.
absl::StatusOr<HistogramRequest> HistogramFromProto(const v1::HistogramRequest& proto) {
  HistogramRequest histogram;
  DL_ASSIGN_OR_RETURN(histogram.interval,
                      Known(IntervalFromProto(proto.interval()), "histogram.interval", proto.interval()));
  if (!MayNameATimeZone(proto.time_zone())) {
    return FieldError("histogram.time_zone", "write the name of a time zone, as Europe/London");
  }
  histogram.time_zone = proto.time_zone();
  histogram.coverage = proto.coverage();
  return histogram;
}

void HistogramToProto(const HistogramRequest& histogram, v1::HistogramRequest* proto) {
  proto->set_interval(IntervalToProto(histogram.interval));
  proto->set_time_zone(base::ValidUtf8(histogram.time_zone));
  proto->set_coverage(histogram.coverage);
}

// What searches and counts have in common beside the query.
template <typename Message, typename Request>
absl::Status CountsFromProto(const Message& proto, const Limits& limits, Request* request) {
  DL_ASSIGN_OR_RETURN(request->facets, FacetsFromProto(proto.facets(), limits));
  if (proto.has_histogram()) {
    DL_ASSIGN_OR_RETURN(request->histogram, HistogramFromProto(proto.histogram()));
  }
  return absl::OkStatus();
}

template <typename Message, typename Request>
void CountsToProto(const Request& request, Message* proto) {
  FacetsToProto(request.facets, proto->mutable_facets());
  if (request.histogram.has_value()) HistogramToProto(*request.histogram, proto->mutable_histogram());
}

}  // namespace

absl::optional<absl::CivilDay> ParseDay(absl::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return absl::nullopt;
  for (const size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (text[i] < '0' || text[i] > '9') return absl::nullopt;
  }
  int year = 0, month = 0, day = 0;
  if (!absl::SimpleAtoi(text.substr(0, 4), &year) || !absl::SimpleAtoi(text.substr(5, 2), &month) ||
      !absl::SimpleAtoi(text.substr(8, 2), &day) || year == 0) {
    return absl::nullopt;
  }
  const absl::CivilDay parsed(year, month, day);
  // The 30th of February is read as the 2nd of March: what does not come out again was no day.
  return parsed.month() == month && parsed.day() == day ? absl::make_optional(parsed) : absl::nullopt;
}

absl::StatusOr<SearchRequest> RequestFromProto(const v1::SearchRequest& proto, const Limits& limits) {
  SearchRequest request;
  DL_RETURN_IF_ERROR(SpecFromProto(proto, limits, &request));
  DL_RETURN_IF_ERROR(CountsFromProto(proto, limits, &request));
  DL_ASSIGN_OR_RETURN(request.order, Known(OrderFromProto(proto.order(), Order::kRelevance), "order", proto.order()));
  DL_RETURN_IF_ERROR(CheckNotNegative("page_size", proto.page_size()));
  request.page_size = proto.page_size();
  request.page_token = proto.page_token();
  DL_ASSIGN_OR_RETURN(request.total_mode,
                      Known(TotalModeFromProto(proto.total_mode()), "total_mode", proto.total_mode()));
  request.snippets = !proto.omit_snippets();
  request.keys_only = proto.keys_only();
  return request;
}

absl::StatusOr<std::vector<SearchRequest>> RequestFromProto(const v1::MultiSearchRequest& proto,
                                                            const Limits& limits) {
  DL_RETURN_IF_ERROR(CheckListSize("requests", proto.requests_size(), limits.max_searches));
  std::vector<SearchRequest> requests;
  for (int i = 0; i < proto.requests_size(); ++i) {
    absl::StatusOr<SearchRequest> request = RequestFromProto(proto.requests(i), limits);
    if (!request.ok()) return WithinField(absl::StrCat("requests[", i, "]"), request.status());
    requests.push_back(*std::move(request));
  }
  return requests;
}

absl::StatusOr<CountRequest> RequestFromProto(const v1::CountMatchesRequest& proto, const Limits& limits) {
  CountRequest request;
  DL_RETURN_IF_ERROR(SpecFromProto(proto, limits, &request));
  DL_RETURN_IF_ERROR(CountsFromProto(proto, limits, &request));
  return request;
}

absl::StatusOr<ExportRequest> RequestFromProto(const v1::ExportRequest& proto, const Limits& limits) {
  ExportRequest request;
  DL_RETURN_IF_ERROR(SpecFromProto(proto, limits, &request));
  DL_ASSIGN_OR_RETURN(request.order, Known(OrderFromProto(proto.order(), Order::kNewest), "order", proto.order()));
  request.bodies = proto.bodies();
  return request;
}

absl::StatusOr<ListFacetValuesRequest> RequestFromProto(const v1::ListFacetValuesRequest& proto, const Limits&) {
  ListFacetValuesRequest request;
  DL_ASSIGN_OR_RETURN(request.field, Known(FacetFieldFromProto(proto.field()), "field", proto.field()));
  DL_RETURN_IF_ERROR(CheckNotNegative("page_size", proto.page_size()));
  request.prefix = proto.prefix();
  request.page_size = proto.page_size();
  request.page_token = proto.page_token();
  return request;
}

absl::StatusOr<SuggestRequest> RequestFromProto(const v1::SuggestRequest& proto, const Limits& limits) {
  if (proto.text().size() > kMaxSuggestBytes) {
    return FieldError("text", absl::StrCat("has more than ", kMaxSuggestBytes, " bytes"));
  }
  SuggestRequest request;
  request.text = proto.text();
  std::set<serve::SuggestionKind> seen;
  for (int i = 0; i < proto.kinds_size(); ++i) {
    const std::string field = absl::StrCat("kinds[", i, "]");
    DL_ASSIGN_OR_RETURN(const serve::SuggestionKind kind,
                        Known(SuggestionKindFromProto(proto.kinds(i)), field, proto.kinds(i)));
    if (!seen.insert(kind).second) return FieldError(field, "was asked for before");
    request.kinds.push_back(kind);
  }
  DL_RETURN_IF_ERROR(CheckNotNegative("max_suggestions", proto.max_suggestions()));
  if (proto.max_suggestions() > limits.max_suggestions) {
    return FieldError("max_suggestions", absl::StrCat("ask for 1 to ", limits.max_suggestions));
  }
  request.max_suggestions = proto.max_suggestions();
  return request;
}

absl::StatusOr<ExplainRequest> RequestFromProto(const v1::ExplainRequest& proto, const Limits& limits) {
  if (proto.id().empty()) return FieldError("id", "must not be empty");
  ExplainRequest request;
  request.id = proto.id();
  DL_RETURN_IF_ERROR(SpecFromProto(proto, limits, &request));
  return request;
}

absl::StatusOr<std::vector<std::string>> RequestFromProto(const v1::BatchGetArticlesRequest& proto,
                                                          const Limits& limits) {
  DL_RETURN_IF_ERROR(CheckListSize("ids", proto.ids_size(), limits.max_batch_articles));
  for (int i = 0; i < proto.ids_size(); ++i) {
    if (proto.ids(i).empty()) return FieldError(absl::StrCat("ids[", i, "]"), "must not be empty");
  }
  return std::vector<std::string>(proto.ids().begin(), proto.ids().end());
}

absl::Status CheckRequest(const v1::AnalyzeRequest& proto, const Limits& limits) {
  if (proto.text().size() <= static_cast<size_t>(limits.max_analyzed_bytes)) return absl::OkStatus();
  return FieldError("text", absl::StrCat("has more than ", limits.max_analyzed_bytes, " bytes"));
}

void RequestToProto(const SearchRequest& request, v1::SearchRequest* proto) {
  SpecToProto(request, proto);
  CountsToProto(request, proto);
  proto->set_order(OrderToProto(request.order));
  proto->set_page_size(request.page_size);
  proto->set_page_token(base::ValidUtf8(request.page_token));
  proto->set_total_mode(TotalModeToProto(request.total_mode));
  proto->set_omit_snippets(!request.snippets);
  proto->set_keys_only(request.keys_only);
}

void RequestToProto(absl::Span<const SearchRequest> requests, v1::MultiSearchRequest* proto) {
  for (const SearchRequest& request : requests) RequestToProto(request, proto->add_requests());
}

void RequestToProto(const CountRequest& request, v1::CountMatchesRequest* proto) {
  SpecToProto(request, proto);
  CountsToProto(request, proto);
}

void RequestToProto(const ExportRequest& request, v1::ExportRequest* proto) {
  SpecToProto(request, proto);
  proto->set_order(OrderToProto(request.order));
  proto->set_bodies(request.bodies);
}

void RequestToProto(const ListFacetValuesRequest& request, v1::ListFacetValuesRequest* proto) {
  proto->set_field(FacetFieldToProto(request.field));
  proto->set_prefix(base::ValidUtf8(request.prefix));
  proto->set_page_size(request.page_size);
  proto->set_page_token(base::ValidUtf8(request.page_token));
}

void RequestToProto(const SuggestRequest& request, v1::SuggestRequest* proto) {
  proto->set_text(base::ValidUtf8(request.text));
  for (const serve::SuggestionKind kind : request.kinds) proto->add_kinds(SuggestionKindToProto(kind));
  proto->set_max_suggestions(request.max_suggestions);
}

void RequestToProto(const ExplainRequest& request, v1::ExplainRequest* proto) {
  proto->set_id(base::ValidUtf8(request.id));
  SpecToProto(request, proto);
}

}  // namespace dateline::rpc
