// Answers as programs read them. Scripts live on the keys: they may be added to, and never change.
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/article/article.h"
#include "core/base/json_writer.h"
#include "tools/client/article_fields.h"
#include "tools/client/render.h"

namespace dateline::client {
namespace {

void WriteHighlights(const std::vector<serve::Highlight>& highlights, base::JsonWriter* json) {
  json->BeginArray();
  for (const serve::Highlight& highlight : highlights) {
    json->BeginArray().Uint(highlight.begin).Uint(highlight.end).EndArray();
  }
  json->EndArray();
}

void WriteKey(const serve::Hit& hit, base::JsonWriter* json) {
  json->BeginObject().Key("key").String(hit.key).Key("score").Double(hit.score).EndObject();
}

void WriteHit(const serve::Hit& hit, base::JsonWriter* json) {
  json->BeginObject();
  json->Key("id").String(hit.id);
  json->Key("key").String(hit.key);
  json->Key("url").String(hit.url);
  json->Key("headline").String(hit.headline);
  json->Key("headline_source").String(article::SourceName(hit.headline_source));
  json->Key("outlet").StringOrNull(hit.outlet);
  json->Key("bylines");
  WriteCredits(hit.bylines, /*with_source=*/false, json);
  json->Key("agencies");
  WriteCredits(hit.agencies, /*with_source=*/false, json);
  json->Key("published");
  WritePublished(hit.publication, json);
  json->Key("score").Double(hit.score);
  json->Key("snippet").String(hit.snippet.text);
  json->Key("highlights");
  WriteHighlights(hit.snippet.highlights, json);
  json->EndObject();
}

void WriteFacetValue(const serve::FacetValue& value, base::JsonWriter* json) {
  json->BeginObject().Key("value");
  if (value.is_none) {
    json->Null();
  } else {
    json->String(value.value);
  }
  json->Key("count").Uint(value.count);
  if (value.selected) json->Key("selected").Bool(true);
  json->EndObject();
}

void WriteFacets(const std::vector<serve::FacetResult>& facets, base::JsonWriter* json) {
  json->Key("facets").BeginObject();
  for (const serve::FacetResult& facet : facets) {
    json->Key(FacetName(facet.field)).BeginArray();
    for (const serve::FacetValue& value : facet.values) WriteFacetValue(value, json);
    json->EndArray();
  }
  json->EndObject();
}

void WriteHistogram(const absl::optional<serve::HistogramResult>& histogram, base::JsonWriter* json) {
  if (!histogram.has_value()) return;
  json->Key("histogram").BeginObject();
  json->Key("interval").String(IntervalName(histogram->interval));
  json->Key("time_zone").String(histogram->time_zone);
  json->Key("buckets").BeginArray();
  for (const serve::HistogramBucket& bucket : histogram->buckets) {
    const std::string begin =
        absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(bucket.begin), absl::UTCTimeZone());
    json->BeginObject().Key("label").String(bucket.label).Key("begin").String(begin);
    json->Key("count").Uint(bucket.count).Key("all").Uint(bucket.all).EndObject();
  }
  json->EndArray();
  json->Key("undated").Uint(histogram->undated).Key("undated_all").Uint(histogram->undated_all).EndObject();
}

void WriteStrings(absl::string_view key, const std::vector<std::string>& strings, base::JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const std::string& text : strings) json->String(text);
  json->EndArray();
}

void WriteClauses(const std::vector<serve::ClauseCount>& clauses, base::JsonWriter* json) {
  json->Key("clauses").BeginArray();
  for (const serve::ClauseCount& clause : clauses) {
    json->BeginObject().Key("clause").String(clause.clause).Key("begin").Uint(clause.begin);
    json->Key("end").Uint(clause.end).Key("count").Uint(clause.count).EndObject();
  }
  json->EndArray();
}

void WriteExplanation(const serve::Explanation& explanation, base::JsonWriter* json) {
  json->BeginObject().Key("detail").String(explanation.detail).Key("units").Int(explanation.units);
  json->Key("children").BeginArray();
  for (const serve::Explanation& child : explanation.children) WriteExplanation(child, json);
  json->EndArray().EndObject();
}

}  // namespace

std::string SearchJson(const serve::SearchResponse& response, bool keys_only) {
  std::string text;
  base::JsonWriter json(&text);
  json.BeginObject();
  json.Key("total").Uint(response.total);
  json.Key("total_exact").Bool(response.total_exact);
  json.Key("generation").String(response.generation);
  json.Key("query").String(response.canonical_query);
  json.Key("hits").BeginArray();
  for (const serve::Hit& hit : response.hits) keys_only ? WriteKey(hit, &json) : WriteHit(hit, &json);
  json.EndArray();
  WriteFacets(response.facets, &json);
  WriteHistogram(response.histogram, &json);
  WriteStrings("warnings", response.warnings, &json);
  WriteClauses(response.clauses, &json);
  WriteStrings("suggestions", response.suggestions, &json);
  json.Key("next_page_token").String(response.next_page_token);
  json.EndObject();
  return text + "\n";
}

std::string CountJson(const serve::CountResponse& response) {
  std::string text;
  base::JsonWriter json(&text);
  json.BeginObject();
  json.Key("total").Uint(response.total);
  json.Key("generation").String(response.generation);
  json.Key("query").String(response.canonical_query);
  WriteFacets(response.facets, &json);
  WriteHistogram(response.histogram, &json);
  WriteStrings("warnings", response.warnings, &json);
  json.EndObject();
  return text + "\n";
}

std::string FacetValuesJson(serve::FacetField field, const serve::ListFacetValuesResponse& response) {
  std::string text;
  base::JsonWriter json(&text);
  json.BeginObject();
  json.Key("field").String(FacetName(field));
  json.Key("generation").String(response.generation);
  json.Key("total").Uint(response.total);
  json.Key("values").BeginArray();
  for (const serve::FacetValue& value : response.values) WriteFacetValue(value, &json);
  json.EndArray().EndObject();
  return text + "\n";
}

std::string SuggestionsJson(const std::vector<serve::Suggestion>& suggestions) {
  std::string text;
  base::JsonWriter json(&text);
  json.BeginObject().Key("suggestions").BeginArray();
  for (const serve::Suggestion& suggestion : suggestions) {
    json.BeginObject().Key("kind").String(SuggestionKindName(suggestion.kind));
    json.Key("text").String(suggestion.text).Key("documents").Uint(suggestion.documents).EndObject();
  }
  json.EndArray().EndObject();
  return text + "\n";
}

std::string ExplainJson(const serve::ExplainResponse& response) {
  std::string text;
  base::JsonWriter json(&text);
  json.BeginObject();
  json.Key("matches").Bool(response.matches);
  json.Key("id").String(response.id);
  json.Key("generation").String(response.generation);
  json.Key("query").String(response.canonical_query);
  json.Key("plan").String(response.plan);
  WriteClauses(response.clauses, &json);
  json.Key("explanation");
  if (response.matches) {
    WriteExplanation(response.explanation, &json);
  } else {
    json.Null();
  }
  json.EndObject();
  return text + "\n";
}

std::string AnalyzeJson(const serve::AnalyzeResponse& response) {
  std::string text;
  base::JsonWriter json(&text);
  json.BeginObject();
  json.Key("language").String(response.language);
  json.Key("fingerprint").String(response.fingerprint);
  json.Key("tokens").BeginArray();
  for (const serve::AnalyzedToken& token : response.tokens) {
    json.BeginObject().Key("begin").Uint(token.begin).Key("end").Uint(token.end).Key("word").String(token.word);
    json.Key("stem").String(token.stem).Key("position").Uint(token.position).EndObject();
  }
  json.EndArray().EndObject();
  return text + "\n";
}

std::string ArticleJson(const serve::FullArticle& full) {
  return ArticleRow(full, AllFields(/*bodies=*/true), RowFormat::kJson, /*for_terminal=*/false);
}

std::string StatusJson(const serve::IndexStatus& status) {
  std::string text;
  base::JsonWriter json(&text);
  json.BeginObject();
  json.Key("generation").String(status.generation);
  json.Key("documents").Uint(status.documents);
  json.Key("shards").Uint(status.shards);
  json.Key("rejected").Uint(status.rejected);
  json.Key("replaced").Uint(status.replaced);
  json.Key("bytes").Uint(status.bytes);
  json.Key("first_date").StringOrNull(status.first_date);
  json.Key("last_date").StringOrNull(status.last_date);
  json.Key("undated").Uint(status.undated);
  if (status.served_since != 0) {
    json.Key("server").BeginObject();
    json.Key("since").Int(status.served_since);
    json.Key("older_generations").BeginArray();
    for (const std::string& name : status.older_generations) json.String(name);
    json.EndArray();
    json.Key("reload_error").StringOrNull(status.reload_error);
    json.Key("scrub").BeginObject();
    json.Key("passes").Uint(status.scrub.passes);
    json.Key("bytes").Uint(status.scrub.bytes);
    json.Key("last_pass").Int(status.scrub.last_pass);
    json.Key("damage").StringOrNull(status.scrub.damage);
    json.EndObject();
    json.EndObject();
  }
  json.EndObject();
  return text + "\n";
}

std::string ReloadJson(const serve::ReloadResult& result) {
  std::string text;
  base::JsonWriter json(&text);
  json.BeginObject();
  json.Key("generation").String(result.generation);
  json.Key("replaced").Bool(result.replaced);
  json.EndObject();
  return text + "\n";
}

}  // namespace dateline::client
