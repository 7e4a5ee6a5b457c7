#include "searcher/serve/engine.h"

#include <chrono>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "core/base/mutex.h"
#include "core/base/status_macros.h"
#include "searcher/query/query_error.h"
#include "searcher/serve/article_call.h"
#include "searcher/serve/explain_call.h"
#include "searcher/serve/facet_call.h"
#include "searcher/serve/help_call.h"
#include "searcher/serve/search_call.h"
#include "searcher/serve/session.h"

namespace dateline::serve {
namespace {

// Calls that bring no deadline of their own read an article or two, or no index at all.
const base::Deadline kNoDeadline;

class EngineImpl : public Engine {
 public:
  // `variants`: null for the shipped ones.
  EngineImpl(std::shared_ptr<const match::Snapshot> snapshot, const EngineOptions& options,
             std::unique_ptr<const text::Variants> variants)
      : options_(options), snapshot_(std::move(snapshot)), variants_(std::move(variants)) {}

  absl::StatusOr<SearchResponse> Search(const SearchRequest& request, const base::Deadline& deadline) override {
    return WithBudget(deadline, [&](const Call& call) { return RunSearch(call, request); });
  }

  std::vector<absl::StatusOr<SearchResponse>> MultiSearch(absl::Span<const SearchRequest> requests,
                                                          const base::Deadline& deadline) override {
    std::vector<absl::StatusOr<SearchResponse>> responses;
    for (const SearchRequest& request : requests) responses.push_back(Search(request, deadline));
    return responses;
  }

  absl::StatusOr<CountResponse> CountMatches(const CountRequest& request, const base::Deadline& deadline) override {
    return WithBudget(deadline, [&](const Call& call) { return RunCount(call, request); });
  }

  absl::Status Export(const ExportRequest& request, const base::Deadline& deadline, RowVisitor row) override {
    return WithCall(deadline, [&](const Call& call) { return RunExport(call, request, row); });
  }

  absl::StatusOr<ListFacetValuesResponse> ListFacetValues(const ListFacetValuesRequest& request,
                                                          const base::Deadline& deadline) override {
    return WithBudget(deadline, [&](const Call& call) { return RunListFacetValues(call, request); });
  }

  absl::StatusOr<std::vector<Suggestion>> Suggest(const SuggestRequest& request,
                                                  const base::Deadline& deadline) override {
    return WithBudget(deadline, [&](const Call& call) { return RunSuggest(call, request); });
  }

  absl::StatusOr<ExplainResponse> Explain(const ExplainRequest& request, const base::Deadline& deadline) override {
    return WithBudget(deadline, [&](const Call& call) { return RunExplain(call, request); });
  }

  absl::StatusOr<AnalyzeResponse> Analyze(absl::string_view text, absl::string_view language) override {
    return WithCall(kNoDeadline, [&](const Call& call) { return RunAnalyze(call, text, language); });
  }

  absl::StatusOr<FullArticle> GetArticle(absl::string_view id) override {
    DL_ASSIGN_OR_RETURN(absl::optional<FullArticle> found,
                        WithCall(kNoDeadline, [&](const Call& call) { return RunGetArticle(call, id); }));
    if (!found) return absl::NotFoundError(absl::StrCat("no article has the id \"", id, "\""));
    return *std::move(found);
  }

  absl::StatusOr<std::vector<absl::optional<FullArticle>>> BatchGetArticles(
      absl::Span<const std::string> ids) override {
    if (ids.size() > static_cast<size_t>(options_.max_batch_articles)) {
      return absl::InvalidArgumentError(absl::StrCat(ids.size(), " articles at once; ask for at most ",
                                                     options_.max_batch_articles, " (max_batch_articles)"));
    }
    using Articles = std::vector<absl::optional<FullArticle>>;
    return WithCall(kNoDeadline, [&](const Call& call) -> absl::StatusOr<Articles> {
      Articles articles;
      for (const std::string& id : ids) {
        DL_ASSIGN_OR_RETURN(absl::optional<FullArticle> found, RunGetArticle(call, id));
        articles.push_back(std::move(found));
      }
      return articles;
    });
  }

  IndexStatus Status() const override {
    const index::Manifest& manifest = snapshot_->manifest();
    IndexStatus status;
    status.generation = snapshot_->generation().name();
    status.documents = manifest.documents;
    status.shards = manifest.shards.size();
    status.rejected = manifest.rejected;
    status.replaced = manifest.replaced;
    status.bytes = manifest.FileBytes();
    status.undated = manifest.undated;
    article::Publication day;
    day.instant = manifest.oldest.value_or(article::kUndated);
    status.first_date = article::DateText(day);
    day.instant = manifest.newest.value_or(article::kUndated);
    status.last_date = article::DateText(day);
    return status;
  }

  absl::Status Prepare() {
    DL_ASSIGN_OR_RETURN(std::unique_ptr<Session> session, Borrow());
    GiveBack(std::move(session));
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<std::unique_ptr<Session>> Borrow() {
    {
      base::MutexLock lock(&mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<Session> session = std::move(idle_.back());
        idle_.pop_back();
        return session;
      }
    }
    auto session = std::make_unique<Session>();
    DL_ASSIGN_OR_RETURN(session->matcher, match::NewXapianMatcher(snapshot_));
    return session;
  }

  void GiveBack(std::unique_ptr<Session> session) {
    base::MutexLock lock(&mutex_);
    idle_.push_back(std::move(session));
  }

  // WithCall, and at most max_query_cpu_ms of processor time. An export has none: it lasts as long as its reader
  // wants.
  template <typename Run>
  auto WithBudget(const base::Deadline& deadline, Run run) -> decltype(run(std::declval<const Call&>())) {
    const base::Deadline limited = deadline.WithBudget(std::chrono::milliseconds(options_.max_query_cpu_ms));
    auto result = WithCall(limited, run);
    if (!absl::IsDeadlineExceeded(result.status()) || limited.TimeIsUp()) return result;
    return query::TooCostlyError(
        absl::StrCat("the query has used all of the ", options_.max_query_cpu_ms,
                     " ms of processor time that one may use (max_query_cpu_ms); add a rarer "
                     "word, name an outlet or a shorter stretch of days"));
  }

  // Runs `run` with handles that no other call uses meanwhile.
  template <typename Run>
  auto WithCall(const base::Deadline& deadline, Run run) -> decltype(run(std::declval<const Call&>())) {
    DL_ASSIGN_OR_RETURN(std::unique_ptr<Session> session, Borrow());
    auto result = run(Call{options_, *snapshot_, variants(), *session, deadline});
    GiveBack(std::move(session));
    return result;
  }

  const text::Variants& variants() const { return variants_ != nullptr ? *variants_ : text::Variants::Shipped(); }

  const EngineOptions options_;
  const std::shared_ptr<const match::Snapshot> snapshot_;
  const std::unique_ptr<const text::Variants> variants_;
  base::Mutex mutex_;
  std::vector<std::unique_ptr<Session>> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(absl::string_view directory, const EngineOptions& options) {
  DL_ASSIGN_OR_RETURN(std::shared_ptr<const match::Snapshot> snapshot,
                      match::Snapshot::Open(std::string(directory), options.verify_checksums));
  std::unique_ptr<const text::Variants> variants;
  if (!options.variants_directory.empty()) {
    DL_ASSIGN_OR_RETURN(variants, text::Variants::WithTables(options.variants_directory));
  }
  auto engine = std::make_unique<EngineImpl>(std::move(snapshot), options, std::move(variants));
  // Opening the shards now shows a damaged one here and not in the first query.
  DL_RETURN_IF_ERROR(engine->Prepare());
  return std::unique_ptr<Engine>(std::move(engine));
}

}  // namespace dateline::serve
