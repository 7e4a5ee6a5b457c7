// One open index that answers searches: the seam between the transports (gRPC, the command line, the bench) and
// everything below. It knows no gRPC.
//
// Thread-safety: all methods of Engine may be called from any thread at once; each call borrows its own set of
// database handles. A call is answered from one generation, the one that was served when it began, or the one that
// its page token belongs to. Ownership: requests are read only during the call; responses are plain values. Errors:
// InvalidArgument (the caller's query or token; see QueryErrorOffset), NotFound, FailedPrecondition (a page token of
// another generation; an index this program cannot read), DataLoss (a checksum or a stored byte is wrong),
// DeadlineExceeded, Unavailable (no generation).
#ifndef DATELINE_SEARCHER_SERVE_ENGINE_H_
#define DATELINE_SEARCHER_SERVE_ENGINE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "core/base/deadline.h"
#include "searcher/match/fast/fast_matcher.h"
#include "searcher/plan/expansion.h"
#include "searcher/query/query_limits.h"
#include "searcher/serve/api.h"

namespace dateline::serve {

struct EngineOptions {
  query::QueryLimits query_limits;
  plan::ExpansionLimits expansion_limits;
  int default_page_size = 10;
  int max_page_size = 100;
  int max_facet_values = 1000;
  int max_histogram_buckets = 20'000;
  int max_filter_values = 32;    // of each list in Filters
  int max_query_cpu_ms = 500;    // processor time of one call; of an export only its price
  int max_searches = 64;         // in one MultiSearch
  int max_batch_articles = 100;  // in one BatchGetArticles
  int max_suggestions = 20;      // of each kind
  int max_export_rows = 0;       // 0: no limit
  int max_analyzed_bytes = 65536;
  // Tables of other spellings that add to the shipped ones (core/text/variants.h); "": none.
  std::string variants_directory;
  match::fast::MatchEngine match_engine = match::fast::MatchEngine::kFast;
  // A heavy query may have its shards matched by so many threads, as long as no others are at work; 0: as many as the
  // machine has processors.
  int processors = 0;
  bool verify_checksums = true;
  // How long after a page token was given out its generation is kept for it, when it is not the served one any more;
  // and how many such generations are kept at most: beyond, the oldest goes.
  int page_token_life_s = 30 * 60;
  int max_older_generations = 64;
  // A published generation that was refused is tried again after this time.
  int refused_retry_s = 60;
};

enum class ReloadMode {
  kIfNew,  // what was refused lately is not read again
  kRetry,
};

class Engine {
 public:
  // Opens the current generation of the index in `directory` after checking its checksums.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(absl::string_view directory,
                                                      const EngineOptions& options = EngineOptions());

  virtual ~Engine() = default;

  virtual absl::StatusOr<SearchResponse> Search(const SearchRequest& request, const base::Deadline& deadline) = 0;

  // Each by itself, as Search would answer it; all from one generation.
  virtual std::vector<absl::StatusOr<SearchResponse>> MultiSearch(absl::Span<const SearchRequest> requests,
                                                                  const base::Deadline& deadline) = 0;

  virtual absl::StatusOr<CountResponse> CountMatches(const CountRequest& request, const base::Deadline& deadline) = 0;

  // Hands every match to `row`, in order, until it returns an error, which is returned. `row` may block: what is read
  // ahead is bounded.
  using RowVisitor = absl::FunctionRef<absl::Status(FullArticle)>;
  virtual absl::Status Export(const ExportRequest& request, const base::Deadline& deadline, RowVisitor row) = 0;

  virtual absl::StatusOr<ListFacetValuesResponse> ListFacetValues(const ListFacetValuesRequest& request,
                                                                  const base::Deadline& deadline) = 0;

  virtual absl::StatusOr<std::vector<Suggestion>> Suggest(const SuggestRequest& request,
                                                          const base::Deadline& deadline) = 0;

  virtual absl::StatusOr<ExplainResponse> Explain(const ExplainRequest& request, const base::Deadline& deadline) = 0;

  // The tokens of `text` in `language` (ISO 639-1; "": the first of the index).
  virtual absl::StatusOr<AnalyzeResponse> Analyze(absl::string_view text, absl::string_view language) = 0;

  // `id` is a hit's id or key.
  virtual absl::StatusOr<FullArticle> GetArticle(absl::string_view id) = 0;

  // The articles in the order of `ids`; nothing for one that is not there.
  virtual absl::StatusOr<std::vector<absl::optional<FullArticle>>> BatchGetArticles(
      absl::Span<const std::string> ids) = 0;

  virtual IndexStatus Status() const = 0;

  // Grows whenever a request may from then on be answered otherwise than before: another generation is served, or
  // damage was found. An answer that was asked for after an epoch was read is at least as new as that epoch. Cheap.
  virtual uint64_t answer_epoch() const = 0;

  // A page token that was given out in `epoch` is given out once more, without asking the engine for the page: its
  // generation is kept as for a new one. False when that epoch is over, and the token may be.
  virtual bool GiveOutTokenAgain(uint64_t epoch) = 0;

  // Serves the published generation, if that is another one than the one served (or, with kRetry, if this one is
  // known to be damaged and may have been mended): it is verified and warmed first, and takes over between two calls.
  // Page tokens of older generations stay good for a while. Calls that run are not disturbed; reloads wait for each
  // other. An error says why the generation that was served goes on being served.
  virtual absl::StatusOr<ReloadResult> Reload(ReloadMode mode) = 0;

  // Reads the tables of other spellings again (EngineOptions::variants_directory); with an error those known stay.
  virtual absl::Status ReloadTables() = 0;

  // Reads all files of the served generation again and compares their checksums: DataLoss names the file and the
  // place. From then on answers carry a warning, until another generation, or this one mended, is loaded. `pace` is
  // called after each piece with its bytes; its first error ends the pass.
  using ScrubPace = absl::FunctionRef<absl::Status(size_t bytes)>;
  virtual absl::Status Scrub(ScrubPace pace) = 0;
};

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_ENGINE_H_
