#include "tools/client/render.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "core/article/article.h"
#include "core/base/ids.h"
#include "core/base/json_writer.h"
#include "core/base/utf8.h"

namespace dateline::client {
namespace {

constexpr absl::string_view kBold = "\x1b[1m";
constexpr absl::string_view kHighlight = "\x1b[1;33m";
constexpr absl::string_view kPlain = "\x1b[0m";
constexpr absl::string_view kSeparator = " \u00b7 ";
constexpr absl::string_view kIndent = "    ";
// Longer labels of a table stand out of their column instead of widening it.
constexpr size_t kMaxLabelWidth = 48;

struct Range {
  char32_t first;
  char32_t last;
};

// The blocks of East Asian and emoji characters that take two columns.
constexpr Range kWide[] = {
    {0x1100, 0x115F}, {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE4F},   {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

// The combining marks of common scripts, and characters that only join or separate.
constexpr Range kZeroWidth[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x200B, 0x200F}, {0x20D0, 0x20FF},
    {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
};

template <size_t kSize>
bool Contains(const Range (&ranges)[kSize], char32_t c) {
  return std::any_of(std::begin(ranges), std::end(ranges), [c](Range r) { return r.first <= c && c <= r.last; });
}

bool IsWide(char32_t c) { return c >= 0x1100 && Contains(kWide, c); }

size_t CharacterWidth(char32_t c) {
  if (c < 0x300) return 1;
  if (Contains(kZeroWidth, c)) return 0;
  return IsWide(c) ? 2 : 1;
}

// Calls visit(character, bytes) for each character of `text`, and visit(0xFFFD, byte) for a byte that is not UTF-8.
template <typename Visit>
void ForEachCharacter(absl::string_view text, Visit visit) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = base::CodePointBytes(text, at);
    if (length == 0) {
      visit(char32_t{0xFFFD}, text.substr(at, 1));
      ++at;
    } else {
      visit(base::DecodeCodePoint(text, at, length), text.substr(at, length));
      at += length;
    }
  }
}

bool SteersTerminal(char32_t c) {
  return (c >= 0x80 && c <= 0x9F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

std::string Escape(absl::string_view text, bool keep_lines) {
  std::string safe;
  safe.reserve(text.size());
  ForEachCharacter(text, [&](char32_t c, absl::string_view bytes) {
    const bool lone_byte = bytes.size() == 1 && (c < 0x20 || c >= 0x7F);  // a control, or no UTF-8
    if (lone_byte && !(keep_lines && c == '\n')) {
      absl::StrAppendFormat(&safe, "\\x%02x", static_cast<unsigned char>(bytes[0]));
    } else if (SteersTerminal(c)) {
      absl::StrAppendFormat(&safe, "\\u%04x", static_cast<unsigned>(c));
    } else {
      safe.append(bytes.data(), bytes.size());
    }
  });
  return safe;
}

std::string Styled(absl::string_view style, absl::string_view text, const TextOptions& options) {
  return options.color ? absl::StrCat(style, text, kPlain) : std::string(text);
}

// ---- snippets

// A piece of text, safe for the terminal, that is highlighted as a whole or not at all.
struct Piece {
  std::string text;
  bool highlighted = false;
};

// What a line break may not divide.
struct Atom {
  std::vector<Piece> pieces;
  size_t width = 0;
  bool space_before = false;
};

// Cuts a snippet where highlights begin and end. Those that a faulty server made overlap or leave the text are left
// out.
std::vector<Piece> PiecesOf(const serve::Snippet& snippet) {
  const absl::string_view text = snippet.text;
  std::vector<Piece> pieces;
  size_t done = 0;
  for (const serve::Highlight& highlight : snippet.highlights) {
    if (highlight.begin < done || highlight.end <= highlight.begin || highlight.end > text.size()) continue;
    pieces.push_back({SafeLinesForTerminal(text.substr(done, highlight.begin - done)), false});
    pieces.push_back({SafeLinesForTerminal(text.substr(highlight.begin, highlight.end - highlight.begin)), true});
    done = highlight.end;
  }
  pieces.push_back({SafeLinesForTerminal(text.substr(done)), false});
  return pieces;
}

void AppendToAtom(absl::string_view bytes, size_t width, bool highlighted, Atom* atom) {
  const bool begins = atom->pieces.empty() || atom->pieces.back().highlighted != highlighted;
  if (begins) atom->pieces.push_back({"", highlighted});
  atom->pieces.back().text.append(bytes.data(), bytes.size());
  atom->width += width;
}

// Words, since a snippet is wrapped anew whatever its lines were; and single wide characters, because their scripts
// have no spaces to break lines at.
std::vector<Atom> AtomsOf(const std::vector<Piece>& pieces) {
  std::vector<Atom> atoms;
  bool space = false;
  bool begin_atom = true;
  for (const Piece& piece : pieces) {
    ForEachCharacter(piece.text, [&](char32_t c, absl::string_view bytes) {
      if (c == ' ' || c == '\n') {
        space = begin_atom = true;
        return;
      }
      if (begin_atom || IsWide(c)) {
        atoms.emplace_back();
        atoms.back().space_before = space;
      }
      AppendToAtom(bytes, CharacterWidth(c), piece.highlighted, &atoms.back());
      space = false;
      begin_atom = IsWide(c);
    });
  }
  return atoms;
}

std::string AtomText(const Atom& atom, const TextOptions& options) {
  std::string text;
  for (const Piece& piece : atom.pieces) {
    absl::StrAppend(&text, piece.highlighted ? Styled(kHighlight, piece.text, options) : piece.text);
  }
  return text;
}

std::string SnippetText(const serve::Snippet& snippet, const TextOptions& options) {
  std::string text;
  size_t column = 0;
  for (const Atom& atom : AtomsOf(PiecesOf(snippet))) {
    const size_t space = atom.space_before ? 1 : 0;
    if (column == 0) {
      absl::StrAppend(&text, kIndent);
      column = kIndent.size();
    } else if (column + space + atom.width > options.width) {
      absl::StrAppend(&text, "\n", kIndent);
      column = kIndent.size();
    } else if (space > 0) {
      absl::StrAppend(&text, " ");
      ++column;
    }
    absl::StrAppend(&text, AtomText(atom, options));
    column += atom.width;
  }
  return text.empty() ? text : text + "\n";
}

// ---- facts about an article

std::string DateTimeText(const article::Publication& publication) {
  if (!publication.dated()) {
    return publication.partial.empty() ? "undated" : SafeForTerminal(publication.partial);
  }
  const std::string time = article::TimeText(publication);
  if (time.empty()) return article::DateText(publication);
  return absl::StrCat(article::DateText(publication), " ", time, publication.zone_assumed ? "" : " UTC");
}

std::string WritersText(const std::vector<article::Credit>& bylines) {
  std::vector<std::string> names;
  for (const article::Credit& credit : bylines) {
    if (credit.role == article::Role::kWriter) names.push_back(SafeForTerminal(credit.name));
  }
  return absl::StrJoin(names, ", ");
}

// outlet · writers · date time, without what is not known.
std::string FactsText(absl::string_view outlet, const std::vector<article::Credit>& bylines,
                      const article::Publication& publication) {
  std::vector<std::string> facts = {SafeForTerminal(outlet), WritersText(bylines), DateTimeText(publication)};
  facts.erase(std::remove(facts.begin(), facts.end(), ""), facts.end());
  return absl::StrJoin(facts, kSeparator);
}

std::string HitText(const serve::Hit& hit, const std::string& number, const TextOptions& options) {
  return absl::StrCat(number, ". ", Styled(kBold, SafeForTerminal(hit.headline), options), "\n", kIndent,
                      FactsText(hit.outlet, hit.bylines, hit.publication), "\n", SnippetText(hit.snippet, options),
                      kIndent, SafeForTerminal(hit.id), "\n");
}

// ---- tables

std::string FacetText(const serve::FacetResult& facet, const TextOptions& options) {
  std::vector<std::pair<std::string, std::string>> rows;
  size_t label_width = 0;
  size_t count_width = 0;
  for (const serve::FacetValue& value : facet.values) {
    rows.emplace_back(value.is_none ? "(none)" : SafeForTerminal(value.value), absl::StrCat(value.count));
    label_width = std::max(label_width, std::min(DisplayWidth(rows.back().first), kMaxLabelWidth));
    count_width = std::max(count_width, rows.back().second.size());
  }
  std::string text = absl::StrCat(Styled(kBold, FacetName(facet.field), options), "\n");
  for (const auto& [label, count] : rows) {
    const size_t width = DisplayWidth(label);
    const std::string padding(label_width > width ? label_width - width : 0, ' ');
    absl::StrAppend(&text, "  ", label, padding, "  ", std::string(count_width - count.size(), ' '), count, "\n");
  }
  if (facet.other_values > 0) absl::StrAppend(&text, "  and ", facet.other_values, " more\n");
  return text;
}

// ---- JSON

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

void WriteHighlights(const std::vector<serve::Highlight>& highlights, base::JsonWriter* json) {
  json->BeginArray();
  for (const serve::Highlight& highlight : highlights) {
    json->BeginArray().Uint(highlight.begin).Uint(highlight.end).EndArray();
  }
  json->EndArray();
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

void WriteFacet(const serve::FacetResult& facet, base::JsonWriter* json) {
  json->BeginArray();
  for (const serve::FacetValue& value : facet.values) {
    json->BeginObject().Key("value");
    if (value.is_none) {
      json->Null();
    } else {
      json->String(value.value);
    }
    json->Key("count").Uint(value.count).EndObject();
  }
  json->EndArray();
}

}  // namespace

std::string SafeForTerminal(absl::string_view text) { return Escape(text, /*keep_lines=*/false); }

std::string SafeLinesForTerminal(absl::string_view text) { return Escape(text, /*keep_lines=*/true); }

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  ForEachCharacter(text, [&width](char32_t c, absl::string_view) { width += CharacterWidth(c); });
  return width;
}

absl::string_view FacetName(serve::FacetField field) {
  switch (field) {
    case serve::FacetField::kOutlet:
      return "outlet";
    case serve::FacetField::kByline:
      return "byline";
    case serve::FacetField::kAgency:
      return "agency";
    case serve::FacetField::kDateline:
      return "dateline";
    case serve::FacetField::kSection:
      return "section";
    case serve::FacetField::kLanguage:
      return "language";
    case serve::FacetField::kYear:
      return "year";
    case serve::FacetField::kMonth:
      return "month";
    case serve::FacetField::kDay:
      return "day";
  }
  return "";
}

std::string HitsText(const serve::SearchResponse& response, const TextOptions& options) {
  const int number_width = static_cast<int>(std::max<size_t>(absl::StrCat(response.hits.size()).size(), 2));
  std::string text;
  for (size_t i = 0; i < response.hits.size(); ++i) {
    absl::StrAppend(&text, HitText(response.hits[i], absl::StrFormat("%*d", number_width, i + 1), options), "\n");
  }
  return text;
}

std::string FacetsText(const serve::SearchResponse& response, const TextOptions& options) {
  std::string text;
  for (const serve::FacetResult& facet : response.facets) absl::StrAppend(&text, FacetText(facet, options), "\n");
  return text;
}

std::string TotalText(const serve::SearchResponse& response, double seconds) {
  return absl::StrFormat("%s%d %s (%.3f s)\n", response.total_exact ? "" : "at least ", response.total,
                         response.total == 1 ? "article" : "articles", seconds);
}

std::string SearchJson(const serve::SearchResponse& response) {
  std::string text;
  base::JsonWriter json(&text);
  json.BeginObject();
  json.Key("total").Uint(response.total);
  json.Key("total_exact").Bool(response.total_exact);
  json.Key("generation").String(response.generation);
  json.Key("query").String(response.canonical_query);
  json.Key("hits").BeginArray();
  for (const serve::Hit& hit : response.hits) WriteHit(hit, &json);
  json.EndArray();
  json.Key("facets").BeginObject();
  for (const serve::FacetResult& facet : response.facets) {
    json.Key(FacetName(facet.field));
    WriteFacet(facet, &json);
  }
  json.EndObject();
  json.Key("warnings").BeginArray();
  for (const std::string& warning : response.warnings) json.String(warning);
  json.EndArray();
  json.Key("next_page_token").String(response.next_page_token);
  json.EndObject();
  return text + "\n";
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

std::string ArticleText(const serve::FullArticle& full, const TextOptions& options) {
  const article::Article& article = full.article;
  std::string text = absl::StrCat(Styled(kBold, SafeForTerminal(article.headline), options), "\n",
                                  FactsText(article.outlet, article.bylines, article.publication), "\n");
  if (!article.dateline.empty()) absl::StrAppend(&text, SafeForTerminal(article.dateline), "\n");
  for (const std::string* part : {&article.deck, &article.body, &article.caption}) {
    if (!part->empty()) absl::StrAppend(&text, "\n", SafeLinesForTerminal(*part), "\n");
  }
  absl::StrAppend(&text, "\n", SafeForTerminal(full.id), "\n");
  if (!article.url.empty() && article.url != full.id) absl::StrAppend(&text, SafeForTerminal(article.url), "\n");
  return text;
}

std::string ArticleJson(const serve::FullArticle& full) {
  const article::Article& article = full.article;
  std::string text;
  base::JsonWriter json(&text);
  json.BeginObject();
  json.Key("generation").String(full.generation);
  json.Key("id").String(full.id);
  json.Key("key").String(base::ToHex(article.key));
  json.Key("url").String(article.url);
  json.Key("path").String(article.path);
  json.Key("headline").String(article.headline);
  json.Key("headline_source").String(article::SourceName(article.headline_source));
  json.Key("deck").String(article.deck);
  json.Key("body").String(article.body);
  json.Key("caption").String(article.caption);
  json.Key("outlet").StringOrNull(article.outlet);
  json.Key("outlet_source").StringOrNull(article::SourceName(article.outlet_source));
  json.Key("bylines");
  WriteCredits(article.bylines, /*with_source=*/true, &json);
  json.Key("agencies");
  WriteCredits(article.agencies, /*with_source=*/true, &json);
  json.Key("dateline").StringOrNull(article.dateline);
  json.Key("section").StringOrNull(article.section);
  json.Key("version");
  WriteVersion(article.version, &json);
  json.Key("language").StringOrNull(article.lang);
  json.Key("published");
  WritePublished(article.publication, &json);
  json.EndObject();
  return text + "\n";
}

std::string StatusText(const serve::IndexStatus& status) {
  const std::string dates = status.first_date.empty() ? "none"
                                                      : absl::StrCat(SafeForTerminal(status.first_date), " to ",
                                                                     SafeForTerminal(status.last_date));
  return absl::StrCat("generation  ", SafeForTerminal(status.generation), "\narticles    ", status.documents,
                      "\nundated     ", status.undated, "\ndates       ", dates, "\nshards      ", status.shards,
                      "\nbytes       ", status.bytes, "\nrejected    ", status.rejected, "\nreplaced    ",
                      status.replaced, "\n");
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
  json.EndObject();
  return text + "\n";
}

std::string QueryErrorText(absl::string_view query, size_t offset) {
  const std::string before = SafeForTerminal(base::TruncateUtf8(query, offset));
  return absl::StrCat("  ", SafeForTerminal(query), "\n  ", std::string(DisplayWidth(before), ' '), "^\n");
}

}  // namespace dateline::client
