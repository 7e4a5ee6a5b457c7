// Article to IndexedDoc: analysis, fields, terms, values and the stored article, as FORMAT.md says.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_INDEXER_BUILD_DOCUMENT_BUILDER_H_
#define DATELINE_INDEXER_BUILD_DOCUMENT_BUILDER_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
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
  // The tokens of one kind of place (anywhere, the headline, the lead, the captions), in the order of their
  // positions. Eight bytes a token: a large article must not cost many times its size.
  struct Use {
    uint32_t word;  // a number of words_
    uint32_t position;
  };
  using Uses = std::vector<Use>;

  index::TokenMap AddText(absl::string_view text, uint32_t weight, Uses* own, Uses* lead);
  void AddNames(absl::string_view prefix, const std::vector<std::string>& names);
  bool AddFacetName(index::NameField field, absl::string_view display, IndexedDoc& doc);
  void AddBoolean(absl::string_view prefix, absl::string_view text);
  void AddFacets(const article::Article& article, IndexedDoc& doc);
  void AddDate(const article::Publication& publication);
  uint32_t NumberOf(const text::Word* word);
  void AddTermsOf(const Uses& uses, absl::string_view word_prefix, absl::string_view stem_prefix);
  std::vector<IndexedTerm> TakeTerms();

  const std::string default_language_;
  text::Analyzer analyzer_;

  // Of the article at hand.
  std::string language_;
  std::vector<text::Token> tokens_;
  std::vector<const text::Word*> words_;
  std::vector<uint32_t> wdf_;  // by number of words_
  absl::flat_hash_map<const text::Word*, uint32_t> word_numbers_;
  Uses everywhere_;
  Uses in_headline_;
  Uses in_lead_;
  Uses in_caption_;
  std::vector<IndexedTerm> terms_;
  uint32_t next_position_ = 0;
};

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_DOCUMENT_BUILDER_H_
