// `dateline-indexer add`, `delete`, `merge` and `rebuild`: what changes the articles or the shards of an index.
//
// Thread-safety: for the main thread.
#ifndef DATELINE_INDEXER_CHANGE_COMMANDS_H_
#define DATELINE_INDEXER_CHANGE_COMMANDS_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <vector>

namespace dateline {

// A subcommand, and what it does once it was chosen; that gives the exit code.
struct Command {
  CLI::App* app = nullptr;
  std::function<int()> run;
};

std::vector<Command> AddChangeCommands(CLI::App& app);

}  // namespace dateline

#endif  // DATELINE_INDEXER_CHANGE_COMMANDS_H_
