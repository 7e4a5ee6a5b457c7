#include "searcher/rpc/responses.h"

#include <set>
#include <utility>

#include "core/base/utf8.h"
#include "proto/dateline/v1/search.pb.h"
#include "searcher/rpc/articles.h"
#include "searcher/rpc/names.h"

namespace dateline::rpc {
namespace {

using google::protobuf::RepeatedPtrField;
using serve::AnalyzedToken;
using serve::AnalyzeResponse;
using serve::ClauseCount;
using serve::CountResponse;
using serve::ExplainResponse;
using serve::Explanation;
using serve::FacetField;
using serve::FacetResult;
using serve::FacetValue;
using serve::FullArticle;
using serve::HistogramBucket;
using serve::HistogramResult;
using serve::Hit;
using serve::IndexStatus;
using serve::ListFacetValuesResponse;
using serve::SearchResponse;
using serve::Suggestion;

// A parsed message nests at most 100 deep, and a score has a few levels; what lies deeper is left out.
constexpr int kMaxExplanationDepth = 64;

std::vector<std::string> Strings(const RepeatedPtrField<std::string>& proto) {
  return std::vector<std::string>(proto.begin(), proto.end());
}

void StringsToProto(std::vector<std::string> strings, RepeatedPtrField<std::string>* proto) {
  for (std::string& text : strings) proto->Add(base::ValidUtf8(std::move(text)));
}

// ---- facets

void FacetValuesToProto(std::vector<FacetValue> values, RepeatedPtrField<v1::FacetValue>* proto) {
  for (FacetValue& value : values) {
    v1::FacetValue* added = proto->Add();
    added->set_value(base::ValidUtf8(std::move(value.value)));
    added->set_is_none(value.is_none);
    added->set_count(value.count);
    added->set_selected(value.selected);
  }
}

std::vector<FacetValue> FacetValuesFromProto(const RepeatedPtrField<v1::FacetValue>& proto) {
  std::vector<FacetValue> values;
  for (const v1::FacetValue& value : proto) {
    values.push_back({value.value(), value.is_none(), value.count(), value.selected()});
  }
  return values;
}

void FacetsToProto(std::vector<FacetResult> facets, RepeatedPtrField<v1::FacetResult>* proto) {
  for (FacetResult& facet : facets) {
    v1::FacetResult* added = proto->Add();
    added->set_field(FacetFieldToProto(facet.field));
    FacetValuesToProto(std::move(facet.values), added->mutable_values());
    added->set_other_values(facet.other_values);
  }
}

std::vector<FacetResult> FacetsFromProto(const RepeatedPtrField<v1::FacetResult>& proto) {
  std::vector<FacetResult> facets;
  for (const v1::FacetResult& facet : proto) {
    const absl::optional<FacetField> field = FacetFieldFromProto(facet.field());
    if (!field.has_value()) continue;
    facets.push_back({*field, FacetValuesFromProto(facet.values()), facet.other_values()});
  }
  return facets;
}

// ---- histograms

void HistogramToProto(HistogramResult histogram, v1::HistogramResult* proto) {
  proto->set_interval(IntervalToProto(histogram.interval));
  proto->set_time_zone(base::ValidUtf8(std::move(histogram.time_zone)));
  for (HistogramBucket& bucket : histogram.buckets) {
    v1::HistogramBucket* added = proto->add_buckets();
    added->set_label(base::ValidUtf8(std::move(bucket.label)));
    added->mutable_begin_time()->set_seconds(bucket.begin);
    added->set_count(bucket.count);
    added->set_all(bucket.all);
  }
  proto->set_undated(histogram.undated);
  proto->set_undated_all(histogram.undated_all);
}

HistogramResult HistogramFromProto(const v1::HistogramResult& proto) {
  HistogramResult histogram;
  histogram.interval = IntervalFromProto(proto.interval()).value_or(serve::Interval::kDay);
  histogram.time_zone = proto.time_zone();
  for (const v1::HistogramBucket& bucket : proto.buckets()) {
    histogram.buckets.push_back({bucket.label(), bucket.begin_time().seconds(), bucket.count(), bucket.all()});
  }
  histogram.undated = proto.undated();
  histogram.undated_all = proto.undated_all();
  return histogram;
}

// ---- parts of a query

void ClausesToProto(std::vector<ClauseCount> clauses, RepeatedPtrField<v1::ClauseCount>* proto) {
  for (ClauseCount& clause : clauses) {
    v1::ClauseCount* added = proto->Add();
    added->set_clause(base::ValidUtf8(std::move(clause.clause)));
    added->set_begin(clause.begin);
    added->set_end(clause.end);
    added->set_count(clause.count);
  }
}

std::vector<ClauseCount> ClausesFromProto(const RepeatedPtrField<v1::ClauseCount>& proto) {
  std::vector<ClauseCount> clauses;
  for (const v1::ClauseCount& clause : proto) {
    clauses.push_back({clause.clause(), clause.begin(), clause.end(), clause.count()});
  }
  return clauses;
}

void ExplanationToProto(Explanation explanation, int depth, v1::Explanation* proto) {
  proto->set_detail(base::ValidUtf8(std::move(explanation.detail)));
  proto->set_units(explanation.units);
  if (depth == kMaxExplanationDepth) return;
  for (Explanation& child : explanation.children) {
    ExplanationToProto(std::move(child), depth + 1, proto->add_children());
  }
}

Explanation ExplanationFromProto(const v1::Explanation& proto) {
  Explanation explanation;
  explanation.detail = proto.detail();
  explanation.units = proto.units();
  for (const v1::Explanation& child : proto.children()) explanation.children.push_back(ExplanationFromProto(child));
  return explanation;
}

}  // namespace

void ResponseToProto(SearchResponse response, v1::SearchResponse* proto) {
  for (Hit& hit : response.hits) HitToProto(std::move(hit), proto->add_hits());
  FacetsToProto(std::move(response.facets), proto->mutable_facets());
  proto->set_total(response.total);
  proto->set_total_exact(response.total_exact);
  proto->set_generation(base::ValidUtf8(std::move(response.generation)));
  proto->set_query(base::ValidUtf8(std::move(response.canonical_query)));
  StringsToProto(std::move(response.warnings), proto->mutable_warnings());
  proto->set_next_page_token(base::ValidUtf8(std::move(response.next_page_token)));
  if (response.histogram) HistogramToProto(*std::move(response.histogram), proto->mutable_histogram());
  ClausesToProto(std::move(response.clauses), proto->mutable_clauses());
  StringsToProto(std::move(response.suggestions), proto->mutable_suggestions());
}

SearchResponse ResponseFromProto(const v1::SearchResponse& proto) {
  SearchResponse response;
  response.hits.reserve(proto.hits_size());
  for (const v1::Hit& hit : proto.hits()) response.hits.push_back(HitFromProto(hit));
  response.facets = FacetsFromProto(proto.facets());
  response.total = proto.total();
  response.total_exact = proto.total_exact();
  response.generation = proto.generation();
  response.canonical_query = proto.query();
  response.warnings = Strings(proto.warnings());
  response.next_page_token = proto.next_page_token();
  if (proto.has_histogram()) response.histogram = HistogramFromProto(proto.histogram());
  response.clauses = ClausesFromProto(proto.clauses());
  response.suggestions = Strings(proto.suggestions());
  return response;
}

void ResultToProto(absl::StatusOr<SearchResponse> result, const ErrorContext& context, v1::MultiSearchResult* proto) {
  if (result.ok()) {
    ResponseToProto(*std::move(result), proto->mutable_response());
  } else {
    *proto->mutable_error() = ErrorToProto(result.status(), context);
  }
}

absl::StatusOr<SearchResponse> ResultFromProto(const v1::MultiSearchResult& proto) {
  const absl::Status error = ErrorFromProto(proto.error());
  if (!error.ok()) return error;
  return ResponseFromProto(proto.response());
}

void ResponseToProto(CountResponse response, v1::CountMatchesResponse* proto) {
  proto->set_total(response.total);
  FacetsToProto(std::move(response.facets), proto->mutable_facets());
  if (response.histogram) HistogramToProto(*std::move(response.histogram), proto->mutable_histogram());
  proto->set_generation(base::ValidUtf8(std::move(response.generation)));
  proto->set_query(base::ValidUtf8(std::move(response.canonical_query)));
  StringsToProto(std::move(response.warnings), proto->mutable_warnings());
}

CountResponse ResponseFromProto(const v1::CountMatchesResponse& proto) {
  CountResponse response;
  response.total = proto.total();
  response.facets = FacetsFromProto(proto.facets());
  if (proto.has_histogram()) response.histogram = HistogramFromProto(proto.histogram());
  response.generation = proto.generation();
  response.canonical_query = proto.query();
  response.warnings = Strings(proto.warnings());
  return response;
}

void ResponseToProto(ListFacetValuesResponse response, v1::ListFacetValuesResponse* proto) {
  FacetValuesToProto(std::move(response.values), proto->mutable_values());
  proto->set_total_size(response.total);
  proto->set_next_page_token(base::ValidUtf8(std::move(response.next_page_token)));
  proto->set_generation(base::ValidUtf8(std::move(response.generation)));
}

ListFacetValuesResponse ResponseFromProto(const v1::ListFacetValuesResponse& proto) {
  return {FacetValuesFromProto(proto.values()), proto.total_size(), proto.next_page_token(), proto.generation()};
}

void ResponseToProto(std::vector<Suggestion> suggestions, v1::SuggestResponse* proto) {
  for (Suggestion& suggestion : suggestions) {
    v1::Suggestion* added = proto->add_suggestions();
    added->set_kind(SuggestionKindToProto(suggestion.kind));
    added->set_text(base::ValidUtf8(std::move(suggestion.text)));
    added->set_documents(suggestion.documents);
  }
}

std::vector<Suggestion> ResponseFromProto(const v1::SuggestResponse& proto) {
  std::vector<Suggestion> suggestions;
  for (const v1::Suggestion& suggestion : proto.suggestions()) {
    const absl::optional<serve::SuggestionKind> kind = SuggestionKindFromProto(suggestion.kind());
    if (kind.has_value()) suggestions.push_back({*kind, suggestion.text(), suggestion.documents()});
  }
  return suggestions;
}

void ResponseToProto(ExplainResponse response, v1::ExplainResponse* proto) {
  proto->set_matches(response.matches);
  proto->set_id(base::ValidUtf8(std::move(response.id)));
  if (response.matches) ExplanationToProto(std::move(response.explanation), 0, proto->mutable_explanation());
  ClausesToProto(std::move(response.clauses), proto->mutable_clauses());
  proto->set_query(base::ValidUtf8(std::move(response.canonical_query)));
  proto->set_plan(base::ValidUtf8(std::move(response.plan)));
  proto->set_generation(base::ValidUtf8(std::move(response.generation)));
}

ExplainResponse ResponseFromProto(const v1::ExplainResponse& proto) {
  return {proto.matches(),
          proto.id(),
          ExplanationFromProto(proto.explanation()),
          ClausesFromProto(proto.clauses()),
          proto.query(),
          proto.plan(),
          proto.generation()};
}

void ResponseToProto(AnalyzeResponse response, v1::AnalyzeResponse* proto) {
  for (AnalyzedToken& token : response.tokens) {
    v1::AnalyzedToken* added = proto->add_tokens();
    added->set_begin(token.begin);
    added->set_end(token.end);
    added->set_word(base::ValidUtf8(std::move(token.word)));
    added->set_stem(base::ValidUtf8(std::move(token.stem)));
    added->set_position(token.position);
  }
  proto->set_language(base::ValidUtf8(std::move(response.language)));
  proto->set_fingerprint(base::ValidUtf8(std::move(response.fingerprint)));
}

AnalyzeResponse ResponseFromProto(const v1::AnalyzeResponse& proto) {
  AnalyzeResponse response;
  for (const v1::AnalyzedToken& token : proto.tokens()) {
    response.tokens.push_back({token.begin(), token.end(), token.word(), token.stem(), token.position()});
  }
  response.language = proto.language();
  response.fingerprint = proto.fingerprint();
  return response;
}

void ArticlesToProto(absl::Span<const std::string> ids, MaybeArticles articles, v1::BatchGetArticlesResponse* proto) {
  for (size_t i = 0; i < ids.size(); ++i) {
    if (articles[i].has_value()) {
      ArticleToProto(*std::move(articles[i]), proto->add_articles());
    } else {
      proto->add_missing_ids(base::ValidUtf8(ids[i]));
    }
  }
}

MaybeArticles ArticlesFromProto(absl::Span<const std::string> ids, const v1::BatchGetArticlesResponse& proto) {
  const std::set<std::string> missing(proto.missing_ids().begin(), proto.missing_ids().end());
  MaybeArticles articles(ids.size());
  int next = 0;
  for (size_t i = 0; i < ids.size() && next < proto.articles_size(); ++i) {
    if (missing.count(base::ValidUtf8(ids[i])) == 0) articles[i] = ArticleFromProto(proto.articles(next++));
  }
  return articles;
}

void StatusToProto(IndexStatus status, v1::IndexStatus* proto) {
  proto->set_generation(base::ValidUtf8(std::move(status.generation)));
  proto->set_documents(status.documents);
  proto->set_shards(status.shards);
  proto->set_rejected(status.rejected);
  proto->set_replaced(status.replaced);
  proto->set_bytes(status.bytes);
  proto->set_first_date(base::ValidUtf8(std::move(status.first_date)));
  proto->set_last_date(base::ValidUtf8(std::move(status.last_date)));
  proto->set_undated(status.undated);
  if (status.served_since != 0) proto->mutable_served_since()->set_seconds(status.served_since);
  StringsToProto(std::move(status.older_generations), proto->mutable_older_generations());
  proto->set_reload_error(base::ValidUtf8(std::move(status.reload_error)));
  v1::ScrubStatus* scrub = proto->mutable_scrub();
  scrub->set_passes(status.scrub.passes);
  scrub->set_bytes(status.scrub.bytes);
  if (status.scrub.last_pass != 0) scrub->mutable_last_pass_time()->set_seconds(status.scrub.last_pass);
  scrub->set_damage(base::ValidUtf8(std::move(status.scrub.damage)));
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
  status.served_since = proto.served_since().seconds();
  status.older_generations = Strings(proto.older_generations());
  status.reload_error = proto.reload_error();
  status.scrub.passes = proto.scrub().passes();
  status.scrub.bytes = proto.scrub().bytes();
  status.scrub.last_pass = proto.scrub().last_pass_time().seconds();
  status.scrub.damage = proto.scrub().damage();
  return status;
}

void ReloadToProto(absl::StatusOr<serve::ReloadResult> result, const std::string& served, v1::ReloadResponse* proto) {
  proto->set_replaced(result.ok() && result->replaced);
  proto->set_generation(base::ValidUtf8(result.ok() ? std::move(result->generation) : served));
  proto->set_error(base::ValidUtf8(std::string(result.status().message())));
}

absl::StatusOr<serve::ReloadResult> ReloadFromProto(const v1::ReloadResponse& proto) {
  if (proto.error().empty()) return serve::ReloadResult{proto.replaced(), proto.generation()};
  return absl::FailedPreconditionError(
      absl::StrCat(proto.error(), "; generation ", proto.generation(), " goes on being served"));
}

}  // namespace dateline::rpc
