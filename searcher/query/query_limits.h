// What a query may cost before it is parsed. Over a limit it is refused, by name, in well under a millisecond.
#ifndef DATELINE_SEARCHER_QUERY_QUERY_LIMITS_H_
#define DATELINE_SEARCHER_QUERY_QUERY_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace dateline::query {

struct QueryLimits {
  size_t max_query_bytes = 1024;  // of the text, and of its canonical form
  size_t max_leaves = 32;         // words, phrases, dates, facts and `*` together
  size_t max_depth = 8;           // nested parentheses and negations, of the text and of its canonical form
  size_t max_phrase_words = 16;   // white-space separated words between one pair of quotes
  size_t max_expanded_words = 4;  // words with '*' or '~', which stand for many
  uint32_t max_distance = 255;    // of NEAR/n, PRE/n and "..."~n; below the gap between two fields
  uint32_t max_mentions = 255;    // of atleast

  // Of a text of which any word will do, which is not parsed.
  size_t max_any_bytes = 16384;
  size_t max_any_words = 1024;
};

// The parser recurses max_depth deep, so a greater max_depth is taken as this.
inline constexpr size_t kMaxDepthCeiling = 256;

// The letters that a word must have before '*' or '~': fewer would stand for half the archive.
inline constexpr size_t kMinExpandedLetters = 3;

// The n of NEAR without one.
inline constexpr uint32_t kDefaultDistance = 10;

}  // namespace dateline::query

#endif  // DATELINE_SEARCHER_QUERY_QUERY_LIMITS_H_
