#include "core/index/term_key.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "core/base/checksum.h"
#include "core/base/utf8.h"
#include "core/index/schema.h"

namespace dateline::index {
namespace {

constexpr size_t kHashSuffixBytes = 17;

size_t StoredBytes(absl::string_view prefix, absl::string_view text) {
  return prefix.size() + text.size() + static_cast<size_t>(std::count(text.begin(), text.end(), '\0'));
}

}  // namespace

bool IsShortened(absl::string_view prefix, absl::string_view text) {
  return StoredBytes(prefix, text) > kMaxTermBytes;
}

std::string TermKey(absl::string_view prefix, absl::string_view text) {
  if (!IsShortened(prefix, text)) return absl::StrCat(prefix, text);
  absl::string_view head = base::TruncateUtf8(text, kMaxTermBytes - kHashSuffixBytes - prefix.size());
  head = head.substr(0, head.find('\0'));
  return absl::StrCat(prefix, head, absl::StrFormat("#%016x", base::Hash64(text)));
}

std::string KeyTerm(const base::DocKey& key) { return absl::StrCat(kKey, base::ToHex(key)); }

std::string DayTerm(absl::CivilDay day) {
  return absl::StrFormat("%s%04d%02d%02d", kDay, day.year(), day.month(), day.day());
}

std::string MonthTerm(absl::CivilMonth month) {
  return absl::StrFormat("%s%04d%02d", kMonth, month.year(), month.month());
}

std::string YearTerm(absl::CivilYear year) { return absl::StrFormat("%s%04d", kYear, year.year()); }

absl::CivilDay DayOf(int64_t instant) {
  return absl::ToCivilDay(absl::FromUnixSeconds(instant), absl::UTCTimeZone());
}

std::vector<std::string> DateRangeTerms(absl::CivilDay first, absl::CivilDay last) {
  std::vector<std::string> terms;
  while (first <= last) {
    const absl::CivilYear year(first);
    const absl::CivilMonth month(first);
    if (first == absl::CivilDay(year) && absl::CivilDay(year + 1) - 1 <= last) {
      terms.push_back(YearTerm(year));
      first = absl::CivilDay(year + 1);
    } else if (first == absl::CivilDay(month) && absl::CivilDay(month + 1) - 1 <= last) {
      terms.push_back(MonthTerm(month));
      first = absl::CivilDay(month + 1);
    } else {
      terms.push_back(DayTerm(first));
      ++first;
    }
  }
  return terms;
}

}  // namespace dateline::index
