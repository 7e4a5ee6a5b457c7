#include "searcher/server/credentials.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace dateline::server {
namespace {

std::string LastOpenSslError() {
  char text[256] = "unknown error";
  const unsigned long code = ERR_get_error();
  if (code != 0) ERR_error_string_n(code, text, sizeof(text));
  ERR_clear_error();
  return text;
}

// gRPC would start all the same, and fail every handshake.
absl::Status CheckCertificates(const ops::ServerConfig& config) {
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (context == nullptr) return absl::InternalError(absl::StrCat("OpenSSL: ", LastOpenSslError()));
  const auto error = [](const char* setting, const std::string& path) {
    return absl::InvalidArgumentError(absl::StrCat("[tls] ", setting, ": cannot use ", path, ": ", LastOpenSslError()));
  };
  if (SSL_CTX_use_certificate_chain_file(context.get(), config.tls_certificate.c_str()) != 1) {
    return error("certificate", config.tls_certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), config.tls_key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return error("key", config.tls_key);
  }
  if (SSL_CTX_check_private_key(context.get()) != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("[tls]: ", config.tls_key, " is not the key of ", config.tls_certificate));
  }
  if (!config.tls_client_ca.empty() &&
      SSL_CTX_load_verify_locations(context.get(), config.tls_client_ca.c_str(), nullptr) != 1) {
    return error("client_ca", config.tls_client_ca);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeCredentials(const ops::ServerConfig& config) {
  if (config.tls_certificate.empty()) return grpc::InsecureServerCredentials();
  const absl::Status usable = CheckCertificates(config);
  if (!usable.ok()) return usable;
  namespace tls = grpc::experimental;
  const auto provider = std::make_shared<tls::FileWatcherCertificateProvider>(
      config.tls_key, config.tls_certificate, config.tls_client_ca, kCertificatesReadEveryS);
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

}  // namespace dateline::server
