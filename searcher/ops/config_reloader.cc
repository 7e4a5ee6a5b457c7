#include "searcher/ops/config_reloader.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "searcher/ops/config_check.h"
#include "searcher/ops/server_config.h"

namespace dateline::ops {

LogChoice LogChoiceOf(const ServerConfig& config) {
  LogChoice choice;
  choice.level = LogLevelFromName(config.log_level);
  choice.calls = config.log_calls;
  choice.slow_ms = config.slow_ms;
  return choice;
}

void ConfigReloader::Reload() {
  ReadConfig read = LoadConfig(input_);
  if (read.errors.empty()) CheckForServing(read, read.errors);
  for (const std::string& error : read.errors) log_->Error("configuration", error);
  if (!read.errors.empty()) {
    log_->Error("configuration", "nothing of the configuration was taken up");
    return;
  }
  TakeUp(read);
  for (const auto& [what, hook] : hooks_) {
    const absl::Status status = hook(in_force_);
    if (!status.ok()) log_->Error("configuration", absl::StrCat(what, ": ", status.message()));
  }
}

void ConfigReloader::TakeUp(const ReadConfig& read) {
  for (const Setting& setting : Settings()) {
    const std::string before = TomlValue(setting, in_force_);
    const std::string now = TomlValue(setting, read.config);
    if (before == now) continue;
    if (setting.live) {
      std::visit([&](auto member) { in_force_.*member = read.config.*member; }, setting.member);
      log_->Info("configuration", absl::StrCat(FullName(setting), " is ", now, " now, and was ", before));
    } else {
      log_->Warning("configuration", absl::StrCat(FullName(setting), " stays ", before,
                                                  " until the server is started again; ", now, " is written now"));
    }
  }
  log_->Choose(LogChoiceOf(in_force_));
}

}  // namespace dateline::ops
