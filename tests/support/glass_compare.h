// Are two Xapian databases the same? Every statistic, term, posting, position, value, term list and stored byte, and
// what a set of searches finds.
//
// Exceptions of Xapian become an error. Errors: Internal names the first difference.
#ifndef DATELINE_TESTS_SUPPORT_GLASS_COMPARE_H_
#define DATELINE_TESTS_SUPPORT_GLASS_COMPARE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace dateline::test {

struct GlassCompareOptions {
  // Of large databases: one term, and one document, of so many in full. Statistics and frequencies are always all
  // compared.
  uint64_t term_stride = 1;
  uint64_t document_stride = 1;
  int searches = 200;
  uint64_t seed = 1;
};

// How many comparisons were made.
absl::StatusOr<uint64_t> CompareGlass(const std::string& a, const std::string& b, const GlassCompareOptions& options);

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_GLASS_COMPARE_H_
