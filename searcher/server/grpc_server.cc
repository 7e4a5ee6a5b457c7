#include "searcher/server/grpc_server.h"

#include <grpc/grpc.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/service_type.h>

#include <atomic>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "core/base/status_macros.h"
#include "searcher/admit/listen_address.h"
#include "searcher/server/credentials.h"

namespace dateline::server {
namespace {

using grpc::experimental::ExternalConnectionAcceptor;

constexpr int kMaxRequestBytes = 2 << 20;  // 64 searches of 16 KiB each, in one call
constexpr int kMaxMetadataBytes = 8 << 10;
constexpr int kIdleLooks = 10;
constexpr std::chrono::milliseconds kIdleLookEvery(10);

void Configure(const ops::ServerConfig& config, grpc::ServerBuilder* builder) {
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

absl::StatusOr<std::vector<admit::ListenAddress>> ParseAll(const std::vector<std::string>& texts) {
  std::vector<admit::ListenAddress> addresses;
  for (const std::string& text : texts) {
    DL_ASSIGN_OR_RETURN(admit::ListenAddress address, admit::ParseListenAddress(text));
    addresses.push_back(std::move(address));
  }
  return addresses;
}

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(const ops::ServerConfig& config,
                                                              grpc::Service* service) {
  DL_ASSIGN_OR_RETURN(std::vector<admit::ListenAddress> addresses, ParseAll(config.listen));
  DL_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::ServerCredentials> credentials, MakeCredentials(config));
  std::unique_ptr<GrpcServer> started(new GrpcServer());
  admit::ListenerOptions limits;
  limits.max_connections = static_cast<size_t>(config.max_connections);
  limits.max_connections_per_address = static_cast<size_t>(config.max_connections_per_address);
  DL_ASSIGN_OR_RETURN(started->listener_, admit::Listener::Open(addresses, limits));

  grpc::EnableDefaultHealthCheckService(true);
  // It is for all servers of the process, and cannot be taken back.
  if (config.reflection) grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  Configure(config, &builder);
  started->acceptor_ = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD, credentials);
  builder.RegisterService(service);
  started->server_ = builder.BuildAndStart();
  if (started->server_ == nullptr) return absl::InternalError("gRPC does not start");
  for (size_t i = 0; i < addresses.size(); ++i) {
    if (addresses[i].unix_path.empty()) addresses[i].port = started->listener_->port(i);
    if (started->port_ == 0) started->port_ = addresses[i].port;
    started->addresses_.push_back(addresses[i].ToString());
  }
  ExternalConnectionAcceptor* const acceptor = started->acceptor_.get();
  started->listener_->Start([acceptor](int fd, size_t) {
    ExternalConnectionAcceptor::NewConnectionParameters connection;
    connection.fd = fd;
    acceptor->HandleNewConnection(&connection);
  });
  return started;
}

GrpcServer::~GrpcServer() {
  if (server_ == nullptr) return;
  Stop(std::chrono::milliseconds(0), [] { return uint64_t{0}; });
}

void GrpcServer::Stop(std::chrono::milliseconds grace, const std::function<uint64_t()>& calls_open) {
  using Clock = std::chrono::steady_clock;
  listener_->Stop();
  if (std::exchange(stopped_, true)) return;
  const Clock::time_point end = Clock::now() + grace;
  std::atomic<bool> stopped{false};
  std::thread cutter([&] {
    // A call may have been read and not yet begun, so nothing has to be open for a while.
    int idle = 0;
    while (!stopped && Clock::now() < end && idle < kIdleLooks) {
      idle = calls_open() == 0 ? idle + 1 : 0;
      std::this_thread::sleep_for(kIdleLookEvery);
    }
    if (!stopped) grpc_server_cancel_all_calls(server_->c_server());
  });
  // It tells clients to go elsewhere, and returns when all streams have ended.
  server_->Shutdown(std::chrono::system_clock::now() + grace + kIdleLooks * kIdleLookEvery);
  server_->Wait();
  stopped = true;
  cutter.join();
}

}  // namespace dateline::server
