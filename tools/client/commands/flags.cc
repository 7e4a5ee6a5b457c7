#include "tools/client/commands/flags.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "searcher/engine_option.h"
#include "searcher/rpc/requests.h"
#include "searcher/serve/engine.h"
#include "tools/client/names.h"

namespace dateline::client {
namespace {

constexpr char kDefaultServer[] = "127.0.0.1:7370";
constexpr int kDefaultFacetValues = 10;
constexpr int kMaxFacetValues = 1000;  // the most that an engine gives at once
constexpr double kMaxTimeoutSeconds = 24 * 3600;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

absl::StatusOr<serve::FacetRequest> ParseFacet(absl::string_view text) {
  const size_t colon = text.find(':');
  serve::FacetRequest facet;
  facet.max_values = kDefaultFacetValues;
  if (colon != absl::string_view::npos && (!absl::SimpleAtoi(text.substr(colon + 1), &facet.max_values) ||
                                           facet.max_values < 1 || facet.max_values > kMaxFacetValues)) {
    return absl::InvalidArgumentError(absl::StrCat("--facet ", text, ": write a number up to ", kMaxFacetValues,
                                                   " after the colon, as in outlet:10"));
  }
  const absl::optional<serve::FacetField> field = FacetFromName(text.substr(0, colon));
  if (!field.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--facet ", text, ": facets are ", absl::StrJoin(FacetNames(), ", ")));
  }
  facet.field = *field;
  return facet;
}

absl::Status ParseDayFlag(absl::string_view flag, const std::string& text, absl::optional<absl::CivilDay>* day) {
  if (text.empty()) return absl::OkStatus();
  *day = rpc::ParseDay(text);
  if (day->has_value()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(flag, " ", text, ": write a day as 2019-04-25"));
}

absl::StatusOr<std::unique_ptr<Backend>> OpenIndex(const std::string& directory, const TargetFlags& flags,
                                                   std::chrono::microseconds timeout) {
  serve::EngineOptions options;
  options.variants_directory = flags.variants;
  options.match_engine = flags.engine;
  absl::StatusOr<std::unique_ptr<serve::Engine>> engine = serve::Engine::Open(directory, options);
  if (engine.ok()) return MakeEngineBackend(std::move(*engine), timeout);
  const absl::Status error = base::Annotate(engine.status(), absl::StrCat("cannot open ", directory));
  // There is nothing to search, which is what "not ready" means; for an article, NotFound means something else.
  if (error.code() == absl::StatusCode::kNotFound) return absl::UnavailableError(error.message());
  return error;
}

absl::Status ReadInto(absl::string_view flag, const std::string& path, std::string* text) {
  if (path.empty()) return absl::OkStatus();
  absl::StatusOr<std::string> read = base::ReadFile(path);
  if (!read.ok()) return absl::InvalidArgumentError(absl::StrCat(flag, ": ", read.status().message()));
  *text = *std::move(read);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Backend>> OpenServer(const std::string& address, const TargetFlags& flags,
                                                    std::chrono::microseconds timeout) {
  ServerAccess access;
  access.address = address;
  access.tls = flags.tls || !flags.tls_ca.empty() || !flags.tls_certificate.empty();
  access.api_key = Environment("DATELINE_API_KEY");
  DL_RETURN_IF_ERROR(ReadInto("--api-key-file", flags.api_key_file, &access.api_key));
  DL_RETURN_IF_ERROR(ReadInto("--tls-ca", flags.tls_ca, &access.ca_pem));
  DL_RETURN_IF_ERROR(ReadInto("--tls-certificate", flags.tls_certificate, &access.certificate_pem));
  DL_RETURN_IF_ERROR(ReadInto("--tls-key", flags.tls_key, &access.key_pem));
  access.api_key = std::string(absl::StripAsciiWhitespace(access.api_key));
  // gRPC ends the program when metadata holds anything else.
  if (!std::all_of(access.api_key.begin(), access.api_key.end(), [](char c) { return c > ' ' && c < '\x7f'; })) {
    return absl::InvalidArgumentError("the API key holds what no key of a server does; one line of letters is wanted");
  }
  return MakeGrpcBackend(access, timeout);
}

}  // namespace

void AddTargetOptions(CLI::App* command, TargetFlags* flags) {
  CLI::Option* server = command->add_option("--server", flags->server, "Ask this server; else DATELINE_SERVER");
  server->type_name("HOST:PORT")->default_str(kDefaultServer);
  CLI::Option* index =
      command->add_option("--index", flags->index, "Read this index without a server; else DATELINE_INDEX");
  index->type_name("DIR")->excludes(server);
  // Not the key itself: everybody on the machine can see the arguments of a program.
  command->add_option("--api-key-file", flags->api_key_file, "The API key for the server; else DATELINE_API_KEY")
      ->type_name("FILE");
  command->add_flag("--tls", flags->tls, "The server speaks TLS");
  command->add_option("--tls-ca", flags->tls_ca, "Who vouches for the server, in PEM; else those this machine trusts")
      ->type_name("FILE");
  CLI::Option* certificate =
      command->add_option("--tls-certificate", flags->tls_certificate, "What to show the server, in PEM");
  CLI::Option* key = command->add_option("--tls-key", flags->tls_key, "The private key of that certificate, in PEM");
  certificate->type_name("FILE")->needs(key);
  key->type_name("FILE")->needs(certificate);
  command->add_option("--variants", flags->variants, "With --index: tables of spellings that add to the shipped ones")
      ->type_name("DIR")
      ->check(CLI::ExistingDirectory);
  AddEngineOption(*command, "With --index: fast, or xapian, the reference; answers are equal", flags->engine);
  command->add_option("--timeout", flags->timeout_s, "How long one answer may take, in seconds")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.001, kMaxTimeoutSeconds))
      ->capture_default_str();
  command->add_flag("--json", flags->json, "Print JSON, for programs");
}

absl::StatusOr<std::unique_ptr<Backend>> OpenBackend(const TargetFlags& flags) {
  const auto timeout = std::chrono::microseconds(static_cast<int64_t>(flags.timeout_s * 1e6));
  if (!flags.index.empty()) return OpenIndex(flags.index, flags, timeout);
  if (!flags.server.empty()) return OpenServer(flags.server, flags, timeout);
  const std::string index = Environment("DATELINE_INDEX");
  const std::string server = Environment("DATELINE_SERVER");
  if (!index.empty() && !server.empty()) {
    return absl::InvalidArgumentError(
        "DATELINE_INDEX and DATELINE_SERVER are both set; say --index or --server, or unset one");
  }
  if (!index.empty()) return OpenIndex(index, flags, timeout);
  return OpenServer(server.empty() ? kDefaultServer : server, flags, timeout);
}

void AddQueryOptions(CLI::App* command, QueryFlags* flags) {
  command->add_flag("--any", flags->any, "Any of the words will do, and nothing is an operator: for long questions");
  command->add_flag("--no-variants", flags->no_variants, "Only the spelling as typed, not colour for color");
  AddListOption(command, "--outlet", &flags->outlets, "NAME", "Only from this outlet; repeat it for more");
  AddListOption(command, "--byline", &flags->bylines, "NAME", "Only by this writer; repeat it for more");
  AddListOption(command, "--agency", &flags->agencies, "NAME", "Only with credit to this agency");
  AddListOption(command, "--dateline", &flags->datelines, "PLACE", "Only filed from this place");
  AddListOption(command, "--section", &flags->sections, "NAME", "Only from this section");
  AddListOption(command, "--lang", &flags->languages, "CODE", "Only in this language, as en");
  command->add_option("--from", flags->from, "Only from this day on, as 2019-04-01")->type_name("DAY");
  command->add_option("--to", flags->to, "Only up to this day, which is included")->type_name("DAY");
}

void AddRecencyOption(CLI::App* command, QueryFlags* flags) {
  command->add_flag("--no-recency", flags->no_recency, "Newer articles gain nothing in relevance");
}

bool Narrows(const QueryFlags& flags) {
  return !flags.outlets.empty() || !flags.bylines.empty() || !flags.agencies.empty() || !flags.datelines.empty() ||
         !flags.sections.empty() || !flags.languages.empty() || !flags.from.empty() || !flags.to.empty();
}

absl::Status FillSpec(const QueryFlags& flags, const std::vector<std::string>& words, serve::QuerySpec* spec) {
  if (words.empty() && !Narrows(flags)) {
    return absl::InvalidArgumentError("search for what? '*' finds everything; dateline search --help says more");
  }
  spec->query = absl::StrJoin(words, " ");
  spec->match_any = flags.any;
  spec->variants = !flags.no_variants;
  spec->recency = !flags.no_recency;
  spec->filters.outlets = flags.outlets;
  spec->filters.bylines = flags.bylines;
  spec->filters.agencies = flags.agencies;
  spec->filters.datelines = flags.datelines;
  spec->filters.sections = flags.sections;
  spec->filters.languages = flags.languages;
  DL_RETURN_IF_ERROR(ParseDayFlag("--from", flags.from, &spec->filters.first_day));
  DL_RETURN_IF_ERROR(ParseDayFlag("--to", flags.to, &spec->filters.last_day));
  if (spec->filters.first_day && spec->filters.last_day && *spec->filters.last_day < *spec->filters.first_day) {
    return absl::InvalidArgumentError("--to lies before --from");
  }
  return absl::OkStatus();
}

void AddFacetOptions(CLI::App* command, CountFlags* flags) {
  AddListOption(command, "--facet", &flags->facets, "NAME[:N]",
                "Count by this, and print the N first values (10); dateline facets --help has the names");
  command->add_flag("--disjunctive", flags->disjunctive,
                    "A filter like --outlet does not narrow the facet of its own name");
}

void AddHistogramOption(CLI::App* command, CountFlags* flags) {
  command->add_option("--histogram", flags->histogram, "Count over time")
      ->type_name("INTERVAL")
      ->check(CLI::IsMember(IntervalNames()));
}

void AddTimeOptions(CLI::App* command, CountFlags* flags) {
  command->add_option("--time-zone", flags->time_zone, "Where days begin, as Europe/London")
      ->type_name("ZONE")
      ->default_str("UTC");
  command->add_flag("--coverage", flags->coverage, "The share of all articles of each day, week, month or year too");
}

absl::StatusOr<std::vector<serve::FacetRequest>> FacetsFor(const CountFlags& flags) {
  std::vector<serve::FacetRequest> facets;
  for (const std::string& text : flags.facets) {
    DL_ASSIGN_OR_RETURN(serve::FacetRequest facet, ParseFacet(text));
    for (const serve::FacetRequest& other : facets) {
      if (other.field != facet.field) continue;
      return absl::InvalidArgumentError(absl::StrCat("--facet ", text, ": this facet was asked for before"));
    }
    facet.disjunctive = flags.disjunctive;
    facets.push_back(std::move(facet));
  }
  if (flags.disjunctive && facets.empty()) {
    return absl::InvalidArgumentError("--disjunctive says how facets are counted; ask for one, as in --facet outlet");
  }
  return facets;
}

absl::StatusOr<absl::optional<serve::HistogramRequest>> HistogramFor(const CountFlags& flags) {
  if (flags.histogram.empty()) {
    if (flags.time_zone.empty() && !flags.coverage) return absl::optional<serve::HistogramRequest>();
    return absl::InvalidArgumentError("--time-zone and --coverage need --histogram, as in --histogram month");
  }
  serve::HistogramRequest histogram;
  histogram.interval = IntervalFromName(flags.histogram).value_or(serve::Interval::kDay);
  histogram.time_zone = flags.time_zone;
  histogram.coverage = flags.coverage;
  return absl::make_optional(std::move(histogram));
}

void AddSortOption(CLI::App* command, std::string* sort) {
  command->add_option("--sort", *sort, "The order; date is the same as newest")
      ->type_name("ORDER")
      ->check(CLI::IsMember({"relevance", "date", "newest", "oldest"}))
      ->capture_default_str();
}

serve::Order OrderFor(const std::string& sort) {
  if (sort == "relevance") return serve::Order::kRelevance;
  return sort == "oldest" ? serve::Order::kOldest : serve::Order::kNewest;
}

void AddColorOption(CLI::App* command, std::string* color) {
  command->add_option("--color", *color, "auto heeds NO_COLOR")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
}

void AddExitStatusOption(CLI::App* command, bool* exit_status) {
  command->add_flag("--exit-status", *exit_status, "Exit with 1 when nothing was found");
}

void AddListOption(CLI::App* command, const std::string& name, std::vector<std::string>* values,
                   const std::string& type, const std::string& help) {
  command->add_option(name, *values, help)->type_name(type)->allow_extra_args(false);
}

}  // namespace dateline::client
