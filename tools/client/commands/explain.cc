// dateline explain, dateline analyze, dateline suggest
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_join.h"
#include "core/base/exit_code.h"
#include "core/base/status_macros.h"
#include "tools/client/commands/command.h"
#include "tools/client/commands/flags.h"
#include "tools/client/commands/output.h"
#include "tools/client/render.h"

namespace dateline::client {
namespace {

constexpr int kMaxSuggestions = 20;

constexpr char kExplainHelp[] =
    "Tells why an article matches a query or not, and what its score is made of.\n"
    "\n"
    "Examples:\n"
    "  dateline explain https://example.com/2019/04/25/summit kim putin\n"
    "  dateline explain ID '\"closer ties\" -sanctions' --no-recency\n"
    "\n"
    "The ID is the id or the key of a hit. The query language: dateline search --help";

constexpr char kAnalyzeHelp[] =
    "Shows the words of a text as the index has them: as phrases match them, and the stems that bare words match.\n"
    "\n"
    "Examples:\n"
    "  dateline analyze \"North Korea's talks\"\n"
    "  dateline analyze --lang fr les pourparlers";

constexpr char kSuggestHelp[] =
    "Completes what was typed so far from the words, headlines, writers and outlets of the archive.\n"
    "\n"
    "Examples:\n"
    "  dateline suggest vladi\n"
    "  dateline suggest --kind byline --kind outlet -n 10 cal";

struct Flags {
  QueryFlags query;
  TargetFlags target;
  bool exit_status = false;
  std::string language;
  std::vector<std::string> kinds;
  int suggestions = 5;
};

absl::StatusOr<serve::ExplainRequest> ExplainRequestFor(const Flags& flags, const Words& words) {
  if (words.size() < 2) {
    return absl::InvalidArgumentError(
        "explain what? Write the id of an article and a query: dateline explain ID QUERY");
  }
  serve::ExplainRequest request;
  request.id = words[0];
  DL_RETURN_IF_ERROR(FillSpec(flags.query, Words(words.begin() + 1, words.end()), &request));
  return request;
}

int RunExplain(const Flags& flags, const Words& words) {
  const absl::StatusOr<serve::ExplainRequest> request = ExplainRequestFor(flags, words);
  if (!request.ok()) return Fail(request.status());
  const absl::StatusOr<std::unique_ptr<Backend>> backend = OpenBackend(flags.target);
  if (!backend.ok()) return Fail(backend.status());
  const absl::StatusOr<serve::ExplainResponse> response = (*backend)->Explain(*request);
  if (!response.ok()) return FailQuery(response.status(), request->query);
  Print(flags.target.json ? ExplainJson(*response) : ExplainText(*response));
  return flags.exit_status && !response->matches ? base::kExitFailed : 0;
}

int RunAnalyze(const Flags& flags, const Words& words) {
  if (words.empty()) return Fail(absl::InvalidArgumentError("analyze what? Write a text"));
  const absl::StatusOr<std::unique_ptr<Backend>> backend = OpenBackend(flags.target);
  if (!backend.ok()) return Fail(backend.status());
  const absl::StatusOr<serve::AnalyzeResponse> response =
      (*backend)->Analyze(absl::StrJoin(words, " "), flags.language);
  if (!response.ok()) return Fail(response.status());
  Print(flags.target.json ? AnalyzeJson(*response) : AnalyzeText(*response));
  return 0;
}

int RunSuggest(const Flags& flags, const Words& words) {
  if (words.empty()) return Fail(absl::InvalidArgumentError("complete what? Write the beginning of a word"));
  serve::SuggestRequest request;
  request.text = absl::StrJoin(words, " ");
  for (const std::string& name : flags.kinds) request.kinds.push_back(*SuggestionKindFromName(name));
  request.max_suggestions = flags.suggestions;
  const absl::StatusOr<std::unique_ptr<Backend>> backend = OpenBackend(flags.target);
  if (!backend.ok()) return Fail(backend.status());
  const absl::StatusOr<std::vector<serve::Suggestion>> suggestions = (*backend)->Suggest(request);
  if (!suggestions.ok()) return Fail(suggestions.status());
  Print(flags.target.json ? SuggestionsJson(*suggestions) : SuggestionsText(*suggestions));
  return flags.exit_status && suggestions->empty() ? base::kExitFailed : 0;
}

}  // namespace

Command AddExplain(CLI::App* program) {
  auto flags = std::make_shared<Flags>();
  CLI::App* app = AddCommand(program, "explain [OPTIONS] ID QUERY...", "Tells why an article matches", kExplainHelp);
  AddQueryOptions(app, &flags->query);
  AddRecencyOption(app, &flags->query);
  app->add_flag("--exit-status", flags->exit_status, "Exit with 1 when the article does not match");
  AddTargetOptions(app, &flags->target);
  return {app, [flags](const Words& words) { return RunExplain(*flags, words); }};
}

Command AddAnalyze(CLI::App* program) {
  auto flags = std::make_shared<Flags>();
  CLI::App* app = AddCommand(program, "analyze [OPTIONS] TEXT...", "Shows the words of a text", kAnalyzeHelp);
  app->add_option("--lang", flags->language, "The language of the text, as en; else the first of the index")
      ->type_name("CODE");
  AddTargetOptions(app, &flags->target);
  return {app, [flags](const Words& words) { return RunAnalyze(*flags, words); }};
}

Command AddSuggest(CLI::App* program) {
  auto flags = std::make_shared<Flags>();
  CLI::App* app = AddCommand(program, "suggest [OPTIONS] TEXT...", "Completes what was typed so far", kSuggestHelp);
  app->add_option("--kind", flags->kinds, "Only these; repeat it for more")
      ->type_name("KIND")
      ->allow_extra_args(false)
      ->check(CLI::IsMember(SuggestionKindNames()));
  app->add_option("-n", flags->suggestions, "How many of each kind")
      ->type_name("N")
      ->check(CLI::Range(1, kMaxSuggestions))
      ->capture_default_str();
  AddExitStatusOption(app, &flags->exit_status);
  AddTargetOptions(app, &flags->target);
  return {app, [flags](const Words& words) { return RunSuggest(*flags, words); }};
}

}  // namespace dateline::client
