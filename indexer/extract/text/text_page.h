// A scraped text while it is read: its lines, what each looks like, and what was found so far. The steps of
// text_reader.h share it; each reads what those before it left.
//
// Thread-safety: belongs to one thread. Ownership: keeps references to the lexicon and the extraction.
#ifndef DATELINE_INDEXER_EXTRACT_TEXT_TEXT_PAGE_H_
#define DATELINE_INDEXER_EXTRACT_TEXT_TEXT_PAGE_H_

#include <cstddef>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "indexer/extract/rules/date_finder.h"
#include "indexer/extract/rules/extraction.h"
#include "indexer/extract/rules/lexicon.h"
#include "indexer/extract/text/text_lines.h"
#include "indexer/extract/text/text_look.h"

namespace dateline::extract {

constexpr size_t kNoLine = static_cast<size_t>(-1);
constexpr size_t kMaxHeadlineWords = 32;

struct TextPage {
  TextPage(absl::string_view text, const Lexicon& lexicon, Extraction& out);

  article::Article& article() { return out.article; }
  const article::Article& article() const { return out.article; }

  // Adds evidence from the text.
  void Prove(absl::string_view field, absl::string_view value, absl::string_view rule, size_t line, bool used = true);

  static bool IsNoted(Look look) { return look == Look::kByline || look == Look::kDate; }

  // What a line adds to the sum by which the body is found: prose counts its characters, furniture costs.
  double Worth(size_t i) const;

  // The first line of the body.
  size_t FirstProse() const;

  // The first line of text but for furniture, of few capitalised words of which newspapers have one in their names.
  bool HasMastheadForm(size_t i) const;
  bool HasNewspaperName(size_t i) const;

  const Lexicon& lexicon;
  const LineJudge judge;
  Extraction& out;
  std::vector<TextLine> lines;
  std::vector<Look> looks;
  std::vector<Zone> zones;
  absl::flat_hash_map<absl::string_view, size_t> times;  // how often a line stands in the text, folded
  bool has_prose = true;
  size_t body_begin = 0;  // lines, half-open
  size_t body_end = 0;
  size_t article_end = 0;  // what follows is no part of the article
  size_t headline = kNoLine;
  size_t deck = kNoLine;
  size_t end_mark = kNoLine;  // the paragraph that ends in an agency's mark
  size_t end_mark_bytes = 0;
  DayOrder order = DayOrder::kUnknown;
};

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_TEXT_TEXT_PAGE_H_
