#include "searcher/admit/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace dateline::admit {
namespace {

constexpr int kBacklog = 1024;
constexpr int kSweepEveryMs = 1000;
// A full house is counted again when somebody knocks, but not more often than this.
constexpr int kSweepAtOnceMs = 20;
constexpr int kOutOfDescriptorsMs = 50;
constexpr size_t kAcceptedTogether = 64;
// Descriptors for everything else: shards, files of a generation that is being loaded, logs.
constexpr size_t kOtherDescriptors = 200;
constexpr mode_t kSocketMode = 0660;

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

absl::Status SystemError(absl::string_view what, int error) {
  return absl::UnavailableError(absl::StrCat(what, ": ", std::strerror(error)));
}

union AnyAddress {
  sockaddr base;
  sockaddr_in v4;
  sockaddr_in6 v6;
  sockaddr_un path;
};

// Gives its size, or 0 when the host is no address.
socklen_t Fill(const ListenAddress& from, AnyAddress& to) {
  std::memset(&to, 0, sizeof(to));
  if (!from.unix_path.empty()) {
    if (from.unix_path.size() >= sizeof(to.path.sun_path)) return 0;
    to.path.sun_family = AF_UNIX;
    std::memcpy(to.path.sun_path, from.unix_path.data(), from.unix_path.size());
    return sizeof(to.path);
  }
  const std::string host = from.BareHost();
  if (inet_pton(AF_INET, host.c_str(), &to.v4.sin_addr) == 1) {
    to.v4.sin_family = AF_INET;
    to.v4.sin_port = htons(static_cast<uint16_t>(from.port));
    return sizeof(to.v4);
  }
  if (inet_pton(AF_INET6, host.c_str(), &to.v6.sin6_addr) == 1) {
    to.v6.sin6_family = AF_INET6;
    to.v6.sin6_port = htons(static_cast<uint16_t>(from.port));
    return sizeof(to.v6);
  }
  return 0;
}

// Without the port. All of a unix socket are one.
std::string AddressOf(const AnyAddress& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.base.sa_family == AF_INET) inet_ntop(AF_INET, &address.v4.sin_addr, text, sizeof(text));
  if (address.base.sa_family == AF_INET6) inet_ntop(AF_INET6, &address.v6.sin6_addr, text, sizeof(text));
  return text;
}

// Removes a socket behind which nobody listens: its server was killed.
absl::Status MakeRoom(const AnyAddress& to, socklen_t size, const ListenAddress& address) {
  struct stat info;
  if (::lstat(address.unix_path.c_str(), &info) != 0) return absl::OkStatus();
  const std::string cannot = absl::StrCat("cannot listen on ", address.ToString());
  if (!S_ISSOCK(info.st_mode)) {
    return absl::UnavailableError(absl::StrCat(cannot, ": something else than a socket lies there"));
  }
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return SystemError(cannot, errno);
  const bool answered = ::connect(fd, &to.base, size) == 0;
  const bool stale = !answered && errno == ECONNREFUSED;
  ::close(fd);
  if (answered) return absl::UnavailableError(absl::StrCat(cannot, ": another program listens there"));
  if (stale) ::unlink(address.unix_path.c_str());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Listener>> Listener::Open(const std::vector<ListenAddress>& addresses,
                                                         const ListenerOptions& options) {
  std::unique_ptr<Listener> listener(new Listener(options));
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    const auto descriptors = static_cast<size_t>(limit.rlim_cur);
    const size_t left = descriptors > 2 * kOtherDescriptors ? descriptors - kOtherDescriptors : descriptors / 2;
    listener->options_.max_connections = std::min(options.max_connections, left);
  }
  if (::pipe2(listener->wake_, O_CLOEXEC) != 0) return SystemError("cannot make a pipe", errno);
  listener->reserve_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  for (const ListenAddress& address : addresses) DL_RETURN_IF_ERROR(listener->Bind(address));
  return listener;
}

absl::Status Listener::Bind(const ListenAddress& address) {
  AnyAddress to;
  socklen_t size = Fill(address, to);
  if (size == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(address.ToString(),
                     ": this is no address of a machine; write it in numbers, as in 127.0.0.1, or 0.0.0.0 for all"));
  }
  if (!address.unix_path.empty()) DL_RETURN_IF_ERROR(MakeRoom(to, size, address));
  Socket socket;
  socket.fd = ::socket(to.base.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket.fd < 0) return SystemError(absl::StrCat("cannot listen on ", address.ToString()), errno);
  const int on = 1;
  // For a restart: connections of the server before may linger. It lets nobody listen beside somebody else.
  ::setsockopt(socket.fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (::bind(socket.fd, &to.base, size) != 0 || ::listen(socket.fd, kBacklog) != 0) {
    const int error = errno;
    ::close(socket.fd);
    const char* const remedy = error == EADDRINUSE      ? "; another program uses it"
                               : error == EADDRNOTAVAIL ? "; this machine does not have the address"
                                                        : "";
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", address.ToString(), ": ", std::strerror(error), remedy));
  }
  if (!address.unix_path.empty()) {
    ::chmod(address.unix_path.c_str(), kSocketMode);
    socket.path = address.unix_path;
  } else if (::getsockname(socket.fd, &to.base, &size) == 0) {
    socket.port = ntohs(to.base.sa_family == AF_INET ? to.v4.sin_port : to.v6.sin6_port);
  }
  sockets_.push_back(std::move(socket));
  return absl::OkStatus();
}

Listener::~Listener() {
  Stop();
  for (const Socket& socket : sockets_) {
    if (socket.fd >= 0) ::close(socket.fd);
  }
  for (const int fd : {wake_[0], wake_[1], reserve_}) {
    if (fd >= 0) ::close(fd);
  }
}

void Listener::Start(Take take) {
  take_ = std::move(take);
  thread_ = std::thread([this] { Run(); });
}

void Listener::Stop() {
  if (stopping_.exchange(true)) return;
  if (thread_.joinable()) {
    const char byte = 0;
    while (::write(wake_[1], &byte, 1) < 0 && errno == EINTR) {
    }
    thread_.join();
  }
  for (Socket& socket : sockets_) {
    if (!socket.path.empty()) ::unlink(socket.path.c_str());
    // What waits in the backlog is reset rather than left without an answer.
    ::close(std::exchange(socket.fd, -1));
  }
}

void Listener::Run() {
  std::vector<pollfd> polled;
  polled.push_back(pollfd{wake_[0], POLLIN, 0});
  for (const Socket& socket : sockets_) polled.push_back(pollfd{socket.fd, POLLIN, 0});
  while (!stopping_) {
    const int ready = ::poll(polled.data(), polled.size(), kSweepEveryMs);
    if (ready < 0 && errno != EINTR) return;
    for (size_t i = 1; ready > 0 && i < polled.size(); ++i) {
      if ((polled[i].revents & POLLIN) != 0) AcceptOn(i - 1);
    }
    if (NowMs() - swept_ms_ >= kSweepEveryMs) Sweep();
  }
}

void Listener::AcceptOn(size_t address) {
  const int listening = sockets_[address].fd;
  for (size_t i = 0; i < kAcceptedTogether && !stopping_; ++i) {
    AnyAddress peer;
    std::memset(&peer, 0, sizeof(peer));
    socklen_t size = sizeof(peer);
    const int fd = ::accept4(listening, &peer.base, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
      if (errno == EMFILE || errno == ENFILE) MakeDoWithoutDescriptors(listening);
      if (errno == ECONNABORTED || errno == EINTR) continue;
      return;
    }
    const std::string from = AddressOf(peer);
    struct stat info;
    if (!HasRoomFor(from) || ::fstat(fd, &info) != 0) {
      ++refused_;
      ::close(fd);
      continue;
    }
    // A number that comes again is that of a connection which has ended.
    const auto reused = connections_.find(fd);
    if (reused != connections_.end()) Forget(reused);
    connections_[fd] = Connection{info.st_ino, from};
    ++by_address_[from];
    ++accepted_;
    open_ = connections_.size();
    if (peer.base.sa_family != AF_UNIX) {
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    take_(fd, address);
  }
}

bool Listener::HasRoomFor(const std::string& address) {
  const auto has_room = [&] {
    const auto same = by_address_.find(address);
    const bool few =
        address.empty() || same == by_address_.end() || same->second < options_.max_connections_per_address;
    return few && connections_.size() < options_.max_connections;
  };
  if (has_room()) return true;
  if (NowMs() - swept_ms_ < kSweepAtOnceMs) return false;
  Sweep();
  return has_room();
}

void Listener::Forget(absl::flat_hash_map<int, Connection>::iterator connection) {
  const auto same = by_address_.find(connection->second.address);
  if (same != by_address_.end() && --same->second == 0) by_address_.erase(same);
  connections_.erase(connection);
}

void Listener::Sweep() {
  swept_ms_ = NowMs();
  for (auto at = connections_.begin(); at != connections_.end();) {
    const auto connection = at++;
    struct stat info;
    const bool open =
        ::fstat(connection->first, &info) == 0 && S_ISSOCK(info.st_mode) && info.st_ino == connection->second.inode;
    if (!open) Forget(connection);
  }
  open_ = connections_.size();
}

// The one who knocks is let in with the descriptor held in reserve, and shown out: else his connection would stay in
// the backlog, and the poll would never rest.
void Listener::MakeDoWithoutDescriptors(int listening) {
  ++out_of_descriptors_;
  if (reserve_ >= 0) ::close(reserve_);
  const int fd = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd >= 0) {
    ++refused_;
    ::close(fd);
  }
  reserve_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::poll(nullptr, 0, kOutOfDescriptorsMs);
}

Listener::Gauges Listener::gauges() const { return Gauges{open_, accepted_, refused_, out_of_descriptors_}; }

}  // namespace dateline::admit
