#include "searcher/ops/config_check.h"

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "searcher/admit/api_keys.h"
#include "searcher/admit/listen_address.h"
#include "searcher/ops/certificate_check.h"

namespace dateline::ops {
namespace {

class Checker {
 public:
  Checker(const ReadConfig& read, std::vector<std::string>& errors)
      : read_(read), config_(read.config), errors_(errors) {}

  void Together() {
    if (config_.listen.empty()) Error("server", "listen", "name at least one address");
    for (const std::string& text : config_.listen) Listen(text);
    Metrics();
    if (config_.default_deadline_ms > config_.max_deadline_ms) {
      Error("server", "default_deadline_ms",
            absl::StrCat("is longer than max_deadline_ms, ", config_.max_deadline_ms));
    }
    if (config_.max_connections_per_address > config_.max_connections) {
      Error("admission", "max_connections_per_address",
            absl::StrCat("is more than max_connections, ", config_.max_connections));
    }
    if (config_.tls_certificate.empty() != config_.tls_key.empty()) {
      Error("tls", config_.tls_key.empty() ? "certificate" : "key", "certificate and key belong together: set both");
    }
    if (!config_.tls_client_ca.empty() && config_.tls_certificate.empty()) {
      Error("tls", "client_ca", "clients can show certificates only where there is TLS: set certificate and key");
    }
  }

  void ForServing() {
    if (config_.index.empty()) {
      Error("server", "index", "name the directory of the index, with --index or in the configuration file");
    }
    Certificates();
    if (!config_.auth_keys.empty()) Require("auth", "keys", admit::ApiKeys::Load(config_.auth_keys).status());
    if (!config_.variants.empty() && !base::IsDirectory(config_.variants)) {
      Error("engine", "variants", absl::StrCat(config_.variants, " is no directory"));
    }
  }

 private:
  void Error(absl::string_view section, absl::string_view name, const std::string& what) {
    const size_t index = SettingIndex(section, name);
    const Setting& setting = Settings()[index];
    const std::string& origin = read_.origins[index];
    // A flag and a variable name the setting; a place in a file does not, and a default has no place.
    const bool named = origin == setting.flag || origin == EnvironmentName(setting);
    errors_.push_back(named ? absl::StrCat(origin, ": ", what)
                            : absl::StrCat(origin, origin.empty() ? "" : ": ", FullName(setting), ": ", what));
  }

  // gRPC 1.51 as Debian ships it has open holes for whoever may connect.
  void Listen(const std::string& text) {
    const absl::StatusOr<admit::ListenAddress> address = admit::ParseListenAddress(text);
    if (!address.ok()) return Error("server", "listen", std::string(address.status().message()));
    if (address->local || config_.allow_remote_plaintext || !config_.tls_certificate.empty()) return;
    Error("server", "listen",
          absl::StrCat(
              "other machines can reach ", address->host,
              ", and calls are neither encrypted nor authenticated; listen on 127.0.0.1, set a certificate, or, "
              "on a network that you trust, add --allow-remote-plaintext"));
  }

  void Metrics() {
    if (config_.metrics_listen.empty()) return;
    const absl::StatusOr<admit::ListenAddress> address = admit::ParseListenAddress(config_.metrics_listen);
    if (!address.ok() || !address->unix_path.empty()) {
      return Error("metrics", "listen", "write HOST:PORT, as in 127.0.0.1:9370");
    }
    if (address->local || config_.allow_remote_plaintext) return;
    Error(
        "metrics", "listen",
        absl::StrCat("other machines can reach ", address->host,
                     ", and metrics are neither encrypted nor protected; listen on 127.0.0.1, or, on a network that "
                     "you trust, add --allow-remote-plaintext"));
  }

  void Require(absl::string_view section, absl::string_view name, const absl::Status& status) {
    if (!status.ok()) Error(section, name, std::string(status.message()));
  }

  void Certificates() {
    const bool certificate = Readable("tls", "certificate", config_.tls_certificate);
    const bool key = Readable("tls", "key", config_.tls_key);
    if (certificate && key) Require("tls", "certificate", CheckCertificate(config_.tls_certificate, config_.tls_key));
    if (Readable("tls", "client_ca", config_.tls_client_ca)) {
      Require("tls", "client_ca", CheckAuthorities(config_.tls_client_ca));
    }
  }

  // Is a file named, and can it be read? One that cannot is an error.
  bool Readable(absl::string_view section, absl::string_view name, const std::string& path) {
    if (path.empty()) return false;
    const absl::Status status = base::ReadFile(path).status();
    Require(section, name, status);
    return status.ok();
  }

  const ReadConfig& read_;
  const ServerConfig& config_;
  std::vector<std::string>& errors_;
};

}  // namespace

void CheckTogether(const ReadConfig& read, std::vector<std::string>& errors) { Checker(read, errors).Together(); }

void CheckForServing(const ReadConfig& read, std::vector<std::string>& errors) { Checker(read, errors).ForServing(); }

}  // namespace dateline::ops
