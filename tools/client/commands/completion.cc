// dateline completion
#include <string>

#include "absl/status/status.h"
#include "tools/client/commands/command.h"
#include "tools/client/commands/completion_script.h"
#include "tools/client/commands/output.h"

namespace dateline::client {
namespace {

constexpr char kHelp[] =
    "Prints a script that completes commands and options in a shell.\n"
    "\n"
    "Examples:\n"
    "  source <(dateline completion bash)                               in ~/.bashrc\n"
    "  dateline completion zsh > ~/.zfunc/_dateline                     with fpath+=~/.zfunc\n"
    "  dateline completion fish > ~/.config/fish/completions/dateline.fish\n"
    "\n"
    "SHELL is bash, zsh or fish.";

int Run(const CLI::App& program, const Words& words) {
  const std::string shell = words.size() == 1 ? words[0] : "";
  const std::vector<CompletedCommand> commands = CompletedCommands(program);
  if (shell == "bash") {
    Print(BashCompletion(commands));
  } else if (shell == "zsh") {
    Print(ZshCompletion(commands));
  } else if (shell == "fish") {
    Print(FishCompletion(commands));
  } else {
    return Fail(absl::InvalidArgumentError("for which shell? Write bash, zsh or fish"));
  }
  return 0;
}

}  // namespace

Command AddCompletion(CLI::App* program) {
  CLI::App* app = AddCommand(program, "completion SHELL", "Prints completions for bash, zsh or fish", kHelp);
  return {app, [program](const Words& words) { return Run(*program, words); }};
}

}  // namespace dateline::client
