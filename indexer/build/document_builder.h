// Article to IndexedDoc: analysis, fields, terms, values and the stored article, as FORMAT.md says.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_INDEXER_BUILD_DOCUMENT_BUILDER_H_
#define DATELINE_INDEXER_BUILD_DOCUMENT_BUILDER_H_

#include <string>
#include <vector>

#include "core/article/article.h"
#include "core/index/stored_article.h"
#include "core/text/analyzer.h"
#include "indexer/build/indexed_doc.h"

namespace dateline::build {

class DocumentBuilder {
 public:
  // `default_language` (ISO 639-1) is that of articles that do not say theirs.
  explicit DocumentBuilder(std::string default_language) : default_language_(std::move(default_language)) {}

  // REQUIRES: article::Finish accepted the article.
  IndexedDoc Build(article::Article article);

 private:
  // One field's prefixes; an empty view stands for "no such terms".
  struct FieldTerms {
    absl::string_view word;
    absl::string_view stem;
  };

  index::TokenMap AddText(absl::string_view text, uint32_t weight, FieldTerms own, FieldTerms lead);
  void AddNames(absl::string_view prefix, const std::vector<std::string>& names);
  void AddWord(std::string term, uint32_t wdf, uint32_t position);
  void AddBoolean(absl::string_view prefix, absl::string_view text);
  void AddFacets(const article::Article& article, IndexedDoc& doc);
  void AddDate(const article::Publication& publication);
  std::vector<IndexedTerm> TakeTerms();

  const std::string default_language_;
  text::Analyzer analyzer_;

  // Of the article at hand.
  struct Occurrence {
    std::string term;
    uint32_t wdf;
    uint32_t position;  // 0: none
  };
  std::string language_;
  std::vector<text::Token> tokens_;
  std::vector<Occurrence> occurrences_;
  uint32_t next_position_ = 0;
  uint64_t shortened_terms_ = 0;
};

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_DOCUMENT_BUILDER_H_
