#include "searcher/ops/notify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/support/temp_dir.h"

namespace dateline::ops {
namespace {

using ::testing::MatchesRegex;

// A service manager's end of the protocol.
class NotifyTest : public ::testing::Test {
 protected:
  // A path, or a name that is not in the file system.
  void Listen(const std::string& address) {
    sockaddr_un at = {};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path, address.data(), address.size());
    if (at.sun_path[0] == '@') at.sun_path[0] = '\0';
    fd_ = ::socket(AF_UNIX, SOCK_DGRAM, 0);
    ASSERT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&at),
                     static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size())),
              0);
    ::setenv("NOTIFY_SOCKET", address.c_str(), 1);
  }

  void TearDown() override {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
    if (fd_ >= 0) ::close(fd_);
  }

  std::string Heard(int patience_ms = 5000) {
    pollfd waiting{fd_, POLLIN, 0};
    if (::poll(&waiting, 1, patience_ms) <= 0) return "";
    char buffer[4096];
    const ssize_t n = ::recv(fd_, buffer, sizeof(buffer), 0);
    return n > 0 ? std::string(buffer, static_cast<size_t>(n)) : "";
  }

  test::TempDir files_;
  int fd_ = -1;
};

TEST_F(NotifyTest, EveryMessage) {
  Listen(files_.Path("notify"));
  const ServiceManager manager = ServiceManager::FromEnvironment();
  manager.Ready("Serving g1");
  EXPECT_EQ(Heard(), "READY=1\nSTATUS=Serving g1");
  manager.Reloading();
  EXPECT_THAT(Heard(), MatchesRegex("RELOADING=1\nMONOTONIC_USEC=[0-9]+"));
  manager.Status("one\nREADY=1");
  EXPECT_EQ(Heard(), "STATUS=one\\x0aREADY=1") << "a status is one line";
  manager.Stopping();
  EXPECT_EQ(Heard(), "STOPPING=1");
  manager.StillAlive();
  EXPECT_EQ(Heard(), "WATCHDOG=1");
  EXPECT_EQ(manager.watchdog().count(), 0);
}

TEST_F(NotifyTest, SocketsOutsideTheFileSystem) {
  Listen(absl::StrCat("@dateline-notify-test-", ::getpid()));
  ServiceManager::FromEnvironment().Stopping();
  EXPECT_EQ(Heard(), "STOPPING=1");
}

TEST_F(NotifyTest, WithoutAManagerNothingHappens) {
  ServiceManager::FromEnvironment().Ready("");
  for (const std::string address : {"relative", "", "/no/such/socket", "/a-name-that-is-too-long-"}) {
    ::setenv("NOTIFY_SOCKET", (address + (address.size() > 20 ? std::string(200, 'x') : "")).c_str(), 1);
    ServiceManager::FromEnvironment().Ready("");
  }
}

TEST_F(NotifyTest, TheWatchdogIsForThisProcess) {
  Listen(files_.Path("notify"));
  const struct {
    std::string microseconds;
    std::string pid;
    int64_t read;
  } kCases[] = {{"30000000", "", 30000000},
                {"30000000", absl::StrCat(::getpid()), 30000000},
                {"30000000", "1", 0},
                {"x", "", 0},
                {"-1", "", 0}};
  for (const auto& c : kCases) {
    ::setenv("WATCHDOG_USEC", c.microseconds.c_str(), 1);
    c.pid.empty() ? ::unsetenv("WATCHDOG_PID") : ::setenv("WATCHDOG_PID", c.pid.c_str(), 1);
    EXPECT_EQ(ServiceManager::FromEnvironment().watchdog().count(), c.read) << c.microseconds << " " << c.pid;
  }
}

TEST_F(NotifyTest, AliveIsSaidAtHalfTimeAndOnlyWhileItIsSo) {
  Listen(files_.Path("notify"));
  ::setenv("WATCHDOG_USEC", "100000", 1);
  const ServiceManager manager = ServiceManager::FromEnvironment();
  std::atomic<bool> alive{true};
  const Watchdog watchdog(&manager, [&alive] { return alive.load(); });
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(Heard(), "WATCHDOG=1");
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(took, std::chrono::milliseconds(140));
  alive = false;
  std::this_thread::sleep_for(std::chrono::milliseconds(120));
  while (!Heard(0).empty()) {
  }
  EXPECT_EQ(Heard(300), "") << "whoever does not answer is not said to live";
}

}  // namespace
}  // namespace dateline::ops
