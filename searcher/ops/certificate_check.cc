#include "searcher/ops/certificate_check.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>

#include "absl/strings/str_cat.h"

namespace dateline::ops {
namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

absl::Status Wrong(const std::string& file, absl::string_view what) {
  ERR_clear_error();
  return absl::InvalidArgumentError(absl::StrCat(file, ": ", what));
}

}  // namespace

absl::Status CheckCertificate(const std::string& certificate, const std::string& key) {
  const Context context(SSL_CTX_new(TLS_server_method()));
  if (!context) return absl::InternalError("OpenSSL fails");
  // A key with a pass phrase must not make a server ask for it.
  SSL_CTX_set_default_passwd_cb(context.get(), [](char*, int, int, void*) { return 0; });
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1) {
    return Wrong(certificate, "no certificate in PEM, or one that is too weak");
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1) {
    const bool other = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
    return Wrong(key, other ? "not the key of the certificate" : "no private key in PEM without a pass phrase");
  }
  if (SSL_CTX_check_private_key(context.get()) != 1) return Wrong(key, "not the key of the certificate");
  return absl::OkStatus();
}

absl::Status CheckAuthorities(const std::string& file) {
  const Context context(SSL_CTX_new(TLS_server_method()));
  if (!context) return absl::InternalError("OpenSSL fails");
  if (SSL_CTX_load_verify_locations(context.get(), file.c_str(), nullptr) == 1) return absl::OkStatus();
  return Wrong(file, "no certificate in PEM");
}

}  // namespace dateline::ops
