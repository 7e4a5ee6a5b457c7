// What can be wrong with settings that are each allowed by themselves.
//
// Thread-safety: pure, but that CheckForServing reads files. Errors: appended, one a text, as those of
// config_reader.h.
#ifndef DATELINE_SEARCHER_OPS_CONFIG_CHECK_H_
#define DATELINE_SEARCHER_OPS_CONFIG_CHECK_H_

#include <string>
#include <vector>

#include "searcher/ops/config_reader.h"

namespace dateline::ops {

void CheckTogether(const ReadConfig& read, std::vector<std::string>& errors);

// What is missing to serve: the name of the index, and files and directories that settings name and that cannot be
// read. (Whether there is an index is another matter: its absence has an exit code of its own.)
void CheckForServing(const ReadConfig& read, std::vector<std::string>& errors);

}  // namespace dateline::ops

#endif  // DATELINE_SEARCHER_OPS_CONFIG_CHECK_H_
