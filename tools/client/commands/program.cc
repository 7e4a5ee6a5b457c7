#include "tools/client/commands/program.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/base/exit_code.h"
#include "tools/client/commands/output.h"

namespace dateline::client {
namespace {

constexpr char kShortHelp[] =
    "Searches news archives.\n"
    "\n"
    "Examples:\n"
    "  dateline search kim putin                        articles with both words\n"
    "  dateline search '\"closer ties\" -sanctions'       a phrase, without a word\n"
    "  dateline search summit --facet outlet --from 2019-04-01 --to 2019-04-30\n"
    "  dateline search summit --sort newest -n 25 --json\n"
    "  dateline histogram summit --interval month       how many, over time\n"
    "  dateline export --csv --output summit.csv summit every match, as a table\n"
    "  dateline get ID                                  a whole article\n"
    "  dateline status                                  what is in the index\n"
    "\n"
    "They ask the server at 127.0.0.1:7370; --server HOST:PORT or DATELINE_SERVER names another one, and\n"
    "--index DIR or DATELINE_INDEX reads an index without a server. More: dateline --help, dateline search --help\n"
    "\n"
    "Exit codes: 0 done, also without a hit; 1 failed, no such article, or no hit with --exit-status; 2 wrong\n"
    "usage or a bad query; 3 no index or no server; 5 out of time.\n";

// Takes what follows the first "--" of the arguments away from CLI11, which would hand it to another command.
Words CutWordsBehindDashes(std::vector<std::string>* arguments) {
  const auto dashes = std::find(arguments->begin(), arguments->end(), "--");
  if (dashes == arguments->end()) return {};
  Words words(dashes + 1, arguments->end());
  arguments->erase(dashes, arguments->end());
  return words;
}

// The words of a command; what looks like an option is a mistyped one, or a word that must stand behind "--".
absl::StatusOr<Words> WordsOf(const CLI::App& app, Words behind_dashes) {
  Words words = app.remaining();
  for (const std::string& word : words) {
    if (word.size() < 2 || word[0] != '-') continue;
    return absl::InvalidArgumentError(absl::StrCat(word, " is no option of dateline ", app.get_name(),
                                                   "; to search without a word, write it behind --, as in: "
                                                   "kim -- -putin"));
  }
  for (std::string& word : behind_dashes) words.push_back(std::move(word));
  return words;
}

}  // namespace

Program MakeProgram() {
  Program program;
  program.app = std::make_unique<CLI::App>(kShortHelp, "dateline");
  program.app->set_version_flag("--version", "dateline " DATELINE_VERSION);
  program.app->require_subcommand(1, 1);  // at most one, lest a word of the query be taken for another command
  for (Command (*add)(CLI::App*) : {AddSearch, AddCount, AddHistogram, AddFacets, AddExport, AddGet, AddExplain,
                                    AddAnalyze, AddSuggest, AddStatus, AddReload, AddCompletion}) {
    program.commands.push_back(add(program.app.get()));
  }
  return program;
}

int RunCommandLine(std::vector<std::string> arguments) {
  if (arguments.empty()) {
    Print(kShortHelp);
    return 0;
  }
  Program program = MakeProgram();
  Words behind_dashes = CutWordsBehindDashes(&arguments);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    program.app->parse(std::move(arguments));
  } catch (const CLI::ParseError& e) {
    return program.app->exit(e) == 0 ? 0 : base::kExitUsage;
  }
  for (const Command& command : program.commands) {
    if (!command.app->parsed()) continue;
    const absl::StatusOr<Words> words = WordsOf(*command.app, std::move(behind_dashes));
    return words.ok() ? command.run(*words) : Fail(words.status());
  }
  return base::kExitUsage;
}

}  // namespace dateline::client
