#include "searcher/ops/server_flags.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace dateline::ops {
namespace {

// "--no-client-share" where the flag without a value would change nothing.
void AddSwitch(CLI::App& app, size_t index, ConfigInput& input) {
  const Setting& setting = Settings()[index];
  const std::string negative = absl::StrCat("--no-", setting.flag.substr(2));
  const bool on = TomlValue(setting, ServerConfig()) == "true";
  app.add_flag_function(
         on ? absl::StrCat(setting.flag, ",!", negative) : std::string(setting.flag),
         [index, &input](int64_t count) {
           input.flags.emplace_back(index, std::vector<std::string>{count > 0 ? "true" : "false"});
         },
         std::string(setting.help))
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

std::string Description(const Setting& setting) {
  const std::string value = TomlValue(setting, ServerConfig());
  const bool say_default = std::holds_alternative<int ServerConfig::*>(setting.member) || !setting.choices.empty();
  if (say_default) {
    return absl::StrCat(setting.help, " (", absl::StripSuffix(absl::StripPrefix(value, "\""), "\""), ")");
  }
  return std::string(setting.help);
}

}  // namespace

void AddServerFlags(CLI::App& app, ConfigInput& input) {
  for (size_t i = 0; i < Settings().size(); ++i) {
    const Setting& setting = Settings()[i];
    if (setting.placeholder.empty()) {
      AddSwitch(app, i, input);
      continue;
    }
    const auto collect = [i, &input](const std::vector<std::string>& typed) { input.flags.emplace_back(i, typed); };
    CLI::Option* option =
        app.add_option_function<std::vector<std::string>>(std::string(setting.flag), collect, Description(setting))
            ->type_name(std::string(setting.placeholder))
            ->type_size(1);
    const bool list = std::holds_alternative<std::vector<std::string> ServerConfig::*>(setting.member);
    option->expected(1)->multi_option_policy(list ? CLI::MultiOptionPolicy::TakeAll : CLI::MultiOptionPolicy::Throw);
  }
}

}  // namespace dateline::ops
