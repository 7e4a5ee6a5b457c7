// A query of the peers' protocol (bench/peers/README.md), parsed.
//
// Thread-safety: plain values. Errors: std::runtime_error with one line for the user.
#ifndef DATELINE_BENCH_PEERS_COMMON_QUERY_TREE_H_
#define DATELINE_BENCH_PEERS_COMMON_QUERY_TREE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dateline::peers {

enum class Op { kTerm, kAnd, kOr, kNot, kMaybe, kPhrase, kNear, kPrefix };

struct Tree {
  Op op = Op::kTerm;
  std::string text;                // of a term its stem, of a prefix itself
  std::vector<std::string> words;  // of a phrase, of a proximity
  int distance = 0;                // of a proximity
  std::vector<Tree> parts;         // of "not" {yes, no}, of "maybe" {yes, boost}

  // Whether it or any part is of this kind.
  bool Has(Op wanted) const;
};

struct Filtered {
  std::string id;
  std::string query_class;
  Tree tree;
  std::optional<std::string> outlet;
  std::optional<int64_t> from;  // both ends included
  std::optional<int64_t> to;
};

std::vector<Filtered> ReadQueries(const std::string& path);

}  // namespace dateline::peers

#endif  // DATELINE_BENCH_PEERS_COMMON_QUERY_TREE_H_
