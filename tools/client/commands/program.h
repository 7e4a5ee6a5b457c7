// The program `dateline`: its commands, and what it does with a command line.
//
// Thread-safety: one thread.
#ifndef DATELINE_TOOLS_CLIENT_COMMANDS_PROGRAM_H_
#define DATELINE_TOOLS_CLIENT_COMMANDS_PROGRAM_H_

#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "tools/client/commands/command.h"

namespace dateline::client {

struct Program {
  std::unique_ptr<CLI::App> app;
  std::vector<Command> commands;
};

Program MakeProgram();

// Runs the command that `arguments` name (without the program's own name) and gives the exit code.
int RunCommandLine(std::vector<std::string> arguments);

}  // namespace dateline::client

#endif  // DATELINE_TOOLS_CLIENT_COMMANDS_PROGRAM_H_
