// (prefix, word) to the bytes of a term, and the rule for terms that Xapian could not hold.
//
// Xapian stores a term of at most 245 bytes, in which a zero byte counts twice. Longer ones become the longest whole
// code points that fit into kMaxTermBytes - 17 bytes, then '#', then 16 hexadecimal digits of the hash of the whole:
// two long terms stay different, and a query finds what the index stored.
//
// Thread-safety: pure functions.
#ifndef DATELINE_CORE_INDEX_TERM_KEY_H_
#define DATELINE_CORE_INDEX_TERM_KEY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "core/base/ids.h"

namespace dateline::index {

inline constexpr size_t kMaxTermBytes = 240;

std::string TermKey(absl::string_view prefix, absl::string_view text);

// Would TermKey shorten this one?
bool IsShortened(absl::string_view prefix, absl::string_view text);

std::string KeyTerm(const base::DocKey& key);
std::string DayTerm(absl::CivilDay day);
std::string MonthTerm(absl::CivilMonth month);
std::string YearTerm(absl::CivilYear year);

// The UTC day of an instant in seconds since the epoch.
absl::CivilDay DayOf(int64_t instant);

// The fewest day, month and year terms that together hold exactly the days from `first` to `last`.
std::vector<std::string> DateRangeTerms(absl::CivilDay first, absl::CivilDay last);

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_TERM_KEY_H_
