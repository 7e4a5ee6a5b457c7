// A gRPC server that listens where it is told, within limits on what a client may send.
//
// Thread-safety: one thread. Ownership: services must outlive the server. Errors: Unavailable when an address cannot
// be listened on.
#ifndef DATELINE_SEARCHER_SERVER_GRPC_SERVER_H_
#define DATELINE_SEARCHER_SERVER_GRPC_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "searcher/ops/server_config.h"

namespace dateline::server {

inline constexpr size_t kMaxReplyBytes = size_t{4} << 20;

struct GrpcServer {
  std::unique_ptr<grpc::Server> server;
  std::vector<std::string> addresses;  // with the ports that were taken
  int port = 0;                        // the first; 0: unix sockets only
};

absl::StatusOr<GrpcServer> StartGrpcServer(const ops::ServerConfig& config, grpc::Service* service);

}  // namespace dateline::server

#endif  // DATELINE_SEARCHER_SERVER_GRPC_SERVER_H_
