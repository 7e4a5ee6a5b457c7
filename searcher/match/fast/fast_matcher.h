// The fast engine: a Matcher that answers from postings and columns, and asks the reference only for what the shard
// itself holds.
//
// Thread-safety: as Matcher.
#ifndef DATELINE_SEARCHER_MATCH_FAST_FAST_MATCHER_H_
#define DATELINE_SEARCHER_MATCH_FAST_FAST_MATCHER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/base/helpers.h"
#include "searcher/match/matcher.h"
#include "searcher/match/snapshot.h"

namespace dateline::match::fast {

// Who answers; both give the same answers.
enum class MatchEngine {
  kFast,    // postings and columns, in shards that have them; in others the other
  kXapian,  // Xapian's own matcher: the reference
};

// As command lines name them: "fast" and "xapian".
absl::optional<MatchEngine> MatchEngineFromName(absl::string_view name);

// Who matches the shards of one heavy query at the same time.
struct ShardHelp {
  // plan::QueryPlan::price_ns of a query that is worth it: here it takes a thirtieth of that, and to wake a thread
  // some 0.05 ms.
  static constexpr double kLeastPriceNs = 5e6;

  base::Helpers* helpers = nullptr;  // outlive the matcher; null: nobody
  double least_price_ns = kLeastPriceNs;
};

absl::StatusOr<std::unique_ptr<Matcher>> NewMatcher(std::shared_ptr<const Snapshot> snapshot, MatchEngine engine,
                                                    ShardHelp help = {});

}  // namespace dateline::match::fast

#endif  // DATELINE_SEARCHER_MATCH_FAST_FAST_MATCHER_H_
