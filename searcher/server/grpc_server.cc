#include "searcher/server/grpc_server.h"

#include <dlfcn.h>
#include <grpc/grpc.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <atomic>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace dateline::server {
namespace {

constexpr int kMaxRequestBytes = 2 << 20;  // 64 searches of 16 KiB each, in one call
constexpr int kMaxMetadataBytes = 8 << 10;
constexpr unsigned kLookForCertificatesSeconds = 5;
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

// The library registers itself with every server that is built from then on, as soon as it is there. Were it linked,
// all servers would tell their schema, and to callers without a key, too.
absl::Status LoadReflection() {
  if (::dlopen(DATELINE_GRPC_REFLECTION, RTLD_NOW | RTLD_GLOBAL) != nullptr) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("[server] reflection: ", ::dlerror()));
}

// The files are looked at every few seconds: renewed certificates are taken up without a restart.
std::shared_ptr<grpc::ServerCredentials> TlsCredentials(const ops::ServerConfig& config) {
  namespace tls = grpc::experimental;
  const auto provider = std::make_shared<tls::FileWatcherCertificateProvider>(
      config.tls_key, config.tls_certificate, config.tls_client_ca, kLookForCertificatesSeconds);
  tls::TlsServerCredentialsOptions options(provider);
  options.watch_identity_key_cert_pairs();
  if (config.tls_client_ca.empty()) {
    options.set_cert_request_type(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  } else {
    options.watch_root_certs();
    options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  }
  return tls::TlsServerCredentials(options);
}

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(const ops::ServerConfig& config,
                                                              grpc::Service* service) {
  std::unique_ptr<GrpcServer> server(new GrpcServer());
  for (const std::string& text : config.listen) {
    DL_ASSIGN_OR_RETURN(admit::ListenAddress address, admit::ParseListenAddress(text));
    server->parsed_.push_back(std::move(address));
  }
  admit::ListenerOptions options;
  options.max_connections = static_cast<size_t>(config.max_connections);
  options.max_connections_per_address = static_cast<size_t>(config.max_connections_per_address);
  DL_ASSIGN_OR_RETURN(server->listener_, admit::Listener::Open(server->parsed_, options));
  DL_RETURN_IF_ERROR(server->Build(config, service));
  for (size_t i = 0; i < server->parsed_.size(); ++i) {
    admit::ListenAddress& address = server->parsed_[i];
    if (address.unix_path.empty()) address.port = server->listener_->port(i);
    server->addresses_.push_back(address.ToString());
    if (server->port_ == 0) server->port_ = address.port;
  }
  server->listener_->Start([raw = server.get()](int fd, size_t address) {
    raw->Accept(fd, raw->tls_ != nullptr && raw->parsed_[address].unix_path.empty());
  });
  return server;
}

absl::Status GrpcServer::Build(const ops::ServerConfig& config, grpc::Service* service) {
  using Builder = grpc::ServerBuilder::experimental_type;
  grpc::EnableDefaultHealthCheckService(true);
  if (config.reflection) DL_RETURN_IF_ERROR(LoadReflection());
  grpc::ServerBuilder builder;
  Configure(config, &builder);
  constexpr auto kFromDescriptor = Builder::ExternalConnectionType::FROM_FD;
  plain_ = builder.experimental().AddExternalConnectionAcceptor(kFromDescriptor, grpc::InsecureServerCredentials());
  if (!config.tls_certificate.empty()) {
    tls_ = builder.experimental().AddExternalConnectionAcceptor(kFromDescriptor, TlsCredentials(config));
  }
  builder.RegisterService(service);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) return absl::UnavailableError("gRPC could not be started");
  return absl::OkStatus();
}

GrpcServer::~GrpcServer() {
  if (listener_ != nullptr) listener_->Stop();
}

void GrpcServer::Accept(int fd, bool tls) {
  grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
  connection.fd = fd;
  (tls ? tls_ : plain_)->HandleNewConnection(&connection);
}

void GrpcServer::SetServing(const std::string& service_name, bool serving) {
  server_->GetHealthCheckService()->SetServingStatus(service_name, serving);
}

void GrpcServer::Drain(const DrainOptions& options) {
  using Clock = std::chrono::steady_clock;
  server_->GetHealthCheckService()->Shutdown();  // whatever is told from here on
  // Balancers look every second or so; until they know, what they send is answered as ever.
  std::this_thread::sleep_for(options.notice);
  listener_->Stop();
  const Clock::time_point end = Clock::now() + options.patience;
  std::atomic<bool> ended{false};
  std::thread cutter([&] {
    // A call may have been read and not yet begun, so nothing has to be open for a while.
    int idle = 0;
    while (!ended && Clock::now() < end && idle < kIdleLooks) {
      idle = options.calls_open() == 0 ? idle + 1 : 0;
      std::this_thread::sleep_for(kIdleLookEvery);
    }
    if (!ended) grpc_server_cancel_all_calls(server_->c_server());
  });
  // It tells clients to go elsewhere, and returns when all streams have ended.
  server_->Shutdown(std::chrono::system_clock::now() + options.patience + kIdleLooks * kIdleLookEvery);
  server_->Wait();
  ended = true;
  cutter.join();
}

}  // namespace dateline::server
