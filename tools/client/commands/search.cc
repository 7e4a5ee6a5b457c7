// dateline search
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/base/exit_code.h"
#include "core/base/status_macros.h"
#include "tools/client/commands/command.h"
#include "tools/client/commands/flags.h"
#include "tools/client/commands/output.h"
#include "tools/client/render.h"

namespace dateline::client {
namespace {

constexpr int kPageSize = 100;  // the most that an engine gives at once
constexpr int kMaxHits = 100000;

constexpr char kHelp[] =
    "Finds articles.\n"
    "\n"
    "Examples:\n"
    "  dateline search kim putin\n"
    "  dateline search '\"closer ties\" OR headline:summit' --facet outlet:5 --facet month\n"
    "  dateline search --sort newest --outlet Reuters --from 2019-04-01 '*'\n"
    "  dateline search kim -- -putin\n"
    "  dateline search --any what did the two leaders agree on in Vladivostok\n"
    "  dateline search talks --outlet Reuters --facet outlet:20 --disjunctive\n"
    "  dateline search strike --histogram month --coverage -n 3\n"
    "  dateline search --keys -n 500 'outlet:echo strike' | xargs dateline get --json\n"
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

struct Flags {
  QueryFlags query;
  CountFlags counts;
  TargetFlags target;
  int hits = 10;
  std::string page_token;
  std::string sort = "relevance";
  bool count = false;
  bool no_snippets = false;
  bool keys = false;
  std::string color = "auto";
  bool exit_status = false;
};

absl::StatusOr<serve::SearchRequest> RequestFor(const Flags& flags, const Words& words) {
  serve::SearchRequest request;
  DL_RETURN_IF_ERROR(FillSpec(flags.query, words, &request));
  DL_ASSIGN_OR_RETURN(request.facets, FacetsFor(flags.counts));
  DL_ASSIGN_OR_RETURN(request.histogram, HistogramFor(flags.counts));
  request.order = OrderFor(flags.sort);
  request.page_token = flags.page_token;
  request.keys_only = flags.keys || flags.count;
  request.snippets = !flags.no_snippets && !request.keys_only;
  return request;
}

// Asks for page after page until there are `wanted` hits or no more. Totals, facets and the like are the first
// page's: they are about all matches.
absl::StatusOr<serve::SearchResponse> SearchPages(Backend* backend, serve::SearchRequest request, size_t wanted) {
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

void PrintResponse(const serve::SearchResponse& response, double seconds, const Flags& flags) {
  const TextOptions options = TextOptionsFor(flags.color);
  PrintWarnings(response.warnings);
  if (flags.count) {
    Print(absl::StrCat(response.total, "\n"));
  } else if (flags.keys) {
    Print(KeysText(response));
  } else {
    Print(HitsText(response, options));
  }
  Print(FacetsText(response.facets, options));
  if (response.histogram.has_value()) {
    Print(absl::StrCat(HistogramText(*response.histogram, flags.counts.coverage, options), "\n"));
  }
  if (flags.count || flags.keys) return;
  Print(TotalText(response, seconds));
  Print(NothingFoundText(response));
  if (!response.next_page_token.empty()) {
    Print(absl::StrCat("next page: --page-token ", SafeForTerminal(response.next_page_token), "\n"));
  }
}

int Run(const Flags& flags, const Words& words) {
  const absl::StatusOr<serve::SearchRequest> request = RequestFor(flags, words);
  if (!request.ok()) return Fail(request.status());
  const absl::StatusOr<std::unique_ptr<Backend>> backend = OpenBackend(flags.target);
  if (!backend.ok()) return Fail(backend.status());
  const auto begin = std::chrono::steady_clock::now();
  const size_t wanted = flags.count ? 1 : flags.hits;
  absl::StatusOr<serve::SearchResponse> response = SearchPages(backend->get(), *request, wanted);
  if (!response.ok()) return FailQuery(response.status(), request->query);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  if (flags.count) {
    // The one hit was only a way to ask.
    response->hits.clear();
    response->next_page_token.clear();
  }
  if (flags.target.json) {
    Print(SearchJson(*response, flags.keys));
  } else {
    PrintResponse(*response, seconds.count(), flags);
  }
  return flags.exit_status && response->total == 0 ? base::kExitFailed : 0;
}

}  // namespace

Command AddSearch(CLI::App* program) {
  auto flags = std::make_shared<Flags>();
  CLI::App* app = AddCommand(program, "search [OPTIONS] QUERY...", "Finds articles", kHelp);
  app->add_option("-n", flags->hits, "How many articles to print")
      ->type_name("N")
      ->check(CLI::Range(1, kMaxHits))
      ->capture_default_str();
  AddSortOption(app, &flags->sort);
  AddQueryOptions(app, &flags->query);
  AddRecencyOption(app, &flags->query);
  AddFacetOptions(app, &flags->counts);
  AddHistogramOption(app, &flags->counts);
  AddTimeOptions(app, &flags->counts);
  app->add_option("--page-token", flags->page_token, "Go on behind an earlier page")->type_name("TOKEN");
  app->add_flag("--count", flags->count, "Print only how many articles there are");
  app->add_flag("--keys", flags->keys, "Print only the keys of the articles, one a line, for get and delete");
  app->add_flag("--no-snippets", flags->no_snippets, "Leave the passages out");
  AddExitStatusOption(app, &flags->exit_status);
  AddColorOption(app, &flags->color);
  AddTargetOptions(app, &flags->target);
  return {app, [flags](const Words& words) { return Run(*flags, words); }};
}

}  // namespace dateline::client
