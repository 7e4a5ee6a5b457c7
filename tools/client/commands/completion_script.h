// Completion scripts for shells, made from the commands and options that the program really has.
//
// Thread-safety: pure functions. Errors: none.
#ifndef DATELINE_TOOLS_CLIENT_COMMANDS_COMPLETION_SCRIPT_H_
#define DATELINE_TOOLS_CLIENT_COMMANDS_COMPLETION_SCRIPT_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"

namespace dateline::client {

struct CompletedOption {
  std::vector<std::string> names;  // as typed: "-n", "--sort"
  std::string description;
  std::string value;                 // what it takes, as "ORDER"; "" for a flag
  std::vector<std::string> choices;  // the values that there are, where they are few
  bool repeats = false;
};

struct CompletedCommand {
  std::string name;  // "" for the program itself
  std::string description;
  std::vector<CompletedOption> options;
  std::vector<std::string> words;  // what its first word may be, where these are few
};

// The program first, then its commands.
std::vector<CompletedCommand> CompletedCommands(const CLI::App& program);

std::string BashCompletion(const std::vector<CompletedCommand>& commands);
std::string ZshCompletion(const std::vector<CompletedCommand>& commands);
std::string FishCompletion(const std::vector<CompletedCommand>& commands);

}  // namespace dateline::client

#endif  // DATELINE_TOOLS_CLIENT_COMMANDS_COMPLETION_SCRIPT_H_
