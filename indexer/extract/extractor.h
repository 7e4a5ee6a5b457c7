// Record to Article. Total on any bytes: a record gives an article or the reason why it gives none.
//
// Facts come from, in order of trust: what the command line sets, the fields of the record or of the file of facts
// beside it, the text itself. A supplied field beats one read from the text.
//
// JSON fields by any of these names, the first that holds something:
//   id; url link; headline title name; body text articleBody content; deck subtitle subheadline; caption;
//   byline author authors creator by; outlet source publisher; agency agencies wire; dateline;
//   published datePublished publish_date published_at date pubDate; section category; lang language inLanguage
// Names may be a string ("A and B"), an object with a "name", or a list of these.
//
// Names of writers are read as byline.h says, names of outlets and agencies become canonical by the lexicon. Plain
// text is read as text_reader.h says, pages as html_reader.h says.
//
// Thread-safety: an Extractor belongs to one thread.
#ifndef DATELINE_INDEXER_EXTRACT_EXTRACTOR_H_
#define DATELINE_INDEXER_EXTRACT_EXTRACTOR_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/article/article.h"
#include "indexer/extract/rules/extraction.h"
#include "indexer/extract/rules/lexicon.h"
#include "indexer/ingest/record.h"

namespace dateline::extract {

// Facts for every record, from the command line: NAME, one of outlet, agency, byline, section, lang, published;
// VALUE.
class SuppliedFacts {
 public:
  // InvalidArgument names the known fields, or says what is wrong with the value.
  absl::Status Set(absl::string_view name, absl::string_view value);

  bool Has(absl::string_view name) const;

  // Overrides what `article` has.
  void Apply(const Lexicon& lexicon, article::Article& article) const;

 private:
  std::vector<std::pair<std::string, std::string>> facts_;
};

class Extractor {
 public:
  // `lexicon` must outlive the extractor.
  explicit Extractor(SuppliedFacts supplied, const Lexicon& lexicon = Lexicon::Shipped());
  ~Extractor();

  // The article, valid as article::Finish makes it; InvalidArgument with the reason when the record gives none. What
  // was repaired or not understood stands in the article's notes.
  absl::StatusOr<article::Article> Extract(const ingest::Record& record);

  // The same article with its evidence and zones.
  absl::StatusOr<Extraction> Explain(const ingest::Record& record);

  // How long telling languages has taken so far.
  std::chrono::nanoseconds language_time() const { return language_time_; }

 private:
  struct Json;

  void ReadPlainText(const ingest::Record& record, Extraction& out);

  const SuppliedFacts supplied_;
  const Lexicon& lexicon_;
  std::unique_ptr<Json> json_;
  std::chrono::nanoseconds language_time_{};
};

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_EXTRACTOR_H_
