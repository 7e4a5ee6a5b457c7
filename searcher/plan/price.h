// What a plan will cost, told from document frequencies before it runs: the sum over its lists of what must be walked,
// and over its phrases and proximities of the candidates whose positions must be compared.
//
// The constants are nanoseconds of one core on the Xapian path, measured on news articles; the candidates of an AND are
// told as if words were independent, which is too few rather than too many: a price over the budget means that the
// query is hopeless, one below it promises nothing, and the match itself watches the clock.
//
// Thread-safety: pure functions.
#ifndef DATELINE_SEARCHER_PLAN_PRICE_H_
#define DATELINE_SEARCHER_PLAN_PRICE_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "searcher/plan/query_plan.h"

namespace dateline::plan {

// The number of articles of the generation that have a term.
using FrequencyOf = absl::FunctionRef<uint64_t(const std::string& term)>;

struct Price {
  double ns = 0;
  std::string costliest;  // the part that costs most, as the plan prints it
};

Price PriceOf(const QueryPlan& plan, uint64_t documents, FrequencyOf frequency);

}  // namespace dateline::plan

#endif  // DATELINE_SEARCHER_PLAN_PRICE_H_
