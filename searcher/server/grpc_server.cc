#include "searcher/server/grpc_server.h"

#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/service_type.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/status_macros.h"
#include "searcher/ops/listen_address.h"

namespace dateline::server {
namespace {

constexpr int kMaxRequestBytes = 2 << 20;  // 64 searches of 16 KiB each, in one call
constexpr int kMaxMetadataBytes = 8 << 10;

void Configure(const ops::ServerConfig& config, grpc::ServerBuilder* builder) {
  // Without this a second server on the same port starts, and the kernel deals calls out between the two.
  builder->AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 20000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10000);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2);
  builder->AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, config.handshake_timeout_ms);
  builder->AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, config.max_streams_per_connection);
  builder->SetMaxReceiveMessageSize(kMaxRequestBytes);
  builder->SetMaxSendMessageSize(static_cast<int>(kMaxReplyBytes));
  // A few bytes of gzip can stand for megabytes; requests are small and have no need of it.
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
}

absl::StatusOr<std::vector<ops::ListenAddress>> ParseAll(const std::vector<std::string>& texts) {
  std::vector<ops::ListenAddress> addresses;
  for (const std::string& text : texts) {
    DL_ASSIGN_OR_RETURN(ops::ListenAddress address, ops::ParseListenAddress(text));
    addresses.push_back(std::move(address));
  }
  return addresses;
}

// gRPC takes over the socket of a server that runs, and leaves that one deaf.
absl::Status CheckUnixPathIsFree(const std::string& path) {
  struct stat found;
  if (::lstat(path.c_str(), &found) != 0) return absl::OkStatus();
  if (!S_ISSOCK(found.st_mode)) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on unix:", path, ": something else than a socket lies there"));
  }
  sockaddr_un to = {};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, path.data(), path.size());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool answered = fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0;
  if (fd >= 0) ::close(fd);
  if (!answered) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot listen on unix:", path, ": another program listens there"));
}

}  // namespace

absl::StatusOr<GrpcServer> StartGrpcServer(const ops::ServerConfig& config, grpc::Service* service) {
  DL_ASSIGN_OR_RETURN(std::vector<ops::ListenAddress> addresses, ParseAll(config.listen));
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  Configure(config, &builder);
  std::vector<int> ports(addresses.size(), 0);
  for (size_t i = 0; i < addresses.size(); ++i) {
    if (!addresses[i].unix_path.empty()) DL_RETURN_IF_ERROR(CheckUnixPathIsFree(addresses[i].unix_path));
    builder.AddListeningPort(addresses[i].ToString(), grpc::InsecureServerCredentials(), &ports[i]);
  }
  builder.RegisterService(service);
  GrpcServer running;
  running.server = builder.BuildAndStart();
  for (size_t i = 0; i < addresses.size(); ++i) {
    if (running.server == nullptr || ports[i] <= 0) {
      return absl::UnavailableError(absl::StrCat("cannot listen on ", absl::StrJoin(config.listen, ", "),
                                                 ": another program may use the port, or this machine does not "
                                                 "have the address"));
    }
    if (addresses[i].unix_path.empty()) {
      addresses[i].port = ports[i];
      if (running.port == 0) running.port = ports[i];
    }
    running.addresses.push_back(addresses[i].ToString());
  }
  return running;
}

}  // namespace dateline::server
