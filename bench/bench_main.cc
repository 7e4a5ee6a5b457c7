// dateline-bench: measures building and searching, after checking that what is measured is right.
//
// Exit codes: 0 done, 1 failed or answers differ, 2 wrong usage. Results go to standard output, messages to standard
// error.
#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "bench/calls_bench.h"
#include "bench/corpus_bench.h"
#include "bench/engine_bench.h"
#include "bench/index_bench.h"
#include "bench/load_bench.h"
#include "bench/peer/documents.h"
#include "bench/peer/peer.h"
#include "bench/queries_bench.h"
#include "bench/query_check.h"
#include "searcher/engine_option.h"

namespace dateline::bench {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

struct DocumentsBenchOptions {
  std::string index;
  std::string output;
};

absl::Status RunDocuments(const DocumentsBenchOptions& options) {
  const absl::StatusOr<uint64_t> documents = WriteDocuments(options.index, options.output);
  if (documents.ok()) std::cerr << "dateline-bench: " << *documents << " documents\n";
  return documents.status();
}

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

void AddDraw(CLI::App* command, DrawOptions& draw) {
  command->add_option("--seed", draw.seed, "Draws other queries")->capture_default_str();
  command->add_option("--per-class", draw.per_class, "Queries of each class")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--classes", draw.classes, "Only these, as and2,phrase3 (default: all)")->delimiter(',');
}

CLI::App* AddEngine(CLI::App& app, EngineBenchOptions& options) {
  CLI::App* command = app.add_subcommand("engine", "Time searches in process, and over gRPC with --server");
  command->footer("Example:\n  dateline-bench engine --index /srv/news --server localhost:7370");
  command->add_option("--index", options.index, "Directory of the index")->required();
  command->add_option("--server", options.server, "HOST:PORT of a server of the same index");
  command->add_option("--queries", options.queries, "File of queries (default: drawn from the index)");
  AddEngineOption(*command, "Who matches: fast, or xapian, the reference", options.engine);
  AddDraw(command, options.draw);
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

// Which server is asked, and what: for the benches of servers.
template <typename Options>
void AddAsked(CLI::App* command, Options& options) {
  command->add_option("--server", options.server, "HOST:PORT, on this machine as a rule")->required();
  command->add_option("--index", options.index, "Directory of the index to draw queries from");
  command->add_option("--queries", options.queries, "File of queries");
  AddDraw(command, options.draw);
  command->callback([&options] {
    if (options.index.empty() == options.queries.empty()) throw CLI::ValidationError("give --index or --queries");
  });
}

CLI::App* AddLoad(CLI::App& app, LoadBenchOptions& options) {
  CLI::App* command = app.add_subcommand("load", "Load a server with calls that come whether or not it keeps up");
  command->footer(
      "Without --rates the rate goes up until the server fails, which tells its capacity.\n\nExample:\n"
      "  dateline-bench load --server localhost:7370 --index /srv/news --rates 500,1000,2000");
  AddAsked(command, options);
  command->add_option("--mode", options.mode, absl::StrCat("One of ", ModeNames()))->capture_default_str();
  command->add_option("--rates", options.rates, "Calls a second, one step after another")
      ->delimiter(',')
      ->check(CLI::PositiveNumber);
  command->add_option("--seconds", options.seconds, "Of each step")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--warm-up", options.warm_up_seconds, "Seconds of each step that do not count")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--channels", options.channels, "Connections")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--deadline-ms", options.deadline_ms, "Of each call")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--first-rate", options.first_rate, "Where a ramp begins")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--growth", options.growth, "From one step of a ramp to the next")
      ->check(CLI::Range(1.01, 10.0))
      ->capture_default_str();
  command->add_option("--p99-limit-ms", options.p99_limit_ms, "Ends a ramp")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  AddOutput(command, options.output);
  return command;
}

CLI::App* AddCalls(CLI::App& app, CallsBenchOptions& options) {
  CLI::App* command = app.add_subcommand("calls", "Time calls of a server beside empty ones of the same server");
  command->footer(
      "Give the server a processor of its own, and say its process, to have its processor time told.\n\nExample:\n"
      "  dateline-bench calls --server localhost:7370 --index /srv/news --pid $(pidof dateline-searcher)");
  AddAsked(command, options);
  command->add_option("--modes", options.modes, "What is asked, as for load, with commas between")
      ->capture_default_str();
  command->add_option("--pid", options.pid, "Process of the server");
  command->add_option("--batch", options.batch, "Searches in one MultiSearch")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_option("--rounds", options.rounds, "Rounds")->check(CLI::PositiveNumber)->capture_default_str();
  command->add_option("--seconds", options.seconds, "Of each kind of call in each round")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--channels", options.channels, "Connections")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--calls-per-channel", options.calls_per_channel, "Calls at once on each connection")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  AddOutput(command, options.output);
  return command;
}

CLI::App* AddQueries(CLI::App& app, QueriesBenchOptions& options) {
  CLI::App* command =
      app.add_subcommand("queries", "Write a file of queries, drawn from an index or read from a set");
  command->footer("Example:\n  dateline-bench queries --index /srv/news --per-class 50 --output queries.jsonl");
  command->add_option("--index", options.index, "Directory of the index")->required();
  AddDraw(command, options.draw);
  command->add_option("--from", options.from, "A set of queries to read instead of drawing");
  command->add_option("--format", options.format, "Of the set: game, titles or log")->capture_default_str();
  command->add_option("--output", options.output, "File to write (-: standard output)")->required();
  return command;
}

CLI::App* AddDocuments(CLI::App& app, DocumentsBenchOptions& options) {
  CLI::App* command = app.add_subcommand("documents", "Write an index as words and stems for other engines");
  command->footer("Example:\n  dateline-bench documents --index /srv/news --output documents.tsv");
  command->add_option("--index", options.index, "Directory of the index")->required();
  command->add_option("--output", options.output, "File to write")->required();
  return command;
}

CLI::App* AddPeer(CLI::App& app, PeerOptions& options) {
  CLI::App* command = app.add_subcommand("peer", "Answer as one of the engines that are compared");
  command->footer("Reads commands on standard input, one JSON object a line; bench/peers/README.md has them.");
  command->add_option("--index", options.index, "Directory of the index")->required();
  command->add_option("--queries", options.queries, "File of queries")->required();
  AddEngineOption(*command, "Who matches: fast, or xapian, the reference", options.engine);
  return command;
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
  EngineBenchOptions engine_options;
  LoadBenchOptions load_options;
  CallsBenchOptions calls_options;
  QueriesBenchOptions queries_options;
  DocumentsBenchOptions documents_options;
  PeerOptions peer_options;
  CorpusCommands corpus;
  AddCorpus(app, corpus);
  const std::pair<const CLI::App*, std::function<absl::Status()>> commands[] = {
      {AddIndex(app, index_options), [&] { return RunIndexBench(index_options); }},
      {AddEngine(app, engine_options), [&] { return RunEngineBench(engine_options); }},
      {AddLoad(app, load_options), [&] { return RunLoadBench(load_options); }},
      {AddCalls(app, calls_options), [&] { return RunCallsBench(calls_options); }},
      {AddQueries(app, queries_options), [&] { return RunQueriesBench(queries_options); }},
      {AddDocuments(app, documents_options), [&] { return RunDocuments(documents_options); }},
      {AddPeer(app, peer_options), [&] { return RunPeer(peer_options, std::cin, std::cout); }},
      {corpus.generate, [&] { return corpus.Run(); }},
  };
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  for (const auto& [command, run] : commands) {
    if (command->parsed()) return ExitCodeOf(run());
  }
  return kExitUsage;
}

}  // namespace
}  // namespace dateline::bench

int main(int argc, char** argv) { return dateline::bench::Main(argc, argv); }
