// The options that every command has which writes an index.
//
// Thread-safety: for the main thread.
#ifndef DATELINE_INDEXER_WRITER_OPTIONS_H_
#define DATELINE_INDEXER_WRITER_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "core/index/postings_format.h"
#include "indexer/console.h"
#include "indexer/lifecycle/operations.h"

namespace dateline {

struct WriterOptions {
  std::string index;
  double wait_seconds = 0;
  uint64_t threads = std::max(1U, std::thread::hardware_concurrency());
  uint64_t memory_mb = build::kDefaultMemoryMb;
  build::DatabaseWriter writer = build::DatabaseWriter::kBulk;
  bool any_xapian = false;
  bool quiet = false;
  bool json = false;

  lifecycle::Means means() const {
    lifecycle::Means means;
    means.session.wait_seconds = wait_seconds;
    means.session.cancelled = &Interrupted();
    means.threads = threads;
    means.memory_mb = memory_mb;
    means.writer = writer;
    means.any_xapian = any_xapian;
    means.cancelled = &Interrupted();
    return means;
  }
};

inline void AddWriterOptions(CLI::App* command, WriterOptions& options) {
  command->add_option("--index", options.index, "Directory of the index")->required();
  command->add_option("--wait", options.wait_seconds, "Seconds to wait for another writer to end (default: none)")
      ->check(CLI::Range(0.0, 1e6));
  command->add_flag("--quiet", options.quiet, "No progress and no summary");
  command->add_flag("--json", options.json, "Print the result as one JSON object on standard output");
}

inline void AddEffortOptions(CLI::App* command, WriterOptions& options) {
  command->add_option("--threads", options.threads, "Threads that work")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--memory-mb", options.memory_mb, "Bound on memory; fewer threads are used when it is short")
      ->check(CLI::Range(build::kMinMemoryMb, uint64_t{1} << 20))
      ->capture_default_str();
  static const auto* const writers = new std::map<std::string, build::DatabaseWriter>{
      {"bulk", build::DatabaseWriter::kBulk}, {"library", build::DatabaseWriter::kLibrary}};
  command
      ->add_option("--writer", options.writer,
                   "Who writes the database: bulk (ours) or library (Xapian, many times slower)")
      ->transform(CLI::CheckedTransformer(*writers).description(""))
      ->type_name("bulk|library");
  command->add_flag("--any-xapian", options.any_xapian,
                    "Let bulk work beside a version of Xapian that it was not tested with");
}

// Which words have pairs; commands that do not say it keep to what the index has.
inline CLI::Option* AddPairsOption(CLI::App* command, uint32_t& pairs) {
  return command
      ->add_option("--pairs", pairs,
                   absl::StrCat("Keep pairs of words that one article in N has, which makes phrases of them fast; 0: "
                                "none. Stays so for what is added and merged (build: ",
                                index::kDefaultPairShare, ")"))
      ->type_name("N")
      ->check(CLI::Range(uint32_t{0}, index::kMostPairShare));
}

}  // namespace dateline

#endif  // DATELINE_INDEXER_WRITER_OPTIONS_H_
