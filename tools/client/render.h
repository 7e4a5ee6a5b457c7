// What the client prints: text for people and JSON for programs.
//
// Articles are foreign text, and a terminal obeys what it is sent. So everything that comes from an article, an error
// or a query passes SafeForTerminal on its way into the text forms; the only escape sequences there are our colours.
// The JSON forms escape the same characters in JSON's own way.
//
// Thread-safety: pure functions. Errors: none. All results end with a line feed unless said otherwise.
#ifndef DATELINE_TOOLS_CLIENT_RENDER_H_
#define DATELINE_TOOLS_CLIENT_RENDER_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "searcher/serve/engine.h"

namespace dateline::client {

// `text` on one line with every character that could steer a terminal or reorder a line made visible: C0 controls
// (line feed and tab too), DEL and bytes that are not UTF-8 as \x1b; C1 controls, line separators and bidirectional
// overrides as \u202e. The result is valid UTF-8. No line feed is added.
std::string SafeForTerminal(absl::string_view text);

// The same for text of many lines: line feeds stay.
std::string SafeLinesForTerminal(absl::string_view text);

// The columns that `text`, one line without control characters, takes on a terminal: East Asian wide characters take
// two, combining marks none. Near enough for tables.
size_t DisplayWidth(absl::string_view text);

struct TextOptions {
  bool color = false;
  size_t width = 80;  // columns of the terminal
};

// "outlet", "byline", ... : the names in --facet and in JSON.
absl::string_view FacetName(serve::FacetField field);

// The hits, numbered from 1, with a blank line behind each; "" when there are none.
std::string HitsText(const serve::SearchResponse& response, const TextOptions& options);
// A table of counts for each facet, with a blank line behind each.
std::string FacetsText(const serve::SearchResponse& response, const TextOptions& options);
// "123 articles (0.004 s)".
std::string TotalText(const serve::SearchResponse& response, double seconds);
// One object on one line.
std::string SearchJson(const serve::SearchResponse& response);

std::string ArticleText(const serve::FullArticle& full, const TextOptions& options);
std::string ArticleJson(const serve::FullArticle& full);

std::string StatusText(const serve::IndexStatus& status);
std::string StatusJson(const serve::IndexStatus& status);

// The query, and below it a caret under the character at byte `offset`, which may lie behind the end.
std::string QueryErrorText(absl::string_view query, size_t offset);

}  // namespace dateline::client

#endif  // DATELINE_TOOLS_CLIENT_RENDER_H_
