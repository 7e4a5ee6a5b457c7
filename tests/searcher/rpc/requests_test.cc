#include "searcher/rpc/requests.h"

#include <grpcpp/support/status.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "absl/time/civil_time.h"
#include "core/base/day_text.h"
#include "gtest/gtest.h"
#include "proto/dateline/v1/search.pb.h"
#include "proto/google/rpc/error_details.pb.h"
#include "proto/google/rpc/status.pb.h"
#include "searcher/rpc/errors.h"

namespace dateline::rpc {
namespace {

using serve::CountRequest;
using serve::ExplainRequest;
using serve::ExportRequest;
using serve::FacetField;
using serve::HistogramRequest;
using serve::Interval;
using serve::ListFacetValuesRequest;
using serve::Order;
using serve::SearchRequest;
using serve::SuggestionKind;
using serve::SuggestRequest;
using serve::TotalMode;

TEST(ParseDayTest, TakesDaysOfTheCalendarInOneFormOnly) {
  const struct {
    absl::string_view text;
    bool ok;
  } kCases[] = {
      {"2019-04-25", true},  {"2020-02-29", true},  {"0001-01-01", true},   {"9999-12-31", true},
      {"2019-02-29", false}, {"2019-04-31", false}, {"2019-13-01", false},  {"2019-00-10", false},
      {"2019-04-00", false}, {"0000-01-01", false}, {"2019-4-25", false},   {"2019-04-25 ", false},
      {" 2019-04-2", false}, {"2019/04/25", false}, {"+019-04-25", false},  {"2019-04", false},
      {"", false},           {"20190425", false},   {"2019-04-25T", false}, {"-001-04-25", false},
  };
  for (const auto& c : kCases) EXPECT_EQ(ParseDay(c.text).has_value(), c.ok) << c.text;
  EXPECT_EQ(ParseDay("2019-04-25"), absl::CivilDay(2019, 4, 25));
  EXPECT_EQ(base::DayText(absl::CivilDay(987, 1, 2)), "0987-01-02");
}

TEST(RequestTest, EmptyMessageIsTheDefaultRequest) {
  const absl::StatusOr<SearchRequest> request = RequestFromProto(v1::SearchRequest(), Limits());
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->query, "");
  EXPECT_FALSE(request->match_any);
  EXPECT_TRUE(request->variants);
  EXPECT_TRUE(request->recency);
  EXPECT_FALSE(request->histogram.has_value());
  EXPECT_EQ(request->order, Order::kRelevance);
  EXPECT_EQ(request->total_mode, TotalMode::kExact);
  EXPECT_EQ(request->page_size, 0);
  EXPECT_TRUE(request->snippets);
  EXPECT_FALSE(request->filters.first_day.has_value());
  EXPECT_TRUE(request->facets.empty());
}

TEST(RequestTest, SurvivesTheWayOverTheWire) {
  SearchRequest request;
  request.query = "kim \"closer ties\" caf\u00e9";
  request.match_any = true;
  request.variants = false;
  request.recency = false;
  request.filters.outlets = {"Reuters", "The Times"};
  request.filters.bylines = {"Ann Other"};
  request.filters.agencies = {"AFP", "AP"};
  request.filters.datelines = {"SEOUL"};
  request.filters.sections = {"World"};
  request.filters.languages = {"en", "fr"};
  request.filters.first_day = absl::CivilDay(2019, 4, 1);
  request.filters.last_day = absl::CivilDay(2019, 4, 30);
  request.facets = {{FacetField::kDay, 3},      {FacetField::kOutlet, 1000, /*disjunctive=*/true, "reu"},
                    {FacetField::kByline, 1},   {FacetField::kYear, 10},
                    {FacetField::kMonth, 12},   {FacetField::kAgency, 5},
                    {FacetField::kDateline, 6}, {FacetField::kSection, 7},
                    {FacetField::kLanguage, 8}};
  request.histogram = HistogramRequest{Interval::kWeek, "Europe/London", /*coverage=*/true};
  request.order = Order::kOldest;
  request.page_size = 25;
  request.page_token = "abc_-";
  request.total_mode = TotalMode::kLowerBound;
  request.snippets = false;
  request.keys_only = true;

  v1::SearchRequest proto;
  RequestToProto(request, &proto);
  v1::SearchRequest received;
  ASSERT_TRUE(received.ParseFromString(proto.SerializeAsString()));
  const absl::StatusOr<SearchRequest> again = RequestFromProto(received, Limits());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->query, request.query);
  EXPECT_TRUE(again->match_any);
  EXPECT_FALSE(again->variants);
  EXPECT_FALSE(again->recency);
  EXPECT_EQ(again->filters.agencies, request.filters.agencies);
  EXPECT_EQ(again->filters.datelines, request.filters.datelines);
  EXPECT_EQ(again->filters.sections, request.filters.sections);
  EXPECT_EQ(again->filters.languages, request.filters.languages);
  ASSERT_TRUE(again->histogram.has_value());
  EXPECT_EQ(again->histogram->interval, Interval::kWeek);
  EXPECT_EQ(again->histogram->time_zone, "Europe/London");
  EXPECT_TRUE(again->histogram->coverage);
  EXPECT_EQ(again->filters.outlets, request.filters.outlets);
  EXPECT_EQ(again->filters.bylines, request.filters.bylines);
  EXPECT_EQ(again->filters.first_day, request.filters.first_day);
  EXPECT_EQ(again->filters.last_day, request.filters.last_day);
  ASSERT_EQ(again->facets.size(), request.facets.size());
  for (size_t i = 0; i < request.facets.size(); ++i) {
    EXPECT_EQ(again->facets[i].field, request.facets[i].field);
    EXPECT_EQ(again->facets[i].max_values, request.facets[i].max_values);
    EXPECT_EQ(again->facets[i].disjunctive, request.facets[i].disjunctive);
    EXPECT_EQ(again->facets[i].prefix, request.facets[i].prefix);
  }
  EXPECT_EQ(again->order, request.order);
  EXPECT_EQ(again->page_size, request.page_size);
  EXPECT_EQ(again->page_token, request.page_token);
  EXPECT_EQ(again->total_mode, request.total_mode);
  EXPECT_EQ(again->snippets, request.snippets);
  EXPECT_EQ(again->keys_only, request.keys_only);
}

TEST(RequestTest, OneOpenEndOfARangeStaysOpen) {
  v1::SearchRequest proto;
  proto.mutable_filters()->mutable_date_range()->set_last_day("2019-04-30");
  const absl::StatusOr<SearchRequest> request = RequestFromProto(proto, Limits());
  ASSERT_TRUE(request.ok());
  EXPECT_FALSE(request->filters.first_day.has_value());
  EXPECT_EQ(request->filters.last_day, absl::CivilDay(2019, 4, 30));
}

TEST(RequestTest, DefaultsAndBoundsOfFacets) {
  v1::SearchRequest proto;
  proto.add_facets()->set_field(v1::FACET_FIELD_YEAR);
  ASSERT_TRUE(RequestFromProto(proto, Limits()).ok());
  EXPECT_EQ(RequestFromProto(proto, Limits())->facets[0].max_values, 10);
}

// The name of the field that `error` is about, as a client would find it.
std::string ViolatedField(const absl::Status& error) {
  google::rpc::Status details;
  if (!details.ParseFromString(ErrorToRpc(error, ErrorContext()).error_details())) return "(no details)";
  for (const auto& detail : details.details()) {
    google::rpc::BadRequest bad_request;
    if (detail.UnpackTo(&bad_request)) return bad_request.field_violations(0).field();
  }
  return "(no field)";
}

TEST(RequestTest, RefusesWhatCannotBeMeantAndNamesTheField) {
  const struct {
    void (*spoil)(v1::SearchRequest*);
    const char* field;
  } kCases[] = {
      {[](v1::SearchRequest* p) { p->set_page_size(-1); }, "page_size"},
      {[](v1::SearchRequest* p) { p->set_order(static_cast<v1::Order>(77)); }, "order"},
      {[](v1::SearchRequest* p) { p->set_total_mode(static_cast<v1::TotalMode>(9)); }, "total_mode"},
      {[](v1::SearchRequest* p) { p->add_facets(); }, "facets[0].field"},
      {[](v1::SearchRequest* p) { p->add_facets()->set_field(static_cast<v1::FacetField>(66)); }, "facets[0].field"},
      {[](v1::SearchRequest* p) {
         p->add_facets()->set_field(v1::FACET_FIELD_DAY);
         p->add_facets()->set_field(v1::FACET_FIELD_DAY);
       },
       "facets[1].field"},
      {[](v1::SearchRequest* p) {
         p->add_facets()->set_field(v1::FACET_FIELD_DAY);
         p->mutable_facets(0)->set_max_values(-1);
       },
       "facets[0].max_values"},
      {[](v1::SearchRequest* p) { p->mutable_filters()->mutable_date_range()->set_first_day("25 April"); },
       "filters.date_range.first_day"},
      {[](v1::SearchRequest* p) { p->mutable_filters()->mutable_date_range()->set_last_day("2019-02-30"); },
       "filters.date_range.last_day"},
      {[](v1::SearchRequest* p) {
         p->mutable_filters()->mutable_date_range()->set_first_day("2019-04-25");
         p->mutable_filters()->mutable_date_range()->set_last_day("2019-04-24");
       },
       "filters.date_range"},
      {[](v1::SearchRequest* p) {
         p->add_facets()->set_field(v1::FACET_FIELD_DAY);
         p->mutable_facets(0)->set_max_values(1001);
       },
       "facets[0].max_values"},
      {[](v1::SearchRequest* p) { p->set_variants(static_cast<v1::Switch>(3)); }, "variants"},
      {[](v1::SearchRequest* p) { p->set_recency(static_cast<v1::Switch>(-1)); }, "recency"},
      {[](v1::SearchRequest* p) { p->mutable_histogram()->set_interval(static_cast<v1::Interval>(5)); },
       "histogram.interval"},
      {[](v1::SearchRequest* p) { p->mutable_histogram()->set_time_zone("../../etc"); }, "histogram.time_zone"},
      {[](v1::SearchRequest* p) { p->mutable_histogram()->set_time_zone("file:/x"); }, "histogram.time_zone"},
      {[](v1::SearchRequest* p) { p->mutable_histogram()->set_time_zone(std::string(65, 'x')); },
       "histogram.time_zone"},
      {[](v1::SearchRequest* p) {
         for (int i = 0; i < 33; ++i) p->mutable_filters()->add_outlets("x");
       },
       "filters.outlets"},
      {[](v1::SearchRequest* p) {
         for (int i = 0; i < 33; ++i) p->mutable_filters()->add_languages("en");
       },
       "filters.languages"},
      {[](v1::SearchRequest* p) {
         p->mutable_filters()->add_sections("World");
         p->mutable_filters()->add_sections(" ");
       },
       "filters.sections[1]"},
  };
  for (const auto& c : kCases) {
    v1::SearchRequest proto;
    c.spoil(&proto);
    const absl::StatusOr<SearchRequest> request = RequestFromProto(proto, Limits());
    ASSERT_FALSE(request.ok()) << c.field;
    EXPECT_EQ(request.status().code(), absl::StatusCode::kInvalidArgument) << c.field;
    EXPECT_EQ(ViolatedField(request.status()), c.field);
  }
}

TEST(RequestTest, OneOfManySearchesIsNamedByItsPlace) {
  v1::MultiSearchRequest proto;
  EXPECT_EQ(ViolatedField(RequestFromProto(proto, Limits()).status()), "requests");
  for (int i = 0; i < 4; ++i) proto.add_requests()->set_query("kim");
  ASSERT_TRUE(RequestFromProto(proto, Limits()).ok());
  EXPECT_EQ(RequestFromProto(proto, Limits())->size(), 4u);
  proto.mutable_requests(3)->add_facets();
  const absl::Status error = RequestFromProto(proto, Limits()).status();
  EXPECT_EQ(ViolatedField(error), "requests[3].facets[0].field");
  EXPECT_EQ(error.message().substr(0, 29), "requests[3].facets[0].field: ");
  proto.clear_requests();
  for (int i = 0; i < 65; ++i) proto.add_requests();
  EXPECT_EQ(ViolatedField(RequestFromProto(proto, Limits()).status()), "requests");
}

TEST(RequestTest, OtherRequestsNameTheirFieldsToo) {
  v1::CountMatchesRequest count;
  count.mutable_filters()->add_agencies("");
  EXPECT_EQ(ViolatedField(RequestFromProto(count, Limits()).status()), "filters.agencies[0]");

  v1::ExportRequest exported;
  EXPECT_EQ(RequestFromProto(exported, Limits())->order, Order::kNewest);
  exported.set_order(static_cast<v1::Order>(4));
  EXPECT_EQ(ViolatedField(RequestFromProto(exported, Limits()).status()), "order");

  v1::ListFacetValuesRequest list;
  EXPECT_EQ(ViolatedField(RequestFromProto(list, Limits()).status()), "field");
  list.set_field(v1::FACET_FIELD_AGENCY);
  list.set_page_size(-1);
  EXPECT_EQ(ViolatedField(RequestFromProto(list, Limits()).status()), "page_size");

  v1::ExplainRequest explain;
  EXPECT_EQ(ViolatedField(RequestFromProto(explain, Limits()).status()), "id");

  v1::BatchGetArticlesRequest batch;
  EXPECT_EQ(ViolatedField(RequestFromProto(batch, Limits()).status()), "ids");
  batch.add_ids("a");
  batch.add_ids("");
  EXPECT_EQ(ViolatedField(RequestFromProto(batch, Limits()).status()), "ids[1]");
  for (int i = 0; i < 100; ++i) batch.add_ids("a");
  EXPECT_EQ(ViolatedField(RequestFromProto(batch, Limits()).status()), "ids");

  v1::AnalyzeRequest analyze;
  analyze.set_text(std::string(65536, 'x'));
  EXPECT_TRUE(CheckRequest(analyze, Limits()).ok());
  analyze.set_text(std::string(65537, 'x'));
  EXPECT_EQ(ViolatedField(CheckRequest(analyze, Limits())), "text");
}

TEST(RequestTest, SuggestionsAreBounded) {
  const struct {
    void (*spoil)(v1::SuggestRequest*);
    const char* field;
  } kCases[] = {
      {[](v1::SuggestRequest* p) { p->set_text(std::string(257, 'x')); }, "text"},
      {[](v1::SuggestRequest* p) { p->set_max_suggestions(-1); }, "max_suggestions"},
      {[](v1::SuggestRequest* p) { p->set_max_suggestions(21); }, "max_suggestions"},
      {[](v1::SuggestRequest* p) { p->add_kinds(v1::SUGGESTION_KIND_UNSPECIFIED); }, "kinds[0]"},
      {[](v1::SuggestRequest* p) {
         p->add_kinds(v1::SUGGESTION_KIND_WORD);
         p->add_kinds(v1::SUGGESTION_KIND_WORD);
       },
       "kinds[1]"},
  };
  for (const auto& c : kCases) {
    v1::SuggestRequest proto;
    c.spoil(&proto);
    EXPECT_EQ(ViolatedField(RequestFromProto(proto, Limits()).status()), c.field);
  }
}

template <typename Proto, typename Request>
Request OverTheWire(const Request& request) {
  Proto proto;
  RequestToProto(request, &proto);
  Proto received;
  EXPECT_TRUE(received.ParseFromString(proto.SerializeAsString()));
  const absl::StatusOr<Request> again = RequestFromProto(received, Limits());
  EXPECT_TRUE(again.ok()) << again.status();
  return again.value_or(Request());
}

TEST(RequestTest, OtherRequestsSurviveTheWayOverTheWire) {
  CountRequest count;
  count.query = "kim";
  count.variants = false;
  count.facets = {{FacetField::kSection, 9}};
  count.histogram = HistogramRequest{Interval::kYear, "", false};
  const CountRequest counted = OverTheWire<v1::CountMatchesRequest>(count);
  EXPECT_EQ(counted.query, "kim");
  EXPECT_FALSE(counted.variants);
  EXPECT_EQ(counted.facets.at(0).field, FacetField::kSection);
  EXPECT_EQ(counted.histogram.value().interval, Interval::kYear);

  ExportRequest exported;
  exported.query = "putin";
  exported.order = Order::kOldest;
  exported.recency = false;
  exported.bodies = true;
  exported.filters.last_day = absl::CivilDay(2020, 2, 29);
  const ExportRequest export_again = OverTheWire<v1::ExportRequest>(exported);
  EXPECT_EQ(export_again.query, "putin");
  EXPECT_EQ(export_again.order, Order::kOldest);
  EXPECT_FALSE(export_again.recency);
  EXPECT_TRUE(export_again.bodies);
  EXPECT_EQ(export_again.filters.last_day, absl::CivilDay(2020, 2, 29));

  ListFacetValuesRequest list;
  list.field = FacetField::kLanguage;
  list.prefix = "e";
  list.page_size = 7;
  list.page_token = "t";
  const ListFacetValuesRequest list_again = OverTheWire<v1::ListFacetValuesRequest>(list);
  EXPECT_EQ(list_again.field, FacetField::kLanguage);
  EXPECT_EQ(list_again.prefix, "e");
  EXPECT_EQ(list_again.page_size, 7);
  EXPECT_EQ(list_again.page_token, "t");

  SuggestRequest suggest;
  suggest.text = "ki";
  suggest.kinds = {SuggestionKind::kOutlet, SuggestionKind::kWord};
  suggest.max_suggestions = 20;
  const SuggestRequest suggest_again = OverTheWire<v1::SuggestRequest>(suggest);
  EXPECT_EQ(suggest_again.text, "ki");
  EXPECT_EQ(suggest_again.kinds, suggest.kinds);
  EXPECT_EQ(suggest_again.max_suggestions, 20);

  ExplainRequest explain;
  explain.id = "a";
  explain.query = "kim";
  explain.match_any = true;
  const ExplainRequest explain_again = OverTheWire<v1::ExplainRequest>(explain);
  EXPECT_EQ(explain_again.id, "a");
  EXPECT_EQ(explain_again.query, "kim");
  EXPECT_TRUE(explain_again.match_any);
}

// Clients that ask for too much must not cost what they ask for.
TEST(RequestTest, RefusingTakesUnderAMillisecond) {
  v1::MultiSearchRequest many;
  for (int i = 0; i < 20000; ++i) many.add_requests()->set_query("kim");
  v1::SearchRequest filters;
  for (int i = 0; i < 100000; ++i) filters.mutable_filters()->add_bylines("x");
  double best_ms = 1e9;  // of several tries: a machine has other things to do
  for (int i = 0; i < 20; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_FALSE(RequestFromProto(many, Limits()).ok());
    EXPECT_FALSE(RequestFromProto(filters, Limits()).ok());
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    best_ms = std::min(best_ms, took.count());
  }
  EXPECT_LT(best_ms, 1.0);
}

}  // namespace
}  // namespace dateline::rpc
