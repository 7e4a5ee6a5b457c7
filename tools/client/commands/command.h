// The commands of `dateline`. Each Add function adds one to the program, with its options, and gives what runs it.
//
// Thread-safety: one thread. Ownership: a Command keeps what its options are read into; the CLI::App must not outlive
// it. Errors: the exit code, once they have been told.
#ifndef DATELINE_TOOLS_CLIENT_COMMANDS_COMMAND_H_
#define DATELINE_TOOLS_CLIENT_COMMANDS_COMMAND_H_

#include <functional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"

namespace dateline::client {

// The words of a command are what stands on the command line beside its options.
using Words = std::vector<std::string>;

struct Command {
  CLI::App* app = nullptr;
  std::function<int(const Words&)> run;  // gives the exit code
};

// Adds a command that prints `help` above the list of its options. Whatever is no option is a word: CLI11 would take
// a positional "[a,b]" for a list of two.
CLI::App* AddCommand(CLI::App* program, const char* usage, const char* summary, const std::string& help);

Command AddSearch(CLI::App* program);
Command AddCount(CLI::App* program);
Command AddHistogram(CLI::App* program);
Command AddFacets(CLI::App* program);
Command AddExport(CLI::App* program);
Command AddGet(CLI::App* program);
Command AddExplain(CLI::App* program);
Command AddAnalyze(CLI::App* program);
Command AddSuggest(CLI::App* program);
Command AddStatus(CLI::App* program);
Command AddReload(CLI::App* program);
Command AddCompletion(CLI::App* program);

}  // namespace dateline::client

#endif  // DATELINE_TOOLS_CLIENT_COMMANDS_COMMAND_H_
