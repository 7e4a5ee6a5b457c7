#include "searcher/admit/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "tests/support/temp_dir.h"

namespace dateline::admit {
namespace {

using ::testing::HasSubstr;

bool Eventually(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

class ListenerTest : public ::testing::Test {
 protected:
  void Open(const std::vector<std::string>& texts, const ListenerOptions& options = ListenerOptions()) {
    std::vector<ListenAddress> addresses;
    for (const std::string& text : texts) addresses.push_back(ParseListenAddress(text).value());
    auto opened = Listener::Open(addresses, options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    listener_ = *std::move(opened);
    listener_->Start([this](int fd, size_t address) {
      std::lock_guard<std::mutex> lock(mutex_);
      taken_.emplace_back(fd, address);
    });
  }

  void TearDown() override {
    listener_.reset();
    for (const auto& [fd, address] : taken_) ::close(fd);
    for (const int fd : clients_) ::close(fd);
  }

  int Connect(int port) {
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(port));
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0) {
      ::close(fd);
      return -1;
    }
    clients_.push_back(fd);
    return fd;
  }

  int ConnectUnix(const std::string& path) {
    sockaddr_un to = {};
    to.sun_family = AF_UNIX;
    path.copy(to.sun_path, sizeof(to.sun_path) - 1);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0) {
      ::close(fd);
      return -1;
    }
    clients_.push_back(fd);
    return fd;
  }

  // Has the other side closed it?
  static bool IsClosed(int fd) {
    pollfd polled = {fd, POLLIN, 0};
    char byte = 0;
    return ::poll(&polled, 1, 5000) == 1 && ::recv(fd, &byte, 1, 0) <= 0;
  }

  size_t taken() {
    std::lock_guard<std::mutex> lock(mutex_);
    return taken_.size();
  }

  // As a server that has enough of the oldest connection.
  void CloseOldest() {
    std::lock_guard<std::mutex> lock(mutex_);
    ::close(taken_.front().first);
    taken_.erase(taken_.begin());
  }

  std::mutex mutex_;
  std::vector<std::pair<int, size_t>> taken_;
  std::vector<int> clients_;
  std::unique_ptr<Listener> listener_;
  test::TempDir directory_;
};

TEST_F(ListenerTest, HandsConnectionsOverByAddress) {
  const std::string path = directory_.Path("socket");
  Open({"127.0.0.1:0", absl::StrCat("unix:", path)});
  EXPECT_GT(listener_->port(0), 0);
  EXPECT_EQ(listener_->port(1), 0);
  ASSERT_GE(Connect(listener_->port(0)), 0);
  ASSERT_TRUE(Eventually([this] { return taken() == 1; }));
  ASSERT_GE(ConnectUnix(path), 0);
  ASSERT_TRUE(Eventually([this] { return taken() == 2; }));
  EXPECT_EQ(taken_[0].second, 0U);
  EXPECT_EQ(taken_[1].second, 1U);
  EXPECT_EQ(listener_->gauges().open, 2U);
}

TEST_F(ListenerTest, HoldsNoMoreThanSoMany) {
  ListenerOptions options;
  options.max_connections = 3;
  Open({"127.0.0.1:0"}, options);
  for (int i = 0; i < 3; ++i) ASSERT_GE(Connect(listener_->port(0)), 0);
  ASSERT_TRUE(Eventually([this] { return taken() == 3; }));
  EXPECT_TRUE(IsClosed(Connect(listener_->port(0))));
  EXPECT_EQ(listener_->gauges().refused, 1U);
  CloseOldest();
  // The one who comes next may be the one who makes it count again.
  EXPECT_TRUE(Eventually([this] {
    Connect(listener_->port(0));
    return taken() == 3;
  })) << "there is room again";
}

TEST_F(ListenerTest, HoldsNoMoreThanSoManyOfOneAddress) {
  ListenerOptions options;
  options.max_connections_per_address = 2;
  const std::string path = directory_.Path("socket");
  Open({"127.0.0.1:0", absl::StrCat("unix:", path)}, options);
  for (int i = 0; i < 2; ++i) ASSERT_GE(Connect(listener_->port(0)), 0);
  ASSERT_TRUE(Eventually([this] { return taken() == 2; }));
  EXPECT_TRUE(IsClosed(Connect(listener_->port(0))));
  for (int i = 0; i < 5; ++i) ASSERT_GE(ConnectUnix(path), 0);
  EXPECT_TRUE(Eventually([this] { return taken() == 7; })) << "those behind a unix socket have no address";
}

TEST_F(ListenerTest, CountsWhatTheClientClosedAndTheServerToo) {
  Open({"127.0.0.1:0"});
  for (int i = 0; i < 10; ++i) ASSERT_GE(Connect(listener_->port(0)), 0);
  ASSERT_TRUE(Eventually([this] { return taken() == 10; }));
  for (int i = 0; i < 4; ++i) CloseOldest();
  EXPECT_TRUE(Eventually([this] { return listener_->gauges().open == 6; })) << listener_->gauges().open;
}

TEST_F(ListenerTest, GoesOnWhenDescriptorsHaveRunOut) {
  Open({"127.0.0.1:0"});
  rlimit before;
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  // Sockets first, for their descriptors must be there before those of the server run out.
  std::vector<int> sockets;
  for (int i = 0; i < 5; ++i) sockets.push_back(::socket(AF_INET, SOCK_STREAM, 0));
  std::vector<int> hoard;
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(sockets.back() + 20);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  for (;;) {
    const int fd = ::open("/dev/null", O_RDONLY);
    if (fd < 0) break;
    hoard.push_back(fd);
  }
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(listener_->port(0)));
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  for (const int fd : sockets) ASSERT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)), 0);
  for (const int fd : sockets) EXPECT_TRUE(IsClosed(fd)) << "shown out rather than left waiting";
  EXPECT_GE(listener_->gauges().out_of_descriptors, 1U);
  for (const int fd : hoard) ::close(fd);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  for (const int fd : sockets) ::close(fd);
  EXPECT_TRUE(Eventually([this] {
    Connect(listener_->port(0));
    return taken() > 0;
  }));
}

TEST_F(ListenerTest, AnAddressInUseIsRefused) {
  Open({"127.0.0.1:0"});
  const std::string text = absl::StrCat("127.0.0.1:", listener_->port(0));
  const auto second = Listener::Open({ParseListenAddress(text).value()}, ListenerOptions());
  ASSERT_TRUE(absl::IsUnavailable(second.status())) << second.status();
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(absl::StrCat("cannot listen on ", text)));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("another program uses it"));
}

TEST_F(ListenerTest, ASocketFileIsReplacedOnlyWhenNobodyListensThere) {
  const std::string path = directory_.Path("socket");
  const std::string text = absl::StrCat("unix:", path);
  const auto open_another = [&] {
    const auto opened = Listener::Open({ParseListenAddress(text).value()}, ListenerOptions());
    return std::string(opened.status().message());
  };
  Open({text});
  EXPECT_THAT(open_another(), HasSubstr("another program listens there"));
  listener_.reset();
  EXPECT_FALSE(base::Exists(path)) << "it is removed at the end";
  // What a server that was killed leaves behind.
  const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un at = {};
  at.sun_family = AF_UNIX;
  path.copy(at.sun_path, sizeof(at.sun_path) - 1);
  ASSERT_EQ(::bind(dead, reinterpret_cast<const sockaddr*>(&at), sizeof(at)), 0);
  ::close(dead);
  ASSERT_TRUE(base::Exists(path));
  EXPECT_EQ(open_another(), "");
  ASSERT_TRUE(base::WriteFileSynced(path, "precious").ok());
  EXPECT_THAT(open_another(), HasSubstr("something else than a socket lies there"));
  EXPECT_EQ(base::ReadFile(path).value(), "precious");
}

TEST_F(ListenerTest, NamesAreNoAddresses) {
  const auto opened = Listener::Open({ParseListenAddress("news.example:7370").value()}, ListenerOptions());
  EXPECT_THAT(std::string(opened.status().message()), HasSubstr("write it in numbers"));
}

TEST_F(ListenerTest, ManyComeAndGo) {
  Open({"127.0.0.1:0"});
  for (int i = 0; i < 2000; ++i) {
    const int fd = Connect(listener_->port(0));
    ASSERT_GE(fd, 0);
    ::close(fd);
    clients_.pop_back();
    if (i % 50 == 0) {
      std::lock_guard<std::mutex> lock(mutex_);
      for (const auto& [taken, address] : taken_) ::close(taken);
      taken_.clear();
    }
  }
  EXPECT_TRUE(Eventually([this] { return listener_->gauges().accepted + listener_->gauges().refused == 2000; }));
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& [taken, address] : taken_) ::close(taken);
    taken_.clear();
  }
  EXPECT_TRUE(Eventually([this] { return listener_->gauges().open == 0; })) << listener_->gauges().open;
}

}  // namespace
}  // namespace dateline::admit
