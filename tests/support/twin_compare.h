// The engine's answer beside the slow twin's.
#ifndef DATELINE_TESTS_SUPPORT_TWIN_COMPARE_H_
#define DATELINE_TESTS_SUPPORT_TWIN_COMPARE_H_

#include "searcher/serve/engine.h"
#include "tests/support/naive_index.h"

namespace dateline::test {

// Fails the test at hand unless all pages of `page_size`, the total, the facets, the histogram and the count of
// `request` are as expected, scores bit for bit.
void ExpectSameAnswer(serve::Engine& engine, const serve::SearchRequest& request, int page_size,
                      const NaiveAnswer& expected);

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_TWIN_COMPARE_H_
