// Which language a text is in.
//
// Thread-safety: a pure function. Errors: none; what is not known is "".
#ifndef DATELINE_CORE_TEXT_LANGUAGE_DETECTOR_H_
#define DATELINE_CORE_TEXT_LANGUAGE_DETECTOR_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::text {

// Shorter texts say too little: "Information" is a word of seven languages. An ideograph, a kana or a syllable of
// Hangul counts as three letters.
inline constexpr size_t kMinLetters = 30;

struct DetectedLanguage {
  std::string code;  // ISO 639-1, "" when unsure; Norwegian is "no" (Bokmal) or "nn", Chinese "zh" in either script
  int percent = 0;   // of the text, 0 to 100
  bool reliable = false;
};

// `hint` is the language that a page or feed claims ("pt-BR"), or "": it tips the scales, no more. The first 32 KB
// decide.
DetectedLanguage DetectLanguage(absl::string_view utf8, absl::string_view hint);

}  // namespace dateline::text

#endif  // DATELINE_CORE_TEXT_LANGUAGE_DETECTOR_H_
