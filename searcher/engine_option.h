// The option --engine of every program that matches.
//
// Thread-safety: one thread. Ownership: the variable must outlive the parsing.
#ifndef DATELINE_SEARCHER_ENGINE_OPTION_H_
#define DATELINE_SEARCHER_ENGINE_OPTION_H_

#include <string>

#include "CLI/CLI.hpp"
#include "absl/types/optional.h"
#include "searcher/match/fast/fast_matcher.h"

namespace dateline {

inline void AddEngineOption(CLI::App& command, const std::string& description, match::fast::MatchEngine& engine) {
  const auto set = [&engine](const std::string& name) {
    const absl::optional<match::fast::MatchEngine> named = match::fast::MatchEngineFromName(name);
    if (!named) throw CLI::ValidationError("--engine", "write fast or xapian, not " + name);
    engine = *named;
  };
  command.add_option_function<std::string>("--engine", set, description)->type_name("ENGINE");
}

}  // namespace dateline

#endif  // DATELINE_SEARCHER_ENGINE_OPTION_H_
