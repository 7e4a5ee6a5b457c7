// Reads the configuration again while a server runs, and takes up what may change then.
//
// What may not is named in the log, every time, until the server is started again. A configuration with an error
// changes nothing. Whoever has files of his own to read again (certificates, keys) adds a hook.
//
// Thread-safety: AddHook before the first Reload; Reload from one thread at a time. Ownership: the log, and what
// hooks capture, must outlive it.
#ifndef DATELINE_SEARCHER_OPS_CONFIG_RELOADER_H_
#define DATELINE_SEARCHER_OPS_CONFIG_RELOADER_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "searcher/ops/config_reader.h"
#include "searcher/ops/server_log.h"

namespace dateline::ops {

LogChoice LogChoiceOf(const ServerConfig& config);

class ConfigReloader {
 public:
  // `in_force` is what `input` was read as when the server was started.
  ConfigReloader(ConfigInput input, const ServerConfig& in_force, ServerLog* log)
      : input_(std::move(input)), in_force_(in_force), log_(log) {}

  // `hook` is called at every reload whose configuration is right, with the settings in force then. Its error is
  // logged with `what` it is about.
  void AddHook(std::string what, std::function<absl::Status(const ServerConfig&)> hook) {
    hooks_.emplace_back(std::move(what), std::move(hook));
  }

  void Reload();

 private:
  void TakeUp(const ReadConfig& read);

  const ConfigInput input_;
  ServerConfig in_force_;
  ServerLog* const log_;
  std::vector<std::pair<std::string, std::function<absl::Status(const ServerConfig&)>>> hooks_;
};

}  // namespace dateline::ops

#endif  // DATELINE_SEARCHER_OPS_CONFIG_RELOADER_H_
