// dateline: searches an index, or the server of one, from the command line.
//
// Data goes to standard output, messages go to standard error. Exit codes: 0 done, also without a hit; 1 failed, no
// such article, or no hit with --exit-status; 2 wrong usage or a bad query; 3 no index or no server; 5 out of time.
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/base/exit_code.h"
#include "core/base/status_macros.h"
#include "searcher/query/query_parser.h"
#include "searcher/rpc/requests.h"
#include "searcher/serve/engine.h"
#include "tools/client/backend.h"
#include "tools/client/render.h"

namespace dateline {
namespace {

using base::kExitDeadline;
using base::kExitFailed;
using base::kExitNotReady;
using base::kExitUsage;

constexpr char kDefaultServer[] = "127.0.0.1:7370";
constexpr int kPageSize = 100;  // the most that an engine gives at once
constexpr int kMaxHits = 100000;
constexpr int kDefaultFacetValues = 10;

constexpr char kShortHelp[] =
    "Searches news archives.\n"
    "\n"
    "Examples:\n"
    "  dateline search kim putin                        articles with both words\n"
    "  dateline search '\"closer ties\" -sanctions'       a phrase, without a word\n"
    "  dateline search summit --facet outlet --from 2019-04-01 --to 2019-04-30\n"
    "  dateline search summit --sort newest -n 25 --json\n"
    "  dateline get ID                                  a whole article\n"
    "  dateline status                                  what is in the index\n"
    "\n"
    "They ask the server at 127.0.0.1:7370; --server HOST:PORT names another one, and --index DIR\n"
    "reads an index without a server. More: dateline --help, dateline search --help\n";

constexpr char kSearchHelp[] =
    "Finds articles.\n"
    "\n"
    "Examples:\n"
    "  dateline search kim putin\n"
    "  dateline search '\"closer ties\" OR headline:summit' --facet outlet:5 --facet month\n"
    "  dateline search --sort newest --outlet Reuters --from 2019-04-01 '*'\n"
    "  dateline search kim -- -putin\n"
    "\n"
    "Several QUERY arguments are joined by spaces. Quote phrases and parentheses for the shell; after -- a word\n"
    "may begin with a minus.\n"
    "\n"
    "Queries:\n"
    "  kim putin                    both words, in any form: talks finds talk\n"
    "  \"closer ties\"  =talks        exactly as written, in this order\n"
    "  kim OR putin  (a OR b) c     either; AND binds tighter than OR\n"
    "  kim -putin  -(a OR b)        without\n"
    "  nego*  \"kim jong*\"  harbor~1   what begins so; what is spelt so but for one letter\n"
    "  kim NEAR/5 putin             either order, at most 4 words between; also w/5. PRE/5: in this order\n"
    "  (kyiv OR kiev) /s talks      in one sentence; /p in one paragraph\n"
    "  \"ties closer\"~3             in any order, at most 3 other words among them\n"
    "  atleast3(strike)             so many times\n"
    "  headline:summit  body: lead: caption:\n"
    "  byline:calloway  dateline:seoul  outlet:reuters,\"The Echo\"  agency: section: lang:en\n"
    "  date:2019-04  date:2019-04-01..2019-04-15  after:2018  before:2019-06-30  when:7d\n"
    "  has:byline  has:date  has:outlet  is:wire  sort:newest  sort:oldest\n"
    "A comma or a second outlet: means either. Days are UTC and included. when: counts back from the newest article.";

struct TargetFlags {
  std::string index;
  std::string server = kDefaultServer;
  double timeout_s = 10;
  bool json = false;
};

struct SearchFlags {
  std::vector<std::string> query;
  int hits = 10;
  std::string page_token;
  std::string sort = "relevance";
  std::vector<std::string> facets;
  std::vector<std::string> outlets;
  std::vector<std::string> bylines;
  std::string from;
  std::string to;
  bool count = false;
  bool no_snippets = false;
  std::string color = "auto";
  bool exit_status = false;
};

// ---- output

void Print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void Complain(absl::string_view message) {
  const std::string line = absl::StrCat("dateline: ", client::SafeForTerminal(message), "\n");
  std::fwrite(line.data(), 1, line.size(), stderr);
}

bool UseColor(const std::string& when) {
  if (when != "auto") return when == "always";
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool refused = (no_color != nullptr && *no_color != '\0') || (term != nullptr && std::string(term) == "dumb");
  return !refused && isatty(STDOUT_FILENO) != 0;
}

client::TextOptions TextOptionsFor(const std::string& color) {
  client::TextOptions options;
  options.color = UseColor(color);
  winsize size;
  if (isatty(STDOUT_FILENO) != 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    options.width = std::max<size_t>(size.ws_col, 20);
  }
  return options;
}

int ExitCodeFor(const absl::Status& error) {
  switch (error.code()) {
    case absl::StatusCode::kInvalidArgument:
      return kExitUsage;
    case absl::StatusCode::kUnavailable:
      return kExitNotReady;
    case absl::StatusCode::kDeadlineExceeded:
      return kExitDeadline;
    default:
      return kExitFailed;
  }
}

int Fail(const absl::Status& error) {
  Complain(error.message());
  return ExitCodeFor(error);
}

int FailSearch(const absl::Status& error, absl::string_view query) {
  const absl::optional<size_t> offset = query::QueryErrorOffset(error);
  if (offset.has_value()) {
    const std::string place = client::QueryErrorText(query, *offset);
    std::fwrite(place.data(), 1, place.size(), stderr);
  }
  return Fail(error);
}

// ---- flags to requests

absl::StatusOr<serve::FacetRequest> ParseFacet(absl::string_view text) {
  using serve::FacetField;
  const size_t colon = text.find(':');
  const absl::string_view name = text.substr(0, colon);
  serve::FacetRequest facet;
  facet.max_values = kDefaultFacetValues;
  if (colon != absl::string_view::npos &&
      (!absl::SimpleAtoi(text.substr(colon + 1), &facet.max_values) || facet.max_values < 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--facet ", text, ": write a number after the colon, as in outlet:10"));
  }
  for (const FacetField field :
       {FacetField::kOutlet, FacetField::kByline, FacetField::kYear, FacetField::kMonth, FacetField::kDay}) {
    if (client::FacetName(field) != name) continue;
    facet.field = field;
    return facet;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--facet ", text, ": facets are outlet, byline, year, month and day"));
}

absl::Status ParseDayFlag(absl::string_view flag, const std::string& text, absl::optional<absl::CivilDay>* day) {
  if (text.empty()) return absl::OkStatus();
  *day = rpc::ParseDay(text);
  if (day->has_value()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(flag, " ", text, ": write a day as 2019-04-25"));
}

serve::Order OrderFor(const std::string& sort) {
  if (sort == "relevance") return serve::Order::kRelevance;
  return sort == "oldest" ? serve::Order::kOldest : serve::Order::kNewest;
}

absl::Status AddFacets(const std::vector<std::string>& texts, serve::SearchRequest* request) {
  for (const std::string& text : texts) {
    DL_ASSIGN_OR_RETURN(const serve::FacetRequest facet, ParseFacet(text));
    for (const serve::FacetRequest& other : request->facets) {
      if (other.field != facet.field) continue;
      return absl::InvalidArgumentError(absl::StrCat("--facet ", text, ": this facet was asked for before"));
    }
    request->facets.push_back(facet);
  }
  return absl::OkStatus();
}

absl::StatusOr<serve::SearchRequest> RequestFor(const SearchFlags& flags) {
  serve::SearchRequest request;
  request.query = absl::StrJoin(flags.query, " ");
  const bool narrowed = !flags.outlets.empty() || !flags.bylines.empty() || !flags.from.empty() || !flags.to.empty();
  if (flags.query.empty() && !narrowed) {
    return absl::InvalidArgumentError("search for what? '*' finds everything; dateline search --help says more");
  }
  request.filters.outlets = flags.outlets;
  request.filters.bylines = flags.bylines;
  DL_RETURN_IF_ERROR(ParseDayFlag("--from", flags.from, &request.filters.first_day));
  DL_RETURN_IF_ERROR(ParseDayFlag("--to", flags.to, &request.filters.last_day));
  if (request.filters.first_day && request.filters.last_day && *request.filters.last_day < *request.filters.first_day) {
    return absl::InvalidArgumentError("--to lies before --from");
  }
  DL_RETURN_IF_ERROR(AddFacets(flags.facets, &request));
  request.order = OrderFor(flags.sort);
  request.page_token = flags.page_token;
  request.snippets = !flags.no_snippets && !flags.count;
  return request;
}

absl::StatusOr<std::unique_ptr<client::Backend>> BackendFor(const TargetFlags& flags) {
  const auto timeout = std::chrono::microseconds(static_cast<int64_t>(flags.timeout_s * 1e6));
  if (flags.index.empty()) return client::MakeGrpcBackend(flags.server, timeout);
  absl::StatusOr<std::unique_ptr<serve::Engine>> engine = serve::Engine::Open(flags.index);
  if (engine.ok()) return client::MakeEngineBackend(std::move(*engine), timeout);
  const absl::Status error = base::Annotate(engine.status(), absl::StrCat("cannot open ", flags.index));
  // There is nothing to search, which is what "not ready" means; for an article, NotFound means something else.
  if (error.code() == absl::StatusCode::kNotFound) return absl::UnavailableError(error.message());
  return error;
}

// ---- commands

// Asks for page after page until there are `wanted` hits or no more. Totals and facets are the first page's: they are
// about all matches.
absl::StatusOr<serve::SearchResponse> SearchPages(client::Backend* backend, serve::SearchRequest request,
                                                  size_t wanted) {
  request.page_size = static_cast<int>(std::min<size_t>(wanted, kPageSize));
  DL_ASSIGN_OR_RETURN(serve::SearchResponse all, backend->Search(request));
  while (all.hits.size() < wanted && !all.next_page_token.empty()) {
    request.page_token = all.next_page_token;
    request.page_size = static_cast<int>(std::min<size_t>(wanted - all.hits.size(), kPageSize));
    DL_ASSIGN_OR_RETURN(serve::SearchResponse page, backend->Search(request));
    all.next_page_token = page.next_page_token;
    if (page.hits.empty()) break;  // a page may be empty before the end, but two in a row would never end
    for (serve::Hit& hit : page.hits) all.hits.push_back(std::move(hit));
  }
  return all;
}

void PrintSearch(const serve::SearchResponse& response, double seconds, const SearchFlags& flags) {
  const client::TextOptions options = TextOptionsFor(flags.color);
  for (const std::string& warning : response.warnings) Complain(absl::StrCat("note: ", warning));
  if (flags.count) {
    Print(absl::StrCat(response.total, "\n", client::FacetsText(response, options)));
    return;
  }
  Print(client::HitsText(response, options));
  Print(client::FacetsText(response, options));
  Print(client::TotalText(response, seconds));
  if (!response.next_page_token.empty()) {
    Print(absl::StrCat("next page: --page-token ", client::SafeForTerminal(response.next_page_token), "\n"));
  }
}

int Search(const SearchFlags& flags, const TargetFlags& target) {
  const absl::StatusOr<serve::SearchRequest> request = RequestFor(flags);
  if (!request.ok()) return Fail(request.status());
  const absl::StatusOr<std::unique_ptr<client::Backend>> backend = BackendFor(target);
  if (!backend.ok()) return Fail(backend.status());
  const auto begin = std::chrono::steady_clock::now();
  const size_t wanted = flags.count ? 1 : flags.hits;
  absl::StatusOr<serve::SearchResponse> response = SearchPages(backend->get(), *request, wanted);
  if (!response.ok()) return FailSearch(response.status(), request->query);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  if (flags.count) {
    // The one hit was only a way to ask.
    response->hits.clear();
    response->next_page_token.clear();
  }
  if (target.json) {
    Print(client::SearchJson(*response));
  } else {
    PrintSearch(*response, seconds.count(), flags);
  }
  return flags.exit_status && response->total == 0 ? kExitFailed : 0;
}

int Get(const std::string& id, const std::string& color, const TargetFlags& target) {
  const absl::StatusOr<std::unique_ptr<client::Backend>> backend = BackendFor(target);
  if (!backend.ok()) return Fail(backend.status());
  const absl::StatusOr<serve::FullArticle> article = (*backend)->GetArticle(id);
  if (!article.ok()) return Fail(article.status());
  Print(target.json ? client::ArticleJson(*article) : client::ArticleText(*article, TextOptionsFor(color)));
  return 0;
}

int Status(const TargetFlags& target) {
  const absl::StatusOr<std::unique_ptr<client::Backend>> backend = BackendFor(target);
  if (!backend.ok()) return Fail(backend.status());
  const absl::StatusOr<serve::IndexStatus> status = (*backend)->Status();
  if (!status.ok()) return Fail(status.status());
  Print(target.json ? client::StatusJson(*status) : client::StatusText(*status));
  return 0;
}

// ---- command line

void AddTargetOptions(CLI::App* command, TargetFlags* flags) {
  CLI::Option* server = command->add_option("--server", flags->server, "Ask this server");
  server->type_name("HOST:PORT")->capture_default_str();
  CLI::Option* index = command->add_option("--index", flags->index, "Read this index without a server");
  index->type_name("DIR")->excludes(server);
  command->add_option("--timeout", flags->timeout_s, "How long one answer may take, in seconds")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
  command->add_flag("--json", flags->json, "Print one JSON object");
}

void AddColorOption(CLI::App* command, std::string* color) {
  command->add_option("--color", *color, "auto, always or never; auto heeds NO_COLOR")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
}

// An option that may be repeated and takes one value each time; otherwise it would swallow the words of the query,
// and CLI11 would take "[a,b]" for a list of two.
void AddListOption(CLI::App* command, const std::string& name, std::vector<std::string>* values,
                   const std::string& type, const std::string& help) {
  command->add_option(name, *values, help)->type_name(type)->allow_extra_args(false);
}

// The long help of a command would otherwise also stand in the list of commands.
class SearchFormatter : public CLI::Formatter {
 public:
  std::string make_description(const CLI::App*) const override { return absl::StrCat(kSearchHelp, "\n"); }
  std::string make_usage(const CLI::App*, std::string) const override {
    return "Usage: dateline search [OPTIONS] QUERY...\n";
  }
};

// Takes what follows the first "--" of the arguments away from CLI11, which would hand it to another command.
std::vector<std::string> CutWordsBehindDashes(std::vector<std::string>* arguments) {
  const auto dashes = std::find(arguments->begin(), arguments->end(), "--");
  if (dashes == arguments->end()) return {};
  std::vector<std::string> words(dashes + 1, arguments->end());
  arguments->erase(dashes, arguments->end());
  return words;
}

// The words of the query; what looks like an option is a mistyped one, or a word that must stand behind "--".
absl::StatusOr<std::vector<std::string>> QueryWords(const CLI::App& search, std::vector<std::string> behind_dashes) {
  std::vector<std::string> words = search.remaining();
  for (const std::string& word : words) {
    if (word.size() < 2 || word[0] != '-') continue;
    return absl::InvalidArgumentError(
        absl::StrCat(word, " is no option; to search without a word, write it behind --, as in: kim -- -putin"));
  }
  for (std::string& word : behind_dashes) words.push_back(std::move(word));
  return words;
}

CLI::App* AddSearchCommand(CLI::App* app, SearchFlags* flags, TargetFlags* target) {
  CLI::App* command = app->add_subcommand("search", "Finds articles");
  // The words of the query are what CLI11 leaves over: as a positional it would take "[a,b]" for a list of two.
  command->allow_extras();
  command->formatter(std::make_shared<SearchFormatter>());
  command->add_option("-n", flags->hits, "How many articles to print")
      ->type_name("N")
      ->check(CLI::Range(1, kMaxHits))
      ->capture_default_str();
  command->add_option("--sort", flags->sort, "relevance, newest (or date) or oldest")
      ->type_name("ORDER")
      ->check(CLI::IsMember({"relevance", "date", "newest", "oldest"}))
      ->capture_default_str();
  AddListOption(command, "--facet", &flags->facets, "NAME[:N]", "Count by outlet, byline, year, month or day");
  AddListOption(command, "--outlet", &flags->outlets, "NAME", "Only from this outlet; repeat it for more");
  AddListOption(command, "--byline", &flags->bylines, "NAME", "Only by this writer; repeat it for more");
  command->add_option("--from", flags->from, "Only from this day on, as 2019-04-01")->type_name("DAY");
  command->add_option("--to", flags->to, "Only up to this day, which is included")->type_name("DAY");
  command->add_option("--page-token", flags->page_token, "Go on behind an earlier page")->type_name("TOKEN");
  command->add_flag("--count", flags->count, "Print only how many articles there are");
  command->add_flag("--no-snippets", flags->no_snippets, "Leave the passages out");
  command->add_flag("--exit-status", flags->exit_status, "Exit with 1 when nothing was found");
  AddColorOption(command, &flags->color);
  AddTargetOptions(command, target);
  return command;
}

int Main(int argc, char** argv) {
  if (argc == 1) {
    Print(kShortHelp);
    return 0;
  }
  CLI::App app(kShortHelp, "dateline");
  app.set_version_flag("--version", "dateline " DATELINE_VERSION);
  app.require_subcommand(1, 1);  // at most one, lest a word of the query be taken for another command

  SearchFlags search_flags;
  TargetFlags target;
  CLI::App* search = AddSearchCommand(&app, &search_flags, &target);

  CLI::App* get = app.add_subcommand("get", "Prints a whole article");
  std::string id;
  std::string get_color = "auto";
  get->add_option("ID", id, "The id or the key of a hit")->type_name("")->required();
  AddColorOption(get, &get_color);
  AddTargetOptions(get, &target);

  CLI::App* status = app.add_subcommand("status", "Describes the index");
  AddTargetOptions(status, &target);

  std::vector<std::string> arguments(argv + 1, argv + argc);
  std::vector<std::string> behind_dashes;
  if (arguments[0] == "search") behind_dashes = CutWordsBehindDashes(&arguments);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : kExitUsage;
  }
  // gRPC logs in its own manner what the exit code and the message say; whoever debugs it sets the variable.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  if (search->parsed()) {
    absl::StatusOr<std::vector<std::string>> words = QueryWords(*search, std::move(behind_dashes));
    if (!words.ok()) return Fail(words.status());
    search_flags.query = std::move(*words);
    return Search(search_flags, target);
  }
  if (get->parsed()) return Get(id, get_color, target);
  if (status->parsed()) return Status(target);
  return kExitUsage;
}

// A full disk or a closed pipe must not look like success.
int FinishOutput(int exit_code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_code;
  Complain("cannot write the output");
  return kExitFailed;
}

}  // namespace
}  // namespace dateline

int main(int argc, char** argv) {
  try {
    return dateline::FinishOutput(dateline::Main(argc, argv));
  } catch (const std::exception& e) {
    dateline::Complain(e.what());
    return dateline::base::kExitFailed;
  }
}
