// Which engine the tests of matching judge. Every such test is registered twice in tests/CMakeLists.txt: once as it
// is, for the fast engine, and once with DATELINE_TEST_ENGINE=xapian.
#ifndef DATELINE_TESTS_SUPPORT_ENGINE_UNDER_TEST_H_
#define DATELINE_TESTS_SUPPORT_ENGINE_UNDER_TEST_H_

#include <cstdlib>
#include <string>

#include "searcher/match/fast/fast_matcher.h"
#include "searcher/serve/engine.h"

namespace dateline::test {

inline match::fast::MatchEngine EngineUnderTest() {
  const char* const name = std::getenv("DATELINE_TEST_ENGINE");
  return match::fast::MatchEngineFromName(name == nullptr ? "fast" : name).value();
}

inline serve::EngineOptions OptionsUnderTest() {
  serve::EngineOptions options;
  options.match_engine = EngineUnderTest();
  return options;
}

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_ENGINE_UNDER_TEST_H_
