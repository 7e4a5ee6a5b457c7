// Snowball stems by language, remembered.
//
// Thread-safety: a Stemmer belongs to one thread.
#ifndef DATELINE_CORE_TEXT_STEMMER_H_
#define DATELINE_CORE_TEXT_STEMMER_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::text {

class Stemmer {
 public:
  // `language` is an ISO 639-1 code. A language without a Snowball stemmer, or "", leaves every word as it is.
  explicit Stemmer(absl::string_view language);
  ~Stemmer();

  // The stem of `word`, which is folded but keeps its diacritics: the rules of many languages turn on them. Words
  // over 64 bytes are their own stems.
  std::string Stem(absl::string_view word);

  static bool Knows(absl::string_view language);

  // Does a word that begins with an ASCII character always have a stem that begins with the same one? Not where rules
  // take prefixes off (Indonesian, Irish) or harden the begin of short words (Turkish).
  static bool KeepsFirstByte(absl::string_view language) {
    return language != "id" && language != "ga" && language != "tr";
  }
  // And has it, where its second character is ASCII too, a stem of one character or with the same second one, but for
  // an i in place of y (dying)? Not where rules take double letters apart (Finnish).
  static bool KeepsSecondByte(absl::string_view language) { return KeepsFirstByte(language) && language != "fi"; }
  static std::string Version();  // of the library that holds the rules, for the analyzer's fingerprint

 private:
  struct Rules;
  std::unique_ptr<Rules> rules_;  // null: no rules for this language
};

}  // namespace dateline::text

#endif  // DATELINE_CORE_TEXT_STEMMER_H_
