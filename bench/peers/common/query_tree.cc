#include "bench/peers/common/query_tree.h"

#include <simdjson.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace dateline::peers {
namespace {

using simdjson::dom::element;

std::string TextOf(const element& value) { return std::string(std::string_view(value)); }

Op OpOf(std::string_view name) {
  if (name == "term") return Op::kTerm;
  if (name == "and") return Op::kAnd;
  if (name == "or") return Op::kOr;
  if (name == "not") return Op::kNot;
  if (name == "maybe") return Op::kMaybe;
  if (name == "phrase") return Op::kPhrase;
  if (name == "near") return Op::kNear;
  if (name == "prefix") return Op::kPrefix;
  throw std::runtime_error("unknown op " + std::string(name));
}

Tree ParseTree(const element& value) {
  Tree tree;
  tree.op = OpOf(value["op"]);
  switch (tree.op) {
    case Op::kTerm:
      tree.text = TextOf(value["stem"]);
      break;
    case Op::kPrefix:
      tree.text = TextOf(value["prefix"]);
      break;
    case Op::kAnd:
    case Op::kOr:
      for (const element part : value["of"].get_array()) tree.parts.push_back(ParseTree(part));
      break;
    case Op::kNot:
    case Op::kMaybe:
      tree.parts.push_back(ParseTree(value["yes"]));
      tree.parts.push_back(ParseTree(value[tree.op == Op::kNot ? "no" : "boost"]));
      break;
    case Op::kNear:
      tree.distance = static_cast<int>(int64_t(value["distance"]));
      [[fallthrough]];
    case Op::kPhrase:
      for (const element word : value["words"].get_array()) tree.words.push_back(TextOf(word));
      break;
  }
  return tree;
}

Filtered ParseQuery(const element& value) {
  Filtered query;
  query.id = TextOf(value["id"]);
  query.query_class = TextOf(value["class"]);
  query.tree = ParseTree(value["tree"]);
  element filter;
  if (value["filter"].get(filter) != simdjson::SUCCESS) return query;
  element field;
  if (filter["outlet"].get(field) == simdjson::SUCCESS) query.outlet = TextOf(field);
  if (filter["from"].get(field) == simdjson::SUCCESS) query.from = int64_t(field);
  if (filter["to"].get(field) == simdjson::SUCCESS) query.to = int64_t(field);
  return query;
}

}  // namespace

bool Tree::Has(Op wanted) const {
  return op == wanted ||
         std::any_of(parts.begin(), parts.end(), [wanted](const Tree& part) { return part.Has(wanted); });
}

std::vector<Filtered> ReadQueries(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<Filtered> queries;
  simdjson::dom::parser parser;
  for (std::string line; std::getline(file, line);) {
    try {
      queries.push_back(ParseQuery(parser.parse(line)));
    } catch (const std::exception& e) {
      throw std::runtime_error("queries, line " + std::to_string(queries.size() + 1) + ": " + e.what());
    }
  }
  return queries;
}

}  // namespace dateline::peers
