// What a query may cost before it is parsed. Over a limit it is refused, by name, in well under a millisecond.
#ifndef DATELINE_SEARCHER_QUERY_QUERY_LIMITS_H_
#define DATELINE_SEARCHER_QUERY_QUERY_LIMITS_H_

#include <cstddef>

namespace dateline::query {

struct QueryLimits {
  size_t max_query_bytes = 1024;  // of the text, and of its canonical form
  size_t max_leaves = 32;         // words, phrases, dates and `*` together
  size_t max_depth = 8;           // nested parentheses and negations, of the text and of its canonical form
  size_t max_phrase_words = 16;   // white-space separated words between one pair of quotes
};

// The parser recurses max_depth deep, so a greater max_depth is taken as this.
inline constexpr size_t kMaxDepthCeiling = 256;

}  // namespace dateline::query

#endif  // DATELINE_SEARCHER_QUERY_QUERY_LIMITS_H_
