// The facts of an article by name: what --fields chooses from, and what an article is as JSON.
//
// Thread-safety: pure functions.
#ifndef DATELINE_TOOLS_CLIENT_ARTICLE_FIELDS_H_
#define DATELINE_TOOLS_CLIENT_ARTICLE_FIELDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/article/article.h"
#include "core/base/json_writer.h"
#include "searcher/serve/api.h"

namespace dateline::client {

struct ArticleField {
  absl::string_view name;
  bool body = false;       // only whole articles have it
  bool published = false;  // it is a part of "published", and left out where that is printed
  // As one cell of a table; several values are separated by "; ".
  std::string (*text)(const serve::FullArticle&) = nullptr;
  void (*json)(const serve::FullArticle&, base::JsonWriter*) = nullptr;
};

using ArticleFields = std::vector<const ArticleField*>;

// All, in the order in which JSON has them.
ArticleFields AllFields(bool bodies);
// What a table shows unless it is told.
ArticleFields TableFields();
// Of "id,url,headline". Errors: InvalidArgument with the names that there are.
absl::StatusOr<ArticleFields> ParseFields(absl::string_view text);
bool NeedBodies(const ArticleFields& fields);

enum class RowFormat { kJson, kCsv, kTsv };

// The names of the fields as the first row of a table; "" for JSON.
std::string HeaderRow(const ArticleFields& fields, RowFormat format);
// One article: a JSON object, or cells. CSV is quoted as RFC 4180 says; in TSV tabs, line feeds, carriage returns and
// backslashes are written \t, \n, \r and \\. With `for_terminal` nothing in a cell can steer a terminal.
std::string ArticleRow(const serve::FullArticle& full, const ArticleFields& fields, RowFormat format,
                       bool for_terminal);

void WriteCredits(const std::vector<article::Credit>& credits, bool with_source, base::JsonWriter* json);
void WritePublished(const article::Publication& publication, base::JsonWriter* json);

}  // namespace dateline::client

#endif  // DATELINE_TOOLS_CLIENT_ARTICLE_FIELDS_H_
