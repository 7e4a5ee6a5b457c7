// Article to IndexedDoc: analysis, fields, terms, values and the stored article, as FORMAT.md says.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_INDEXER_BUILD_DOCUMENT_BUILDER_H_
#define DATELINE_INDEXER_BUILD_DOCUMENT_BUILDER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/article/article.h"
#include "core/index/stored_article.h"
#include "core/text/analyzer.h"
#include "indexer/build/indexed_doc.h"
#include "indexer/build/stage_clock.h"

namespace dateline::build {

class DocumentBuilder {
 public:
  // `default_language` (ISO 639-1) is that of articles that do not say theirs. `clock`: of the thread, or null; must
  // outlive the builder.
  explicit DocumentBuilder(std::string default_language, StageClock* clock = nullptr)
      : default_language_(std::move(default_language)), clock_(clock) {}

  // Its terms are numbers of dictionary(). REQUIRES: article::Finish accepted the article.
  InternedDoc Build(article::Article article);

  const TermDictionary& dictionary() const { return dictionary_; }
  // Forgets terms when there are many. Call when no InternedDoc is needed any more.
  void TrimDictionary();

 private:
  // Where a word stands, beside anywhere: each has terms of its own.
  enum Place : size_t { kAnywhere, kInHeadline, kInLead, kInCaption, kPlaces };
  // The numbers of the terms of one word, found when they are first needed; and where its terms anywhere are in
  // terms_, when `serial` is that of the article. In one line of memory, for most of the work is to come by it.
  struct alignas(64) WordTerms {
    uint32_t word[kPlaces];
    uint32_t stem[kPlaces];
    uint32_t serial;
    uint32_t word_place;
    uint32_t stem_place;
  };
  // A term of the article at hand, at a position.
  struct Use {
    uint32_t term;  // a place of doc.terms
    uint32_t position;
  };

  index::TokenMap AddText(absl::string_view text, uint32_t weight, Place own, bool has_lead);
  // The written word at its position, and its stem, whose place in terms_ is given.
  uint32_t AddWordAnywhere(const text::Word& word, uint32_t position);
  uint32_t AddWord(const text::Word& word, Place place, uint32_t position);
  WordTerms& TermsOf(const text::Word& word) {
    if (word.number >= word_terms_.size()) MakeRoomForTermsOf(word);
    return word_terms_[word.number];
  }
  void MakeRoomForTermsOf(const text::Word& word);
  void AskForTermsOf(const text::Word& word) const;
  uint32_t PlaceOf(uint32_t term);  // in doc.terms, where it is added when it is not there
  void AddNames(absl::string_view prefix, const std::vector<std::string>& names);
  bool AddFacetName(index::NameField field, absl::string_view display, InternedDoc& doc);
  void AddBoolean(absl::string_view prefix, absl::string_view text);
  void AddFacets(const article::Article& article, InternedDoc& doc);
  void AddDate(const article::Publication& publication);
  void PlacePositions(InternedDoc& doc) const;

  void Enter(Stage stage) {
    if (clock_ != nullptr) clock_->Enter(stage);
  }

  const std::string default_language_;
  StageClock* const clock_;
  text::Analyzer analyzer_;
  TermDictionary dictionary_;
  std::vector<WordTerms> word_terms_;  // by text::Word::number

  // Of the article at hand.
  std::string language_;
  std::vector<text::Token> tokens_;
  std::vector<InternedTerm> terms_;
  std::vector<Use> uses_;  // of each term in the order of positions
  uint32_t next_position_ = 0;
  uint64_t shortened_ = 0;
  // By number of term: where it is in terms_, when `serial` is that of the article.
  struct Met {
    uint32_t serial = 0;
    uint32_t place = 0;
  };
  std::vector<Met> met_;
  uint32_t serial_ = 0;
};

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_DOCUMENT_BUILDER_H_
