// Queries drawn from the index that is to be searched: the same index and seed give the same queries.
//
// Thread-safety: pure functions. Errors: those of the sampler; InvalidArgument for an unknown class.
#ifndef DATELINE_BENCH_QUERIES_QUERY_DRAWER_H_
#define DATELINE_BENCH_QUERIES_QUERY_DRAWER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "bench/queries/bench_query.h"

namespace dateline::bench {

struct DrawOptions {
  uint64_t seed = 1;
  size_t per_class = 100;            // fewer are drawn, where the index has no more
  std::vector<std::string> classes;  // empty: all
};

// term_high, term_mid, term_low: one word that more than 5 %, 0.5 to 5 %, or fewer of the articles have.
// and2, and3: words of the upper two bands that stand in one article. or2, or4, or8: such words of any.
// and_or: a word, and one of two. not: a word of and2 without the other.
// phrase2, phrase3, phrase4: neighbouring words of an article. near: two words of a row of three, NEAR/5.
// prefix: a word of the upper two bands cut by two letters, when few enough words begin so.
// outlet: as term_high or term_mid, in one outlet. month: as or2, within a month that has articles.
// Without a tree, so for our engine only: sentence: as near, with /s. fuzzy: with ~1. headline: in headlines.
// any12: twelve words, any.
absl::Span<const char* const> DrawnClasses();

absl::StatusOr<std::vector<BenchQuery>> DrawQueries(const std::string& index_directory, const DrawOptions& options);

// The queries of the file, or else drawn from the index.
absl::StatusOr<std::vector<BenchQuery>> ReadOrDraw(const std::string& queries, const std::string& index,
                                                   const DrawOptions& draw);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_QUERIES_QUERY_DRAWER_H_
