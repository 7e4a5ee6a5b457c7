// What the words in an element's class, id and role say about it. Words, not substrings: "article-header" is no head
// of a page, "shareholders" shares nothing.
//
// Thread-safety: pure functions.
#ifndef DATELINE_INDEXER_EXTRACT_HTML_HTML_HINTS_H_
#define DATELINE_INDEXER_EXTRACT_HTML_HTML_HINTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::extract {

// "ArticleBody__related-links" to article, body, related, links.
std::vector<std::string> NameWords(absl::string_view name);

// Hint bits (html_page.h) of one class list, id or test id.
uint32_t HintsOfName(absl::string_view name);
uint32_t HintsOfRole(absl::string_view role);
uint32_t HintsOfTag(absl::string_view tag);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_HTML_HTML_HINTS_H_
