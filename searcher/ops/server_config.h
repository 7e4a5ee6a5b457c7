// What an operator can set of a server, in one table: everything that reads, prints, checks or documents a setting
// walks it.
//
// Thread-safety: plain values; the table never changes. Units stand in the names.
#ifndef DATELINE_SEARCHER_OPS_SERVER_CONFIG_H_
#define DATELINE_SEARCHER_OPS_SERVER_CONFIG_H_

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace dateline::ops {

// The defaults are these initializers. What each member means, its table says.
struct ServerConfig {
  // [server]
  std::string index;
  std::vector<std::string> listen = {"127.0.0.1:7370"};
  std::string port_file;
  int threads = 0;
  int default_deadline_ms = 2000;
  int max_deadline_ms = 10000;
  int drain_s = 5;
  int drain_notice_ms = 1000;
  bool allow_remote_plaintext = false;
  bool reflection = false;
  // [engine]
  std::string engine = "fast";
  int max_query_cpu_ms = 500;
  std::string variants;
  int page_token_life_s = 1800;
  // [admission]
  int queue = 256;
  int queue_ms = 50;
  bool client_share = true;
  bool forwarded_clients = false;
  int max_exports = 0;
  int export_stall_s = 30;
  int retry_after_ms = 100;
  int max_connections = 10000;
  int max_connections_per_address = 256;
  int handshake_timeout_ms = 5000;
  int max_streams_per_connection = 64;
  // [cache]
  int cache_mb = 64;
  // [scrub]
  int scrub_mb_s = 20;
  int scrub_every_s = 3600;
  // [tls]
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_client_ca;
  // [auth]
  std::string auth_keys;
  // [metrics]
  std::string metrics_listen;
  // [log]
  std::string log_format = "text";
  std::string log_level = "info";
  bool log_calls = false;
  int slow_ms = 500;
};

using SettingMember = std::variant<int ServerConfig::*, bool ServerConfig::*, std::string ServerConfig::*,
                                   std::vector<std::string> ServerConfig::*>;

struct Setting {
  absl::string_view section;
  absl::string_view name;         // in its section
  absl::string_view flag;         // "--queue"
  absl::string_view placeholder;  // what the flag takes: "N"; "" for those that are true or false
  absl::string_view help;         // one sentence without its end
  SettingMember member;
  int min = 0;  // of numbers
  int max = 0;
  std::vector<absl::string_view> choices = {};  // of texts; empty: any
  bool live = false;                            // a reload takes it up
};

// By section, in the order that they are printed in.
absl::Span<const Setting> Settings();

// The place of [section] name in Settings(); its size when there is none.
size_t SettingIndex(absl::string_view section, absl::string_view name);

// "DATELINE_SEARCHER_ADMISSION_QUEUE".
std::string EnvironmentName(const Setting& setting);

// "[admission] queue".
std::string FullName(const Setting& setting);

// What may stand there: "a whole number from 1 to 1000000", `"fast" or "xapian"`.
std::string Allowed(const Setting& setting);

// The value in `config`, as TOML.
std::string TomlValue(const Setting& setting, const ServerConfig& config);

}  // namespace dateline::ops

#endif  // DATELINE_SEARCHER_OPS_SERVER_CONFIG_H_
