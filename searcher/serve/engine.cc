#include "searcher/serve/engine.h"

#include <algorithm>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "core/base/mutex.h"
#include "core/base/status_macros.h"
#include "core/index/score.h"
#include "core/index/stored_article.h"
#include "core/index/term_key.h"
#include "core/text/analyzer.h"
#include "searcher/match/matcher.h"
#include "searcher/match/snapshot.h"
#include "searcher/merge/merge_facets.h"
#include "searcher/plan/planner.h"
#include "searcher/present/snippet.h"
#include "searcher/query/query_parser.h"
#include "searcher/serve/page_token.h"

namespace dateline::serve {
namespace {

// What one call needs and no two may share.
struct Session {
  std::unique_ptr<match::Matcher> matcher;
  text::Analyzer analyzer;
};

// The words of the archive, under the deadline of one call.
class SessionVocabulary : public plan::Vocabulary {
 public:
  SessionVocabulary(match::Matcher& matcher, const base::Deadline& deadline)
      : matcher_(matcher), deadline_(deadline) {}

  absl::Status Visit(absl::string_view prefix, absl::string_view beginning, Visitor visitor) override {
    return matcher_.VisitWords(prefix, beginning, deadline_, visitor);
  }

 private:
  match::Matcher& matcher_;
  const base::Deadline& deadline_;
};

Order OrderOf(query::Sort sort) {
  switch (sort) {
    case query::Sort::kRelevance:
      return Order::kRelevance;
    case query::Sort::kNewest:
      return Order::kNewest;
    case query::Sort::kOldest:
      return Order::kOldest;
  }
  return Order::kRelevance;
}

FacetResult MakeFacet(const FacetRequest& request, const match::FacetCounts& counts) {
  const merge::FacetTable table = merge::MakeFacetTable(counts, static_cast<size_t>(request.max_values));
  FacetResult result;
  result.field = request.field;
  for (const merge::FacetLine& line : table.lines) result.values.push_back(FacetValue{line.value, false, line.count});
  if (table.none > 0) result.values.push_back(FacetValue{"", true, table.none});
  result.other_values = table.other_values;
  return result;
}

Snippet MakeSnippet(const present::Snippet& snippet) {
  Snippet result;
  result.text = snippet.text;
  for (const present::Mark& mark : snippet.marks) result.highlights.push_back(Highlight{mark.begin, mark.end});
  return result;
}

class EngineImpl : public Engine {
 public:
  EngineImpl(std::shared_ptr<const match::Snapshot> snapshot, const EngineOptions& options)
      : options_(options), snapshot_(std::move(snapshot)) {}

  absl::StatusOr<SearchResponse> Search(const SearchRequest& request, const base::Deadline& deadline) override {
    DL_RETURN_IF_ERROR(CheckRequest(request));
    DL_ASSIGN_OR_RETURN(std::unique_ptr<Session> session, Borrow());
    absl::StatusOr<SearchResponse> response = SearchWith(*session, request, deadline);
    GiveBack(std::move(session));
    return response;
  }

  absl::StatusOr<FullArticle> GetArticle(absl::string_view id) override {
    DL_ASSIGN_OR_RETURN(std::unique_ptr<Session> session, Borrow());
    absl::StatusOr<FullArticle> article = GetArticleWith(*session, id);
    GiveBack(std::move(session));
    return article;
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

  absl::Status CheckRequest(const SearchRequest& request) const {
    if (request.page_size < 0) return absl::InvalidArgumentError("page_size is negative");
    for (const FacetRequest& facet : request.facets) {
      if (facet.max_values < 1 || facet.max_values > options_.max_facet_values) {
        return absl::InvalidArgumentError(absl::StrCat("a facet asks for ", facet.max_values,
                                                       " values; ask for 1 to ", options_.max_facet_values,
                                                       " (max_facet_values)"));
      }
    }
    const auto max_filters = static_cast<size_t>(options_.max_filter_values);
    if (request.outlets.size() > max_filters || request.bylines.size() > max_filters) {
      return absl::InvalidArgumentError(
          absl::StrCat("a filter has more than ", options_.max_filter_values, " values (max_filter_values)"));
    }
    if (request.first_day && request.last_day && *request.first_day > *request.last_day) {
      return absl::InvalidArgumentError("the first day of the date range is after its last day");
    }
    return absl::OkStatus();
  }

  absl::StatusOr<SearchResponse> SearchWith(Session& session, const SearchRequest& request,
                                            const base::Deadline& deadline) const {
    const std::string& generation = snapshot_->generation().name();
    DL_ASSIGN_OR_RETURN(query::ParsedQuery parsed,
                        query::ParseQuery(request.query.empty() ? "*" : request.query, options_.query_limits));
    query::Resolve(NewestDay(), parsed.root);
    SessionVocabulary vocabulary(*session.matcher, deadline);
    plan::Planner planner(session.analyzer, snapshot_->manifest(), vocabulary, options_.expansion_limits);
    plan::PlanRequest plan_request = MakePlanRequest(request);
    if (parsed.sort.has_value()) plan_request.order = OrderOf(*parsed.sort);
    DL_ASSIGN_OR_RETURN(const plan::PlannedQuery planned, planner.Plan(parsed.root, plan_request));
    const std::string plan_text = plan::ToString(planned.plan);
    uint64_t offset = 0;
    if (!request.page_token.empty()) {
      DL_ASSIGN_OR_RETURN(offset, ReadPageToken(request.page_token, generation, plan_text));
    }
    const auto page_size = static_cast<uint64_t>(
        std::min(request.page_size == 0 ? options_.default_page_size : request.page_size, options_.max_page_size));
    // One more than the page, to know whether another follows.
    DL_ASSIGN_OR_RETURN(match::MatchResult result,
                        session.matcher->Match(planned.plan, offset + page_size + 1, deadline));

    SearchResponse response;
    response.generation = generation;
    response.canonical_query = query::ToString(parsed);
    response.total = result.total;
    response.total_exact = result.total_exact;
    for (const query::Note& note : parsed.notes) response.warnings.push_back(note.message);
    if (parsed.sort.has_value() && request.order != Order::kRelevance && request.order != plan_request.order) {
      response.warnings.push_back(absl::StrCat("'", query::SortText(*parsed.sort),
                                               "' in the query takes the place of the order asked for beside it"));
    }
    response.warnings.insert(response.warnings.end(), planned.warnings.begin(), planned.warnings.end());
    response.warnings.insert(response.warnings.end(), snapshot_->warnings().begin(), snapshot_->warnings().end());
    for (size_t i = 0; i < request.facets.size(); ++i) {
      response.facets.push_back(MakeFacet(request.facets[i], result.facets[i]));
    }
    const uint64_t end = std::min<uint64_t>(result.hits.size(), offset + page_size);
    for (uint64_t i = offset; i < end; ++i) {
      DL_ASSIGN_OR_RETURN(Hit hit, MakeHit(session, request, planned.plan, result.hits[i]));
      response.hits.push_back(std::move(hit));
    }
    if (result.hits.size() > end) response.next_page_token = MakePageToken(generation, plan_text, end);
    return response;
  }

  absl::optional<absl::CivilDay> NewestDay() const {
    const index::Manifest& manifest = snapshot_->manifest();
    if (!manifest.newest.has_value()) return absl::nullopt;
    return index::DayOf(*manifest.newest);
  }

  plan::PlanRequest MakePlanRequest(const SearchRequest& request) const {
    plan::PlanRequest out;
    out.outlets = request.outlets;
    out.bylines = request.bylines;
    out.days = query::DayRange{request.first_day, request.last_day};
    out.order = request.order;
    for (const FacetRequest& facet : request.facets) out.facets.push_back(facet.field);
    out.exact_total = request.total_mode == TotalMode::kExact;
    return out;
  }

  absl::StatusOr<Hit> MakeHit(Session& session, const SearchRequest& request, const plan::QueryPlan& plan,
                              const match::MatchHit& found) const {
    DL_ASSIGN_OR_RETURN(const std::string bytes, session.matcher->StoredBytes(found.shard, found.docid));
    index::StoredArticle stored;
    if (request.snippets) {
      DL_ASSIGN_OR_RETURN(stored, index::DecodeStoredArticle(bytes));
    } else {
      DL_ASSIGN_OR_RETURN(stored.article, index::DecodeStoredHead(bytes));
    }
    article::Article& article = stored.article;
    Hit hit;
    if (request.snippets) {
      hit.snippet = MakeSnippet(present::MakeSnippet(stored, plan.highlights, session.analyzer));
    }
    hit.id = article::PublicId(article);
    hit.key = base::ToHex(found.key);
    hit.url = std::move(article.url);
    hit.headline = std::move(article.headline);
    hit.headline_source = article.headline_source;
    hit.outlet = std::move(article.outlet);
    hit.bylines = std::move(article.bylines);
    hit.agencies = std::move(article.agencies);
    hit.publication = std::move(article.publication);
    hit.score = index::ScoreValue(found.score);
    return hit;
  }

  absl::StatusOr<FullArticle> GetArticleWith(Session& session, absl::string_view id) const {
    std::vector<base::DocKey> keys;
    if (const auto key = base::DocKeyFromHex(id)) keys.push_back(*key);
    for (const base::DocKey& key : {article::KeyForId(id), article::KeyForUrl(id), article::KeyForPath(id)}) {
      keys.push_back(key);
    }
    for (const base::DocKey& key : keys) {
      DL_ASSIGN_OR_RETURN(const absl::optional<match::MatchHit> found, session.matcher->Find(key));
      if (!found) continue;
      DL_ASSIGN_OR_RETURN(const std::string bytes, session.matcher->StoredBytes(found->shard, found->docid));
      DL_ASSIGN_OR_RETURN(index::StoredArticle stored, index::DecodeStoredArticle(bytes));
      FullArticle full;
      full.id = article::PublicId(stored.article);
      full.generation = snapshot_->generation().name();
      full.article = std::move(stored.article);
      return full;
    }
    return absl::NotFoundError(absl::StrCat("no article has the id \"", id, "\""));
  }

  const EngineOptions options_;
  const std::shared_ptr<const match::Snapshot> snapshot_;
  base::Mutex mutex_;
  std::vector<std::unique_ptr<Session>> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(absl::string_view directory, const EngineOptions& options) {
  DL_ASSIGN_OR_RETURN(std::shared_ptr<const match::Snapshot> snapshot,
                      match::Snapshot::Open(std::string(directory), options.verify_checksums));
  auto engine = std::make_unique<EngineImpl>(std::move(snapshot), options);
  // Opening the shards now shows a damaged one here and not in the first query.
  DL_RETURN_IF_ERROR(engine->Prepare());
  return std::unique_ptr<Engine>(std::move(engine));
}

}  // namespace dateline::serve
