#include "searcher/admit/listen_address.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/status/statusor.h"

namespace dateline::admit {
namespace {

TEST(ListenAddressTest, IsReadAndWritten) {
  const struct {
    std::string text;
    std::string read;  // "": refused
    bool local;
  } kCases[] = {
      {"127.0.0.1:7370", "127.0.0.1:7370", true},
      {"127.9.9.9:0", "127.9.9.9:0", true},
      {"localhost:1", "127.0.0.1:1", true},
      {"[::1]:1", "[::1]:1", true},
      {"[::]:1", "[::]:1", false},
      {"0.0.0.0:65535", "0.0.0.0:65535", false},
      {"news.example:1", "news.example:1", false},
      {"unix:/run/a.sock", "unix:/run/a.sock", true},
      {"unix:a.sock", "", false},
      {"unix:/" + std::string(200, 'a'), "", false},
      {"127.0.0.1", "", false},
      {":7370", "", false},
      {"127.0.0.1:65536", "", false},
      {"127.0.0.1:-1", "", false},
      {"127.0.0.1:x", "", false},
      {"", "", false},
  };
  for (const auto& c : kCases) {
    const absl::StatusOr<ListenAddress> address = ParseListenAddress(c.text);
    EXPECT_EQ(address.ok() ? address->ToString() : "", c.read) << c.text;
    EXPECT_EQ(address.ok() && address->local, c.local) << c.text;
  }
}

}  // namespace
}  // namespace dateline::admit
