#include "bench/queries/query_sets.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"

namespace dateline::bench {
namespace {

using Op = QueryTree::Op;
using MaybeQuery = absl::optional<BenchQuery>;  // nothing when it is left out

// One operand of a query of a game: a word, or words in a row.
struct Operand {
  char sign = ' ';  // '+', '-' or neither
  std::vector<std::string> words;
};

bool IsUsable(absl::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) || absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

// Words between blanks, in lower case; empty when one of them is unusable or stands there twice.
std::vector<std::string> WordsOf(absl::string_view text) {
  std::vector<std::string> words;
  for (absl::string_view piece : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    std::string word = absl::AsciiStrToLower(piece);
    if (!IsUsable(word)) return {};
    words.push_back(std::move(word));
  }
  return words;
}

absl::optional<std::vector<Operand>> OperandsOf(absl::string_view text) {
  std::vector<Operand> operands;
  while (!(text = absl::StripAsciiWhitespace(text)).empty()) {
    Operand operand;
    if (text[0] == '+' || text[0] == '-') {
      operand.sign = text[0];
      text.remove_prefix(1);
    }
    const bool quoted = !text.empty() && text[0] == '"';
    if (quoted) text.remove_prefix(1);
    const size_t end = std::min(text.find(quoted ? '"' : ' '), text.size());
    operand.words = WordsOf(text.substr(0, end));
    if (operand.words.empty()) return absl::nullopt;
    operands.push_back(std::move(operand));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return operands;
}

// The operands with `sign` under `op`, or the only one.
MaybeQuery Group(const std::vector<Operand>& operands, char sign, Op op, absl::string_view joint,
                 IndexSampler& sampler) {
  BenchQuery query;
  std::vector<QueryTree> of;
  for (const Operand& operand : operands) {
    if (operand.sign != sign) continue;
    const bool row = operand.words.size() > 1;
    const std::string words = absl::StrJoin(operand.words, " ");
    absl::StrAppend(&query.text, of.empty() ? "" : joint, row ? "\"" : "", words, row ? "\"" : "");
    QueryTree& tree = of.emplace_back();
    if (!row) {
      tree = sampler.TreeOf(words);
      continue;
    }
    tree.op = Op::kPhrase;
    tree.words = operand.words;
  }
  if (of.empty()) return absl::nullopt;
  query.tree.emplace();
  query.tree->op = op;
  query.tree->of = std::move(of);
  if (query.tree->of.size() == 1) query.tree = QueryTree(query.tree->of.front());
  return query;
}

MaybeQuery QueryOfGame(absl::string_view text, IndexSampler& sampler) {
  const absl::optional<std::vector<Operand>> operands = OperandsOf(text);
  if (!operands) return absl::nullopt;
  MaybeQuery all = Group(*operands, '+', Op::kAnd, " ", sampler);
  MaybeQuery any = Group(*operands, ' ', Op::kOr, " OR ", sampler);
  const MaybeQuery none = Group(*operands, '-', Op::kOr, " OR ", sampler);
  // Words that only add to the score cannot be said in our syntax.
  if (all.has_value() == any.has_value()) return absl::nullopt;
  MaybeQuery query = all ? std::move(all) : std::move(any);
  if (!none) return query;
  query->text = absl::StrCat("(", query->text, ") -(", none->text, ")");
  QueryTree tree;
  tree.op = Op::kNot;
  tree.of = {*std::move(query->tree), *none->tree};
  query->tree = std::move(tree);
  return query;
}

MaybeQuery QueryOfTitle(absl::string_view line, IndexSampler& sampler) {
  const std::vector<absl::string_view> fields = absl::StrSplit(line, '\t');
  std::vector<std::string> words;
  for (absl::string_view piece : absl::StrSplit(fields.back(), absl::ByAnyChar(" -/,.()"), absl::SkipEmpty())) {
    words.push_back(absl::AsciiStrToLower(piece));
    if (!IsUsable(words.back())) return absl::nullopt;
  }
  // A word that is said twice counts more with us, and not everywhere.
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  if (words.empty()) return absl::nullopt;
  BenchQuery query;
  query.text = absl::StrJoin(words, " ");
  query.match_any = true;
  query.tree.emplace();
  query.tree->op = Op::kOr;
  for (const std::string& word : words) query.tree->of.push_back(sampler.TreeOf(word));
  return query;
}

absl::StatusOr<MaybeQuery> QueryOfLine(absl::string_view line, SetFormat format, IndexSampler& sampler,
                                       simdjson::dom::parser& parser) {
  if (format == SetFormat::kTitles) {
    MaybeQuery query = QueryOfTitle(line, sampler);
    if (query) query->query_class = "titles";
    return query;
  }
  if (format == SetFormat::kLog) {
    BenchQuery query;
    query.text = std::string(absl::StripAsciiWhitespace(line));
    query.query_class = "log";
    return query.text.empty() ? absl::nullopt : MaybeQuery(std::move(query));
  }
  simdjson::dom::element json;
  std::string_view text;
  std::string_view tag;
  if (parser.parse(line.data(), line.size()).get(json) != simdjson::SUCCESS ||
      json["query"].get(text) != simdjson::SUCCESS || json["tags"].at(0).get(tag) != simdjson::SUCCESS) {
    return absl::InvalidArgumentError("not a JSON object with 'query' and 'tags'");
  }
  MaybeQuery query = QueryOfGame({text.data(), text.size()}, sampler);
  if (query) query->query_class = absl::StrCat("game_", absl::string_view(tag.data(), tag.size()));
  return query;
}

}  // namespace

absl::StatusOr<QuerySet> ReadQuerySet(const std::string& path, SetFormat format, IndexSampler& sampler) {
  DL_ASSIGN_OR_RETURN(const std::string bytes, base::ReadFile(path));
  QuerySet set;
  simdjson::dom::parser parser;
  size_t number = 0;
  for (absl::string_view line : absl::StrSplit(bytes, '\n')) {
    ++number;
    if (line.empty()) continue;
    absl::StatusOr<MaybeQuery> query = QueryOfLine(line, format, sampler, parser);
    if (!query.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(path, ", line ", number, ": ", query.status().message()));
    }
    if (!query->has_value()) {
      ++set.left_out;
      continue;
    }
    (*query)->id = absl::StrCat((*query)->query_class, "/", number);
    set.queries.push_back(**std::move(query));
  }
  return set;
}

}  // namespace dateline::bench
