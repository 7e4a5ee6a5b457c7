#include "indexer/change_commands.h"

#include <chrono>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "core/base/exit_code.h"
#include "core/base/file.h"
#include "core/base/json_writer.h"
#include "core/base/status_macros.h"
#include "indexer/console.h"
#include "indexer/intake_options.h"
#include "indexer/lifecycle/follow.h"
#include "indexer/lifecycle/operations.h"
#include "indexer/writer_options.h"

namespace dateline {
namespace {

using base::kExitFailed;
using base::kExitRejected;
using base::kExitUsage;

constexpr char kExitCodes[] =
    "Exit codes: 0 done, 2 usage, 3 no index, 1 failed (the index is as it was before), 130 interrupted.";

std::string Articles(uint64_t number) {
  return absl::StrCat(Grouped(number), number == 1 ? " article" : " articles");
}

struct AddArguments {
  WriterOptions writer;
  IntakeOptions intake;
  std::string follow;
};

void PrintAdded(const AddArguments& arguments, const lifecycle::AddResult& result, double seconds) {
  if (arguments.writer.json) {
    std::string out;
    base::JsonWriter(&out)
        .BeginObject()
        .Key("generation")
        .StringOrNull(result.generation)
        .Key("added")
        .Uint(result.added)
        .Key("replaced")
        .Uint(result.replaced)
        .Key("rejected")
        .Uint(result.rejected)
        .Key("documents")
        .Uint(result.manifest.documents)
        .Key("shards")
        .Uint(result.manifest.shards.size())
        .Key("seconds")
        .Double(seconds)
        .EndObject();
    std::cout << out << std::endl;
    return;
  }
  if (arguments.writer.quiet) return;
  if (result.generation.empty()) {
    std::cerr << "no article could be taken in; the index is as it was before\n";
    return;
  }
  std::cerr << absl::StrFormat("%s: %s added, %s of them in place of older ones; %s in %d shard%s, %.2f s\n",
                               result.generation, Articles(result.added), Grouped(result.replaced),
                               Articles(result.manifest.documents), result.manifest.shards.size(),
                               result.manifest.shards.size() == 1 ? "" : "s", seconds);
}

absl::Status PrepareBatch(const AddArguments& arguments, build::BuildOptions& batch) {
  if (arguments.intake.inputs.empty() == arguments.follow.empty()) {
    return absl::InvalidArgumentError("name either inputs, or a directory with --follow");
  }
  return ReadIntake(arguments.intake, arguments.writer.index, batch);
}

int RunFollow(const AddArguments& arguments, const build::BuildOptions& batch) {
  lifecycle::FollowOptions options;
  options.directory = arguments.follow;
  options.batch = batch;
  auto last = std::chrono::steady_clock::now();
  options.on_added = [&](const lifecycle::AddResult& result) {
    PrintAdded(arguments, result, result.batch.read_seconds + result.batch.index_seconds);
    last = std::chrono::steady_clock::now();
  };
  options.on_merged = [&](const lifecycle::MergeResult& result) {
    if (arguments.writer.quiet || arguments.writer.json) return;
    std::cerr << result.generation << ": merged " << result.shards_before << " shards to " << result.shards_after
              << ", " << absl::StrFormat("%.2f s\n", SecondsSince(last));
    last = std::chrono::steady_clock::now();
  };
  if (!arguments.writer.quiet) std::cerr << "following " << arguments.follow << "; end with Ctrl-C\n";
  const absl::Status status = lifecycle::Follow(arguments.writer.index, options, arguments.writer.means());
  return status.ok() ? 0 : FailOn(arguments.writer.index, status);
}

int RunAdd(const AddArguments& arguments) {
  PrepareToWork();
  const auto start = std::chrono::steady_clock::now();
  build::BuildOptions batch;
  const absl::Status prepared = PrepareBatch(arguments, batch);
  if (!prepared.ok()) return Fail(prepared);
  if (!arguments.follow.empty()) return RunFollow(arguments, batch);
  build::Progress progress;
  lifecycle::Means means = arguments.writer.means();
  means.progress = &progress;
  absl::StatusOr<lifecycle::AddResult> result = [&] {
    const ProgressReporter reporter(progress, arguments.writer.quiet);
    return lifecycle::Add(arguments.writer.index, batch, means);
  }();
  if (!result.ok()) return FailOn(arguments.writer.index, result.status());
  PrintAdded(arguments, *result, SecondsSince(start));
  if (result->rejected > 0 && !arguments.writer.quiet) {
    std::cerr << Grouped(result->rejected) << " records were rejected; reasons in " << batch.reject_log << "\n";
  }
  if (result->generation.empty()) return kExitFailed;
  return result->rejected > 0 ? kExitRejected : 0;
}

Command AddAdd(CLI::App& app) {
  auto arguments = std::make_shared<AddArguments>();
  CLI::App* command = app.add_subcommand("add", "Add new and changed articles to an index, and publish it");
  command->footer(absl::StrCat(
      "Inputs are those of build. An article with the id (else URL, else path) of an older one replaces "
      "it.\nWhat is published is served at once by a running dateline-searcher.\n\n"
      "Examples:\n"
      "  dateline-indexer add --index /srv/news today.jsonl\n"
      "  dateline-indexer add --index /srv/news --wait 60 --set outlet=Echo scraped/\n"
      "  dateline-indexer add --index /srv/news --follow /srv/spool   # until Ctrl-C\n\n"
      "--follow takes in what lies in the directory, then every file that is written to its end or moved "
      "in,\nand merges shards as they come to be many. Files are remembered: it goes on where it ended.\n",
      "Exit codes: 0 done, 4 done but some records were rejected, 2 usage, 3 no index, 1 failed (the "
      "index is as\nit was before), 130 interrupted."));
  AddWriterOptions(command, arguments->writer);
  AddIntakeOptions(command, arguments->intake);
  command->add_option("--follow", arguments->follow, "Take in what comes into this directory")->type_name("DIR");
  AddEffortOptions(command, arguments->writer);
  return {command, [arguments] { return RunAdd(*arguments); }};
}

struct DeleteArguments {
  WriterOptions writer;
  std::vector<std::string> ids;
  std::string ids_file;
  bool dry_run = false;
};

absl::StatusOr<std::vector<std::string>> AllIds(const DeleteArguments& arguments) {
  std::vector<std::string> ids = arguments.ids;
  if (!arguments.ids_file.empty()) {
    std::string text;
    if (arguments.ids_file == "-") {
      text.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
    } else {
      DL_ASSIGN_OR_RETURN(text, base::ReadFile(arguments.ids_file));
    }
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      line = absl::StripAsciiWhitespace(line);
      if (!line.empty()) ids.emplace_back(line);
    }
  }
  if (ids.empty()) return absl::InvalidArgumentError("name articles to delete, or a list of them with --ids FILE");
  return ids;
}

void PrintDeleted(const DeleteArguments& arguments, const lifecycle::DeleteResult& result) {
  if (arguments.writer.json) {
    std::string out;
    base::JsonWriter json(&out);
    json.BeginObject().Key("generation").StringOrNull(result.generation).Key("dry_run").Bool(arguments.dry_run);
    json.Key("deleted").BeginArray();
    for (const lifecycle::Deleted& article : result.deleted) {
      json.BeginObject()
          .Key("asked")
          .String(article.asked)
          .Key("key")
          .String(base::ToHex(article.key))
          .Key("headline")
          .String(article.headline)
          .EndObject();
    }
    json.EndArray().Key("missing").BeginArray();
    for (const std::string& id : result.missing) json.String(id);
    json.EndArray().Key("documents").Uint(result.manifest.documents).EndObject();
    std::cout << out << "\n";
    return;
  }
  if (arguments.dry_run) {
    for (const lifecycle::Deleted& article : result.deleted) {
      std::cout << article.asked << "\t" << article.headline << "\n";
    }
  }
  if (arguments.writer.quiet) return;
  for (const std::string& id : result.missing) std::cerr << id << ": is not in the index\n";
  std::cerr << (result.generation.empty() ? "" : absl::StrCat(result.generation, ": "))
            << Articles(result.deleted.size()) << (arguments.dry_run ? " would be deleted" : " deleted");
  if (!result.missing.empty()) std::cerr << ", " << Grouped(result.missing.size()) << " not there";
  std::cerr << (result.generation.empty() ? "\n"
                                          : absl::StrCat("; ", Articles(result.manifest.documents), " left\n"));
}

int RunDelete(const DeleteArguments& arguments) {
  PrepareToWork();
  const absl::StatusOr<std::vector<std::string>> ids = AllIds(arguments);
  if (!ids.ok()) return Fail(ids.status());
  const auto result = lifecycle::Delete(arguments.writer.index, *ids, arguments.dry_run, arguments.writer.means());
  if (!result.ok()) return FailOn(arguments.writer.index, result.status());
  PrintDeleted(arguments, *result);
  if (!result->deleted.empty()) return 0;
  // A code that is not 0 is never without a word.
  return arguments.writer.quiet ? Fail(kExitFailed, "none of these articles is in the index") : kExitFailed;
}

Command AddDelete(CLI::App& app) {
  auto arguments = std::make_shared<DeleteArguments>();
  CLI::App* command = app.add_subcommand("delete", "Delete articles from an index, and publish it");
  command->footer(
      "An article is named by its id (else URL, else path), or by its key of 32 hexadecimal digits. The last article "
      "of\nan index is never deleted.\n\n"
      "Examples:\n"
      "  dateline-indexer delete --index /srv/news --dry-run story-4711 https://echo.example/4712\n"
      "  dateline export --index /srv/news --fields key 'outlet:echo date:2019' |\n"
      "      dateline-indexer delete --index /srv/news --ids -          # all that a query finds\n\n"
      "Exit codes: 0 done, also when some were not there; 1 when none was, or it failed (the index is as it was "
      "before);\n2 usage, 3 no index, 130 interrupted.");
  AddWriterOptions(command, arguments->writer);
  command->add_option("articles", arguments->ids, "Ids, URLs, paths or keys");
  command->add_option("--ids", arguments->ids_file, "File with one of them a line; - is standard input")
      ->type_name("FILE");
  command->add_flag("--dry-run", arguments->dry_run, "Print what would go, and change nothing");
  return {command, [arguments] { return RunDelete(*arguments); }};
}

struct MergeArguments {
  WriterOptions writer;
  lifecycle::MergeOptions merge;
};

int RunMerge(const MergeArguments& arguments) {
  PrepareToWork();
  build::Progress progress;
  lifecycle::Means means = arguments.writer.means();
  means.progress = &progress;
  const auto start = std::chrono::steady_clock::now();
  const absl::StatusOr<lifecycle::MergeResult> result = [&] {
    const ProgressReporter reporter(progress, arguments.writer.quiet);
    return lifecycle::Merge(arguments.writer.index, arguments.merge, means);
  }();
  if (!result.ok()) return FailOn(arguments.writer.index, result.status());
  if (arguments.writer.json) {
    std::string out;
    base::JsonWriter(&out)
        .BeginObject()
        .Key("generation")
        .StringOrNull(result->generation)
        .Key("shards_before")
        .Uint(result->shards_before)
        .Key("shards_after")
        .Uint(result->shards_after)
        .Key("rewritten")
        .Uint(result->articles)
        .Key("purged")
        .Uint(result->purged)
        .Key("documents")
        .Uint(result->manifest.documents)
        .Key("seconds")
        .Double(SecondsSince(start))
        .EndObject();
    std::cout << out << "\n";
  } else if (!arguments.writer.quiet && result->generation.empty()) {
    std::cerr << "nothing to merge: " << result->shards_before
              << (result->shards_before == 1 ? " shard\n" : " shards\n");
  } else if (!arguments.writer.quiet) {
    std::cerr << absl::StrFormat("%s: %d shards became %d, %s written again, %s dead purged, %.1f s\n",
                                 result->generation, result->shards_before, result->shards_after,
                                 Articles(result->articles), Grouped(result->purged), SecondsSince(start));
  }
  return 0;
}

Command AddMerge(CLI::App& app) {
  auto arguments = std::make_shared<MergeArguments>();
  CLI::App* command = app.add_subcommand("merge", "Write small shards and shards with many dead again as one");
  command->footer(
      absl::StrCat("Without --all shards are merged that have become eight of one size, and those of "
                   "which a fifth is dead.\n\n"
                   "Examples:\n"
                   "  dateline-indexer merge --index /srv/news          # nightly\n"
                   "  dateline-indexer merge --index /srv/news --all    # as after a build\n\n",
                   kExitCodes));
  AddWriterOptions(command, arguments->writer);
  command->add_flag("--all", arguments->merge.all, "Merge every shard");
  command->add_option("--shards", arguments->merge.shards, "With --all: so many shards (default: by size)")
      ->check(CLI::Range(1, 999));
  AddEffortOptions(command, arguments->writer);
  return {command, [arguments] { return RunMerge(*arguments); }};
}

struct RebuildArguments {
  WriterOptions writer;
  std::string from;
  uint64_t shards = 0;
};

int RunRebuild(const RebuildArguments& arguments) {
  PrepareToWork();
  build::Progress progress;
  lifecycle::Means means = arguments.writer.means();
  means.progress = &progress;
  const auto start = std::chrono::steady_clock::now();
  const absl::StatusOr<lifecycle::RebuildResult> result = [&] {
    const ProgressReporter reporter(progress, arguments.writer.quiet);
    return lifecycle::Rebuild(arguments.from, arguments.writer.index, arguments.shards, means);
  }();
  if (!result.ok()) return FailOn(arguments.from, result.status());
  if (arguments.writer.json) {
    std::string out;
    base::JsonWriter(&out)
        .BeginObject()
        .Key("generation")
        .String(result->generation)
        .Key("documents")
        .Uint(result->manifest.documents)
        .Key("shards")
        .Uint(result->manifest.shards.size())
        .Key("seconds")
        .Double(SecondsSince(start))
        .EndObject();
    std::cout << out << "\n";
  } else if (!arguments.writer.quiet) {
    std::cerr << absl::StrFormat("%s: %s, %.1f s\n", result->generation, Articles(result->manifest.documents),
                                 SecondsSince(start));
  }
  return 0;
}

Command AddRebuild(CLI::App& app) {
  auto arguments = std::make_shared<RebuildArguments>();
  CLI::App* command = app.add_subcommand("rebuild", "Build an index anew from the articles that another one stores");
  command->footer(
      absl::StrCat("Reads an index of an older format, or whose text was cut in another way, too. Every "
                   "byte of it is verified first.\n\n"
                   "Example:\n"
                   "  dateline-indexer rebuild --from /srv/news --index /srv/news.new\n\n",
                   kExitCodes));
  AddWriterOptions(command, arguments->writer);
  command->add_option("--from", arguments->from, "Directory of the index to read")->required();
  command->add_option("--shards", arguments->shards, "Number of shards (default: one for each 250,000 articles)")
      ->check(CLI::Range(1, 999));
  AddEffortOptions(command, arguments->writer);
  return {command, [arguments] { return RunRebuild(*arguments); }};
}

}  // namespace

std::vector<Command> AddChangeCommands(CLI::App& app) {
  return {AddAdd(app), AddDelete(app), AddMerge(app), AddRebuild(app)};
}

}  // namespace dateline
