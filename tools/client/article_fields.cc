#include "tools/client/article_fields.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/ids.h"
#include "tools/client/terminal.h"

namespace dateline::client {
namespace {

using base::JsonWriter;
using serve::FullArticle;

std::string Names(const std::vector<article::Credit>& credits) {
  return absl::StrJoin(credits, "; ",
                       [](std::string* out, const article::Credit& credit) { out->append(credit.name); });
}

std::string DateTime(const article::Publication& publication) {
  if (!publication.dated()) return publication.partial;
  const std::string time = article::TimeText(publication);
  return absl::StrCat(article::DateText(publication), time.empty() ? "" : " ", time);
}

std::string VersionText(const article::WireVersion& version) {
  std::vector<std::string> parts = version.flags;
  if (version.lead > 0) parts.push_back(absl::StrCat("lead ", version.lead));
  if (version.update > 0) parts.push_back(absl::StrCat("update ", version.update));
  return absl::StrJoin(parts, "; ");
}

void WriteVersion(const article::WireVersion& version, base::JsonWriter* json) {
  if (version.empty()) {
    json->Null();
    return;
  }
  json->BeginObject().Key("lead").Uint(version.lead).Key("update").Uint(version.update).Key("flags").BeginArray();
  for (const std::string& flag : version.flags) json->String(flag);
  json->EndArray().EndObject();
}

// A field that is one text; with kNullWhenEmpty its absence is null.
enum class Empty { kText, kNull };

template <std::string article::Article::*kMember, Empty kEmpty>
constexpr ArticleField TextField(absl::string_view name, bool body = false) {
  return {name, body, false, [](const FullArticle& full) { return full.article.*kMember; },
          [](const FullArticle& full, JsonWriter* json) {
            if (kEmpty == Empty::kNull) {
              json->StringOrNull(full.article.*kMember);
            } else {
              json->String(full.article.*kMember);
            }
          }};
}

template <article::Source article::Article::*kMember, Empty kEmpty>
constexpr ArticleField SourceField(absl::string_view name) {
  return {name, false, false,
          [](const FullArticle& full) { return std::string(article::SourceName(full.article.*kMember)); },
          [](const FullArticle& full, JsonWriter* json) {
            if (kEmpty == Empty::kNull) {
              json->StringOrNull(article::SourceName(full.article.*kMember));
            } else {
              json->String(article::SourceName(full.article.*kMember));
            }
          }};
}

template <std::vector<article::Credit> article::Article::*kMember>
constexpr ArticleField CreditsField(absl::string_view name) {
  return {name, false, false, [](const FullArticle& full) { return Names(full.article.*kMember); },
          [](const FullArticle& full, JsonWriter* json) {
            WriteCredits(full.article.*kMember, /*with_source=*/true, json);
          }};
}

using article::Article;

constexpr ArticleField kFields[] = {
    {"generation", false, false, [](const FullArticle& full) { return full.generation; },
     [](const FullArticle& full, JsonWriter* json) { json->String(full.generation); }},
    {"id", false, false, [](const FullArticle& full) { return full.id; },
     [](const FullArticle& full, JsonWriter* json) { json->String(full.id); }},
    {"key", false, false, [](const FullArticle& full) { return base::ToHex(full.article.key); },
     [](const FullArticle& full, JsonWriter* json) { json->String(base::ToHex(full.article.key)); }},
    TextField<&Article::url, Empty::kText>("url"),
    TextField<&Article::path, Empty::kText>("path"),
    TextField<&Article::headline, Empty::kText>("headline"),
    SourceField<&Article::headline_source, Empty::kText>("headline_source"),
    TextField<&Article::deck, Empty::kText>("deck", /*body=*/true),
    TextField<&Article::body, Empty::kText>("body", /*body=*/true),
    TextField<&Article::caption, Empty::kText>("caption", /*body=*/true),
    TextField<&Article::outlet, Empty::kNull>("outlet"),
    SourceField<&Article::outlet_source, Empty::kNull>("outlet_source"),
    CreditsField<&Article::bylines>("bylines"),
    CreditsField<&Article::agencies>("agencies"),
    TextField<&Article::dateline, Empty::kNull>("dateline"),
    TextField<&Article::section, Empty::kNull>("section"),
    {"version", false, false, [](const FullArticle& full) { return VersionText(full.article.version); },
     [](const FullArticle& full, JsonWriter* json) { WriteVersion(full.article.version, json); }},
    TextField<&Article::lang, Empty::kNull>("language"),
    {"published", false, false, [](const FullArticle& full) { return DateTime(full.article.publication); },
     [](const FullArticle& full, JsonWriter* json) { WritePublished(full.article.publication, json); }},
    {"date", false, true, [](const FullArticle& full) { return article::DateText(full.article.publication); },
     [](const FullArticle& full, JsonWriter* json) {
       json->StringOrNull(article::DateText(full.article.publication));
     }},
};

const ArticleField* FindField(absl::string_view name) {
  for (const ArticleField& field : kFields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

std::string CsvCell(absl::string_view text) {
  if (text.find_first_of("\",\r\n") == absl::string_view::npos) return std::string(text);
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + "\"";
}

std::string TsvCell(absl::string_view text) {
  std::string cell;
  for (const char c : text) {
    switch (c) {
      case '\t':
        cell += "\\t";
        break;
      case '\n':
        cell += "\\n";
        break;
      case '\r':
        cell += "\\r";
        break;
      case '\\':
        cell += "\\\\";
        break;
      default:
        cell += c;
    }
  }
  return cell;
}

std::string Row(const std::vector<std::string>& cells, RowFormat format, bool for_terminal) {
  const bool csv = format == RowFormat::kCsv;
  std::vector<std::string> written;
  for (const std::string& cell : cells) {
    written.push_back(csv ? CsvCell(cell) : TsvCell(cell));
    if (for_terminal) written.back() = SafeLinesForTerminal(written.back());
  }
  return absl::StrCat(absl::StrJoin(written, csv ? "," : "\t"), csv ? "\r\n" : "\n");
}

}  // namespace

void WriteCredits(const std::vector<article::Credit>& credits, bool with_source, base::JsonWriter* json) {
  json->BeginArray();
  for (const article::Credit& credit : credits) {
    json->BeginObject().Key("name").String(credit.name).Key("role").String(article::RoleName(credit.role));
    if (with_source) json->Key("source").StringOrNull(article::SourceName(credit.source));
    json->EndObject();
  }
  json->EndArray();
}

void WritePublished(const article::Publication& publication, base::JsonWriter* json) {
  json->BeginObject();
  json->Key("date").StringOrNull(article::DateText(publication));
  json->Key("time").StringOrNull(article::TimeText(publication));
  json->Key("precision").StringOrNull(article::PrecisionName(publication.precision));
  json->Key("source").StringOrNull(article::SourceName(publication.source));
  json->Key("partial_date").StringOrNull(publication.partial);
  json->EndObject();
}

ArticleFields AllFields(bool bodies) {
  ArticleFields fields;
  for (const ArticleField& field : kFields) {
    if (!field.published && (bodies || !field.body)) fields.push_back(&field);
  }
  return fields;
}

ArticleFields TableFields() {
  ArticleFields fields;
  for (const char* name : {"id", "date", "outlet", "bylines", "headline", "url"}) fields.push_back(FindField(name));
  return fields;
}

absl::StatusOr<ArticleFields> ParseFields(absl::string_view text) {
  ArticleFields fields;
  for (const absl::string_view name : absl::StrSplit(text, ',')) {
    const ArticleField* field = FindField(name);
    if (field == nullptr) {
      const std::string known = absl::StrJoin(kFields, ", ", [](std::string* out, const ArticleField& known_field) {
        absl::StrAppend(out, known_field.name);
      });
      return absl::InvalidArgumentError(absl::StrCat("--fields: there is no \"", name, "\"; there are ", known));
    }
    if (std::find(fields.begin(), fields.end(), field) != fields.end()) {
      return absl::InvalidArgumentError(absl::StrCat("--fields: \"", name, "\" stands there twice"));
    }
    fields.push_back(field);
  }
  return fields;
}

bool NeedBodies(const ArticleFields& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const ArticleField* field) { return field->body; });
}

std::string HeaderRow(const ArticleFields& fields, RowFormat format) {
  if (format == RowFormat::kJson) return "";
  std::vector<std::string> names;
  for (const ArticleField* field : fields) names.emplace_back(field->name);
  return Row(names, format, /*for_terminal=*/false);
}

std::string ArticleRow(const FullArticle& full, const ArticleFields& fields, RowFormat format, bool for_terminal) {
  if (format == RowFormat::kJson) {
    std::string text;
    JsonWriter json(&text);
    json.BeginObject();
    for (const ArticleField* field : fields) {
      json.Key(field->name);
      field->json(full, &json);
    }
    json.EndObject();
    return text + "\n";
  }
  std::vector<std::string> cells;
  for (const ArticleField* field : fields) cells.push_back(field->text(full));
  return Row(cells, format, for_terminal);
}

}  // namespace dateline::client
