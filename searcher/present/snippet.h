// The piece of an article that shows why it matched, with the matching words marked.
//
// A phrase is marked as one, and only where all of it stands; a word is marked in each of its forms. The marks are
// byte ranges of the snippet: escaping belongs to whoever shows it.
//
// Thread-safety: pure but for the analyzer's memory of words, which belongs to one thread.
#ifndef DATELINE_SEARCHER_PRESENT_SNIPPET_H_
#define DATELINE_SEARCHER_PRESENT_SNIPPET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/index/stored_article.h"
#include "core/text/analyzer.h"
#include "searcher/plan/query_plan.h"

namespace dateline::present {

struct Mark {
  uint32_t begin = 0;  // bytes of the snippet, half-open
  uint32_t end = 0;
  bool operator==(const Mark&) const = default;
};

struct Snippet {
  std::string text;  // one line; "…" where text was left out
  std::vector<Mark> marks;
};

inline constexpr size_t kSnippetBytes = 280;

// The stretch of the body (or of the deck or the captions, when only they match) of about `max_bytes` that matches
// most rules, the earliest of equals; without a match, the beginning of the body.
Snippet MakeSnippet(const index::StoredArticle& stored, const plan::HighlightRules& rules, text::Analyzer& analyzer,
                    size_t max_bytes = kSnippetBytes);

}  // namespace dateline::present

#endif  // DATELINE_SEARCHER_PRESENT_SNIPPET_H_
