// Where the sentences and paragraphs of a stored article begin, as positions of words.
//
// Thread-safety: pure function.
#ifndef DATELINE_CORE_INDEX_TEXT_STARTS_H_
#define DATELINE_CORE_INDEX_TEXT_STARTS_H_

#include <cstdint>
#include <vector>

#include "core/index/stored_article.h"

namespace dateline::index {

struct TextStarts {
  std::vector<uint32_t> sentences;  // ascending
  std::vector<uint32_t> paragraphs;
};

inline TextStarts StartsOf(const StoredArticle& stored) {
  TextStarts starts;
  for (const TokenMap* map : {&stored.headline, &stored.deck, &stored.body, &stored.caption}) {
    uint32_t position = map->first_position;
    for (const TokenSpan& token : map->tokens) {
      if (token.starts_sentence) starts.sentences.push_back(position);
      if (token.starts_paragraph) starts.paragraphs.push_back(position);
      ++position;
    }
  }
  return starts;
}

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_TEXT_STARTS_H_
