#include "indexer/build/mapped_reader.h"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>

#include "absl/strings/string_view.h"
#include "core/base/coding.h"
#include "core/base/file.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace dateline::build {
namespace {

constexpr size_t kEntries = 200;
constexpr size_t kEntryBytes = 200'000;
// Some entries, and what a kernel maps at once around what is touched: 2 MB on some.
constexpr size_t kMostHeld = 10'000'000;

// How much of the mapping that begins at `begin` is in the memory of this process.
size_t ResidentBytes(const char* begin) {
  std::ifstream maps("/proc/self/smaps");
  const auto address = reinterpret_cast<uintptr_t>(begin);
  bool here = false;
  for (std::string line; std::getline(maps, line);) {
    unsigned long first = 0;
    unsigned long last = 0;
    size_t kilobytes = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &first, &last) == 2) here = first == address;
    if (here && std::sscanf(line.c_str(), "Rss: %zu kB", &kilobytes) == 1) return kilobytes << 10;
  }
  return 0;
}

// Entries are read one ahead of their use, as a merge does.
TEST(MappedReaderTest, HoldsLittleThoughEntriesAreUsedAfterTheNextIsAsked) {
  test::TempDir directory;
  std::string bytes;
  for (size_t i = 0; i < kEntries; ++i)
    base::AppendString(bytes, std::string(kEntryBytes, static_cast<char>('a' + i % 26)));
  const auto file = base::MappedFile::Open(directory.Write("entries", bytes));
  ASSERT_TRUE(file.ok()) << file.status();
  const char* const begin = file->bytes().data();
  MappedReader reader(file->bytes());
  absl::string_view at_hand = reader.decoder().String();
  for (size_t i = 0; i < kEntries; ++i) {
    reader.LetGo();
    const absl::string_view next = i + 1 < kEntries ? reader.decoder().String() : absl::string_view();
    ASSERT_EQ(at_hand, std::string(kEntryBytes, static_cast<char>('a' + i % 26))) << i;
    EXPECT_LT(ResidentBytes(begin), kMostHeld) << "entry " << i;
    at_hand = next;
  }
  EXPECT_TRUE(reader.decoder().ok() && reader.decoder().empty());
  EXPECT_GT(ResidentBytes(begin), 0U) << "the mapping was not found";
}

TEST(MappedReaderTest, OfNothingHasNothing) {
  MappedReader reader({});
  reader.LetGo();
  reader.LetGo();
  EXPECT_TRUE(reader.decoder().empty());
}

}  // namespace
}  // namespace dateline::build
