#include "searcher/serve/engine.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/base/checksum.h"
#include "core/base/helpers.h"
#include "core/base/mutex.h"
#include "core/base/status_macros.h"
#include "core/index/generation.h"
#include "searcher/query/query_error.h"
#include "searcher/serve/article_call.h"
#include "searcher/serve/explain_call.h"
#include "searcher/serve/facet_call.h"
#include "searcher/serve/help_call.h"
#include "searcher/serve/search_call.h"
#include "searcher/serve/session.h"
#include "searcher/serve/snapshot_holder.h"

namespace dateline::serve {
namespace {

// Calls that bring no deadline of their own read an article or two, or no index at all.
const base::Deadline kNoDeadline;

// A generation, verified and warm: what cannot be read shows here and not in the first query. `served`: the one that
// it takes over from, or null.
absl::StatusOr<std::unique_ptr<ServedGeneration>> Load(const std::string& directory, const std::string& name,
                                                       const match::Snapshot::OpenOptions& options,
                                                       match::fast::MatchEngine engine, base::Helpers* helpers,
                                                       const ServedGeneration* served) {
  DL_ASSIGN_OR_RETURN(std::shared_ptr<const match::Snapshot> snapshot,
                      match::Snapshot::Open(directory, name, options));
  auto generation = std::make_unique<ServedGeneration>(std::move(snapshot), engine, helpers);
  DL_RETURN_IF_ERROR(generation->Warm(served == nullptr ? 1 : served->most_sessions(),
                                      served == nullptr ? nullptr : &served->snapshot()));
  return generation;
}

class EngineImpl : public Engine {
 public:
  // `helpers` are those of `first`. `variants`: null for the shipped ones.
  EngineImpl(absl::string_view directory, std::unique_ptr<base::Helpers> helpers,
             std::unique_ptr<ServedGeneration> first, const EngineOptions& options,
             std::shared_ptr<const text::Variants> variants)
      : directory_(directory),
        options_(options),
        helpers_(std::move(helpers)),
        holder_(std::move(first),
                SnapshotHolder::Options{std::chrono::seconds(options.page_token_life_s),
                                        static_cast<size_t>(std::max(0, options.max_older_generations))}),
        variants_(std::move(variants)) {}

  absl::StatusOr<SearchResponse> Search(const SearchRequest& request, const base::Deadline& deadline) override {
    return SearchIn(holder_.ForToken(request.page_token), request, deadline);
  }

  std::vector<absl::StatusOr<SearchResponse>> MultiSearch(absl::Span<const SearchRequest> requests,
                                                          const base::Deadline& deadline) override {
    std::vector<absl::StatusOr<SearchResponse>> responses;
    const SnapshotHolder::Use current = holder_.Current();
    for (const SearchRequest& request : requests) {
      responses.push_back(request.page_token.empty() ? SearchIn(current, request, deadline)
                                                     : Search(request, deadline));
    }
    return responses;
  }

  absl::StatusOr<CountResponse> CountMatches(const CountRequest& request, const base::Deadline& deadline) override {
    return WithBudget(holder_.Current(), deadline, [&](const Call& call) { return RunCount(call, request); });
  }

  absl::Status Export(const ExportRequest& request, const base::Deadline& deadline, RowVisitor row) override {
    return WithCall(holder_.Current(), deadline, [&](const Call& call) { return RunExport(call, request, row); });
  }

  absl::StatusOr<ListFacetValuesResponse> ListFacetValues(const ListFacetValuesRequest& request,
                                                          const base::Deadline& deadline) override {
    const SnapshotHolder::Use use = holder_.ForToken(request.page_token);
    absl::StatusOr<ListFacetValuesResponse> response =
        WithBudget(use, deadline, [&](const Call& call) { return RunListFacetValues(call, request); });
    if (response.ok() && !response->next_page_token.empty()) use.NoteToken();
    return response;
  }

  absl::StatusOr<std::vector<Suggestion>> Suggest(const SuggestRequest& request,
                                                  const base::Deadline& deadline) override {
    return WithBudget(holder_.Current(), deadline, [&](const Call& call) { return RunSuggest(call, request); });
  }

  absl::StatusOr<ExplainResponse> Explain(const ExplainRequest& request, const base::Deadline& deadline) override {
    return WithBudget(holder_.Current(), deadline, [&](const Call& call) { return RunExplain(call, request); });
  }

  absl::StatusOr<AnalyzeResponse> Analyze(absl::string_view text, absl::string_view language) override {
    return WithCall(holder_.Current(), kNoDeadline,
                    [&](const Call& call) { return RunAnalyze(call, text, language); });
  }

  absl::StatusOr<FullArticle> GetArticle(absl::string_view id) override {
    DL_ASSIGN_OR_RETURN(
        absl::optional<FullArticle> found,
        WithCall(holder_.Current(), kNoDeadline, [&](const Call& call) { return RunGetArticle(call, id); }));
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
    return WithCall(holder_.Current(), kNoDeadline, [&](const Call& call) -> absl::StatusOr<Articles> {
      Articles articles;
      for (const std::string& id : ids) {
        DL_ASSIGN_OR_RETURN(absl::optional<FullArticle> found, RunGetArticle(call, id));
        articles.push_back(std::move(found));
      }
      return articles;
    });
  }

  IndexStatus Status() const override {
    const SnapshotHolder::Use served = holder_.Current();
    const index::Manifest& manifest = served->snapshot().manifest();
    IndexStatus status;
    status.generation = served->name();
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
    status.served_since = served->since();
    status.older_generations = holder_.OlderNames();
    base::MutexLock lock(&state_mutex_);
    status.reload_error = reload_error_;
    status.scrub = scrub_;
    status.scrub.damage = served->damage();
    return status;
  }

  uint64_t answer_epoch() const override { return epoch_.load(std::memory_order_acquire); }

  bool GiveOutTokenAgain(uint64_t epoch) override {
    holder_.Current().NoteToken();
    return answer_epoch() == epoch;
  }

  absl::StatusOr<ReloadResult> Reload(ReloadMode mode) override {
    base::MutexLock one_at_a_time(&reload_mutex_);
    holder_.DropExpired();
    const absl::StatusOr<bool> replaced = LoadPublished(mode);
    {
      base::MutexLock lock(&state_mutex_);
      reload_error_ = std::string(replaced.status().message());
    }
    if (!replaced.ok()) return replaced.status();
    return ReloadResult{*replaced, holder_.Current()->name()};
  }

  absl::Status ReloadTables() override {
    if (options_.variants_directory.empty()) return absl::OkStatus();
    DL_ASSIGN_OR_RETURN(std::shared_ptr<const text::Variants> read,
                        text::Variants::WithTables(options_.variants_directory));
    {
      base::MutexLock lock(&state_mutex_);
      variants_ = std::move(read);
    }
    ++epoch_;
    return absl::OkStatus();
  }

  absl::Status Scrub(ScrubPace pace) override {
    const auto read = [&](size_t bytes) {
      {
        base::MutexLock lock(&state_mutex_);
        scrub_.bytes += bytes;
      }
      return pace(bytes);
    };
    absl::Status found;
    absl::flat_hash_set<std::string> done;  // by identity: generations come and go during a pass, and share files
    for (;;) {
      const SnapshotHolder::Use served = holder_.Current();
      const index::Generation& generation = served->snapshot().generation();
      const index::ManifestFile* file = NextToScrub(served->snapshot(), done);
      if (file == nullptr) break;
      const absl::Status status = base::VerifyFile(generation.Path(file->path), file->checksum, read);
      if (status.ok()) continue;
      // Only what the file says of itself is damage; the pace may have had enough.
      if (!absl::IsDataLoss(status) && !absl::IsNotFound(status)) return status;
      if (found.ok()) found = absl::DataLossError(status.message());
      TellDamage(served, *file, std::string(status.message()));
    }
    base::MutexLock lock(&state_mutex_);
    ++scrub_.passes;
    scrub_.last_pass = absl::ToUnixSeconds(absl::Now());
    return found;
  }

 private:
  using Clock = std::chrono::steady_clock;

  // The first file of the generation that is not in `done`, where it is put; null when there is none.
  static const index::ManifestFile* NextToScrub(const match::Snapshot& snapshot,
                                                absl::flat_hash_set<std::string>& done) {
    for (const index::ManifestFile* file : snapshot.generation().Files()) {
      if (snapshot.IsLeftOut(*file)) continue;
      if (done.insert(snapshot.generation().Identity(*file)).second) return file;
    }
    return nullptr;
  }

  // `file` of `read` is damaged, and so is the generation that took over from it meanwhile, if it has the same file.
  void TellDamage(const SnapshotHolder::Use& read, const index::ManifestFile& file, const std::string& damage) {
    read->SetDamage(damage);
    base::MutexLock lock(&reload_mutex_);  // what is being loaded trusts the files of what was served
    const SnapshotHolder::Use served = holder_.Current();
    const index::Generation& generation = served->snapshot().generation();
    const std::string identity = read->snapshot().generation().Identity(file);
    for (const index::ManifestFile* other : generation.Files()) {
      if (generation.Identity(*other) == identity) served->SetDamage(damage);
    }
    ++epoch_;
  }

  absl::StatusOr<SearchResponse> SearchIn(const SnapshotHolder::Use& use, const SearchRequest& request,
                                          const base::Deadline& deadline) {
    absl::StatusOr<SearchResponse> response =
        WithBudget(use, deadline, [&](const Call& call) { return RunSearch(call, request); });
    if (response.ok() && !response->next_page_token.empty()) use.NoteToken();
    return response;
  }

  // Is another generation served now?
  absl::StatusOr<bool> LoadPublished(ReloadMode mode) ABSL_EXCLUSIVE_LOCKS_REQUIRED(reload_mutex_) {
    DL_ASSIGN_OR_RETURN(const std::string name, index::ReadCurrent(directory_));
    const SnapshotHolder::Use served = holder_.Current();
    const bool damaged = !served->damage().empty();
    // What was damaged and has been mended is read again when somebody says so.
    if (name == served->name() && (!damaged || mode == ReloadMode::kIfNew)) return false;
    if (mode == ReloadMode::kIfNew && name == refused_name_ && Clock::now() < refused_until_) return refusal_;
    match::Snapshot::OpenOptions open;
    open.verify_checksums = options_.verify_checksums;
    // What may be damaged proves nothing about a file that both have.
    if (!damaged && options_.verify_checksums) open.verified = &served->snapshot();
    absl::StatusOr<std::unique_ptr<ServedGeneration>> next =
        Load(directory_, name, open, options_.match_engine, helpers_.get(), &*served);
    if (next.ok() && open.verified != nullptr && !served->damage().empty()) {  // found while this was loaded
      open.verified = nullptr;
      next = Load(directory_, name, open, options_.match_engine, helpers_.get(), &*served);
    }
    if (!next.ok()) {
      refused_name_ = name;
      refused_until_ = Clock::now() + std::chrono::seconds(options_.refused_retry_s);
      refusal_ = base::Annotate(next.status(), absl::StrCat("generation ", name, " is refused"));
      return refusal_;
    }
    holder_.Replace(*std::move(next));
    ++epoch_;  // not before: what is asked for from here on comes from the new one
    return true;
  }

  // WithCall, and at most max_query_cpu_ms of processor time. An export has none: it lasts as long as its reader
  // wants.
  template <typename Run>
  auto WithBudget(const SnapshotHolder::Use& use, const base::Deadline& deadline, Run run)
      -> decltype(run(std::declval<const Call&>())) {
    const base::Deadline limited = deadline.WithBudget(std::chrono::milliseconds(options_.max_query_cpu_ms));
    auto result = WithCall(use, limited, run);
    if (!absl::IsDeadlineExceeded(result.status()) || limited.TimeIsUp()) return result;
    return query::TooCostlyError(
        absl::StrCat("the query has used all of the ", options_.max_query_cpu_ms,
                     " ms of processor time that one may use (max_query_cpu_ms); add a rarer "
                     "word, name an outlet or a shorter stretch of days"));
  }

  // Runs `run` with handles that no other call uses meanwhile.
  template <typename Run>
  auto WithCall(const SnapshotHolder::Use& use, const base::Deadline& deadline, Run run)
      -> decltype(run(std::declval<const Call&>())) {
    DL_ASSIGN_OR_RETURN(std::unique_ptr<Session> session, use->Borrow());
    const std::shared_ptr<const text::Variants> own = Variants();
    const text::Variants& variants = own != nullptr ? *own : text::Variants::Shipped();
    auto result = run(Call{options_, use->snapshot(), variants, *session, deadline, use->damage()});
    use->GiveBack(std::move(session));
    return result;
  }

  // Null for the shipped ones.
  std::shared_ptr<const text::Variants> Variants() const {
    base::MutexLock lock(&state_mutex_);
    return variants_;
  }

  const std::string directory_;
  const EngineOptions options_;
  const std::unique_ptr<base::Helpers> helpers_;  // of all sessions
  mutable SnapshotHolder holder_;
  std::atomic<uint64_t> epoch_{1};

  base::Mutex reload_mutex_;  // held while a generation is loaded
  std::string refused_name_ ABSL_GUARDED_BY(reload_mutex_);
  Clock::time_point refused_until_ ABSL_GUARDED_BY(reload_mutex_);
  absl::Status refusal_ ABSL_GUARDED_BY(reload_mutex_);

  mutable base::Mutex state_mutex_;  // never held for long
  std::shared_ptr<const text::Variants> variants_ ABSL_GUARDED_BY(state_mutex_);
  std::string reload_error_ ABSL_GUARDED_BY(state_mutex_);
  ScrubStatus scrub_ ABSL_GUARDED_BY(state_mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(absl::string_view directory, const EngineOptions& options) {
  const std::string index(directory);
  DL_ASSIGN_OR_RETURN(const std::string name, index::ReadCurrent(index));
  match::Snapshot::OpenOptions open;
  open.verify_checksums = options.verify_checksums;
  const int processors =
      options.processors > 0 ? options.processors : static_cast<int>(std::thread::hardware_concurrency());
  auto helpers = std::make_unique<base::Helpers>(processors);
  DL_ASSIGN_OR_RETURN(std::unique_ptr<ServedGeneration> first,
                      Load(index, name, open, options.match_engine, helpers.get(), /*served=*/nullptr));
  std::unique_ptr<const text::Variants> variants;
  if (!options.variants_directory.empty()) {
    DL_ASSIGN_OR_RETURN(variants, text::Variants::WithTables(options.variants_directory));
  }
  return std::unique_ptr<Engine>(
      new EngineImpl(directory, std::move(helpers), std::move(first), options, std::move(variants)));
}

}  // namespace dateline::serve
