// Days as text.
#ifndef DATELINE_CORE_BASE_DAY_TEXT_H_
#define DATELINE_CORE_BASE_DAY_TEXT_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

namespace dateline::base {

// "2019-04-05". Not by StrFormat or FormatCivilTime, which take longer: a page has one for each hit, a histogram may
// have thousands.
inline std::string DayText(absl::CivilDay day) {
  return absl::StrCat(absl::Dec(day.year(), absl::kZeroPad4), "-", absl::Dec(day.month(), absl::kZeroPad2), "-",
                      absl::Dec(day.day(), absl::kZeroPad2));
}

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_DAY_TEXT_H_
