#include "bench/queries_bench.h"

#include <iostream>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/queries/index_sampler.h"
#include "bench/queries/query_sets.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"

namespace dateline::bench {
namespace {

absl::StatusOr<SetFormat> FormatOf(const std::string& name) {
  if (name == "game") return SetFormat::kGame;
  if (name == "titles") return SetFormat::kTitles;
  if (name == "log") return SetFormat::kLog;
  return absl::InvalidArgumentError(absl::StrCat("--format ", name, ": say game, titles or log"));
}

absl::StatusOr<std::vector<BenchQuery>> MakeQueries(const QueriesBenchOptions& options) {
  if (options.from.empty()) return DrawQueries(options.index, options.draw);
  DL_ASSIGN_OR_RETURN(const SetFormat format, FormatOf(options.format));
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<IndexSampler> sampler,
                      IndexSampler::Open(options.index, options.draw.seed));
  DL_ASSIGN_OR_RETURN(QuerySet set, ReadQuerySet(options.from, format, *sampler));
  if (set.left_out > 0) {
    std::cerr << "dateline-bench: left out " << set.left_out
              << " queries: words beyond ASCII letters and digits, or words that only add to the score\n";
  }
  return std::move(set.queries);
}

}  // namespace

absl::Status RunQueriesBench(const QueriesBenchOptions& options) {
  DL_ASSIGN_OR_RETURN(const std::vector<BenchQuery> queries, MakeQueries(options));
  std::string lines;
  for (const BenchQuery& query : queries) absl::StrAppend(&lines, ToJsonLine(query));
  if (options.output == "-") {
    std::cout << lines << std::flush;
    return std::cout ? absl::OkStatus() : absl::InternalError("standard output: a write failed");
  }
  DL_RETURN_IF_ERROR(base::ReplaceFileAtomically(options.output, lines));
  std::cerr << "dateline-bench: " << queries.size() << " queries of " << ClassesOf(queries).size() << " classes\n";
  return absl::OkStatus();
}

}  // namespace dateline::bench
