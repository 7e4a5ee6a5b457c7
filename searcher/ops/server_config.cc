#include "searcher/ops/server_config.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/json_writer.h"

namespace dateline::ops {
namespace {

constexpr int kDay = 86'400;
constexpr int kMillion = 1'000'000;

// What JSON quotes is a basic string of TOML, too.
std::string Quoted(const std::string& text) {
  std::string quoted;
  base::JsonWriter(&quoted).String(text);
  return quoted;
}

std::vector<Setting> MakeSettings() {
  using C = ServerConfig;
  return {
      {"server", "index", "--index", "DIR", "The directory of the index; must be set", &C::index},
      {"server", "listen", "--listen", "HOST:PORT",
       "Where to listen: HOST:PORT, of which port 0 takes any free one, or unix:/PATH", &C::listen},
      {"server", "port_file", "--port-file", "FILE", "Write the number of the port to this file", &C::port_file},
      {"server", "threads", "--threads", "N",
       "Threads that answer calls, and that one heavy query may use while others are idle; 0: one a processor",
       &C::threads, 0, 1024},
      {"server", "default_deadline_ms", "--default-deadline", "MS",
       "How long a call may take that brings no deadline, in milliseconds", &C::default_deadline_ms, 1, 3'600'000},
      {"server", "max_deadline_ms", "--max-deadline", "MS",
       "What longer deadlines are cut to, in milliseconds; exports have an hour", &C::max_deadline_ms, 1, 3'600'000},
      {"server", "drain_s", "--drain", "SECONDS", "How long running calls may go on after SIGTERM, in seconds",
       &C::drain_s, 0, 3600},
      {"server", "drain_notice_ms", "--drain-notice", "MS",
       "How long calls are still taken after SIGTERM, while the health service says NOT_SERVING, in milliseconds",
       &C::drain_notice_ms, 0, 600'000},
      {"server", "allow_remote_plaintext", "--allow-remote-plaintext", "",
       "Let addresses that other machines can reach be listened on without encryption", &C::allow_remote_plaintext},
      {"server", "reflection", "--reflection", "", "Tell clients the schema of the service", &C::reflection},

      {"engine",
       "engine",
       "--engine",
       "ENGINE",
       "Who matches: fast, or xapian, the reference; answers are equal",
       &C::engine,
       0,
       0,
       {"fast", "xapian"}},
      {"engine", "max_query_cpu_ms", "--max-query-cpu", "MS",
       "Processor time that one query may use, in milliseconds", &C::max_query_cpu_ms, 1, 3'600'000},
      {"engine", "variants", "--variants", "DIR", "Tables of other spellings that add to the shipped ones",
       &C::variants},
      {"engine", "page_token_life_s", "--page-token-life", "SECONDS",
       "How long a page token stays good when a newer generation is served, in seconds", &C::page_token_life_s, 0,
       kDay},

      {"admission", "queue", "--queue", "N", "Calls that may wait for a thread before others are refused", &C::queue,
       1, kMillion},
      {"admission", "queue_ms", "--queue-time", "MS",
       "How much work may wait, in milliseconds, before calls are refused", &C::queue_ms, 1, 60'000},
      {"admission", "client_share", "--client-share", "",
       "Refuse first whoever has more than its share of a full queue", &C::client_share},
      {"admission", "forwarded_clients", "--forwarded-clients", "",
       "Tell clients apart by x-forwarded-for; only behind a proxy that sets it", &C::forwarded_clients},
      {"admission", "max_exports", "--max-exports", "N",
       "Exports at once; each keeps a thread until its client has read all. 0: half of the threads", &C::max_exports,
       0, 1024},
      {"admission", "export_stall_s", "--export-stall", "SECONDS",
       "How long the client of an export may read nothing, in seconds", &C::export_stall_s, 1, 3600},
      {"admission", "retry_after_ms", "--retry-after", "MS",
       "When to try again, as those are told who are refused, in milliseconds", &C::retry_after_ms, 1, 60'000},
      {"admission", "max_connections", "--max-connections", "N", "Connections at once", &C::max_connections, 1,
       kMillion},
      {"admission", "max_connections_per_address", "--max-connections-per-address", "N",
       "Connections at once from one address", &C::max_connections_per_address, 1, kMillion},
      {"admission", "handshake_timeout_ms", "--handshake-timeout", "MS",
       "How long a connection may take to begin, in milliseconds", &C::handshake_timeout_ms, 100, 120'000},
      {"admission", "max_streams_per_connection", "--max-streams", "N", "Calls at once on one connection",
       &C::max_streams_per_connection, 1, 10'000},

      {"cache", "mb", "--cache-mb", "N", "Memory for answers that are kept, in megabytes; 0: none are", &C::cache_mb,
       0, kMillion},

      {"scrub", "mb_s", "--scrub-mb-s", "N",
       "How fast all files are read again, in megabytes a second, to find damage; 0: never", &C::scrub_mb_s, 0,
       100'000},
      {"scrub", "every_s", "--scrub-every", "SECONDS",
       "The least time from the begin of one such pass to the next, in seconds", &C::scrub_every_s, 1, 30 * kDay},

      {"tls", "certificate", "--tls-certificate", "FILE",
       "The certificate of the server and those that vouch for it, in PEM", &C::tls_certificate},
      {"tls", "key", "--tls-key", "FILE", "The private key of the certificate, in PEM", &C::tls_key},
      {"tls", "client_ca", "--tls-client-ca", "FILE",
       "Who vouches for the certificates that clients must show, in PEM; empty: clients show none",
       &C::tls_client_ca},

      {"auth", "keys", "--auth-keys", "FILE", "The keys that clients must show; empty: none are asked for",
       &C::auth_keys},

      {"metrics", "listen", "--metrics-listen", "HOST:PORT",
       "Where Prometheus may fetch /metrics, as 127.0.0.1:9370; empty: nowhere", &C::metrics_listen},

      {"log",
       "format",
       "--log-format",
       "FORMAT",
       "How lines of the log are written: text, or json, an object a line",
       &C::log_format,
       0,
       0,
       {"text", "json"}},
      {"log",
       "level",
       "--log-level",
       "LEVEL",
       "The least important lines that are written: info, warning or error",
       &C::log_level,
       0,
       0,
       {"info", "warning", "error"},
       /*live=*/true},
      {"log", "calls", "--log-calls", "", "Write a line for every call", &C::log_calls, 0, 0, {}, /*live=*/true},
      {"log",
       "slow_ms",
       "--slow-ms",
       "MS",
       "Write a line for every call that took so long, in milliseconds; 0: for none",
       &C::slow_ms,
       0,
       3'600'000,
       {},
       /*live=*/true},
  };
}

std::string TomlOf(int value) { return absl::StrCat(value); }
std::string TomlOf(bool value) { return value ? "true" : "false"; }
std::string TomlOf(const std::string& value) { return Quoted(value); }
std::string TomlOf(const std::vector<std::string>& values) {
  return absl::StrCat(
      "[", absl::StrJoin(values, ", ", [](std::string* out, const std::string& v) { *out += Quoted(v); }), "]");
}

}  // namespace

absl::Span<const Setting> Settings() {
  static const auto* const kSettings = new std::vector<Setting>(MakeSettings());
  return *kSettings;
}

size_t SettingIndex(absl::string_view section, absl::string_view name) {
  const absl::Span<const Setting> settings = Settings();
  size_t i = 0;
  while (i < settings.size() && (settings[i].section != section || settings[i].name != name)) ++i;
  return i;
}

std::string EnvironmentName(const Setting& setting) {
  return absl::AsciiStrToUpper(absl::StrCat("DATELINE_SEARCHER_", setting.section, "_", setting.name));
}

std::string FullName(const Setting& setting) { return absl::StrCat("[", setting.section, "] ", setting.name); }

std::string Allowed(const Setting& setting) {
  if (std::holds_alternative<int ServerConfig::*>(setting.member)) {
    return absl::StrCat("a whole number from ", setting.min, " to ", setting.max);
  }
  if (std::holds_alternative<bool ServerConfig::*>(setting.member)) return "true or false";
  if (std::holds_alternative<std::vector<std::string> ServerConfig::*>(setting.member)) return "an array of texts";
  if (setting.choices.empty()) return "a text";
  std::string allowed;
  for (size_t i = 0; i < setting.choices.size(); ++i) {
    if (i > 0) allowed += i + 1 == setting.choices.size() ? " or " : ", ";
    absl::StrAppend(&allowed, "\"", setting.choices[i], "\"");
  }
  return allowed;
}

std::string TomlValue(const Setting& setting, const ServerConfig& config) {
  return std::visit([&config](auto member) { return TomlOf(config.*member); }, setting.member);
}

}  // namespace dateline::ops
