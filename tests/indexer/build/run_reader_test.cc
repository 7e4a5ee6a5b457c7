#include "indexer/build/glass/run_reader.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace dateline::build::glass {
namespace {

TEST(RunReaderTest, DeltasAreReadOrRefused) {
  struct Case {
    std::string deltas;
    bool sound;
    std::vector<uint32_t> positions;
  };
  const std::vector<Case> cases = {
      {{"\x00", 1}, true, {0}},
      {"\x07", true, {7}},
      {"\x07\x01\x80\x01", true, {7, 8, 136}},
      {"\xff\xff\xff\xff\x0f", true, {0xffffffff}},
      {"", false, {}},                          // no posting is said to have positions and has none
      {"\x07\x80", false, {}},                  // cut
      {"\xff\xff\xff\xff\x0f\x01", false, {}},  // beyond 32 bits
      {"\x80\x80\x80\x80\x10", false, {}},      // beyond 32 bits at once
      {"\x05\xfd\xff\xff\xff\xff\xff\xff\xff\xff\x01", false, {}},  // back below by 64 bits
  };
  for (const Case& test : cases) {
    std::vector<uint32_t> positions = {99};
    EXPECT_EQ(ReadDeltas(test.deltas, positions), test.sound) << testing::PrintToString(test.deltas);
    if (!test.sound) continue;
    EXPECT_EQ(positions, test.positions);
  }
}

}  // namespace
}  // namespace dateline::build::glass
