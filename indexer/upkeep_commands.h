// `dateline-indexer rollback`, `gc`, `history`, `verify` and `accelerate`: what keeps an index without changing its
// articles.
//
// Thread-safety: for the main thread.
#ifndef DATELINE_INDEXER_UPKEEP_COMMANDS_H_
#define DATELINE_INDEXER_UPKEEP_COMMANDS_H_

#include <CLI/CLI.hpp>
#include <vector>

#include "indexer/change_commands.h"

namespace dateline {

std::vector<Command> AddUpkeepCommands(CLI::App& app);

}  // namespace dateline

#endif  // DATELINE_INDEXER_UPKEEP_COMMANDS_H_
