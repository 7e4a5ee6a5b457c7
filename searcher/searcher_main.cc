// dateline-searcher: serves one index over gRPC until it is told to stop.
//
// Exit codes: 0 stopped cleanly, 1 failed, 2 wrong usage or configuration, 3 there is no index to serve.
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "core/base/exit_code.h"
#include "core/base/safe_text.h"
#include "searcher/admit/api_keys.h"
#include "searcher/ops/config_check.h"
#include "searcher/ops/config_reader.h"
#include "searcher/ops/server_flags.h"
#include "searcher/server/server.h"
#include "searcher/server/stop_signals.h"

namespace dateline {
namespace {

constexpr char kHelp[] =
    "Serves a Dateline index over gRPC.\n"
    "\n"
    "Examples:\n"
    "  dateline-searcher --index news.index\n"
    "  dateline-searcher --index news.index --listen 127.0.0.1:0 --port-file searcher.port\n"
    "  dateline-searcher --config /etc/dateline/searcher.toml --check-config\n"
    "  dateline search --server 127.0.0.1:7370 kim putin\n"
    "\n"
    "It prints \"listening on HOST:PORT\" once it serves. SIGTERM or SIGINT stops it: health says NOT_SERVING,\n"
    "calls are taken for another second (--drain-notice), and those that run are finished; a second signal\n"
    "ends it at once.\n"
    "\n"
    "A newly published generation is checked and served within seconds, between two calls; SIGHUP, or\n"
    "\"dateline reload\", has it looked for at once. One that is damaged is refused, and the one before stays.\n"
    "SIGHUP also has the configuration read again.\n"
    "\n"
    "Every setting is a flag here, a line of the configuration file, and a variable of the environment as\n"
    "DATELINE_SEARCHER_ADMISSION_QUEUE. A flag beats the variable, which beats the file, which beats the default.";

struct Actions {
  bool check_config = false;
  bool print_config = false;
  std::string make_key;  // the name of its bearer; "": none is wanted
  std::string key_scopes = "search";
  double key_calls_per_s = 0;
};

// The line for the file of keys goes to standard output, the key itself, which is kept nowhere, to standard error.
int MakeKey(const Actions& actions) {
  const absl::StatusOr<admit::NewKey> made =
      admit::MakeKey(actions.make_key, actions.key_scopes, actions.key_calls_per_s);
  if (!made.ok()) {
    std::fprintf(stderr, "dateline-searcher: --make-key: %s\n", std::string(made.status().message()).c_str());
    return base::kExitUsage;
  }
  std::printf("%s\n", made->line.c_str());
  std::fprintf(stderr, "the key, which is kept nowhere: %s\n", made->key.c_str());
  return 0;
}

void PrintErrors(const std::vector<std::string>& errors) {
  for (const std::string& error : errors) {
    std::fprintf(stderr, "dateline-searcher: %s\n", base::SafeText(error).c_str());
  }
}

int Run(const ops::ConfigInput& input, const Actions& actions) {
  if (!actions.make_key.empty()) return MakeKey(actions);
  ops::ReadConfig read = ops::LoadConfig(input);
  if (read.errors.empty() && !actions.print_config) ops::CheckForServing(read, read.errors);
  if (!read.errors.empty()) {
    PrintErrors(read.errors);
    return base::kExitUsage;
  }
  if (actions.print_config) {
    std::fputs(ops::PrintConfig(read).c_str(), stdout);
    return 0;
  }
  if (actions.check_config) {
    std::puts("the configuration is right");
    return 0;
  }
  // gRPC logs in its own manner, of what its callers are told anyway; whoever debugs it sets the variable.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  // Debian builds Abseil with its search for deadlocks, which follows every mutex that gRPC takes.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  signal(SIGPIPE, SIG_IGN);
  server::StopSignals signals;
  return server::RunServer(input, read.config, &signals);
}

int Main(int argc, char** argv) {
  CLI::App app(kHelp, "dateline-searcher");
  app.set_version_flag("--version", "dateline-searcher " DATELINE_VERSION);
  ops::ConfigInput input;
  input.environment = ops::ProcessEnvironment();
  Actions actions;
  app.add_option("--config", input.file, "Read settings from this file of TOML")->type_name("FILE");
  CLI::Option* check = app.add_flag("--check-config", actions.check_config,
                                    "Check all settings, and the files that they name, and exit with 0 or 2");
  app.add_flag("--print-config", actions.print_config, "Print the settings in force as TOML, and exit")
      ->excludes(check);
  CLI::Option* make_key =
      app.add_option("--make-key", actions.make_key, "Make an API key, print its line for the file of keys, and exit")
          ->type_name("NAME");
  app.add_option("--key-scopes", actions.key_scopes,
                 "What the new key is for: search, export, admin, with commas between")
      ->type_name("SCOPES")
      ->capture_default_str()
      ->needs(make_key);
  app.add_option("--key-calls-per-s", actions.key_calls_per_s, "How many calls a second it may make; 0: any number")
      ->type_name("N")
      ->check(CLI::Range(0.0, 1e6))
      ->needs(make_key);
  ops::AddServerFlags(app, input);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : base::kExitUsage;
  }
  return Run(input, actions);
}

}  // namespace
}  // namespace dateline

int main(int argc, char** argv) {
  try {
    return dateline::Main(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "dateline-searcher: %s\n", e.what());
    return 1;
  }
}
