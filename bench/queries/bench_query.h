// A query of a bench, and the file of JSON lines that holds many: bench/peers/README.md says what stands in it.
//
// Thread-safety: plain values and pure functions. Errors: InvalidArgument for a line that is no query.
#ifndef DATELINE_BENCH_QUERIES_BENCH_QUERY_H_
#define DATELINE_BENCH_QUERIES_BENCH_QUERY_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/types/optional.h"
#include "searcher/serve/api.h"

namespace dateline::bench {

struct QueryTree {
  enum class Op { kTerm, kAnd, kOr, kNot, kPhrase, kNear, kPrefix };
  Op op = Op::kTerm;
  std::string text;                // of kTerm the stem, of kPrefix the beginning
  std::vector<std::string> words;  // of kPhrase and kNear, as written
  uint32_t distance = 0;           // of kNear
  std::vector<QueryTree> of;       // of kAnd and kOr; of kNot: what matches, and what must not
};

struct BenchQuery {
  std::string id;           // "and2/17"
  std::string query_class;  // "and2"
  std::string text;         // in our syntax
  bool match_any = false;   // `text` is words, of which any will do
  absl::optional<QueryTree> tree;
  std::string outlet;                                              // filter, folded; "": none
  absl::optional<std::pair<absl::CivilDay, absl::CivilDay>> days;  // filter, both included
  uint64_t at_least = 0;                                           // so many articles match, or more
  absl::optional<uint64_t> total;                                  // just so many match
};

// Without page, order, facets and snippets, which are a mode's to choose. Other spellings are off: they would make
// totals that the index does not tell beforehand.
serve::SearchRequest RequestOf(const BenchQuery& query);

std::string ToJsonLine(const BenchQuery& query);

// As ToJsonLine wrote them. An error tells the number of the line.
absl::StatusOr<std::vector<BenchQuery>> ReadQueryFile(const std::string& path);

// The names of the classes, in the order in which they first stand.
std::vector<std::string> ClassesOf(const std::vector<BenchQuery>& queries);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_QUERIES_BENCH_QUERY_H_
