// What an index answers to a fixed set of requests, as text: two indexes with the same articles and the same length
// parameter give the same bytes.
#ifndef DATELINE_TESTS_SUPPORT_GOLDEN_ANSWERS_H_
#define DATELINE_TESTS_SUPPORT_GOLDEN_ANSWERS_H_

#include <string>

#include "absl/status/statusor.h"
#include "searcher/serve/engine.h"

namespace dateline::test {

// Hits with score and snippet, totals, facets and counts over time of a dozen queries, and every article in full.
// Names of generations are not in it.
absl::StatusOr<std::string> GoldenAnswers(serve::Engine& engine);

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_GOLDEN_ANSWERS_H_
