// Runs a fuzz target over its corpus without a fuzzer: what was found once is an ordinary test from then on.
//   usage: NAME_replay DIRECTORY
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>

#include "core/base/file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int argc, char** argv) {
  int inputs = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      const auto bytes = dateline::base::ReadFile(entry.path().string());
      if (!bytes.ok()) {
        std::fprintf(stderr, "%s\n", bytes.status().ToString().c_str());
        return 1;
      }
      LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes->data()), bytes->size());  // aborts on a finding
      ++inputs;
    }
  }
  std::printf("%d inputs\n", inputs);
  return inputs > 0 ? 0 : 1;
}
