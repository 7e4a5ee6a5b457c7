// The flags of dateline-searcher that are settings: one for each, with the help that its table has.
//
// Thread-safety: one thread. Ownership: the input must outlive the parsing.
#ifndef DATELINE_SEARCHER_OPS_SERVER_FLAGS_H_
#define DATELINE_SEARCHER_OPS_SERVER_FLAGS_H_

#include "CLI/CLI.hpp"
#include "searcher/ops/config_reader.h"

namespace dateline::ops {

// Parsing collects what was typed in input.flags; LoadConfig judges it. A flag that is true or false takes no value
// (--reflection, --no-reflection, or --reflection=false).
void AddServerFlags(CLI::App& app, ConfigInput& input);

}  // namespace dateline::ops

#endif  // DATELINE_SEARCHER_OPS_SERVER_FLAGS_H_
