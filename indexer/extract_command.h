// `dateline-indexer extract`: shows what would be indexed, without indexing.
//
// Thread-safety: for the main thread.
#ifndef DATELINE_INDEXER_EXTRACT_COMMAND_H_
#define DATELINE_INDEXER_EXTRACT_COMMAND_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/extract/extractor.h"
#include "indexer/ingest/record_source.h"

namespace dateline {

struct ExtractArguments {
  std::vector<std::string> inputs;
  uint64_t max_record_mb = ingest::kDefaultMaxRecordBytes >> 20;
  std::vector<std::string> set;
  std::string tables;
  std::string color = "auto";
  bool json = false;
  bool explain = false;
};

void AddExtract(CLI::App& app, ExtractArguments& arguments);

// The exit code.
int Extract(const ExtractArguments& arguments);

// --set NAME=VALUE ..., as facts. InvalidArgument says which one is wrong.
absl::StatusOr<extract::SuppliedFacts> ParseFacts(const std::vector<std::string>& settings);

// The shipped lexicon, or it with the tables of a directory over it; it lives as long as the program.
absl::StatusOr<const extract::Lexicon*> LoadLexicon(const std::string& directory);

}  // namespace dateline

#endif  // DATELINE_INDEXER_EXTRACT_COMMAND_H_
