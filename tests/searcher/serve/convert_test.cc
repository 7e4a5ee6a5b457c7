#include "searcher/serve/convert.h"

#include <grpcpp/support/status.h>

#include <limits>
#include <string>

#include "absl/time/civil_time.h"
#include "core/base/ids.h"
#include "gtest/gtest.h"
#include "proto/dateline/v1/search.pb.h"
#include "proto/google/rpc/error_details.pb.h"
#include "proto/google/rpc/status.pb.h"
#include "searcher/query/query_parser.h"

namespace dateline::serve {
namespace {

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
  EXPECT_EQ(FormatDay(absl::CivilDay(987, 1, 2)), "0987-01-02");
}

TEST(RequestTest, EmptyMessageIsTheDefaultRequest) {
  const absl::StatusOr<SearchRequest> request = RequestFromProto(v1::SearchRequest());
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->query, "");
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
  request.filters.outlets = {"Reuters", "The Times"};
  request.filters.bylines = {"Ann Other"};
  request.filters.first_day = absl::CivilDay(2019, 4, 1);
  request.filters.last_day = absl::CivilDay(2019, 4, 30);
  request.facets = {{FacetField::kDay, 3}, {FacetField::kOutlet, 1000}, {FacetField::kByline, 1},
                    {FacetField::kYear, 10}, {FacetField::kMonth, 12}};
  request.order = Order::kOldest;
  request.page_size = 25;
  request.page_token = "abc_-";
  request.total_mode = TotalMode::kLowerBound;
  request.snippets = false;

  v1::SearchRequest proto;
  RequestToProto(request, &proto);
  v1::SearchRequest received;
  ASSERT_TRUE(received.ParseFromString(proto.SerializeAsString()));
  const absl::StatusOr<SearchRequest> again = RequestFromProto(received);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->query, request.query);
  EXPECT_EQ(again->filters.outlets, request.filters.outlets);
  EXPECT_EQ(again->filters.bylines, request.filters.bylines);
  EXPECT_EQ(again->filters.first_day, request.filters.first_day);
  EXPECT_EQ(again->filters.last_day, request.filters.last_day);
  ASSERT_EQ(again->facets.size(), request.facets.size());
  for (size_t i = 0; i < request.facets.size(); ++i) {
    EXPECT_EQ(again->facets[i].field, request.facets[i].field);
    EXPECT_EQ(again->facets[i].max_values, request.facets[i].max_values);
  }
  EXPECT_EQ(again->order, request.order);
  EXPECT_EQ(again->page_size, request.page_size);
  EXPECT_EQ(again->page_token, request.page_token);
  EXPECT_EQ(again->total_mode, request.total_mode);
  EXPECT_EQ(again->snippets, request.snippets);
}

TEST(RequestTest, OneOpenEndOfARangeStaysOpen) {
  v1::SearchRequest proto;
  proto.mutable_filters()->mutable_date_range()->set_last_day("2019-04-30");
  const absl::StatusOr<SearchRequest> request = RequestFromProto(proto);
  ASSERT_TRUE(request.ok());
  EXPECT_FALSE(request->filters.first_day.has_value());
  EXPECT_EQ(request->filters.last_day, absl::CivilDay(2019, 4, 30));
}

TEST(RequestTest, DefaultsAndBoundsOfFacets) {
  v1::SearchRequest proto;
  proto.add_facets()->set_field(v1::FACET_FIELD_YEAR);
  ASSERT_TRUE(RequestFromProto(proto).ok());
  EXPECT_EQ(RequestFromProto(proto)->facets[0].max_values, 10);
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
  };
  for (const auto& c : kCases) {
    v1::SearchRequest proto;
    c.spoil(&proto);
    const absl::StatusOr<SearchRequest> request = RequestFromProto(proto);
    ASSERT_FALSE(request.ok()) << c.field;
    EXPECT_EQ(request.status().code(), absl::StatusCode::kInvalidArgument) << c.field;
    EXPECT_EQ(ViolatedField(request.status()), c.field);
  }
}

Hit SomeHit() {
  Hit hit;
  hit.id = "https://example.com/a";
  hit.key = "00112233445566778899aabbccddeeff";
  hit.url = "https://example.com/a";
  hit.headline = "Kim meets Putin";
  hit.headline_source = article::Source::kLead;
  hit.outlet = "Reuters";
  hit.bylines = {{"Ann Other", article::Role::kContributor, article::Source::kText}};
  hit.agencies = {{"AFP", article::Role::kOrigin, article::Source::kFeed}};
  hit.publication.instant = 1556178300;  // 2019-04-25T07:45:00Z
  hit.publication.precision = article::Precision::kMinute;
  hit.publication.source = article::Source::kMarkup;
  hit.publication.zone_assumed = true;
  hit.score = 12345.0 / (1 << 20);
  hit.snippet = {"caf\u00e9 in Vladivostok", {{0, 5}, {9, 20}}};
  return hit;
}

SearchResponse OverTheWire(const SearchResponse& response) {
  v1::SearchResponse proto;
  ResponseToProto(response, &proto);
  v1::SearchResponse received;
  EXPECT_TRUE(received.ParseFromString(proto.SerializeAsString()));
  return ResponseFromProto(received);
}

TEST(ResponseTest, SurvivesTheWayOverTheWire) {
  SearchResponse response;
  response.hits = {SomeHit(), Hit()};
  response.hits[1].publication.partial = "--04-25";
  response.facets = {{FacetField::kOutlet, {{"Reuters", false, 3}, {"", true, 2}}, 7}, {FacetField::kMonth, {}, 0}};
  response.total = std::numeric_limits<uint64_t>::max();
  response.total_exact = false;
  response.generation = "gen-000007";
  response.canonical_query = "(kim AND putin)";
  response.warnings = {"a", "b"};
  response.next_page_token = "abc";

  const SearchResponse again = OverTheWire(response);
  ASSERT_EQ(again.hits.size(), 2u);
  const Hit& hit = again.hits[0];
  EXPECT_EQ(hit.id, response.hits[0].id);
  EXPECT_EQ(hit.key, response.hits[0].key);
  EXPECT_EQ(hit.url, response.hits[0].url);
  EXPECT_EQ(hit.headline, response.hits[0].headline);
  EXPECT_EQ(hit.headline_source, article::Source::kLead);
  EXPECT_EQ(hit.outlet, "Reuters");
  EXPECT_EQ(hit.bylines, response.hits[0].bylines);
  EXPECT_EQ(hit.agencies, response.hits[0].agencies);
  EXPECT_EQ(hit.publication, response.hits[0].publication);
  EXPECT_EQ(hit.score, response.hits[0].score);
  EXPECT_EQ(hit.snippet.text, response.hits[0].snippet.text);
  ASSERT_EQ(hit.snippet.highlights.size(), 2u);
  EXPECT_EQ(hit.snippet.highlights[1].begin, 9u);
  EXPECT_EQ(hit.snippet.highlights[1].end, 20u);
  EXPECT_FALSE(again.hits[1].publication.dated());
  EXPECT_EQ(again.hits[1].publication, response.hits[1].publication);
  ASSERT_EQ(again.facets.size(), 2u);
  EXPECT_EQ(again.facets[0].field, FacetField::kOutlet);
  ASSERT_EQ(again.facets[0].values.size(), 2u);
  EXPECT_EQ(again.facets[0].values[0].value, "Reuters");
  EXPECT_EQ(again.facets[0].values[0].count, 3u);
  EXPECT_TRUE(again.facets[0].values[1].is_none);
  EXPECT_EQ(again.facets[0].other_values, 7u);
  EXPECT_EQ(again.total, response.total);
  EXPECT_FALSE(again.total_exact);
  EXPECT_EQ(again.generation, response.generation);
  EXPECT_EQ(again.canonical_query, response.canonical_query);
  EXPECT_EQ(again.warnings, response.warnings);
  EXPECT_EQ(again.next_page_token, "abc");
}

TEST(ResponseTest, SaysTheDateInWordsToo) {
  SearchResponse response;
  response.hits = {SomeHit(), Hit()};
  v1::SearchResponse proto;
  ResponseToProto(response, &proto);
  EXPECT_EQ(proto.hits(0).publish_time().seconds(), 1556178300);
  EXPECT_EQ(proto.hits(0).publish_precision(), v1::PUBLISH_PRECISION_MINUTE);
  EXPECT_EQ(proto.hits(0).published().date(), "2019-04-25");
  EXPECT_EQ(proto.hits(0).published().time(), "07:45");
  EXPECT_EQ(proto.hits(0).published().precision(), "minute");
  EXPECT_FALSE(proto.hits(1).has_publish_time());
  EXPECT_EQ(proto.hits(1).published().date(), "");
  EXPECT_FALSE(proto.hits(1).has_snippet());
}

TEST(ResponseTest, DamagedTextIsRepairedAndLosesItsHighlights) {
  SearchResponse response;
  response.canonical_query = "bad \xFF byte";
  response.warnings = {"\xC3"};
  response.hits = {SomeHit()};
  response.hits[0].headline = "x\x80y";
  response.hits[0].snippet.text = "a\xFFz kim";
  const SearchResponse again = OverTheWire(response);  // which fails to parse unless all text is valid
  EXPECT_EQ(again.canonical_query, "bad \uFFFD byte");
  EXPECT_EQ(again.warnings[0], "\uFFFD");
  EXPECT_EQ(again.hits[0].headline, "x\uFFFDy");
  EXPECT_EQ(again.hits[0].snippet.text, "a\uFFFDz kim");
  EXPECT_TRUE(again.hits[0].snippet.highlights.empty());
}

TEST(ArticleTest, SurvivesTheWayOverTheWire) {
  FullArticle full;
  full.id = "id-1";
  full.generation = "gen";
  article::Article& article = full.article;
  article.key = {1, 2};
  article.url = "https://example.com/";
  article.path = "a/b.txt";
  article.headline = "H";
  article.headline_source = article::Source::kMarkup;
  article.deck = "deck";
  article.body = "one\ntwo";
  article.caption = "caption";
  article.outlet = "O";
  article.outlet_source = article::Source::kCommandLine;
  article.bylines = {{"A", article::Role::kPhotographer, article::Source::kFileName}};
  article.agencies = {{"AP", article::Role::kOrigin, article::Source::kText}};
  article.dateline = "PARIS";
  article.section = "World";
  article.lang = "en";
  article.publication = SomeHit().publication;

  v1::Article proto;
  ArticleToProto(full, &proto);
  const FullArticle again = ArticleFromProto(proto);
  EXPECT_EQ(again.id, "id-1");
  EXPECT_EQ(again.generation, "gen");
  EXPECT_EQ(again.article, full.article);
}

TEST(StatusTest, SurvivesTheWayOverTheWire) {
  const IndexStatus status = {"gen", 1, 2, 3, 4, 5, "1987-02-14", "2019-04-25", 6};
  v1::IndexStatus proto;
  StatusToProto(status, &proto);
  const IndexStatus again = StatusFromProto(proto);
  EXPECT_EQ(again.generation, "gen");
  EXPECT_EQ(again.documents, 1u);
  EXPECT_EQ(again.shards, 2u);
  EXPECT_EQ(again.rejected, 3u);
  EXPECT_EQ(again.replaced, 4u);
  EXPECT_EQ(again.bytes, 5u);
  EXPECT_EQ(again.first_date, "1987-02-14");
  EXPECT_EQ(again.last_date, "2019-04-25");
  EXPECT_EQ(again.undated, 6u);
}

struct Details {
  std::string reason;
  std::string offset;
  std::string field;
  bool retry = false;
  int infos = 0;
};

Details Open(const grpc::Status& status) {
  Details opened;
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.code(), static_cast<int>(status.error_code()));
  EXPECT_EQ(details.message(), status.error_message());
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad_request;
    google::rpc::RetryInfo retry;
    if (detail.UnpackTo(&info)) {
      ++opened.infos;
      opened.reason = info.reason();
      EXPECT_EQ(info.domain(), "dateline");
      const auto offset = info.metadata().find("offset");
      if (offset != info.metadata().end()) opened.offset = offset->second;
    } else if (detail.UnpackTo(&bad_request)) {
      opened.field = bad_request.field_violations(0).field();
    } else if (detail.UnpackTo(&retry)) {
      opened.retry = true;
      EXPECT_EQ(retry.retry_delay().seconds(), 1);
      EXPECT_EQ(retry.retry_delay().nanos(), 500000000);
    }
  }
  return opened;
}

TEST(ErrorTest, EachCodeHasItsReason) {
  const struct {
    absl::Status error;
    bool has_page_token;
    grpc::StatusCode code;
    const char* reason;
    bool retry;
  } kCases[] = {
      {query::QueryError(4, "x"), false, grpc::StatusCode::INVALID_ARGUMENT, "QUERY_INVALID", false},
      {absl::InvalidArgumentError("x"), true, grpc::StatusCode::INVALID_ARGUMENT, "REQUEST_INVALID", false},
      {absl::NotFoundError("x"), false, grpc::StatusCode::NOT_FOUND, "NOT_FOUND", false},
      {absl::FailedPreconditionError("x"), true, grpc::StatusCode::FAILED_PRECONDITION, "PAGE_TOKEN_EXPIRED", false},
      {absl::FailedPreconditionError("x"), false, grpc::StatusCode::FAILED_PRECONDITION, "INDEX_UNREADABLE", false},
      {absl::ResourceExhaustedError("x"), false, grpc::StatusCode::RESOURCE_EXHAUSTED, "OVERLOADED", true},
      {ReplyTooLargeError(9, 8), false, grpc::StatusCode::RESOURCE_EXHAUSTED, "REPLY_TOO_LARGE", false},
      {absl::UnavailableError("x"), false, grpc::StatusCode::UNAVAILABLE, "NOT_READY", true},
      {absl::DeadlineExceededError("x"), false, grpc::StatusCode::DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", false},
      {absl::CancelledError("x"), false, grpc::StatusCode::CANCELLED, "CANCELLED", false},
      {absl::DataLossError("x"), false, grpc::StatusCode::DATA_LOSS, "INDEX_DAMAGED", false},
      {absl::InternalError("x"), false, grpc::StatusCode::INTERNAL, "INTERNAL", false},
      {absl::UnknownError("x"), false, grpc::StatusCode::INTERNAL, "INTERNAL", false},
      {absl::AbortedError("x"), false, grpc::StatusCode::INTERNAL, "INTERNAL", false},
  };
  for (const auto& c : kCases) {
    ErrorContext context;
    context.has_page_token = c.has_page_token;
    context.retry_after = absl::Milliseconds(1500);
    const grpc::Status status = ErrorToRpc(c.error, context);
    const Details details = Open(status);
    EXPECT_EQ(status.error_code(), c.code) << c.error;
    EXPECT_EQ(details.reason, c.reason) << c.error;
    EXPECT_EQ(details.retry, c.retry) << c.error;
    EXPECT_EQ(details.infos, 1) << c.error;
  }
}

TEST(ErrorTest, OffsetOfAQueryErrorSurvivesTheWayOverTheWire) {
  const grpc::Status status = ErrorToRpc(query::QueryError(17, "a closing parenthesis is missing"), ErrorContext());
  const Details details = Open(status);
  EXPECT_EQ(details.field, "query");
  EXPECT_EQ(details.offset, "17");
  const absl::Status again = ErrorFromRpc(status);
  EXPECT_EQ(again.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(query::QueryErrorOffset(again), absl::optional<size_t>(17));
  EXPECT_EQ(again.message(), "a closing parenthesis is missing");
}

TEST(ErrorTest, TellsNothingOfTheInside) {
  const grpc::Status status = ErrorToRpc(absl::InternalError("file xyz went wrong"), ErrorContext());
  EXPECT_EQ(status.error_message().find("xyz"), std::string::npos);
  EXPECT_EQ(status.error_details().find("xyz"), std::string::npos);
}

TEST(ErrorTest, LongAndDamagedTextsAreMadeFit) {
  const grpc::Status status =
      ErrorToRpc(absl::NotFoundError("\xFF" + std::string(100000, 'x')), ErrorContext());
  EXPECT_LT(status.error_message().size(), 600u);
  EXPECT_LT(status.error_details().size(), 2000u);
  EXPECT_EQ(status.error_message().substr(0, 4), "\uFFFDx");
}

TEST(ErrorTest, ReadsWhatOtherServersSay) {
  EXPECT_TRUE(ErrorFromRpc(grpc::Status::OK).ok());
  const absl::Status plain = ErrorFromRpc(grpc::Status(grpc::StatusCode::UNAVAILABLE, "no route"));
  EXPECT_EQ(plain, absl::UnavailableError("no route"));
  const absl::Status garbage = ErrorFromRpc(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "m", "\xFF\xFF\xFF"));
  EXPECT_EQ(garbage.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(query::QueryErrorOffset(garbage).has_value());
}

}  // namespace
}  // namespace dateline::serve
