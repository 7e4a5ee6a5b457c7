// How fast checksums of files are verified, from the page cache, by one thread: what opening an index costs beyond the
// disk. A file of 64 MB is made in the directory for temporary files.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>

#include "bench/random.h"
#include "core/base/checksum.h"
#include "core/base/file.h"

namespace dateline::bench {
namespace {

void BM_VerifyFile(benchmark::State& state) {
  Random random(20190425);
  std::string bytes(size_t{64} << 20, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.Below(256));
  const std::string path = (std::filesystem::temp_directory_path() / "dateline-verify-bench").string();
  if (!base::WriteFileSynced(path, bytes).ok()) return state.SkipWithError("cannot write the file");
  const base::FileChecksum expected = base::ChecksumFile(path).value();
  for (auto _ : state) {
    if (!base::VerifyFile(path, expected).ok()) return state.SkipWithError("damaged");
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes.size()));
  std::filesystem::remove(path);
}
BENCHMARK(BM_VerifyFile)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace dateline::bench
