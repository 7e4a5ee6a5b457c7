// dateline-bench: measures building and searching, after checking that what is measured is right.
//
// Exit codes: 0 done, 1 failed or answers differ, 2 wrong usage. Results go to standard output, messages to standard
// error.
#include <CLI/CLI.hpp>
#include <iostream>
#include <string>

#include "absl/status/status.h"
#include "bench/corpus_bench.h"
#include "bench/index_bench.h"
#include "bench/query_bench.h"

namespace dateline::bench {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

void AddOutput(CLI::App* command, OutputOptions& output) {
  command->add_flag("--json", output.json, "One JSON object a line instead of a table");
  command->add_option("--label", output.label, "What is measured, usually a commit; goes into the results");
}

CLI::App* AddIndex(CLI::App& app, IndexBenchOptions& options) {
  CLI::App* command = app.add_subcommand("index", "Time the pipeline against a bare loop over Xapian");
  command->footer("Example:\n  dateline-bench index --inputs news.jsonl.zst --threads 1,2 --limit 20000");
  command->add_option("--inputs", options.inputs, "Files of articles, as dateline-indexer takes them")->required();
  command->add_option("--threads", options.threads, "Threads of the pipeline, measured one after another")
      ->delimiter(',')
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--repeat", options.repeat, "Rounds")->check(CLI::PositiveNumber)->capture_default_str();
  command
      ->add_option("--limit", options.limit,
                   "Take this many records from the start; the bare loop holds the documents in memory (0: all)")
      ->capture_default_str();
  command->add_option("--work", options.work, "Directory for databases, which are removed again");
  AddOutput(command, options.output);
  return command;
}

CLI::App* AddQuery(CLI::App& app, QueryBenchOptions& options) {
  CLI::App* command = app.add_subcommand("query", "Time searches in process, and over gRPC with --server");
  command->footer("Example:\n  dateline-bench query --index /srv/news --server localhost:7370");
  command->add_option("--index", options.index, "Directory of the index")->required();
  command->add_option("--server", options.server, "HOST:PORT of a server of the same index");
  command->add_option("--seed", options.draw.seed, "Draws other queries")->capture_default_str();
  command->add_option("--per-class", options.draw.per_class, "Queries of each class")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--repeat", options.repeat, "Timings of each query")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  AddOutput(command, options.output);
  return command;
}

// The three forms of `corpus`.
struct CorpusCommands {
  CLI::App* generate = nullptr;
  CLI::App* measure = nullptr;
  CLI::App* compare = nullptr;
  CorpusOptions generate_options;
  CorpusMeasureOptions measure_options;
  CorpusCompareOptions compare_options;

  absl::Status Run() const {
    if (measure->parsed()) return RunCorpusMeasure(measure_options);
    if (compare->parsed()) return RunCorpusCompare(compare_options);
    return RunCorpus(generate_options);
  }
};

void AddCorpus(CLI::App& app, CorpusCommands& commands) {
  commands.generate =
      app.add_subcommand("corpus", "Make an archive of made-up news, or tell what an archive is like");
  commands.generate->footer("Example:\n  dateline-bench corpus --articles 1000000 --seed 7 --output big.jsonl.zst");
  CorpusOptions& options = commands.generate_options;
  commands.generate->add_option("--articles", options.articles, "Articles to make");
  commands.generate->add_option("--output", options.output,
                                "File of JSON lines, compressed if it is named .zst; - is standard output");
  commands.generate->add_option("--seed", options.seed, "Makes other articles")->capture_default_str();
  commands.generate->add_option("--like", options.like,
                                "An archive whose shape is taken instead of the built-in one");
  commands.generate->add_option("--words", options.words, "Words of a body on average (0: as the shape has)")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  commands.generate->add_option("--threads", options.threads, "Threads (0: one a core)")->capture_default_str();

  commands.measure = commands.generate->add_subcommand("measure", "Print the shape of an archive");
  commands.measure->add_option("archives", commands.measure_options.inputs, "Files of articles")->required();
  AddOutput(commands.measure, commands.measure_options.output);

  commands.compare = commands.generate->add_subcommand("compare", "Print how a made archive resembles a real one");
  commands.compare->add_option("real", commands.compare_options.real, "The real archive")->required();
  commands.compare->add_option("generated", commands.compare_options.generated, "The made one")->required();
  AddOutput(commands.compare, commands.compare_options.output);
}

int ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return 0;
  std::cerr << "dateline-bench: " << status.message() << "\n";
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status) ? kExitUsage : kExitFailed;
}

int Main(int argc, char** argv) {
  CLI::App app{"Measures Dateline: full-text search for news archives."};
  app.set_version_flag("--version", "dateline-bench " DATELINE_VERSION);
  app.require_subcommand(1);
  IndexBenchOptions index_options;
  QueryBenchOptions query_options;
  const CLI::App* index = AddIndex(app, index_options);
  CorpusCommands corpus;
  AddQuery(app, query_options);
  AddCorpus(app, corpus);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  if (corpus.generate->parsed()) return ExitCodeOf(corpus.Run());
  return ExitCodeOf(index->parsed() ? RunIndexBench(index_options) : RunQueryBench(query_options));
}

}  // namespace
}  // namespace dateline::bench

int main(int argc, char** argv) { return dateline::bench::Main(argc, argv); }
