// The requests that an Engine answers and what it answers: plain values, the C++ side of
// proto/dateline/v1/search.proto, which says more about each.
//
// Thread-safety: plain values.
#ifndef DATELINE_SEARCHER_SERVE_API_H_
#define DATELINE_SEARCHER_SERVE_API_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/optional.h"
#include "core/article/article.h"
#include "searcher/plan/query_plan.h"

namespace dateline::serve {

using plan::FacetField;
using plan::Order;

struct FacetRequest {
  FacetField field = FacetField::kOutlet;
  int max_values = 10;  // 1 to EngineOptions::max_facet_values
  // The filter on this very field, in Filters, does not narrow these counts: what else could be chosen. Of year,
  // month and day that is the range of days.
  bool disjunctive = false;
  // Only values of which some word begins so ("tim" finds "The Times"; of dates the beginning of the label), and not
  // the articles without a value; "": all.
  std::string prefix = {};
};

using plan::Interval;

// Counts over time, with no gaps between the first and the last bucket that have matches. Weeks begin on Monday.
// Articles known to the day stand at 12:00 UTC: in zones from 12 hours west to less than 12 hours east of UTC they
// lie in their own day; further east (Auckland, Tonga) in the day after it.
struct HistogramRequest {
  Interval interval = Interval::kDay;
  std::string time_zone;  // IANA name, as "Europe/London"; "": UTC
  bool coverage = false;  // count all articles of each bucket too
};

// Whether the caller needs the exact total. Facet counts are always exact.
enum class TotalMode {
  kExact,
  kLowerBound,  // what was seen on the way to the page; cheaper
};

// Conditions beside the query. Of each list any value will do; whole names, letter case does not count.
struct Filters {
  std::vector<std::string> outlets;
  std::vector<std::string> bylines;
  std::vector<std::string> agencies;
  std::vector<std::string> datelines;
  std::vector<std::string> sections;
  std::vector<std::string> languages;        // ISO 639-1
  absl::optional<absl::CivilDay> first_day;  // UTC days, both included
  absl::optional<absl::CivilDay> last_day;
};

// What to look for: the same for a page, a count, an export and an explanation.
struct QuerySpec {
  std::string query;  // "" or "*": everything
  // Any of the words of `query`, which is plain text then and not in the query language.
  bool match_any = false;
  bool variants = true;  // other spellings of words and names
  bool recency = true;   // newer articles gain a little in relevance
  Filters filters;
};

struct SearchRequest : QuerySpec {
  std::vector<FacetRequest> facets;
  absl::optional<HistogramRequest> histogram;
  Order order = Order::kRelevance;
  int page_size = 0;       // 0: default_page_size; more than max_page_size is taken as max_page_size; < 0: error
  std::string page_token;  // "" for the first page; else next_page_token of the same request
  TotalMode total_mode = TotalMode::kExact;
  bool snippets = true;
  bool keys_only = false;  // hits have key and score, and nothing else; the articles are not read
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
  bool key_only = false;  // only `key` and `score` are given
  std::string id;         // article::PublicId
  std::string key;        // 32 hexadecimal digits
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
  bool selected = false;  // the request filters by it; such values are listed whatever their count
};

struct FacetResult {
  FacetField field = FacetField::kOutlet;
  std::vector<FacetValue> values;  // names: count descending, then value; dates: ascending; none last
  uint64_t other_values = 0;       // distinct values beyond those listed
};

struct HistogramBucket {
  std::string label;   // "2019-04-25" (a week by its Monday), "2019-04", "2019"
  int64_t begin = 0;   // Unix seconds
  uint64_t count = 0;  // matches
  uint64_t all = 0;    // articles, with HistogramRequest::coverage
};

struct HistogramResult {
  Interval interval = Interval::kDay;
  std::string time_zone;  // "UTC" or as asked
  std::vector<HistogramBucket> buckets;
  uint64_t undated = 0;      // matches
  uint64_t undated_all = 0;  // articles, with HistogramRequest::coverage
};

// How many articles one part of the query matches by itself.
struct ClauseCount {
  std::string clause;  // canonical
  uint32_t begin = 0;  // bytes of the query, half-open
  uint32_t end = 0;
  uint64_t count = 0;
};

// Where the time of an answer went, in seconds, and what the words became; the same answer takes other times again.
struct AnswerStages {
  double plan_s = 0;     // query text to plan
  double match_s = 0;    // plan to hits, counts and facets
  double present_s = 0;  // stored articles and snippets of the page
  std::string plan = {};
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
  absl::optional<HistogramResult> histogram;
  // Of a query that found nothing: what its parts find, and queries that would find something.
  std::vector<ClauseCount> clauses;
  std::vector<std::string> suggestions;
  AnswerStages stages;
};

// The counts of a search without a page of it.
struct CountRequest : QuerySpec {
  std::vector<FacetRequest> facets;
  absl::optional<HistogramRequest> histogram;
};

struct CountResponse {
  uint64_t total = 0;
  std::vector<FacetResult> facets;
  absl::optional<HistogramResult> histogram;
  std::string generation;
  std::string canonical_query;
  std::vector<std::string> warnings;
  AnswerStages stages;
};

struct ExportRequest : QuerySpec {
  Order order = Order::kNewest;
  bool bodies = false;  // deck, body and captions too
};

struct FullArticle {
  article::Article article;
  std::string id;
  std::string generation;
};

struct ListFacetValuesRequest {
  FacetField field = FacetField::kOutlet;
  std::string prefix;  // as FacetRequest::prefix
  int page_size = 0;   // 0: 100; at most EngineOptions::max_facet_values
  std::string page_token;
};

struct ListFacetValuesResponse {
  std::vector<FacetValue> values;  // names: by folded name; dates: ascending. Never none
  uint64_t total = 0;              // distinct values in all pages
  std::string next_page_token;
  std::string generation;
};

enum class SuggestionKind { kWord, kHeadline, kByline, kOutlet };

struct SuggestRequest {
  std::string text;                   // what was typed so far
  std::vector<SuggestionKind> kinds;  // empty: all
  int max_suggestions = 0;            // of each kind; 0: 5
};

struct Suggestion {
  SuggestionKind kind = SuggestionKind::kWord;
  std::string text;
  uint64_t documents = 0;  // that have it; 1 for a headline, which may have more
};

struct ExplainRequest : QuerySpec {
  std::string id;  // as for GetArticle
};

// A score taken apart: `units` is the sum of the children's, or, of a leaf, what `detail` says.
struct Explanation {
  std::string detail;
  int64_t units = 0;  // 2^-20
  std::vector<Explanation> children;
};

struct ExplainResponse {
  bool matches = false;
  std::string id;
  Explanation explanation;           // whose units are the score; empty unless it matches
  std::vector<ClauseCount> clauses;  // with 1 for the parts that the article matches, 0 for the others
  std::string canonical_query;
  std::string plan;  // as the matcher is given it
  std::string generation;
};

struct AnalyzedToken {
  uint32_t begin = 0;  // bytes of the text
  uint32_t end = 0;
  std::string word;  // as phrases match it
  std::string stem;  // as bare words match it
  uint32_t position = 0;
};

struct AnalyzeResponse {
  std::vector<AnalyzedToken> tokens;
  std::string language;  // that stems were made for
  std::string fingerprint;
};

// What the scrubber has seen: the thread that reads the files of the served generation again and again.
struct ScrubStatus {
  uint64_t passes = 0;      // whole ones, since the engine was opened
  uint64_t bytes = 0;       // read by all passes
  int64_t last_pass = 0;    // when the last whole pass ended: seconds since the epoch; 0: none has
  std::string damage = {};  // of the served generation: file and place; "": none is known
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
  int64_t served_since = 0;  // seconds since the epoch; 0: not by a server, and what follows means nothing
  std::vector<std::string> older_generations = {};  // that page tokens and running calls still hold; newest first
  std::string reload_error = {};  // why the published generation is not the one that is served; ""
  ScrubStatus scrub = {};
};

struct ReloadResult {
  bool replaced = false;   // another generation is served than before
  std::string generation;  // that is served now
};

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_API_H_
