#include "indexer/extract/extraction_json.h"

#include <algorithm>

#include "core/article/article.h"
#include "core/base/json_writer.h"

namespace dateline::extract {
namespace {

using article::Article;
using article::Credit;
using article::Publication;
using base::JsonWriter;

void WriteBylines(const Article& a, JsonWriter& json) {
  json.Key("bylines").BeginArray();
  for (const Credit& credit : a.bylines) {
    json.BeginObject().Key("name").String(credit.name).Key("role").String(article::RoleName(credit.role));
    json.Key("source").String(article::SourceName(credit.source)).EndObject();
  }
  json.EndArray();
}

// The evidence of an agency holds its name as it was printed.
std::string PrintedName(const Extraction& extraction, const Credit& agency) {
  for (const Evidence& evidence : extraction.evidence) {
    if (evidence.field == "agency" && evidence.canonical == agency.name) return evidence.value;
  }
  return agency.name;
}

void WriteAgencies(const Extraction& extraction, JsonWriter& json) {
  json.Key("agencies").BeginArray();
  for (const Credit& agency : extraction.article.agencies) {
    json.BeginObject().Key("name").String(agency.name).Key("role").String(article::RoleName(agency.role));
    json.Key("as_printed").String(PrintedName(extraction, agency));
    json.Key("source").String(article::SourceName(agency.source)).EndObject();
  }
  json.EndArray();
}

void WritePublication(const Publication& p, JsonWriter& json) {
  json.Key("published");
  if (p.dated()) {
    json.BeginObject().Key("date").String(article::PrintedDateText(p));
    json.Key("time").StringOrNull(article::PrintedTimeText(p)).Key("zone").StringOrNull(article::ZoneText(p));
    json.Key("precision").String(article::PrecisionName(p.precision));
    json.Key("source").String(article::SourceName(p.source)).EndObject();
  } else {
    json.Null();
  }
  json.Key("partial_date").StringOrNull(p.partial);
}

void WriteVersion(const article::WireVersion& version, JsonWriter& json) {
  json.Key("version");
  if (version.empty()) {
    json.Null();
    return;
  }
  json.BeginObject().Key("lead");
  version.lead > 0 ? json.Uint(version.lead) : json.Null();
  json.Key("update");
  version.update > 0 ? json.Uint(version.update) : json.Null();
  json.Key("flags").BeginArray();
  for (const std::string& flag : version.flags) json.String(flag);
  json.EndArray().EndObject();
}

void WriteProvenance(const Extraction& extraction, JsonWriter& json) {
  json.Key("provenance").BeginArray();
  for (const Evidence& evidence : extraction.evidence) {
    json.BeginObject().Key("field").String(evidence.field).Key("value").String(evidence.value);
    json.Key("source").String(article::SourceName(evidence.source)).Key("rule").String(evidence.rule);
    if (evidence.end > evidence.begin) {
      json.Key("begin").Uint(evidence.begin).Key("end").Uint(evidence.end);
    }
    json.Key("used").Bool(evidence.used).EndObject();
  }
  json.EndArray();
}

}  // namespace

std::string ExtractionJson(const Extraction& extraction) {
  const Article& a = extraction.article;
  std::string out;
  JsonWriter json(&out);
  json.BeginObject().Key("id").String(article::PublicId(a)).Key("path").String(a.path);
  json.Key("url").StringOrNull(a.url).Key("headline").StringOrNull(a.headline);
  json.Key("headline_source").StringOrNull(article::SourceName(a.headline_source));
  json.Key("deck").StringOrNull(a.deck);
  WriteBylines(a, json);
  WriteAgencies(extraction, json);
  json.Key("outlet").StringOrNull(a.outlet);
  json.Key("outlet_source").StringOrNull(article::SourceName(a.outlet_source));
  json.Key("dateline").StringOrNull(a.dateline);
  WritePublication(a.publication, json);
  WriteVersion(a.version, json);
  json.Key("section").StringOrNull(a.section).Key("lang").StringOrNull(a.lang);
  json.Key("body").String(a.body).Key("caption").StringOrNull(a.caption);
  WriteProvenance(extraction, json);
  json.Key("notes").BeginArray();
  for (const std::string& note : a.notes) json.String(note);
  json.EndArray().EndObject();
  return out;
}

}  // namespace dateline::extract
