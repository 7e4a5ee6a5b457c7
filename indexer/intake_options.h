// The options of every command that takes articles in: which, and how they are read.
//
// Thread-safety: for the main thread.
#ifndef DATELINE_INDEXER_INTAKE_OPTIONS_H_
#define DATELINE_INDEXER_INTAKE_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "indexer/build/pipeline.h"
#include "indexer/ingest/record_source.h"

namespace dateline {

struct IntakeOptions {
  std::vector<std::string> inputs;
  uint64_t max_record_mb = ingest::kDefaultMaxRecordBytes >> 20;
  std::string lang = "en";
  std::vector<std::string> set;
  std::string tables;
  std::string reject_log;
};

// The caller says whether inputs are required.
CLI::Option* AddIntakeOptions(CLI::App* command, IntakeOptions& options);

// What they ask of a build. InvalidArgument, or NotFound for an input: what was typed must be right before the
// directory of the index is touched.
absl::Status ReadIntake(const IntakeOptions& options, const std::string& index, build::BuildOptions& build);

}  // namespace dateline

#endif  // DATELINE_INDEXER_INTAKE_OPTIONS_H_
