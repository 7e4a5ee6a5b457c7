// The options that several commands share, and the requests that they make.
//
// Thread-safety: one thread. Errors: InvalidArgument, which says what to write instead.
#ifndef DATELINE_TOOLS_CLIENT_COMMANDS_FLAGS_H_
#define DATELINE_TOOLS_CLIENT_COMMANDS_FLAGS_H_

#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "searcher/match/fast/fast_matcher.h"
#include "searcher/serve/api.h"
#include "tools/client/backend.h"

namespace dateline::client {

// Whom to ask, and how to print.
struct TargetFlags {
  std::string index;
  std::string server;
  std::string api_key_file;
  bool tls = false;
  std::string tls_ca;
  std::string tls_certificate;
  std::string tls_key;
  double timeout_s = 10;
  std::string variants;
  match::fast::MatchEngine engine = match::fast::MatchEngine::kFast;
  bool json = false;
};
void AddTargetOptions(CLI::App* command, TargetFlags* flags);
// Whom --index, --server, DATELINE_INDEX or DATELINE_SERVER name, in this order; else the server at its usual
// address.
absl::StatusOr<std::unique_ptr<Backend>> OpenBackend(const TargetFlags& flags);

// What to look for beside the words.
struct QueryFlags {
  bool any = false;
  bool no_variants = false;
  bool no_recency = false;
  std::vector<std::string> outlets;
  std::vector<std::string> bylines;
  std::vector<std::string> agencies;
  std::vector<std::string> datelines;
  std::vector<std::string> sections;
  std::vector<std::string> languages;
  std::string from;
  std::string to;
};
void AddQueryOptions(CLI::App* command, QueryFlags* flags);
// --no-recency, for commands with an order.
void AddRecencyOption(CLI::App* command, QueryFlags* flags);
bool Narrows(const QueryFlags& flags);
// The words, joined by spaces, and the flags. Errors: also when there is neither word nor filter.
absl::Status FillSpec(const QueryFlags& flags, const std::vector<std::string>& words, serve::QuerySpec* spec);

// What to count.
struct CountFlags {
  std::vector<std::string> facets;
  bool disjunctive = false;
  std::string histogram;
  std::string time_zone;
  bool coverage = false;
};
void AddFacetOptions(CLI::App* command, CountFlags* flags);
void AddHistogramOption(CLI::App* command, CountFlags* flags);  // --histogram
void AddTimeOptions(CLI::App* command, CountFlags* flags);      // --time-zone, --coverage
absl::StatusOr<std::vector<serve::FacetRequest>> FacetsFor(const CountFlags& flags);
absl::StatusOr<absl::optional<serve::HistogramRequest>> HistogramFor(const CountFlags& flags);

void AddSortOption(CLI::App* command, std::string* sort);
serve::Order OrderFor(const std::string& sort);

void AddColorOption(CLI::App* command, std::string* color);
void AddExitStatusOption(CLI::App* command, bool* exit_status);

// An option that may be repeated and takes one value each time; otherwise it would swallow the words of the query,
// and CLI11 would take "[a,b]" for a list of two.
void AddListOption(CLI::App* command, const std::string& name, std::vector<std::string>* values,
                   const std::string& type, const std::string& help);

}  // namespace dateline::client

#endif  // DATELINE_TOOLS_CLIENT_COMMANDS_FLAGS_H_
