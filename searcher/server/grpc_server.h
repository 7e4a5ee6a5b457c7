// A gRPC server behind sockets of our own, within limits on what a client may send.
//
// gRPC accepts connections without limit, and stays deaf for good once descriptors have run out; so admit::Listener
// accepts, and hands each connection over.
//
// Thread-safety: gauges and SetServing from any thread, the rest from one. Ownership: the service must outlive the
// server. Errors: Unavailable when an address cannot be listened on.
#ifndef DATELINE_SEARCHER_SERVER_GRPC_SERVER_H_
#define DATELINE_SEARCHER_SERVER_GRPC_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "searcher/admit/listener.h"
#include "searcher/ops/server_config.h"

namespace dateline::server {

inline constexpr size_t kMaxReplyBytes = size_t{4} << 20;

class GrpcServer {
 public:
  // TCP addresses speak TLS when the configuration has a certificate; unix sockets, which file modes guard, never do.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(const ops::ServerConfig& config, grpc::Service* service);
  ~GrpcServer();

  const std::vector<std::string>& addresses() const { return addresses_; }  // with the ports that were taken
  int port() const { return port_; }                                        // the first; 0: unix sockets only
  admit::Listener::Gauges connections() const { return listener_->gauges(); }

  // What the health service says of `service_name`. Not heeded any more once Drain was called.
  void SetServing(const std::string& service_name, bool serving);

  struct DrainOptions {
    std::chrono::milliseconds notice;    // how long calls are still taken after health has turned to NOT_SERVING
    std::chrono::milliseconds patience;  // how long they may go on after that; then they are cut
    std::function<uint64_t()> calls_open;
  };
  // Turns health to NOT_SERVING, then accepts nobody, and returns when no call is open any more. What runs beside
  // them, as a watch of the health, is waited for by nobody, and cut then.
  void Drain(const DrainOptions& options);

 private:
  using Acceptor = std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor>;

  GrpcServer() = default;
  absl::Status Build(const ops::ServerConfig& config, grpc::Service* service);
  void Accept(int fd, bool tls);

  std::vector<admit::ListenAddress> parsed_;
  std::vector<std::string> addresses_;
  int port_ = 0;
  Acceptor plain_;
  Acceptor tls_;  // null without a certificate
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<admit::Listener> listener_;  // destroyed first: nobody is handed over to a server that is gone
};

}  // namespace dateline::server

#endif  // DATELINE_SEARCHER_SERVER_GRPC_SERVER_H_
