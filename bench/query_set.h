// Queries for a bench, drawn from the index that is to be searched: the same index and seed give the same queries.
//
// Words are ASCII letters only, so that no query needs quoting; their frequency is that of what they match, their
// stem.
//
// Thread-safety: plain values. Errors: those of opening the index; DataLoss for a stored article that cannot be read.
#ifndef DATELINE_BENCH_QUERY_SET_H_
#define DATELINE_BENCH_QUERY_SET_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "searcher/serve/engine.h"

namespace dateline::bench {

struct BenchQuery {
  serve::SearchRequest request;    // page and snippets are the mode's to choose
  uint64_t min_total = 0;          // at least so many articles match
  absl::optional<uint64_t> total;  // just so many match, where the index tells it without a search
};

struct QueryClass {
  std::string name;
  std::vector<BenchQuery> queries;  // fewer than asked for, where the index has no more
};

struct QuerySetOptions {
  uint64_t seed = 1;
  size_t per_class = 100;
};

// term_high, term_mid, term_low: one word that more than 5 %, 0.5 to 5 %, or fewer of the articles have.
// and2, or2: two words of the upper two bands; those of and2 stand in one article.
// phrase2, phrase3: neighbouring words of an article.
// not: a word of and2 without the other. near, sentence: two words of a row of three, NEAR/5 and, for long ones, /s. prefix, fuzzy,
// headline: a word of the upper two bands, cut by two letters, with ~1, in headlines. any12: twelve such words, any.
// facet3: as or2, with counts of outlets, writers and years.
// month: as or2, within a month that has articles.
// newest: a word of the upper two bands, newest first.
absl::StatusOr<std::vector<QueryClass>> DrawQueries(const std::string& index_directory,
                                                    const QuerySetOptions& options);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_QUERY_SET_H_
