#include "searcher/rpc/responses.h"

#include <limits>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "gtest/gtest.h"
#include "proto/dateline/v1/search.pb.h"
#include "searcher/query/query_error.h"
#include "searcher/rpc/articles.h"

namespace dateline::rpc {
namespace {

using serve::AnalyzeResponse;
using serve::CountResponse;
using serve::ExplainResponse;
using serve::Explanation;
using serve::FacetField;
using serve::FullArticle;
using serve::HistogramResult;
using serve::Hit;
using serve::IndexStatus;
using serve::Interval;
using serve::ListFacetValuesResponse;
using serve::SearchResponse;
using serve::Suggestion;
using serve::SuggestionKind;

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
  response.facets = {{FacetField::kOutlet, {{"Reuters", false, 3, true}, {"", true, 2}}, 7},
                     {FacetField::kMonth, {}, 0}};
  response.total = std::numeric_limits<uint64_t>::max();
  response.total_exact = false;
  response.generation = "gen-000007";
  response.canonical_query = "(kim AND putin)";
  response.warnings = {"a", "b"};
  response.next_page_token = "abc";
  response.histogram = HistogramResult{Interval::kMonth, "Asia/Seoul", {{"2019-04", 1554044400, 3, 5}}, 2, 9};
  response.clauses = {{"kim", 0, 3, 7}};
  response.suggestions = {"kin"};

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
  EXPECT_TRUE(again.facets[0].values[0].selected);
  EXPECT_FALSE(again.facets[0].values[1].selected);
  EXPECT_TRUE(again.facets[0].values[1].is_none);
  EXPECT_EQ(again.facets[0].other_values, 7u);
  EXPECT_EQ(again.total, response.total);
  EXPECT_FALSE(again.total_exact);
  EXPECT_EQ(again.generation, response.generation);
  EXPECT_EQ(again.canonical_query, response.canonical_query);
  EXPECT_EQ(again.warnings, response.warnings);
  EXPECT_EQ(again.next_page_token, "abc");
  ASSERT_TRUE(again.histogram.has_value());
  EXPECT_EQ(again.histogram->interval, Interval::kMonth);
  EXPECT_EQ(again.histogram->time_zone, "Asia/Seoul");
  ASSERT_EQ(again.histogram->buckets.size(), 1u);
  EXPECT_EQ(again.histogram->buckets[0].label, "2019-04");
  EXPECT_EQ(again.histogram->buckets[0].begin, 1554044400);
  EXPECT_EQ(again.histogram->buckets[0].count, 3u);
  EXPECT_EQ(again.histogram->buckets[0].all, 5u);
  EXPECT_EQ(again.histogram->undated, 2u);
  EXPECT_EQ(again.histogram->undated_all, 9u);
  ASSERT_EQ(again.clauses.size(), 1u);
  EXPECT_EQ(again.clauses[0].clause, "kim");
  EXPECT_EQ(again.clauses[0].end, 3u);
  EXPECT_EQ(again.clauses[0].count, 7u);
  EXPECT_EQ(again.suggestions, response.suggestions);
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
  EXPECT_EQ(again.served_since, 0);
}

TEST(StatusTest, WhatTheServerIsDoingSurvivesTheWayOverTheWire) {
  IndexStatus status;
  status.served_since = 1'700'000'000;
  status.older_generations = {"g2", "g1"};
  status.reload_error = "shard-000: damaged";
  status.scrub = serve::ScrubStatus{3, 4, 1'700'000'001, "postlist"};
  v1::IndexStatus proto;
  StatusToProto(status, &proto);
  const IndexStatus again = StatusFromProto(proto);
  EXPECT_EQ(again.served_since, status.served_since);
  EXPECT_EQ(again.older_generations, status.older_generations);
  EXPECT_EQ(again.reload_error, status.reload_error);
  EXPECT_EQ(again.scrub.passes, 3u);
  EXPECT_EQ(again.scrub.bytes, 4u);
  EXPECT_EQ(again.scrub.last_pass, status.scrub.last_pass);
  EXPECT_EQ(again.scrub.damage, "postlist");
}

TEST(ReloadTest, SurvivesTheWayOverTheWire) {
  v1::ReloadResponse proto;
  ReloadToProto(serve::ReloadResult{true, "g2"}, "g2", &proto);
  const auto done = ReloadFromProto(proto);
  ASSERT_TRUE(done.ok());
  EXPECT_TRUE(done->replaced);
  EXPECT_EQ(done->generation, "g2");
  ReloadToProto(absl::DataLossError("shard-000: damaged"), "g1", &proto);
  EXPECT_EQ(ReloadFromProto(proto).status(),
            absl::FailedPreconditionError("shard-000: damaged; generation g1 goes on being served"));
}

TEST(ResponseTest, OthersSurviveTheWayOverTheWire) {
  CountResponse count;
  count.total = 5;
  count.facets = {{FacetField::kAgency, {{"AFP", false, 4, false}}, 1}};
  count.histogram = HistogramResult();
  count.canonical_query = "kim";
  v1::CountMatchesResponse count_proto;
  ResponseToProto(count, &count_proto);
  const CountResponse counted = ResponseFromProto(count_proto);
  EXPECT_EQ(counted.total, 5u);
  EXPECT_EQ(counted.facets.at(0).field, FacetField::kAgency);
  EXPECT_EQ(counted.facets.at(0).other_values, 1u);
  EXPECT_TRUE(counted.histogram.has_value());
  EXPECT_EQ(counted.canonical_query, "kim");

  v1::ListFacetValuesResponse list_proto;
  ResponseToProto(ListFacetValuesResponse{{{"AFP", false, 4, false}}, 17, "next", "gen"}, &list_proto);
  const ListFacetValuesResponse list = ResponseFromProto(list_proto);
  EXPECT_EQ(list.values.at(0).value, "AFP");
  EXPECT_EQ(list.total, 17u);
  EXPECT_EQ(list.next_page_token, "next");
  EXPECT_EQ(list.generation, "gen");

  v1::SuggestResponse suggest_proto;
  ResponseToProto({{SuggestionKind::kByline, "Ann \xFF", 3}}, &suggest_proto);
  suggest_proto.add_suggestions()->set_kind(static_cast<v1::SuggestionKind>(99));
  const std::vector<Suggestion> suggestions = ResponseFromProto(suggest_proto);
  ASSERT_EQ(suggestions.size(), 1u) << "a kind that is not known is left out";
  EXPECT_EQ(suggestions[0].kind, SuggestionKind::kByline);
  EXPECT_EQ(suggestions[0].text, "Ann \uFFFD");
  EXPECT_EQ(suggestions[0].documents, 3u);

  AnalyzeResponse analyzed = {{{1, 5, "Kims", "kim", 7}}, "en", "f"};
  v1::AnalyzeResponse analyze_proto;
  ResponseToProto(analyzed, &analyze_proto);
  const AnalyzeResponse analyzed_again = ResponseFromProto(analyze_proto);
  ASSERT_EQ(analyzed_again.tokens.size(), 1u);
  EXPECT_EQ(analyzed_again.tokens[0].begin, 1u);
  EXPECT_EQ(analyzed_again.tokens[0].end, 5u);
  EXPECT_EQ(analyzed_again.tokens[0].word, "Kims");
  EXPECT_EQ(analyzed_again.tokens[0].stem, "kim");
  EXPECT_EQ(analyzed_again.tokens[0].position, 7u);
  EXPECT_EQ(analyzed_again.language, "en");
  EXPECT_EQ(analyzed_again.fingerprint, "f");
}

TEST(ResponseTest, ExplanationsKeepTheirTree) {
  ExplainResponse explained;
  explained.matches = true;
  explained.id = "a";
  explained.explanation = {"all", -3, {{"left", 1, {}}, {"right", -4, {{"leaf", -4, {}}}}}};
  explained.plan = "word(kim)";
  v1::ExplainResponse proto;
  ResponseToProto(explained, &proto);
  const ExplainResponse again = ResponseFromProto(proto);
  EXPECT_TRUE(again.matches);
  EXPECT_EQ(again.explanation.units, -3);
  ASSERT_EQ(again.explanation.children.size(), 2u);
  EXPECT_EQ(again.explanation.children[1].children.at(0).detail, "leaf");
  EXPECT_EQ(again.plan, "word(kim)");

  // A tree deeper than a message may nest still arrives.
  Explanation deep;
  for (int i = 0; i < 200; ++i) deep = Explanation{"x", 1, {deep}};
  explained.explanation = deep;
  v1::ExplainResponse deep_proto;
  ResponseToProto(explained, &deep_proto);
  v1::ExplainResponse received;
  EXPECT_TRUE(received.ParseFromString(deep_proto.SerializeAsString()));
}

TEST(ResponseTest, ErrorsOfOneOfManySearchesKeepTheirDetails) {
  v1::MultiSearchResult proto;
  ResultToProto(query::QueryError(3, "a quote is not closed"), ErrorContext(), &proto);
  EXPECT_FALSE(proto.has_response());
  EXPECT_EQ(proto.error().code(), 3);
  EXPECT_EQ(proto.error().details_size(), 2);  // ErrorInfo and BadRequest
  const absl::StatusOr<SearchResponse> again = ResultFromProto(proto);
  EXPECT_EQ(again.status().message(), "a quote is not closed");
  EXPECT_EQ(query::QueryErrorOffset(again.status()), absl::optional<size_t>(3));
  SearchResponse found;
  found.total = 4;
  v1::MultiSearchResult good;
  ResultToProto(found, ErrorContext(), &good);
  EXPECT_FALSE(good.has_error());
  EXPECT_EQ(ResultFromProto(good)->total, 4u);
}

TEST(ArticleTest, ABatchPutsTheMissingInTheirPlaces) {
  const std::vector<std::string> ids = {"a", "no", "b", "no", "a"};
  MaybeArticles articles(5);
  for (const size_t i : {0, 2, 4}) {
    articles[i] = FullArticle();
    articles[i]->id = ids[i];
  }
  v1::BatchGetArticlesResponse proto;
  ArticlesToProto(ids, articles, &proto);
  EXPECT_EQ(proto.articles_size(), 3);
  EXPECT_EQ(proto.missing_ids_size(), 2);
  const MaybeArticles again = ArticlesFromProto(ids, proto);
  for (size_t i = 0; i < ids.size(); ++i) {
    ASSERT_EQ(again[i].has_value(), articles[i].has_value()) << i;
    if (again[i].has_value()) {
      EXPECT_EQ(again[i]->id, ids[i]);
    }
  }
}

}  // namespace
}  // namespace dateline::rpc
