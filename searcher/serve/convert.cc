#include "searcher/serve/convert.h"

#include <grpcpp/support/status.h>

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/ids.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "proto/dateline/v1/search.pb.h"
#include "proto/google/rpc/error_details.pb.h"
#include "proto/google/rpc/status.pb.h"
#include "searcher/query/query_parser.h"

namespace dateline::serve {
namespace {

constexpr char kDomain[] = "dateline";
constexpr char kOffsetKey[] = "offset";
constexpr char kFieldPayload[] = "dateline/field";
constexpr char kReasonPayload[] = "dateline/reason";
constexpr char kReplyTooLarge[] = "REPLY_TOO_LARGE";
constexpr char kQueryInvalid[] = "QUERY_INVALID";
constexpr int kDefaultFacetValues = 10;

// An error travels in trailers, which gRPC limits to 8 KiB by default, and its text up to three times.
constexpr size_t kMaxErrorBytes = 512;

std::string Valid(std::string text) {
  base::RepairUtf8(text);
  return text;
}

// ---- enumerations

absl::StatusOr<Order> OrderFromProto(v1::Order order) {
  switch (order) {
    case v1::ORDER_UNSPECIFIED:
    case v1::ORDER_RELEVANCE:
      return Order::kRelevance;
    case v1::ORDER_NEWEST:
      return Order::kNewest;
    case v1::ORDER_OLDEST:
      return Order::kOldest;
    default:
      return FieldError("order", absl::StrCat(static_cast<int>(order), " is not an order"));
  }
}

v1::Order OrderToProto(Order order) {
  switch (order) {
    case Order::kRelevance:
      return v1::ORDER_RELEVANCE;
    case Order::kNewest:
      return v1::ORDER_NEWEST;
    case Order::kOldest:
      return v1::ORDER_OLDEST;
  }
  return v1::ORDER_UNSPECIFIED;
}

absl::StatusOr<TotalMode> TotalModeFromProto(v1::TotalMode mode) {
  switch (mode) {
    case v1::TOTAL_MODE_UNSPECIFIED:
    case v1::TOTAL_MODE_EXACT:
      return TotalMode::kExact;
    case v1::TOTAL_MODE_LOWER_BOUND:
      return TotalMode::kLowerBound;
    default:
      return FieldError("total_mode", absl::StrCat(static_cast<int>(mode), " is not a mode"));
  }
}

absl::optional<FacetField> FacetFieldFromProto(v1::FacetField field) {
  switch (field) {
    case v1::FACET_FIELD_OUTLET:
      return FacetField::kOutlet;
    case v1::FACET_FIELD_BYLINE:
      return FacetField::kByline;
    case v1::FACET_FIELD_AGENCY:
      return FacetField::kAgency;
    case v1::FACET_FIELD_DATELINE:
      return FacetField::kDateline;
    case v1::FACET_FIELD_SECTION:
      return FacetField::kSection;
    case v1::FACET_FIELD_LANGUAGE:
      return FacetField::kLanguage;
    case v1::FACET_FIELD_YEAR:
      return FacetField::kYear;
    case v1::FACET_FIELD_MONTH:
      return FacetField::kMonth;
    case v1::FACET_FIELD_DAY:
      return FacetField::kDay;
    default:
      return absl::nullopt;
  }
}

v1::FacetField FacetFieldToProto(FacetField field) {
  switch (field) {
    case FacetField::kOutlet:
      return v1::FACET_FIELD_OUTLET;
    case FacetField::kByline:
      return v1::FACET_FIELD_BYLINE;
    case FacetField::kAgency:
      return v1::FACET_FIELD_AGENCY;
    case FacetField::kDateline:
      return v1::FACET_FIELD_DATELINE;
    case FacetField::kSection:
      return v1::FACET_FIELD_SECTION;
    case FacetField::kLanguage:
      return v1::FACET_FIELD_LANGUAGE;
    case FacetField::kYear:
      return v1::FACET_FIELD_YEAR;
    case FacetField::kMonth:
      return v1::FACET_FIELD_MONTH;
    case FacetField::kDay:
      return v1::FACET_FIELD_DAY;
  }
  return v1::FACET_FIELD_UNSPECIFIED;
}

v1::PublishPrecision PrecisionToProto(article::Precision precision) {
  switch (precision) {
    case article::Precision::kNone:
      return v1::PUBLISH_PRECISION_UNSPECIFIED;
    case article::Precision::kDay:
      return v1::PUBLISH_PRECISION_DAY;
    case article::Precision::kMinute:
      return v1::PUBLISH_PRECISION_MINUTE;
    case article::Precision::kSecond:
      return v1::PUBLISH_PRECISION_SECOND;
  }
  return v1::PUBLISH_PRECISION_UNSPECIFIED;
}

article::Precision PrecisionFromProto(v1::PublishPrecision precision) {
  switch (precision) {
    case v1::PUBLISH_PRECISION_DAY:
      return article::Precision::kDay;
    case v1::PUBLISH_PRECISION_MINUTE:
      return article::Precision::kMinute;
    case v1::PUBLISH_PRECISION_SECOND:
      return article::Precision::kSecond;
    default:
      return article::Precision::kNone;
  }
}

// Sources and roles travel as words, so that a new one does not break an old client; here it becomes the first.
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

// ---- parts of requests

absl::StatusOr<absl::optional<absl::CivilDay>> DayFromProto(absl::string_view field, absl::string_view text) {
  if (text.empty()) return absl::optional<absl::CivilDay>();
  const absl::optional<absl::CivilDay> day = ParseDay(text);
  if (!day.has_value()) return FieldError(field, "write a day of the calendar as YYYY-MM-DD");
  return day;
}

absl::Status FiltersFromProto(const v1::Filters& proto, SearchRequest* request) {
  request->filters.outlets.assign(proto.outlets().begin(), proto.outlets().end());
  request->filters.bylines.assign(proto.bylines().begin(), proto.bylines().end());
  const v1::DateRange& range = proto.date_range();
  DL_ASSIGN_OR_RETURN(request->filters.first_day, DayFromProto("filters.date_range.first_day", range.first_day()));
  DL_ASSIGN_OR_RETURN(request->filters.last_day, DayFromProto("filters.date_range.last_day", range.last_day()));
  if (request->filters.first_day && request->filters.last_day &&
      *request->filters.last_day < *request->filters.first_day) {
    return FieldError("filters.date_range", "the last day lies before the first");
  }
  return absl::OkStatus();
}

absl::Status FacetsFromProto(const v1::SearchRequest& proto, SearchRequest* request) {
  std::set<FacetField> seen;
  for (int i = 0; i < proto.facets_size(); ++i) {
    const v1::FacetRequest& facet = proto.facets(i);
    const std::string path = absl::StrCat("facets[", i, "]");
    const absl::optional<FacetField> field = FacetFieldFromProto(facet.field());
    if (!field.has_value()) return FieldError(absl::StrCat(path, ".field"), "name a field to count by");
    // Also what bounds the work of one request: there are only five fields.
    if (!seen.insert(*field).second) return FieldError(absl::StrCat(path, ".field"), "was asked for before");
    if (facet.max_values() < 0) return FieldError(absl::StrCat(path, ".max_values"), "must not be negative");
    FacetRequest wanted;
    wanted.field = *field;
    if (facet.max_values() != 0) wanted.max_values = facet.max_values();
    request->facets.push_back(std::move(wanted));
  }
  return absl::OkStatus();
}

// ---- parts of responses, for Hit and Article alike

void CreditsToProto(std::vector<article::Credit> credits, google::protobuf::RepeatedPtrField<v1::Credit>* proto) {
  for (article::Credit& credit : credits) {
    v1::Credit* added = proto->Add();
    added->set_name(Valid(std::move(credit.name)));
    added->set_role(std::string(article::RoleName(credit.role)));
    added->set_source(std::string(article::SourceName(credit.source)));
  }
}

std::vector<article::Credit> CreditsFromProto(const google::protobuf::RepeatedPtrField<v1::Credit>& proto) {
  std::vector<article::Credit> credits;
  credits.reserve(proto.size());
  for (const v1::Credit& credit : proto) {
    credits.push_back({credit.name(), RoleFromName(credit.role()), SourceFromName(credit.source())});
  }
  return credits;
}

template <typename Message>
void PublicationToProto(const article::Publication& publication, Message* proto) {
  if (publication.dated()) proto->mutable_publish_time()->set_seconds(publication.instant);
  proto->set_publish_precision(PrecisionToProto(publication.precision));
  v1::Published* published = proto->mutable_published();
  published->set_date(article::DateText(publication));
  published->set_time(article::TimeText(publication));
  published->set_precision(std::string(article::PrecisionName(publication.precision)));
  published->set_source(std::string(article::SourceName(publication.source)));
  published->set_partial_date(Valid(publication.partial));
  published->set_zone_assumed(publication.zone_assumed);
  published->set_zone_minutes(publication.zone_minutes);
}

template <typename Message>
article::Publication PublicationFromProto(const Message& proto) {
  article::Publication publication;
  if (proto.has_publish_time()) publication.instant = proto.publish_time().seconds();
  publication.precision = PrecisionFromProto(proto.publish_precision());
  publication.source = SourceFromName(proto.published().source());
  publication.zone_assumed = proto.published().zone_assumed();
  constexpr int kMaxZoneMinutes = 24 * 60;
  const int zone = proto.published().zone_minutes();
  publication.zone_minutes = static_cast<int16_t>(zone > -kMaxZoneMinutes && zone < kMaxZoneMinutes ? zone : 0);
  publication.partial = proto.published().partial_date();
  return publication;
}

void SnippetToProto(Snippet snippet, v1::Snippet* proto) {
  // A repair moves the bytes that highlights count, so repaired text is shown without any.
  const bool repaired = base::RepairUtf8(snippet.text) > 0;
  proto->set_text(std::move(snippet.text));
  if (repaired) return;
  for (const Highlight& highlight : snippet.highlights) {
    v1::Highlight* added = proto->add_highlights();
    added->set_begin(highlight.begin);
    added->set_end(highlight.end);
  }
}

Snippet SnippetFromProto(const v1::Snippet& proto) {
  Snippet snippet;
  snippet.text = proto.text();
  for (const v1::Highlight& highlight : proto.highlights()) {
    snippet.highlights.push_back({highlight.begin(), highlight.end()});
  }
  return snippet;
}

void HitToProto(Hit hit, v1::Hit* proto) {
  proto->set_id(Valid(std::move(hit.id)));
  proto->set_key(Valid(std::move(hit.key)));
  proto->set_url(Valid(std::move(hit.url)));
  proto->set_headline(Valid(std::move(hit.headline)));
  proto->set_headline_source(std::string(article::SourceName(hit.headline_source)));
  proto->set_outlet(Valid(std::move(hit.outlet)));
  CreditsToProto(std::move(hit.bylines), proto->mutable_bylines());
  CreditsToProto(std::move(hit.agencies), proto->mutable_agencies());
  PublicationToProto(hit.publication, proto);
  proto->set_score(hit.score);
  if (!hit.snippet.text.empty()) SnippetToProto(std::move(hit.snippet), proto->mutable_snippet());
}

Hit HitFromProto(const v1::Hit& proto) {
  Hit hit;
  hit.id = proto.id();
  hit.key = proto.key();
  hit.url = proto.url();
  hit.headline = proto.headline();
  hit.headline_source = SourceFromName(proto.headline_source());
  hit.outlet = proto.outlet();
  hit.bylines = CreditsFromProto(proto.bylines());
  hit.agencies = CreditsFromProto(proto.agencies());
  hit.publication = PublicationFromProto(proto);
  hit.score = proto.score();
  hit.snippet = SnippetFromProto(proto.snippet());
  return hit;
}

void FacetToProto(FacetResult facet, v1::FacetResult* proto) {
  proto->set_field(FacetFieldToProto(facet.field));
  for (FacetValue& value : facet.values) {
    v1::FacetValue* added = proto->add_values();
    added->set_value(Valid(std::move(value.value)));
    added->set_is_none(value.is_none);
    added->set_count(value.count);
  }
  proto->set_other_values(facet.other_values);
}

FacetResult FacetFromProto(FacetField field, const v1::FacetResult& proto) {
  FacetResult facet;
  facet.field = field;
  for (const v1::FacetValue& value : proto.values()) {
    facet.values.push_back({value.value(), value.is_none(), value.count()});
  }
  facet.other_values = proto.other_values();
  return facet;
}

// ---- errors

std::string PayloadText(const absl::Status& error, absl::string_view url) {
  const absl::optional<absl::Cord> payload = error.GetPayload(url);
  return payload.has_value() ? std::string(*payload) : std::string();
}

std::string ErrorText(absl::string_view text) { return Valid(std::string(base::TruncateUtf8(text, kMaxErrorBytes))); }

// How an error shows on the wire.
struct Face {
  absl::StatusCode code;
  std::string reason;
  std::string message;
  bool retry = false;
};

Face FaceOf(const absl::Status& error, const ErrorContext& context) {
  const std::string message = ErrorText(error.message());
  switch (error.code()) {
    case absl::StatusCode::kInvalidArgument: {
      const bool in_query = query::QueryErrorOffset(error).has_value();
      return {error.code(), in_query ? kQueryInvalid : "REQUEST_INVALID", message};
    }
    case absl::StatusCode::kNotFound:
      return {error.code(), "NOT_FOUND", message};
    case absl::StatusCode::kFailedPrecondition:
      return {error.code(), context.has_page_token ? "PAGE_TOKEN_EXPIRED" : "INDEX_UNREADABLE", message};
    case absl::StatusCode::kResourceExhausted: {
      const std::string reason = PayloadText(error, kReasonPayload);
      if (!reason.empty()) return {error.code(), reason, message};
      return {error.code(), "OVERLOADED", message, /*retry=*/true};
    }
    case absl::StatusCode::kUnavailable:
      return {error.code(), "NOT_READY", message, /*retry=*/true};
    case absl::StatusCode::kDeadlineExceeded:
      return {error.code(), "DEADLINE_EXCEEDED", message};
    case absl::StatusCode::kCancelled:
      return {error.code(), "CANCELLED", message};
    case absl::StatusCode::kDataLoss:
      return {error.code(), "INDEX_DAMAGED", "the index is damaged; the server's log says where"};
    default:
      return {absl::StatusCode::kInternal, "INTERNAL", "internal error; the server's log says more"};
  }
}

// Names the field at fault, where it is known.
void AddFieldViolation(const absl::Status& error, const Face& face, google::rpc::Status* details) {
  std::string field = PayloadText(error, kFieldPayload);
  std::string description = face.message;
  if (const absl::optional<size_t> offset = query::QueryErrorOffset(error); offset.has_value()) {
    field = "query";
    description = absl::StrCat("byte ", *offset, ": ", face.message);
  }
  if (field.empty()) return;
  google::rpc::BadRequest bad_request;
  google::rpc::BadRequest::FieldViolation* violation = bad_request.add_field_violations();
  violation->set_field(Valid(field));
  violation->set_description(description);
  details->add_details()->PackFrom(bad_request);
}

void AddRetryInfo(absl::Duration retry_after, google::rpc::Status* details) {
  google::rpc::RetryInfo retry_info;
  const int64_t nanos = absl::ToInt64Nanoseconds(retry_after);
  retry_info.mutable_retry_delay()->set_seconds(nanos / 1000000000);
  retry_info.mutable_retry_delay()->set_nanos(static_cast<int32_t>(nanos % 1000000000));
  details->add_details()->PackFrom(retry_info);
}

// The offset that a server noted for an error in the query; nothing for any other error.
absl::optional<size_t> OffsetInDetails(const std::string& serialized) {
  google::rpc::Status details;
  if (!details.ParseFromString(serialized)) return absl::nullopt;
  for (const google::protobuf::Any& detail : details.details()) {
    google::rpc::ErrorInfo info;
    if (!detail.UnpackTo(&info) || info.reason() != kQueryInvalid) continue;
    const auto found = info.metadata().find(kOffsetKey);
    uint64_t offset = 0;
    if (found != info.metadata().end() && absl::SimpleAtoi(found->second, &offset)) return offset;
  }
  return absl::nullopt;
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

std::string FormatDay(absl::CivilDay day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

absl::StatusOr<SearchRequest> RequestFromProto(const v1::SearchRequest& proto) {
  SearchRequest request;
  request.query = proto.query();
  DL_RETURN_IF_ERROR(FiltersFromProto(proto.filters(), &request));
  DL_RETURN_IF_ERROR(FacetsFromProto(proto, &request));
  DL_ASSIGN_OR_RETURN(request.order, OrderFromProto(proto.order()));
  if (proto.page_size() < 0) return FieldError("page_size", "must not be negative");
  request.page_size = proto.page_size();
  request.page_token = proto.page_token();
  DL_ASSIGN_OR_RETURN(request.total_mode, TotalModeFromProto(proto.total_mode()));
  request.snippets = !proto.omit_snippets();
  return request;
}

void RequestToProto(const SearchRequest& request, v1::SearchRequest* proto) {
  proto->set_query(Valid(request.query));
  for (const std::string& outlet : request.filters.outlets) proto->mutable_filters()->add_outlets(Valid(outlet));
  for (const std::string& byline : request.filters.bylines) proto->mutable_filters()->add_bylines(Valid(byline));
  if (request.filters.first_day)
    proto->mutable_filters()->mutable_date_range()->set_first_day(FormatDay(*request.filters.first_day));
  if (request.filters.last_day)
    proto->mutable_filters()->mutable_date_range()->set_last_day(FormatDay(*request.filters.last_day));
  for (const FacetRequest& facet : request.facets) {
    v1::FacetRequest* added = proto->add_facets();
    added->set_field(FacetFieldToProto(facet.field));
    added->set_max_values(facet.max_values);
  }
  proto->set_order(OrderToProto(request.order));
  proto->set_page_size(request.page_size);
  proto->set_page_token(Valid(request.page_token));
  proto->set_total_mode(request.total_mode == TotalMode::kExact ? v1::TOTAL_MODE_EXACT : v1::TOTAL_MODE_LOWER_BOUND);
  proto->set_omit_snippets(!request.snippets);
}

void ResponseToProto(SearchResponse response, v1::SearchResponse* proto) {
  for (Hit& hit : response.hits) HitToProto(std::move(hit), proto->add_hits());
  for (FacetResult& facet : response.facets) FacetToProto(std::move(facet), proto->add_facets());
  proto->set_total(response.total);
  proto->set_total_exact(response.total_exact);
  proto->set_generation(Valid(std::move(response.generation)));
  proto->set_query(Valid(std::move(response.canonical_query)));
  for (std::string& warning : response.warnings) proto->add_warnings(Valid(std::move(warning)));
  proto->set_next_page_token(Valid(std::move(response.next_page_token)));
}

SearchResponse ResponseFromProto(const v1::SearchResponse& proto) {
  SearchResponse response;
  response.hits.reserve(proto.hits_size());
  for (const v1::Hit& hit : proto.hits()) response.hits.push_back(HitFromProto(hit));
  for (const v1::FacetResult& facet : proto.facets()) {
    const absl::optional<FacetField> field = FacetFieldFromProto(facet.field());
    if (field.has_value()) response.facets.push_back(FacetFromProto(*field, facet));
  }
  response.total = proto.total();
  response.total_exact = proto.total_exact();
  response.generation = proto.generation();
  response.canonical_query = proto.query();
  response.warnings.assign(proto.warnings().begin(), proto.warnings().end());
  response.next_page_token = proto.next_page_token();
  return response;
}

void ArticleToProto(FullArticle full, v1::Article* proto) {
  article::Article& article = full.article;
  proto->set_id(Valid(std::move(full.id)));
  proto->set_key(base::ToHex(article.key));
  proto->set_url(Valid(std::move(article.url)));
  proto->set_headline(Valid(std::move(article.headline)));
  proto->set_headline_source(std::string(article::SourceName(article.headline_source)));
  proto->set_outlet(Valid(std::move(article.outlet)));
  CreditsToProto(std::move(article.bylines), proto->mutable_bylines());
  CreditsToProto(std::move(article.agencies), proto->mutable_agencies());
  PublicationToProto(article.publication, proto);
  proto->set_outlet_source(std::string(article::SourceName(article.outlet_source)));
  proto->set_deck(Valid(std::move(article.deck)));
  proto->set_body(Valid(std::move(article.body)));
  proto->set_caption(Valid(std::move(article.caption)));
  proto->set_dateline(Valid(std::move(article.dateline)));
  proto->set_section(Valid(std::move(article.section)));
  proto->set_language(Valid(std::move(article.lang)));
  proto->set_path(Valid(std::move(article.path)));
  if (!article.version.empty()) {
    v1::WireVersion* version = proto->mutable_version();
    version->set_lead(article.version.lead);
    version->set_update(article.version.update);
    for (std::string& flag : article.version.flags) version->add_flags(Valid(std::move(flag)));
  }
  proto->set_generation(Valid(std::move(full.generation)));
}

FullArticle ArticleFromProto(const v1::Article& proto) {
  FullArticle full;
  full.id = proto.id();
  full.generation = proto.generation();
  article::Article& article = full.article;
  article.key = base::DocKeyFromHex(proto.key()).value_or(base::DocKey());
  article.url = proto.url();
  article.headline = proto.headline();
  article.headline_source = SourceFromName(proto.headline_source());
  article.outlet = proto.outlet();
  article.bylines = CreditsFromProto(proto.bylines());
  article.agencies = CreditsFromProto(proto.agencies());
  article.publication = PublicationFromProto(proto);
  article.outlet_source = SourceFromName(proto.outlet_source());
  article.deck = proto.deck();
  article.body = proto.body();
  article.caption = proto.caption();
  article.dateline = proto.dateline();
  article.section = proto.section();
  article.lang = proto.language();
  article.path = proto.path();
  article.version.lead = proto.version().lead();
  article.version.update = proto.version().update();
  article.version.flags.assign(proto.version().flags().begin(), proto.version().flags().end());
  return full;
}

void StatusToProto(IndexStatus status, v1::IndexStatus* proto) {
  proto->set_generation(Valid(std::move(status.generation)));
  proto->set_documents(status.documents);
  proto->set_shards(status.shards);
  proto->set_rejected(status.rejected);
  proto->set_replaced(status.replaced);
  proto->set_bytes(status.bytes);
  proto->set_first_date(Valid(std::move(status.first_date)));
  proto->set_last_date(Valid(std::move(status.last_date)));
  proto->set_undated(status.undated);
}

IndexStatus StatusFromProto(const v1::IndexStatus& proto) {
  IndexStatus status;
  status.generation = proto.generation();
  status.documents = proto.documents();
  status.shards = proto.shards();
  status.rejected = proto.rejected();
  status.replaced = proto.replaced();
  status.bytes = proto.bytes();
  status.first_date = proto.first_date();
  status.last_date = proto.last_date();
  status.undated = proto.undated();
  return status;
}

absl::Status FieldError(absl::string_view field, absl::string_view message) {
  absl::Status error = absl::InvalidArgumentError(absl::StrCat(field, ": ", message));
  error.SetPayload(kFieldPayload, absl::Cord(field));
  return error;
}

absl::Status ReplyTooLargeError(size_t bytes, size_t max_bytes) {
  absl::Status error =
      absl::ResourceExhaustedError(absl::StrCat("the reply has ", bytes, " bytes, and the limit is ", max_bytes));
  error.SetPayload(kReasonPayload, absl::Cord(kReplyTooLarge));
  return error;
}

grpc::Status ErrorToRpc(const absl::Status& error, const ErrorContext& context) {
  const Face face = FaceOf(error, context);
  google::rpc::Status details;
  details.set_code(static_cast<int>(face.code));
  details.set_message(face.message);
  google::rpc::ErrorInfo info;
  info.set_reason(face.reason);
  info.set_domain(kDomain);
  if (const absl::optional<size_t> offset = query::QueryErrorOffset(error); offset.has_value()) {
    (*info.mutable_metadata())[kOffsetKey] = absl::StrCat(*offset);
  }
  details.add_details()->PackFrom(info);
  AddFieldViolation(error, face, &details);
  if (face.retry) AddRetryInfo(context.retry_after, &details);
  // The codes of Abseil are those of gRPC, number for number.
  return grpc::Status(static_cast<grpc::StatusCode>(face.code), face.message, details.SerializeAsString());
}

absl::Status ErrorFromRpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const absl::optional<size_t> offset = OffsetInDetails(status.error_details());
  if (offset.has_value()) return query::QueryError(*offset, status.error_message());
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

}  // namespace dateline::serve
