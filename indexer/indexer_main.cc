// dateline-indexer: builds an index from articles, changes and keeps it, tells what it holds, shows what would be
// indexed.
//
// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no index or not readable, 4 done but some records were rejected, 130
// interrupted. Data goes to standard output, everything else to standard error.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "core/article/article.h"
#include "core/base/exit_code.h"
#include "core/base/json_writer.h"
#include "core/base/status_macros.h"
#include "core/index/columns.h"
#include "core/index/generation.h"
#include "core/index/tombstones.h"
#include "core/text/analyzer.h"
#include "indexer/build/pipeline.h"
#include "indexer/change_commands.h"
#include "indexer/console.h"
#include "indexer/extract_command.h"
#include "indexer/intake_options.h"
#include "indexer/publish/disk_space.h"
#include "indexer/publish/publisher.h"
#include "indexer/upkeep_commands.h"
#include "indexer/writer_options.h"

namespace dateline {
namespace {

using base::kExitNotReady;
using base::kExitRejected;
using base::kExitUsage;

struct BuildArguments {
  WriterOptions writer;
  uint32_t pairs = index::kDefaultPairShare;
  IntakeOptions intake;
  uint64_t shards = 0;
  bool timings = false;
};

void AddBuild(CLI::App& app, BuildArguments& arguments) {
  CLI::App* command = app.add_subcommand("build", "Build an index from articles and publish it");
  command->footer(
      "Inputs: files or directories of .jsonl (or .ndjson; one article a line), .txt (one article a file, with "
      "facts\n"
      "in NAME.json beside it), .html, feeds (.rss, .atom, .xml) and web archives (.warc), plain or .gz or .zst, "
      "and\n"
      "of .zip, .tar, .tar.gz (.tgz) and .tar.zst with such files in them; '-' is standard input.\n\n"
      "Examples:\n"
      "  dateline-indexer build --index /srv/news articles.jsonl.zst\n"
      "  dateline-indexer build --index /srv/news --set outlet='The Tidewater Gazette' scraped/\n"
      "  zcat dump.gz | dateline-indexer build --index /srv/news --lang de -\n\n"
      "The index that was there before stays in place until the new one is complete.\n"
      "Exit codes: 0 done, 4 done but some records were rejected (see the reject log), 2 usage, 1 failed, 130 "
      "interrupted.");
  AddWriterOptions(command, arguments.writer);
  AddIntakeOptions(command, arguments.intake)->required();
  command->add_option("--shards", arguments.shards, "Number of shards (default: one for each 250,000 articles)")
      ->check(CLI::Range(1, 999));
  AddEffortOptions(command, arguments.writer);
  AddPairsOption(command, arguments.pairs);
  command->add_flag("--timings", arguments.timings,
                    "Tell at the end which stages took how much processor time, on standard error");
}

double PeakMemoryMb() {
  rusage usage;
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// A line for each stage; the last is of the whole process, with what no stage counts: publishing, and the beginning.
void PrintTimings(const build::BuildResult& result) {
  rusage usage;
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  const double all = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  const double documents = static_cast<double>(std::max<uint64_t>(result.manifest.documents, 1));
  const auto print = [&](absl::string_view name, double took) {
    std::cerr << absl::StrFormat("%-11s %9.2f %6.1f %%%12.1f\n", name, took, 100 * took / all,
                                 took / documents * 1e6);
  };
  std::cerr << "stage       processor s  share  us an article\n";
  for (size_t stage = 0; stage < build::kStages; ++stage)
    print(build::kStageNames[stage], result.stage_seconds[stage]);
  print("in all", all);
}

void PrintSummary(const BuildArguments& arguments, const std::string& name, const build::BuildResult& result,
                  double seconds) {
  const index::Manifest& m = result.manifest;
  const double documents = static_cast<double>(m.documents);
  const double text_mb = static_cast<double>(m.text_bytes) / kBytesPerMb;
  const double index_mb = static_cast<double>(m.FileBytes()) / kBytesPerMb;
  if (arguments.writer.json) {
    std::string out;
    base::JsonWriter json(&out);
    json.BeginObject()
        .Key("generation")
        .String(name)
        .Key("documents")
        .Uint(m.documents)
        .Key("records")
        .Uint(result.records)
        .Key("replaced")
        .Uint(m.replaced)
        .Key("rejected")
        .Uint(m.rejected)
        .Key("notes")
        .Uint(result.notes)
        .Key("shortened_words")
        .Uint(result.shortened)
        .Key("shards")
        .Uint(m.shards.size())
        .Key("threads")
        .Uint(result.threads)
        .Key("text_bytes")
        .Uint(m.text_bytes)
        .Key("index_bytes")
        .Uint(m.FileBytes())
        .Key("seconds")
        .Double(seconds)
        .Key("read_seconds")
        .Double(result.read_seconds)
        .Key("index_seconds")
        .Double(result.index_seconds)
        .Key("documents_per_second")
        .Double(documents / seconds)
        .Key("text_mb_per_second")
        .Double(text_mb / seconds)
        .Key("peak_memory_mb")
        .Double(PeakMemoryMb())
        .Key("stages")
        .BeginObject();
    for (size_t stage = 0; stage < build::kStages; ++stage) {
      json.Key(build::kStageNames[stage]).Double(result.stage_seconds[stage]);
    }
    json.EndObject().EndObject();
    std::cout << out << "\n";
    return;
  }
  if (arguments.writer.quiet) return;
  std::cerr << absl::StrFormat("%s: %s articles in %d shard%s, %.1f MB of text, %.1f MB on disk\n", name,
                               Grouped(m.documents), m.shards.size(), m.shards.size() == 1 ? "" : "s", text_mb,
                               index_mb)
            << absl::StrFormat(
                   "%.1f s (reading %.1f, indexing %.1f): %.0f articles and %.1f MB a second, %.0f MB of "
                   "memory at most, %d threads\n",
                   seconds, result.read_seconds, result.index_seconds, documents / seconds, text_mb / seconds,
                   PeakMemoryMb(), result.threads);
  if (result.threads < arguments.writer.threads) {
    std::cerr << "used " << result.threads << " of " << arguments.writer.threads
              << " threads to stay within --memory-mb " << arguments.writer.memory_mb << "\n";
  }
  if (m.replaced > 0) std::cerr << Grouped(m.replaced) << " records were replaced by later ones with the same key\n";
  if (result.shortened > 0)
    std::cerr << Grouped(result.shortened) << " words were too long for a term and were hashed\n";
  if (result.passed_over > 0) {
    std::cerr << Grouped(result.passed_over) << " records of web archives are no pages and were passed over\n";
  }
  if (!result.skipped_files.empty()) {
    std::cerr << Grouped(result.skipped_files.size())
              << " files of unknown kinds were passed over, the first: " << result.skipped_files.front() << "\n";
  }
}

absl::StatusOr<std::string> RunBuild(const BuildArguments& arguments, build::BuildOptions& options,
                                     build::BuildResult& result) {
  const std::string& index = arguments.writer.index;
  DL_RETURN_IF_ERROR(ReadIntake(arguments.intake, index, options));
  DL_ASSIGN_OR_RETURN(std::unique_ptr<publish::WriteSession> session,
                      publish::WriteSession::Begin(index, arguments.writer.means().session));
  DL_RETURN_IF_ERROR(publish::CheckSpace(index, publish::BytesToBuild(options.inputs), "build"));
  build::Progress progress;
  options.work_directory = session->work_directory();
  options.generation_directory = session->generation_directory();
  options.shards = arguments.shards;
  options.threads = arguments.writer.threads;
  options.memory_mb = arguments.writer.memory_mb;
  options.writer = arguments.writer.writer;
  options.any_xapian = arguments.writer.any_xapian;
  options.pair_share = arguments.pairs;
  options.progress = &progress;
  options.cancelled = &Interrupted();
  {
    ProgressReporter reporter(progress, arguments.writer.quiet);
    DL_ASSIGN_OR_RETURN(result, build::BuildGeneration(options));
  }
  if (Interrupted()) return absl::CancelledError("interrupted");
  return session->Publish(result.manifest);
}

int Build(const BuildArguments& arguments) {
  PrepareToWork();
  const auto start = std::chrono::steady_clock::now();
  build::BuildOptions options;
  build::BuildResult result;
  const absl::StatusOr<std::string> name = RunBuild(arguments, options, result);
  if (!name.ok()) return Fail(name.status());
  PrintSummary(arguments, *name, result, SecondsSince(start));
  if (arguments.timings) PrintTimings(result);
  if (result.manifest.rejected == 0) return 0;
  if (!arguments.writer.quiet) {
    std::cerr << Grouped(result.manifest.rejected) << " records were rejected; reasons in " << options.reject_log
              << "\n";
  }
  return kExitRejected;
}

struct StatusArguments {
  std::string index;
  bool json = false;
};

void AddStatus(CLI::App& app, StatusArguments& arguments) {
  CLI::App* command = app.add_subcommand("status", "Tell what an index holds");
  command->footer("Example:\n  dateline-indexer status --index /srv/news --json");
  command->add_option("--index", arguments.index, "Directory of the index")->required();
  command->add_flag("--json", arguments.json, "One JSON object on standard output");
}

// Articles by outlet, most first; the columns know them. Names that fold to one outlet count together, under the
// spelling that most articles have.
absl::StatusOr<std::vector<std::pair<std::string, uint64_t>>> CountOutlets(const index::Generation& generation) {
  std::map<std::string, std::map<std::string, uint64_t>> spellings;
  for (const index::ManifestShard& shard : generation.manifest().shards) {
    const std::string path = generation.Path(index::ColumnsPath(shard.name));
    DL_ASSIGN_OR_RETURN(const std::unique_ptr<index::Columns> columns,
                        index::Columns::Open(path, shard.content_hash));
    std::unique_ptr<index::Tombstones> tombstones;
    if (shard.tombstones) {
      DL_ASSIGN_OR_RETURN(tombstones,
                          index::Tombstones::Open(generation.Path(shard.tombstones->path), shard.content_hash));
    }
    const index::NameColumn& names = columns->names(index::NameField::kOutlet);
    for (uint32_t row = 0; row < columns->documents(); ++row) {
      if (tombstones != nullptr && tombstones->IsDead(row + 1)) continue;
      for (const uint32_t ordinal : names.at(row))
        ++spellings[names.name(ordinal).folded][names.name(ordinal).display];
    }
  }
  std::vector<std::pair<std::string, uint64_t>> outlets;
  for (const auto& [folded, forms] : spellings) {
    uint64_t total = 0;
    auto best = forms.begin();
    for (auto form = forms.begin(); form != forms.end(); ++form) {
      total += form->second;
      if (form->second > best->second) best = form;
    }
    outlets.emplace_back(best->first, total);
  }
  std::stable_sort(outlets.begin(), outlets.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return outlets;
}

std::string DayText(absl::optional<int64_t> instant) {
  article::Publication publication;
  publication.instant = instant.value_or(article::kUndated);
  return article::DateText(publication);
}

constexpr size_t kOutletsShown = 10;

// What accelerate could make anew.
uint64_t SidecarBytes(const index::Manifest& manifest) {
  uint64_t bytes = 0;
  for (const index::ManifestShard& shard : manifest.shards) {
    for (const index::ManifestFile& sidecar : shard.sidecars) bytes += sidecar.checksum.bytes;
  }
  return bytes;
}

void PrintStatus(const index::Generation& generation, const std::vector<std::pair<std::string, uint64_t>>& outlets) {
  const index::Manifest& m = generation.manifest();
  std::cout << "generation  " << generation.name() << "\n"
            << "published   "
            << absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", absl::FromUnixSeconds(m.created), absl::UTCTimeZone())
            << "\n"
            << "articles    " << Grouped(m.documents) << " (" << Grouped(m.undated) << " undated, "
            << Grouped(m.replaced) << " replaced by later ones, " << Grouped(m.rejected) << " records rejected)\n"
            << "dates       " << (m.oldest ? absl::StrCat(DayText(m.oldest), " to ", DayText(m.newest)) : "none")
            << "\n"
            << absl::StrFormat("size        %.1f MB on disk, of which %.1f MB are sidecars, for %.1f MB of text\n",
                               static_cast<double>(m.FileBytes()) / kBytesPerMb,
                               static_cast<double>(SidecarBytes(m)) / kBytesPerMb,
                               static_cast<double>(m.text_bytes) / kBytesPerMb)
            << "shards      " << m.shards.size() << "\n"
            << "pairs       "
            << (m.pair_share == 0 ? "none" : absl::StrCat("of words that one article in ", m.pair_share, " has"))
            << "\n"
            << "outlets     " << Grouped(outlets.size()) << "\n";
  for (size_t i = 0; i < std::min(outlets.size(), kOutletsShown); ++i) {
    std::cout << absl::StrFormat("  %10s  %s\n", Grouped(outlets[i].second), outlets[i].first);
  }
  if (outlets.size() > kOutletsShown)
    std::cout << "              and " << outlets.size() - kOutletsShown << " more\n";
}

void PrintStatusJson(const index::Generation& generation,
                     const std::vector<std::pair<std::string, uint64_t>>& outlets) {
  const index::Manifest& m = generation.manifest();
  std::string out;
  base::JsonWriter json(&out);
  json.BeginObject()
      .Key("generation")
      .String(generation.name())
      .Key("created")
      .Int(m.created)
      .Key("format_version")
      .Uint(m.format_version)
      .Key("analyzer")
      .String(m.analyzer)
      .Key("documents")
      .Uint(m.documents)
      .Key("undated")
      .Uint(m.undated)
      .Key("replaced")
      .Uint(m.replaced)
      .Key("rejected")
      .Uint(m.rejected)
      .Key("first_date")
      .StringOrNull(DayText(m.oldest))
      .Key("last_date")
      .StringOrNull(DayText(m.newest))
      .Key("text_bytes")
      .Uint(m.text_bytes)
      .Key("bytes")
      .Uint(m.FileBytes())
      .Key("sidecar_bytes")
      .Uint(SidecarBytes(m))
      .Key("average_length")
      .Double(static_cast<double>(m.average_length))
      .Key("pairs")
      .Uint(m.pair_share)
      .Key("shards")
      .Uint(m.shards.size())
      .Key("shard_sizes")
      .BeginArray();
  for (const index::ManifestShard& shard : m.shards) json.Uint(shard.documents);
  json.EndArray().Key("languages").BeginArray();
  for (const std::string& language : m.languages) json.String(language);
  json.EndArray().Key("outlets").BeginArray();
  for (const auto& [name, count] : outlets)
    json.BeginObject().Key("value").String(name).Key("count").Uint(count).EndObject();
  json.EndArray().EndObject();
  std::cout << out << "\n";
}

int Status(const StatusArguments& arguments) {
  const absl::StatusOr<std::string> name = index::ReadCurrent(arguments.index);
  if (!name.ok()) return Fail(kExitNotReady, name.status().message());
  const auto generation = index::Generation::Open(arguments.index, *name, text::Analyzer::Fingerprint());
  if (!generation.ok()) return Fail(kExitNotReady, generation.status().message());
  const auto outlets = CountOutlets(**generation);
  if (!outlets.ok()) return Fail(kExitNotReady, outlets.status().message());
  if (arguments.json) {
    PrintStatusJson(**generation, *outlets);
  } else {
    PrintStatus(**generation, *outlets);
  }
  return 0;
}

int Main(int argc, char** argv) {
  CLI::App app{"Builds, changes and keeps Dateline indexes: full-text search for news archives."};
  app.set_version_flag("--version", "dateline-indexer " DATELINE_VERSION);
  app.require_subcommand(0, 1);
  app.footer("Try: dateline-indexer build --help");
  BuildArguments build_arguments;
  StatusArguments status_arguments;
  ExtractArguments extract_arguments;
  AddBuild(app, build_arguments);
  AddStatus(app, status_arguments);
  AddExtract(app, extract_arguments);
  std::vector<Command> commands = AddChangeCommands(app);
  for (Command& command : AddUpkeepCommands(app)) commands.push_back(std::move(command));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : kExitUsage;
  }
  if (app.got_subcommand("build")) return Build(build_arguments);
  if (app.got_subcommand("status")) return Status(status_arguments);
  if (app.got_subcommand("extract")) return Extract(extract_arguments);
  for (const Command& command : commands) {
    if (command.app->parsed()) return command.run();
  }
  std::cout << app.help();
  return 0;
}

}  // namespace
}  // namespace dateline

int main(int argc, char** argv) { return dateline::Main(argc, argv); }
