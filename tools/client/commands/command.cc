#include "tools/client/commands/command.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

namespace dateline::client {
namespace {

// The long help of a command would otherwise also stand in the list of commands.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter(std::string usage, std::string help) : usage_(std::move(usage)), help_(std::move(help)) {}

  std::string make_description(const CLI::App*) const override { return absl::StrCat(help_, "\n"); }
  std::string make_usage(const CLI::App*, std::string) const override {
    return absl::StrCat("Usage: dateline ", usage_, "\n");
  }

 private:
  const std::string usage_;
  const std::string help_;
};

}  // namespace

CLI::App* AddCommand(CLI::App* program, const char* usage, const char* summary, const std::string& help) {
  const std::string name(usage, std::string(usage).find_first_of(" "));
  CLI::App* command = program->add_subcommand(name, summary);
  command->allow_extras();
  command->formatter(std::make_shared<HelpFormatter>(usage, help));
  return command;
}

}  // namespace dateline::client
