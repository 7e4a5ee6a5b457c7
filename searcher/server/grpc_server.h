// A gRPC server behind a listener of our own, within limits on what a client may send and on how many may come.
//
// Thread-safety: one thread, but for connections(). Ownership: services must outlive the server. Errors: Unavailable
// when an address cannot be listened on; InvalidArgument for certificates that cannot be used.
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
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(const ops::ServerConfig& config, grpc::Service* service);
  // Ends at once what still runs.
  ~GrpcServer();

  grpc::HealthCheckServiceInterface& health() { return *server_->GetHealthCheckService(); }
  const std::vector<std::string>& addresses() const { return addresses_; }  // with the ports that were taken
  int port() const { return port_; }                                        // the first; 0: unix sockets only
  admit::Listener::Gauges connections() const { return listener_->gauges(); }

  // Accepts no connection any more, lets running calls end for so long, and returns when all have ended or were cut.
  // `calls_open` tells how many there are; what runs beside them (a watch of the health) waits for nothing, and is cut
  // once they have ended.
  void Stop(std::chrono::milliseconds grace, const std::function<uint64_t()>& calls_open);

 private:
  GrpcServer() = default;

  std::unique_ptr<admit::Listener> listener_;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor_;
  std::unique_ptr<grpc::Server> server_;
  std::vector<std::string> addresses_;
  int port_ = 0;
  bool stopped_ = false;
};

}  // namespace dateline::server

#endif  // DATELINE_SEARCHER_SERVER_GRPC_SERVER_H_
