// Sockets that listen, and a thread that accepts: what gRPC does not do itself, which accepts without limit and stays
// deaf for good once descriptors have run out.
//
// Connections are handed over as descriptors, not more than so many at once, and not more than so many from one
// address. Those above are closed at once. When descriptors run out it goes on as soon as there are some again.
//
// How many are open is told from the descriptors themselves: one that has become another socket, or none, was closed
// by whoever took it over.
//
// Thread-safety: gauges may be read from any thread. Ownership: `take` owns the descriptor from the moment of the
// call, which comes from the thread of the listener. Errors: as Open says.
#ifndef DATELINE_SEARCHER_ADMIT_LISTENER_H_
#define DATELINE_SEARCHER_ADMIT_LISTENER_H_

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace dateline::admit {

struct ListenerOptions {
  size_t max_connections = 10'000;  // cut to what the limit of descriptors leaves
  size_t max_connections_per_address = 256;
};

// HOST:PORT, [HOST]:PORT or unix:/path.
struct ListenAddress {
  std::string text;       // as written, with "localhost" as 127.0.0.1
  std::string host;       // without brackets; "" for a path
  int port = 0;           // 0: any that is free
  std::string path;       // of a unix socket
  bool loopback = false;  // only this machine can reach it
};
absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text);

class Listener {
 public:
  // Takes a connection; `address` is the index in the list given to Open.
  using Take = std::function<void(int fd, size_t address)>;

  // Binds and listens; nobody is accepted before Start. Errors: Unavailable when an address is in use or not of this
  // machine. A unix socket that nobody listens on any more is replaced.
  static absl::StatusOr<std::unique_ptr<Listener>> Open(const std::vector<ListenAddress>& addresses,
                                                        const ListenerOptions& options);
  // Stops accepting, closes the sockets and removes those in the file system.
  ~Listener();

  // Call once.
  void Start(Take take);
  // Accepts nobody from here on; who tries is told so at once. May be called again.
  void Stop();

  // The port of an address, or 0 for a path.
  int port(size_t address) const { return sockets_[address].port; }

  struct Gauges {
    uint64_t open = 0;      // as last counted
    uint64_t accepted = 0;  // these since the beginning
    uint64_t refused = 0;
    uint64_t out_of_descriptors = 0;  // how often
  };
  Gauges gauges() const;

 private:
  struct Socket {
    int fd = -1;
    int port = 0;
    std::string path;
  };
  struct Connection {
    ino_t inode = 0;
    std::string address;
  };

  explicit Listener(const ListenerOptions& options) : options_(options) {}
  absl::Status Bind(const ListenAddress& address);
  void Run();
  void AcceptOn(size_t address);
  bool HasRoomFor(const std::string& address);
  void Forget(absl::flat_hash_map<int, Connection>::iterator connection);
  // Forgets the connections that were closed.
  void Sweep();
  void MakeDoWithoutDescriptors(int listening);

  ListenerOptions options_;
  std::vector<Socket> sockets_;
  Take take_;
  int wake_[2] = {-1, -1};  // a pipe that ends the thread
  int reserve_ = -1;        // a descriptor to give up when there are no others
  std::atomic<bool> stopping_{false};
  // The thread's own.
  absl::flat_hash_map<int, Connection> connections_;
  absl::flat_hash_map<std::string, size_t> by_address_;
  int64_t swept_ms_ = 0;
  std::atomic<uint64_t> open_{0};
  std::atomic<uint64_t> accepted_{0};
  std::atomic<uint64_t> refused_{0};
  std::atomic<uint64_t> out_of_descriptors_{0};
  std::thread thread_;
};

}  // namespace dateline::admit

#endif  // DATELINE_SEARCHER_ADMIT_LISTENER_H_
