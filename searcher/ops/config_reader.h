// Reads what an operator set, from where it may be set: flags, over the environment, over a file of TOML, over the
// defaults.
//
// All errors are found in one go, and each names the place, the setting, what is allowed there and, for a name that
// is none, the likely one. (Of a file that is not TOML only the first is known.)
//
// Thread-safety: pure functions but for reading files. Errors: texts, one a line, with their place:
// "searcher.toml:3:9: [admission] queue: 0 is not allowed; write a whole number from 1 to 1000000".
#ifndef DATELINE_SEARCHER_OPS_CONFIG_READER_H_
#define DATELINE_SEARCHER_OPS_CONFIG_READER_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "searcher/ops/server_config.h"

namespace dateline::ops {

struct ConfigInput {
  std::string file;  // ""; none
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::pair<size_t, std::vector<std::string>>> flags;  // by place in Settings(), as typed
};

struct ReadConfig {
  ServerConfig config;
  // Of each of Settings(): "searcher.toml:3:9", "DATELINE_SEARCHER_ADMISSION_QUEUE", "--queue"; "": the default.
  std::vector<std::string> origins;
  std::vector<std::string> errors;  // when there are any, the rest means nothing
};

// Every variable of this process.
std::vector<std::pair<std::string, std::string>> ProcessEnvironment();

ReadConfig LoadConfig(const ConfigInput& input);

// The settings in force as TOML that reads back to the same, each with its help and where its value came from.
std::string PrintConfig(const ReadConfig& read);

}  // namespace dateline::ops

#endif  // DATELINE_SEARCHER_OPS_CONFIG_READER_H_
