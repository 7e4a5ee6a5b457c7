// Where the sentences and paragraphs of a stored article begin, as positions of words.
//
// Thread-safety: pure function.
#ifndef DATELINE_SEARCHER_MATCH_TEXT_STARTS_H_
#define DATELINE_SEARCHER_MATCH_TEXT_STARTS_H_

#include <cstdint>
#include <vector>

#include "core/index/stored_article.h"

namespace dateline::match {

struct TextStarts {
  std::vector<uint32_t> sentences;  // ascending
  std::vector<uint32_t> paragraphs;
};

inline TextStarts StartsOf(const index::StoredArticle& stored) {
  TextStarts starts;
  for (const index::TokenMap* map : {&stored.headline, &stored.deck, &stored.body, &stored.caption}) {
    uint32_t position = map->first_position;
    for (const index::TokenSpan& token : map->tokens) {
      if (token.starts_sentence) starts.sentences.push_back(position);
      if (token.starts_paragraph) starts.paragraphs.push_back(position);
      ++position;
    }
  }
  return starts;
}

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_TEXT_STARTS_H_
