// What the client prints: text for people and JSON for programs.
//
// The text forms put everything foreign through SafeForTerminal (`terminal.h`). The JSON forms escape the same
// characters in JSON's own way, and are one object on one line each.
//
// Thread-safety: pure functions. Errors: none. All results end with a line feed unless they are empty.
#ifndef DATELINE_TOOLS_CLIENT_RENDER_H_
#define DATELINE_TOOLS_CLIENT_RENDER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "searcher/serve/api.h"
#include "tools/client/names.h"
#include "tools/client/terminal.h"

namespace dateline::client {

// The hits, numbered from 1, with a blank line behind each; "" when there are none.
std::string HitsText(const serve::SearchResponse& response, const TextOptions& options);
std::string KeysText(const serve::SearchResponse& response);  // one a line
// A table of counts for each facet, with a blank line behind each. What the request filters by is marked.
std::string FacetsText(const std::vector<serve::FacetResult>& facets, const TextOptions& options);
// "123 articles (0.004 s)".
std::string TotalText(const serve::SearchResponse& response, double seconds);
// For a query that found nothing: what its parts find, and what may have been meant.
std::string NothingFoundText(const serve::SearchResponse& response);
// With `keys_only`, hits have nothing else but scores.
std::string SearchJson(const serve::SearchResponse& response, bool keys_only = false);

// One line a bucket: on a terminal with a bar, else as a table. With `coverage` a column holds the share of all
// articles.
std::string HistogramText(const serve::HistogramResult& histogram, bool coverage, const TextOptions& options);
// The same for programs: label, count and, with `coverage`, all articles, between tabs.
std::string HistogramRows(const serve::HistogramResult& histogram, bool coverage);
std::string CountJson(const serve::CountResponse& response);

// `values` are those of all pages.
std::string FacetValuesText(const std::vector<serve::FacetValue>& values);
std::string FacetValuesJson(serve::FacetField field, const serve::ListFacetValuesResponse& response);

std::string SuggestionsText(const std::vector<serve::Suggestion>& suggestions);
std::string SuggestionsJson(const std::vector<serve::Suggestion>& suggestions);

std::string ExplainText(const serve::ExplainResponse& response);
std::string ExplainJson(const serve::ExplainResponse& response);

std::string AnalyzeText(const serve::AnalyzeResponse& response);
std::string AnalyzeJson(const serve::AnalyzeResponse& response);

std::string ArticleText(const serve::FullArticle& full, const TextOptions& options);
std::string ArticleJson(const serve::FullArticle& full);

std::string StatusText(const serve::IndexStatus& status);
std::string StatusJson(const serve::IndexStatus& status);
std::string ReloadText(const serve::ReloadResult& result);
std::string ReloadJson(const serve::ReloadResult& result);

// The query, and below it a caret under the character at byte `offset`, which may lie behind the end.
std::string QueryErrorText(absl::string_view query, size_t offset);

}  // namespace dateline::client

#endif  // DATELINE_TOOLS_CLIENT_RENDER_H_
