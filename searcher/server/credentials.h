// What a server shows its clients, and wants to be shown: nothing, a certificate, or certificates on both sides.
//
// Certificates are read again from their files every few seconds, so that new ones need no restart.
//
// Thread-safety: one thread. Errors: InvalidArgument for files that cannot be read or do not belong together.
#ifndef DATELINE_SEARCHER_SERVER_CREDENTIALS_H_
#define DATELINE_SEARCHER_SERVER_CREDENTIALS_H_

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "absl/status/statusor.h"
#include "searcher/ops/server_config.h"

namespace dateline::server {

inline constexpr int kCertificatesReadEveryS = 10;

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeCredentials(const ops::ServerConfig& config);

}  // namespace dateline::server

#endif  // DATELINE_SEARCHER_SERVER_CREDENTIALS_H_
