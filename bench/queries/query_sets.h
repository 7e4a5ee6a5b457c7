// Queries that others wrote: public sets, and logs of one's own.
//
// Thread-safety: as the sampler. Errors: NotFound, InvalidArgument with the number of the line.
#ifndef DATELINE_BENCH_QUERIES_QUERY_SETS_H_
#define DATELINE_BENCH_QUERIES_QUERY_SETS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bench/queries/bench_query.h"
#include "bench/queries/index_sampler.h"

namespace dateline::bench {

enum class SetFormat {
  kGame,    // JSON lines of "query" (+all, -none, any, "row") and "tags", whose first names the class
  kTitles,  // lines, of which the last of the fields between tabs holds words, of which any will do
  kLog,     // lines in our syntax; no other engine can ask them
};

struct QuerySet {
  std::vector<BenchQuery> queries;
  uint64_t left_out = 0;  // words that are more than ASCII letters and digits, or what our syntax cannot say
};

// The trees are those of the sampler's index.
absl::StatusOr<QuerySet> ReadQuerySet(const std::string& path, SetFormat format, IndexSampler& sampler);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_QUERIES_QUERY_SETS_H_
