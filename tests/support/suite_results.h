// The figures of a suite at full size, for RESILIENCY.md: one JSON object a line onto the file that DATELINE_RESULTS
// names; without it, nothing.
#ifndef DATELINE_TESTS_SUPPORT_SUITE_RESULTS_H_
#define DATELINE_TESTS_SUPPORT_SUITE_RESULTS_H_

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/base/json_writer.h"

namespace dateline::test {

inline void RecordResult(absl::string_view suite, absl::string_view what, uint64_t trials, uint64_t passed,
                         uint64_t seed) {
  const char* path = std::getenv("DATELINE_RESULTS");
  if (path == nullptr) return;
  std::string line;
  base::JsonWriter json(&line);
  json.BeginObject().Key("suite").String(suite).Key("what").String(what).Key("trials").Uint(trials);
  json.Key("passed").Uint(passed).Key("seed").Uint(seed);
  json.Key("date").String(absl::FormatTime("%Y-%m-%d", absl::Now(), absl::UTCTimeZone())).EndObject();
  std::ofstream(path, std::ios::app) << line << "\n";
}

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_SUITE_RESULTS_H_
