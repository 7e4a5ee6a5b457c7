// dateline count, dateline histogram, dateline facets
#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/exit_code.h"
#include "core/base/status_macros.h"
#include "tools/client/commands/command.h"
#include "tools/client/commands/flags.h"
#include "tools/client/commands/output.h"
#include "tools/client/render.h"

namespace dateline::client {
namespace {

constexpr int kPageSize = 1000;  // the most that an engine gives at once

constexpr char kCountHelp[] =
    "Prints how many articles match, exactly.\n"
    "\n"
    "Examples:\n"
    "  dateline count '\"closer ties\" date:2019'\n"
    "  dateline count strike --facet section --facet year:50\n"
    "\n"
    "The query language: dateline search --help";

constexpr char kHistogramHelp[] =
    "Counts matches over time: bars on a terminal, and in a pipe lines of label, count and, with --coverage, all\n"
    "articles, between tabs.\n"
    "\n"
    "Examples:\n"
    "  dateline histogram kim\n"
    "  dateline histogram strike --interval year --coverage\n"
    "  dateline histogram 'sanctions outlet:reuters' --interval day --time-zone Asia/Seoul --from 2019-04-01\n"
    "\n"
    "There are no gaps: a bucket without a match is shown with 0. Undated articles are counted apart.\n"
    "The query language: dateline search --help";

constexpr char kFacetsHelp[] =
    "Lists the outlets, writers, agencies or other values of the archive with their articles; with a query, of the\n"
    "articles that match.\n"
    "\n"
    "Examples:\n"
    "  dateline facets outlet\n"
    "  dateline facets byline --prefix cal\n"
    "  dateline facets agency 'strike date:2019' -n 20\n";

struct Flags {
  QueryFlags query;
  CountFlags counts;
  TargetFlags target;
  std::string color = "auto";
  bool exit_status = false;
  std::string prefix;  // of facets
  int values = 0;      // of facets
};

absl::StatusOr<serve::CountRequest> RequestFor(const Flags& flags, const Words& words) {
  serve::CountRequest request;
  DL_RETURN_IF_ERROR(FillSpec(flags.query, words, &request));
  DL_ASSIGN_OR_RETURN(request.facets, FacetsFor(flags.counts));
  DL_ASSIGN_OR_RETURN(request.histogram, HistogramFor(flags.counts));
  return request;
}

// Asks, complains of what went wrong, and hands the answer to `print`.
template <typename Print>
int Ask(const Flags& flags, const absl::StatusOr<serve::CountRequest>& request, Print print) {
  if (!request.ok()) return Fail(request.status());
  const absl::StatusOr<std::unique_ptr<Backend>> backend = OpenBackend(flags.target);
  if (!backend.ok()) return Fail(backend.status());
  const absl::StatusOr<serve::CountResponse> response = (*backend)->CountMatches(*request);
  if (!response.ok()) return FailQuery(response.status(), request->query);
  if (!flags.target.json) PrintWarnings(response->warnings);
  print(*response);
  return flags.exit_status && response->total == 0 ? base::kExitFailed : 0;
}

int RunCount(const Flags& flags, const Words& words) {
  return Ask(flags, RequestFor(flags, words), [&flags](const serve::CountResponse& response) {
    if (flags.target.json) {
      Print(CountJson(response));
      return;
    }
    const TextOptions options = TextOptionsFor(flags.color);
    Print(absl::StrCat(response.total, "\n", FacetsText(response.facets, options)));
    if (response.histogram) Print(HistogramText(*response.histogram, flags.counts.coverage, options));
  });
}

int RunHistogram(const Flags& flags, const Words& words) {
  return Ask(flags, RequestFor(flags, words), [&flags](const serve::CountResponse& response) {
    if (flags.target.json) {
      Print(CountJson(response));
    } else if (response.histogram.has_value()) {
      const TextOptions options = TextOptionsFor(flags.color);
      const bool coverage = flags.counts.coverage;
      Print(options.terminal ? HistogramText(*response.histogram, coverage, options)
                             : HistogramRows(*response.histogram, coverage));
    }
  });
}

// ---- facets

// All values, or the first of them, page by page.
absl::StatusOr<serve::ListFacetValuesResponse> ListValues(Backend* backend, serve::ListFacetValuesRequest request,
                                                          int wanted) {
  const auto left = [wanted](size_t have) {
    return wanted == 0 ? kPageSize : std::min<int>(kPageSize, wanted - static_cast<int>(have));
  };
  request.page_size = left(0);
  DL_ASSIGN_OR_RETURN(serve::ListFacetValuesResponse all, backend->ListFacetValues(request));
  while (!all.next_page_token.empty() && left(all.values.size()) > 0) {
    request.page_token = all.next_page_token;
    request.page_size = left(all.values.size());
    DL_ASSIGN_OR_RETURN(serve::ListFacetValuesResponse page, backend->ListFacetValues(request));
    all.next_page_token = page.next_page_token;
    if (page.values.empty()) break;
    for (serve::FacetValue& value : page.values) all.values.push_back(std::move(value));
  }
  return all;
}

int ListWhole(const Flags& flags, serve::FacetField field) {
  const absl::StatusOr<std::unique_ptr<Backend>> backend = OpenBackend(flags.target);
  if (!backend.ok()) return Fail(backend.status());
  serve::ListFacetValuesRequest request;
  request.field = field;
  request.prefix = flags.prefix;
  const absl::StatusOr<serve::ListFacetValuesResponse> response =
      ListValues(backend->get(), std::move(request), flags.values);
  if (!response.ok()) return Fail(response.status());
  Print(flags.target.json ? FacetValuesJson(field, *response) : FacetValuesText(response->values));
  return flags.exit_status && response->values.empty() ? base::kExitFailed : 0;
}

absl::StatusOr<serve::CountRequest> FacetRequestFor(const Flags& flags, serve::FacetField field, const Words& words) {
  DL_ASSIGN_OR_RETURN(serve::CountRequest request, RequestFor(flags, words));
  serve::FacetRequest facet;
  facet.field = field;
  facet.prefix = flags.prefix;
  facet.max_values = flags.values == 0 ? kPageSize : std::min(flags.values, kPageSize);
  request.facets = {std::move(facet)};
  return request;
}

int RunFacets(const Flags& flags, const Words& words) {
  const absl::optional<serve::FacetField> field =
      words.empty() ? absl::optional<serve::FacetField>() : FacetFromName(words[0]);
  if (!field.has_value()) {
    return Fail(
        absl::InvalidArgumentError(absl::StrCat("facets of what? Write one of ", absl::StrJoin(FacetNames(), ", "))));
  }
  const Words query(words.begin() + 1, words.end());
  if (query.empty() && !Narrows(flags.query)) return ListWhole(flags, *field);
  return Ask(flags, FacetRequestFor(flags, *field, query), [&flags](const serve::CountResponse& response) {
    Print(flags.target.json ? CountJson(response) : FacetsText(response.facets, TextOptionsFor(flags.color)));
  });
}

}  // namespace

Command AddCount(CLI::App* program) {
  auto flags = std::make_shared<Flags>();
  CLI::App* app = AddCommand(program, "count [OPTIONS] QUERY...", "Counts articles", kCountHelp);
  AddQueryOptions(app, &flags->query);
  AddFacetOptions(app, &flags->counts);
  AddHistogramOption(app, &flags->counts);
  AddTimeOptions(app, &flags->counts);
  AddExitStatusOption(app, &flags->exit_status);
  AddColorOption(app, &flags->color);
  AddTargetOptions(app, &flags->target);
  return {app, [flags](const Words& words) { return RunCount(*flags, words); }};
}

Command AddHistogram(CLI::App* program) {
  auto flags = std::make_shared<Flags>();
  flags->counts.histogram = "month";
  CLI::App* app = AddCommand(program, "histogram [OPTIONS] QUERY...", "Counts articles over time", kHistogramHelp);
  app->add_option("--interval", flags->counts.histogram, "How long a bucket is")
      ->type_name("INTERVAL")
      ->check(CLI::IsMember(IntervalNames()))
      ->capture_default_str();
  AddTimeOptions(app, &flags->counts);
  AddQueryOptions(app, &flags->query);
  AddExitStatusOption(app, &flags->exit_status);
  AddTargetOptions(app, &flags->target);
  return {app, [flags](const Words& words) { return RunHistogram(*flags, words); }};
}

Command AddFacets(CLI::App* program) {
  auto flags = std::make_shared<Flags>();
  const std::string help = absl::StrCat(kFacetsHelp, "\nNAME is one of ", absl::StrJoin(FacetNames(), ", "),
                                        ".\nThe query language: dateline search --help");
  CLI::App* app =
      AddCommand(program, "facets [OPTIONS] NAME [QUERY...]", "Lists outlets, writers and the like", help);
  app->add_option("--prefix", flags->prefix, "Only values of which some word begins so")->type_name("TEXT");
  app->add_option("-n", flags->values, "How many values to print; 0: all, with a query the first 1000")
      ->type_name("N")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  AddQueryOptions(app, &flags->query);
  AddExitStatusOption(app, &flags->exit_status);
  AddColorOption(app, &flags->color);
  AddTargetOptions(app, &flags->target);
  return {app, [flags](const Words& words) { return RunFacets(*flags, words); }};
}

}  // namespace dateline::client
