#include "bench/queries/bench_query.h"

#include <simdjson.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "core/base/file.h"
#include "core/base/json_writer.h"
#include "core/base/status_macros.h"
#include "core/index/term_key.h"

namespace dateline::bench {
namespace {

using simdjson::dom::element;
using Op = QueryTree::Op;

constexpr std::pair<Op, absl::string_view> kOps[] = {
    {Op::kTerm, "term"},     {Op::kAnd, "and"},   {Op::kOr, "or"},         {Op::kNot, "not"},
    {Op::kPhrase, "phrase"}, {Op::kNear, "near"}, {Op::kPrefix, "prefix"},
};

absl::string_view NameOf(Op op) {
  return std::find_if(std::begin(kOps), std::end(kOps), [op](const auto& entry) { return entry.first == op; })
      ->second;
}

void WriteWords(base::JsonWriter& json, const std::vector<std::string>& words) {
  json.Key("words").BeginArray();
  for (const std::string& word : words) json.String(word);
  json.EndArray();
}

void WriteTree(base::JsonWriter& json, const QueryTree& tree) {
  json.BeginObject().Key("op").String(NameOf(tree.op));
  switch (tree.op) {
    case Op::kTerm:
      json.Key("stem").String(tree.text);
      break;
    case Op::kPrefix:
      json.Key("prefix").String(tree.text);
      break;
    case Op::kAnd:
    case Op::kOr:
      json.Key("of").BeginArray();
      for (const QueryTree& child : tree.of) WriteTree(json, child);
      json.EndArray();
      break;
    case Op::kNot:
      json.Key("yes");
      WriteTree(json, tree.of[0]);
      json.Key("no");
      WriteTree(json, tree.of[1]);
      break;
    case Op::kNear:
      json.Key("distance").Uint(tree.distance);
      WriteWords(json, tree.words);
      break;
    case Op::kPhrase:
      WriteWords(json, tree.words);
      break;
  }
  json.EndObject();
}

int64_t Begin(absl::CivilDay day) { return absl::ToUnixSeconds(absl::FromCivil(day, absl::UTCTimeZone())); }

std::string String(const element& object, const char* key) {
  std::string_view value;
  return object[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

// What stands below `key` and is no number of that kind counts as absent.
template <typename Number>
absl::optional<Number> NumberAt(const element& object, const char* key) {
  Number value;
  if (object[key].get(value) != simdjson::SUCCESS) return absl::nullopt;
  return value;
}

absl::StatusOr<QueryTree> ReadTree(const element& json, int depth = 0) {
  constexpr int kMaxDepth = 32;
  const std::string name = String(json, "op");
  const auto* const op =
      std::find_if(std::begin(kOps), std::end(kOps), [&name](const auto& entry) { return entry.second == name; });
  if (op == std::end(kOps)) return absl::InvalidArgumentError(absl::StrCat("unknown op '", name, "'"));
  if (depth > kMaxDepth) return absl::InvalidArgumentError("nested too deep");
  QueryTree tree;
  tree.op = op->first;
  if (tree.op == Op::kTerm) tree.text = String(json, "stem");
  if (tree.op == Op::kPrefix) tree.text = String(json, "prefix");
  tree.distance = static_cast<uint32_t>(NumberAt<uint64_t>(json, "distance").value_or(0));
  simdjson::dom::array values;
  if (json["words"].get(values) == simdjson::SUCCESS) {
    for (const element& word : values) {
      std::string_view text;
      if (word.get(text) == simdjson::SUCCESS) tree.words.emplace_back(text);
    }
  }
  if (json["of"].get(values) == simdjson::SUCCESS) {
    for (const element& child : values) {
      DL_ASSIGN_OR_RETURN(tree.of.emplace_back(), ReadTree(child, depth + 1));
    }
  }
  if (tree.op == Op::kNot) {
    for (const char* side : {"yes", "no"}) {
      element child;
      if (json[side].get(child) != simdjson::SUCCESS)
        return absl::InvalidArgumentError(absl::StrCat("no '", side, "'"));
      DL_ASSIGN_OR_RETURN(tree.of.emplace_back(), ReadTree(child, depth + 1));
    }
  }
  return tree;
}

absl::StatusOr<BenchQuery> ReadQuery(simdjson::dom::parser& parser, absl::string_view line) {
  element json;
  if (parser.parse(line.data(), line.size()).get(json) != simdjson::SUCCESS || !json.is_object()) {
    return absl::InvalidArgumentError("not a JSON object");
  }
  BenchQuery query;
  query.id = String(json, "id");
  query.query_class = String(json, "class");
  query.text = String(json, "text");
  if (query.id.empty() || query.query_class.empty() || query.text.empty()) {
    return absl::InvalidArgumentError("'id', 'class' or 'text' is missing");
  }
  bool match_any = false;
  query.match_any = json["match_any"].get(match_any) == simdjson::SUCCESS && match_any;
  element tree;
  if (json["tree"].get(tree) == simdjson::SUCCESS) {
    DL_ASSIGN_OR_RETURN(query.tree, ReadTree(tree));
  }
  element filter;
  if (json["filter"].get(filter) == simdjson::SUCCESS) {
    query.outlet = String(filter, "outlet");
    const absl::optional<int64_t> from = NumberAt<int64_t>(filter, "from");
    const absl::optional<int64_t> to = NumberAt<int64_t>(filter, "to");
    if (from && to) query.days = {index::DayOf(*from), index::DayOf(*to)};
  }
  query.at_least = NumberAt<uint64_t>(json, "at_least").value_or(0);
  query.total = NumberAt<uint64_t>(json, "total");
  return query;
}

}  // namespace

serve::SearchRequest RequestOf(const BenchQuery& query) {
  serve::SearchRequest request;
  request.query = query.text;
  request.match_any = query.match_any;
  request.variants = false;
  request.recency = false;  // no other engine is asked for it
  if (!query.outlet.empty()) request.filters.outlets.push_back(query.outlet);
  if (query.days) {
    request.filters.first_day = query.days->first;
    request.filters.last_day = query.days->second;
  }
  return request;
}

std::string ToJsonLine(const BenchQuery& query) {
  std::string line;
  base::JsonWriter json(&line);
  json.BeginObject().Key("id").String(query.id).Key("class").String(query.query_class).Key("text").String(query.text);
  if (query.match_any) json.Key("match_any").Bool(true);
  if (query.tree) {
    json.Key("tree");
    WriteTree(json, *query.tree);
  }
  if (!query.outlet.empty()) json.Key("filter").BeginObject().Key("outlet").String(query.outlet).EndObject();
  if (query.days) {
    json.Key("filter").BeginObject().Key("from").Int(Begin(query.days->first));
    json.Key("to").Int(Begin(query.days->second + 1) - 1).EndObject();
  }
  if (query.at_least > 0) json.Key("at_least").Uint(query.at_least);
  if (query.total) json.Key("total").Uint(*query.total);
  json.EndObject();
  return line + "\n";
}

absl::StatusOr<std::vector<BenchQuery>> ReadQueryFile(const std::string& path) {
  DL_ASSIGN_OR_RETURN(const std::string bytes, base::ReadFile(path));
  std::vector<BenchQuery> queries;
  simdjson::dom::parser parser;
  size_t number = 0;
  for (absl::string_view line : absl::StrSplit(bytes, '\n')) {
    ++number;
    if (line.empty()) continue;
    absl::StatusOr<BenchQuery> query = ReadQuery(parser, line);
    if (!query.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(path, ", line ", number, ": ", query.status().message()));
    }
    queries.push_back(*std::move(query));
  }
  if (queries.empty()) return absl::InvalidArgumentError(absl::StrCat(path, ": holds no query"));
  return queries;
}

std::vector<std::string> ClassesOf(const std::vector<BenchQuery>& queries) {
  std::vector<std::string> classes;
  for (const BenchQuery& query : queries) {
    if (std::find(classes.begin(), classes.end(), query.query_class) == classes.end()) {
      classes.push_back(query.query_class);
    }
  }
  return classes;
}

}  // namespace dateline::bench
