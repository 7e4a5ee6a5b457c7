// What a byline says: persons with their roles, apart from agencies, desks and everything else.
//
//   "By Ines Calloway and Tom Reed"            two writers
//   "A. Petrov, B. Sidorova in Moscow; editing by C. Lind"   two writers
//   "Jane Doe, Associated Press"               a writer and the agency
//   "BBC News", "Online-Redaktion"             a desk, which is no person
//   "j.doe@example.org", "@janedoe"            nothing
//
// A wrong name is worse than none: what does not look like a person, a desk or an agency is left out.
//
// Thread-safety: pure functions.
#ifndef DATELINE_INDEXER_EXTRACT_RULES_BYLINE_H_
#define DATELINE_INDEXER_EXTRACT_RULES_BYLINE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/article/article.h"
#include "indexer/extract/rules/lexicon.h"

namespace dateline::extract {

struct AgencyCredit {
  article::Credit credit;  // under its canonical name
  std::string as_printed;
};

struct BylineReading {
  std::vector<article::Credit> people;  // persons and desks, in order
  std::vector<AgencyCredit> agencies;
  bool empty() const { return people.empty() && agencies.empty(); }
};

enum class Trust {
  kSupplied,  // a field says that these are names: a single name, a handle in words or an odd form is believed
  kText,      // a line of text: only what looks like a person's name in every part
};

// Reads `text`, with or without its "By". `role` is that of persons when nothing in the text says otherwise.
BylineReading ReadByline(absl::string_view text, const Lexicon& lexicon, Trust trust, article::Role role,
                         article::Source source);

// Whether `text` has the form of a person's name: two to five words that begin with capitals (or a name of another
// script), particles ("van der") aside, no digits, none of them a word of the lexicon's desks or furniture.
bool LooksLikePerson(absl::string_view text, const Lexicon& lexicon);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_RULES_BYLINE_H_
