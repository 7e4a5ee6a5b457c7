// One open index that answers searches: the seam between the transports (gRPC, the command line, the bench) and
// everything below. It knows no gRPC.
//
// Thread-safety: all methods of Engine may be called from any thread at once; each call borrows its own set of
// database handles. Ownership: requests are read only during the call; responses are plain values. Errors:
// InvalidArgument (the caller's query or token; see QueryErrorOffset), NotFound, FailedPrecondition (a page token of
// another generation; an index this program cannot read), DataLoss (a checksum or a stored byte is wrong),
// DeadlineExceeded, Unavailable (no generation).
#ifndef DATELINE_SEARCHER_SERVE_ENGINE_H_
#define DATELINE_SEARCHER_SERVE_ENGINE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/types/optional.h"
#include "core/article/article.h"
#include "core/base/deadline.h"
#include "searcher/plan/expansion.h"
#include "searcher/plan/query_plan.h"
#include "searcher/query/query_limits.h"

namespace dateline::serve {

using plan::FacetField;
using plan::Order;

struct FacetRequest {
  FacetField field = FacetField::kOutlet;
  int max_values = 10;  // 1 to EngineOptions::max_facet_values
};

// Whether the caller needs the exact total. Facet counts are always exact.
enum class TotalMode {
  kExact,
  kLowerBound,  // what was seen on the way to the page; cheaper
};

struct SearchRequest {
  std::string query;                         // "" or "*": everything
  std::vector<std::string> outlets;          // any of these, whole names, letter case does not count
  std::vector<std::string> bylines;          // any of these, whole names
  absl::optional<absl::CivilDay> first_day;  // UTC days, both included
  absl::optional<absl::CivilDay> last_day;
  std::vector<FacetRequest> facets;
  Order order = Order::kRelevance;
  int page_size = 0;       // 0: default_page_size; more than max_page_size is taken as max_page_size; < 0: error
  std::string page_token;  // "" for the first page; else next_page_token of the same request
  TotalMode total_mode = TotalMode::kExact;
  bool snippets = true;
};

struct Highlight {
  uint32_t begin = 0;  // bytes of Snippet::text, half-open, on code-point boundaries
  uint32_t end = 0;
};

struct Snippet {
  std::string text;
  std::vector<Highlight> highlights;  // ascending, disjoint
};

struct Hit {
  std::string id;   // article::PublicId
  std::string key;  // 32 hexadecimal digits
  std::string url;
  std::string headline;
  article::Source headline_source = article::Source::kNone;  // kLead: there was no headline
  std::string outlet;
  std::vector<article::Credit> bylines;
  std::vector<article::Credit> agencies;
  article::Publication publication;
  double score = 0;  // a multiple of 2^-20; 0 when the order is by date
  Snippet snippet;
};

struct FacetValue {
  std::string value;     // "" with is_none
  bool is_none = false;  // the articles that have no value in this field
  uint64_t count = 0;
};

struct FacetResult {
  FacetField field = FacetField::kOutlet;
  std::vector<FacetValue> values;  // outlets and bylines: count descending, then value; dates: ascending; none last
  uint64_t other_values = 0;       // distinct values beyond those listed
};

struct SearchResponse {
  std::vector<Hit> hits;
  std::vector<FacetResult> facets;  // one a request, in the order asked
  uint64_t total = 0;
  bool total_exact = true;
  std::string generation;
  std::string canonical_query;
  std::vector<std::string> warnings;
  std::string next_page_token;  // "" when there are no more
};

struct FullArticle {
  article::Article article;
  std::string id;
  std::string generation;
};

struct IndexStatus {
  std::string generation;
  uint64_t documents = 0;
  uint64_t shards = 0;
  uint64_t rejected = 0;
  uint64_t replaced = 0;
  uint64_t bytes = 0;
  std::string first_date;  // "" when nothing is dated
  std::string last_date;
  uint64_t undated = 0;
};

struct EngineOptions {
  query::QueryLimits query_limits;
  plan::ExpansionLimits expansion_limits;
  int default_page_size = 10;
  int max_page_size = 100;
  int max_facet_values = 1000;
  int max_filter_values = 32;  // outlets, and bylines
  bool verify_checksums = true;
};

class Engine {
 public:
  // Opens the current generation of the index in `directory` after checking its checksums.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(absl::string_view directory,
                                                      const EngineOptions& options = EngineOptions());

  virtual ~Engine() = default;

  virtual absl::StatusOr<SearchResponse> Search(const SearchRequest& request, const base::Deadline& deadline) = 0;

  // `id` is a hit's id or key.
  virtual absl::StatusOr<FullArticle> GetArticle(absl::string_view id) = 0;

  virtual IndexStatus Status() const = 0;
};

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_ENGINE_H_
