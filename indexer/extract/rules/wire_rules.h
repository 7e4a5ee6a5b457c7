// What wire stories carry in fixed places: version marks before the headline, the dateline before the first sentence,
// credit lines behind the last.
//
// Thread-safety: pure functions. Sizes are bytes.
#ifndef DATELINE_INDEXER_EXTRACT_RULES_WIRE_RULES_H_
#define DATELINE_INDEXER_EXTRACT_RULES_WIRE_RULES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/article/article.h"
#include "indexer/extract/rules/byline.h"
#include "indexer/extract/rules/lexicon.h"

namespace dateline::extract {

// "(4th LD) (ROUNDUP) Kim, Putin hold ..." and "UPDATE 3-", "CORRECTED-", "WRAPUP 2-", "(LEAD)": reads the marks into
// `version` and returns how many bytes of `headline` they and the blanks behind them take; 0 when there is none.
size_t ReadVersionMarks(absl::string_view headline, article::WireVersion& version);

struct Dateline {
  std::string place;  // as printed: "VLADIVOSTOK, Russia"; "" when only an agency stands there, as in "(Reuters) -"
  std::vector<AgencyCredit> agencies;
  article::Publication day;  // dated, partial, or nothing
  size_t length = 0;         // bytes up to where the sentence begins; 0 when there is no dateline
};

// "VLADIVOSTOK, Russia, April 25 (Yonhap) -- North ...", "AUBURN, Wash. -- After ...", "BERLIN (dpa) - Die ...",
// "(Reuters) - A ...", and, when `colon_form` says that the text has but one of this kind, "Vladivostok: Russian
// ...".
Dateline ReadDateline(absl::string_view paragraph, const Lexicon& lexicon, bool colon_form);

// A line of nothing but a place and an agency: "VLADIVOSTOK- Agence France-Presse".
Dateline ReadDatelineLine(absl::string_view line, const Lexicon& lexicon);

// "With reporting by Reuters, AP and Jane Doe", "Reporting by A in B; Editing by C", "(dpa)", "BLOOMBERG": who is
// credited by a line at the end; empty when it is no such line.
BylineReading ReadCreditLine(absl::string_view line, const Lexicon& lexicon);

// The agency whose mark ends the last paragraph, "... by year end. BLOOMBERG" or "... (dpa)"; `length` is the bytes
// of the mark with the blanks before it.
std::vector<AgencyCredit> ReadEndMark(absl::string_view paragraph, const Lexicon& lexicon, size_t* length);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_RULES_WIRE_RULES_H_
