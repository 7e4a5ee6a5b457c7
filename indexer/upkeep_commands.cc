#include "indexer/upkeep_commands.h"

#include <chrono>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "core/base/exit_code.h"
#include "core/base/json_writer.h"
#include "core/index/generation.h"
#include "indexer/console.h"
#include "indexer/lifecycle/history.h"
#include "indexer/lifecycle/operations.h"
#include "indexer/lifecycle/verify.h"
#include "indexer/writer_options.h"

namespace dateline {
namespace {

using base::kExitFailed;
using base::kExitNotReady;

// One object with one name in it, or a line.
void PrintGeneration(const WriterOptions& options, absl::string_view generation, const std::string& line) {
  if (options.json) {
    std::string out;
    base::JsonWriter(&out).BeginObject().Key("generation").StringOrNull(std::string(generation)).EndObject();
    std::cout << out << "\n";
  } else if (!options.quiet) {
    std::cerr << line << "\n";
  }
}

struct RollbackArguments {
  WriterOptions writer;
  std::string to;
};

int RunRollback(const RollbackArguments& arguments) {
  PrepareToWork();
  const auto name = lifecycle::Rollback(arguments.writer.index, arguments.to, arguments.writer.means());
  if (!name.ok()) return FailOn(arguments.writer.index, name.status());
  PrintGeneration(arguments.writer, *name, absl::StrCat(*name, ": is current again"));
  return 0;
}

Command AddRollback(CLI::App& app) {
  auto arguments = std::make_shared<RollbackArguments>();
  CLI::App* command = app.add_subcommand("rollback", "Make an older generation the current one again");
  command->footer(
      "Every byte of it is verified first. The newer ones stay until gc or the next change; --to brings them "
      "back.\n\n"
      "Examples:\n"
      "  dateline-indexer rollback --index /srv/news\n"
      "  dateline-indexer rollback --index /srv/news --to g000012-9f86d081884c7d65\n\n"
      "Exit codes: 0 done, 2 usage or no such generation, 3 no index, 1 failed.");
  AddWriterOptions(command, arguments->writer);
  command->add_option("--to", arguments->to, "Generation (default: the one before the current)")->type_name("GEN");
  return {command, [arguments] { return RunRollback(*arguments); }};
}

struct GcArguments {
  WriterOptions writer;
  uint64_t keep = publish::kDefaultKeptGenerations;
};

int RunGc(const GcArguments& arguments) {
  PrepareToWork();
  const auto removed = lifecycle::CollectGarbage(arguments.writer.index, arguments.keep, arguments.writer.means());
  if (!removed.ok()) return FailOn(arguments.writer.index, removed.status());
  if (arguments.writer.json) {
    std::string out;
    base::JsonWriter json(&out);
    json.BeginObject().Key("removed").BeginArray();
    for (const std::string& name : *removed) json.String(name);
    json.EndArray().EndObject();
    std::cout << out << "\n";
  } else if (!arguments.writer.quiet) {
    for (const std::string& name : *removed) std::cerr << name << ": removed\n";
    if (removed->empty()) std::cerr << "nothing to remove\n";
  }
  return 0;
}

Command AddGc(CLI::App& app) {
  auto arguments = std::make_shared<GcArguments>();
  CLI::App* command = app.add_subcommand("gc", "Remove old generations that nobody reads");
  command->footer(
      "The current generation and those that a server still reads stay whatever --keep says.\n\n"
      "Example:\n  dateline-indexer gc --index /srv/news --keep 1\n\nExit codes: 0 done, 3 no index, 1 failed.");
  AddWriterOptions(command, arguments->writer);
  command->add_option("--keep", arguments->keep, "How many of the newest to keep")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  return {command, [arguments] { return RunGc(*arguments); }};
}

struct HistoryArguments {
  std::string index;
  bool json = false;
};

void PrintHistoryJson(const std::vector<lifecycle::HistoryEntry>& history) {
  std::string out;
  base::JsonWriter json(&out);
  json.BeginArray();
  for (const lifecycle::HistoryEntry& entry : history) {
    json.BeginObject()
        .Key("generation")
        .String(entry.generation)
        .Key("current")
        .Bool(entry.current)
        .Key("operation")
        .StringOrNull(entry.operation)
        .Key("parent")
        .StringOrNull(entry.parent)
        .Key("created")
        .Int(entry.created)
        .Key("documents")
        .Uint(entry.documents)
        .Key("dead")
        .Uint(entry.dead)
        .Key("shards")
        .Uint(entry.shards)
        .Key("own_bytes")
        .Uint(entry.own_bytes)
        .Key("shared_bytes")
        .Uint(entry.shared_bytes)
        .Key("problem")
        .StringOrNull(entry.problem)
        .EndObject();
  }
  json.EndArray();
  std::cout << out << "\n";
}

int RunHistory(const HistoryArguments& arguments) {
  const auto history = lifecycle::History(arguments.index);
  if (!history.ok()) return Fail(kExitNotReady, history.status().message());
  if (arguments.json) {
    PrintHistoryJson(*history);
    return 0;
  }
  std::cout << absl::StrFormat("  %-25s %-19s %-10s %12s %6s %9s %9s\n", "generation", "published (UTC)", "by",
                               "articles", "shards", "own MB", "shared MB");
  for (const lifecycle::HistoryEntry& entry : *history) {
    if (!entry.problem.empty()) {
      std::cout << (entry.current ? "* " : "  ") << entry.generation << " " << entry.problem << "\n";
      continue;
    }
    std::cout << absl::StrFormat(
        "%s %-25s %-19s %-10s %12s %6d %9.1f %9.1f\n", entry.current ? "*" : " ", entry.generation,
        absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixSeconds(entry.created), absl::UTCTimeZone()),
        entry.operation, Grouped(entry.documents), entry.shards, static_cast<double>(entry.own_bytes) / kBytesPerMb,
        static_cast<double>(entry.shared_bytes) / kBytesPerMb);
  }
  return 0;
}

Command AddHistory(CLI::App& app) {
  auto arguments = std::make_shared<HistoryArguments>();
  CLI::App* command = app.add_subcommand("history", "List the generations of an index, newest first");
  command->footer(
      "Own bytes are what a generation's removal would free; shared ones lie in others too. * is the current one.\n\n"
      "Example:\n  dateline-indexer history --index /srv/news\n\nExit codes: 0 done, 3 no index.");
  command->add_option("--index", arguments->index, "Directory of the index")->required();
  command->add_flag("--json", arguments->json, "One JSON array on standard output");
  return {command, [arguments] { return RunHistory(*arguments); }};
}

struct VerifyArguments {
  std::string index;
  lifecycle::VerifyOptions options;
  bool json = false;
};

int RunVerify(const VerifyArguments& arguments) {
  const auto start = std::chrono::steady_clock::now();
  const auto result = lifecycle::Verify(arguments.index, arguments.options);
  if (!result.ok()) {
    return absl::IsDataLoss(result.status()) ? Fail(kExitFailed, result.status().message())
                                             : FailOn(arguments.index, result.status());
  }
  const double seconds = SecondsSince(start);
  if (arguments.json) {
    std::string out;
    base::JsonWriter json(&out);
    json.BeginObject().Key("generation").String(result->generation).Key("sound").Bool(result->problems.empty());
    json.Key("problems").BeginArray();
    for (const std::string& problem : result->problems) json.String(problem);
    json.EndArray().Key("notes").BeginArray();
    for (const std::string& note : result->notes) json.String(note);
    json.EndArray()
        .Key("files")
        .Uint(result->files)
        .Key("bytes")
        .Uint(result->bytes)
        .Key("documents")
        .Uint(result->documents)
        .Key("seconds")
        .Double(seconds)
        .EndObject();
    std::cout << out << "\n";
  } else {
    for (const std::string& problem : result->problems) std::cout << problem << "\n";
    for (const std::string& note : result->notes) std::cerr << note << "\n";
    std::cerr << absl::StrFormat("%s: %s; %d files, %.1f MB, %.2f s\n", result->generation,
                                 result->problems.empty() ? "sound" : "DAMAGED", result->files,
                                 static_cast<double>(result->bytes) / kBytesPerMb, seconds);
  }
  return result->problems.empty() ? 0 : kExitFailed;
}

Command AddVerify(CLI::App& app) {
  auto arguments = std::make_shared<VerifyArguments>();
  CLI::App* command = app.add_subcommand("verify", "Compare every byte of a generation with its checksums");
  command->footer(
      "--deep also reads every structure again: Xapian's own check, columns beside values, every stored article, the "
      "term\nlists of the dead beside their tombstones, the sums of the manifest.\n\n"
      "Examples:\n"
      "  dateline-indexer verify --index /srv/news\n"
      "  dateline-indexer verify --index /srv/news --deep --json\n\n"
      "Exit codes: 0 sound, 1 damaged (each problem a line on standard output), 2 usage, 3 no index.");
  command->add_option("--index", arguments->index, "Directory of the index")->required();
  command->add_option("--generation", arguments->options.generation, "Which one (default: the current)");
  command->add_flag("--deep", arguments->options.deep, "Read every structure again");
  command->add_flag("--json", arguments->json, "One JSON object on standard output");
  return {command, [arguments] { return RunVerify(*arguments); }};
}

struct AccelerateArguments {
  WriterOptions writer;
  lifecycle::AccelerateOptions wanted;
  uint32_t pairs = index::kDefaultPairShare;
};

int RunAccelerate(const AccelerateArguments& arguments) {
  PrepareToWork();
  const auto result = lifecycle::Accelerate(arguments.writer.index, arguments.wanted, arguments.writer.means());
  if (!result.ok()) return FailOn(arguments.writer.index, result.status());
  PrintGeneration(arguments.writer, result->generation,
                  result->rebuilt == 0 ? "every sidecar is sound"
                                       : absl::StrCat(result->generation, ": sidecars of ", result->rebuilt,
                                                      result->rebuilt == 1 ? " shard" : " shards", " made anew"));
  return 0;
}

Command AddAccelerate(CLI::App& app) {
  auto arguments = std::make_shared<AccelerateArguments>();
  CLI::App* command = app.add_subcommand("accelerate", "Make missing or damaged sidecars anew from the shards");
  command->footer(
      "Sidecars only make answers faster; they may be deleted.\n\n"
      "Examples:\n"
      "  dateline-indexer accelerate --index /srv/news\n"
      "  dateline-indexer accelerate --index /srv/news --pairs 0   smaller, and slower phrases\n\n"
      "Exit codes: 0 done, 3 no index, 1 failed.");
  AddWriterOptions(command, arguments->writer);
  command->add_flag("--all", arguments->wanted.all, "Make sound ones anew too");
  const CLI::Option* const pairs = AddPairsOption(command, arguments->pairs);
  return {command, [arguments, pairs] {
            if (pairs->count() > 0) arguments->wanted.pair_share = arguments->pairs;
            return RunAccelerate(*arguments);
          }};
}

}  // namespace

std::vector<Command> AddUpkeepCommands(CLI::App& app) {
  return {AddRollback(app), AddGc(app), AddHistory(app), AddVerify(app), AddAccelerate(app)};
}

}  // namespace dateline
