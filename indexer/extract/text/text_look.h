// What a line of scraped text looks like by itself: its words and its form, without its neighbours.
//
// Thread-safety: immutable. Ownership: a judge keeps a reference to its lexicon.
#ifndef DATELINE_INDEXER_EXTRACT_TEXT_TEXT_LOOK_H_
#define DATELINE_INDEXER_EXTRACT_TEXT_TEXT_LOOK_H_

#include <initializer_list>

#include "absl/strings/string_view.h"
#include "indexer/extract/rules/byline.h"
#include "indexer/extract/rules/lexicon.h"
#include "indexer/extract/text/text_lines.h"

namespace dateline::extract {

enum class Look {
  kProse,
  kShort,  // neither prose nor known furniture: a headline, a subheading, a menu entry, a link
  kChrome,
  kTail,  // "Related articles"
  kCaption,
  kNote,
  kByline,    // "By Jane Doe"
  kBareName,  // a person's name and no more
  kDate,      // a line that is mainly a date
};

// Whether one of the needles stands in `text`.
bool ContainsAny(absl::string_view text, std::initializer_list<absl::string_view> needles);

class LineJudge {
 public:
  explicit LineJudge(const Lexicon& lexicon) : lexicon_(lexicon) {}

  // REQUIRES: line.opens and, for lines of up to kMaxShortWords, line.inside are filled in.
  Look Judge(const TextLine& line) const;

  // The names of a line, without the dates that share it: all behind the first digit is left out.
  BylineReading Names(absl::string_view text) const;

  static bool IsProse(const TextLine& line);

  // Of lines up to so many words the lexicon says what stands anywhere in them.
  static constexpr size_t kMaxShortWords = 10;

 private:
  bool HasDate(const TextLine& line) const;
  bool IsByline(const TextLine& line) const;
  bool IsDateLine(const TextLine& line) const;
  bool IsNote(const TextLine& line) const;
  bool IsTail(const TextLine& line) const;
  bool IsChrome(const TextLine& line) const;
  bool IsCaption(const TextLine& line) const;

  const Lexicon& lexicon_;
};

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_TEXT_TEXT_LOOK_H_
