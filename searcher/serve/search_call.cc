#include "searcher/serve/search_call.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/status_macros.h"
#include "core/base/stop_watch.h"
#include "core/index/score.h"
#include "core/index/term_key.h"
#include "searcher/plan/planner.h"
#include "searcher/plan/price.h"
#include "searcher/present/snippet.h"
#include "searcher/query/query_error.h"
#include "searcher/serve/article_call.h"
#include "searcher/serve/facet_call.h"
#include "searcher/serve/help_call.h"
#include "searcher/serve/page_token.h"

namespace dateline::serve {
namespace {

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

Snippet MakeSnippet(const present::Snippet& snippet) {
  Snippet result;
  result.text = snippet.text;
  for (const present::Mark& mark : snippet.marks) result.highlights.push_back(Highlight{mark.begin, mark.end});
  return result;
}

absl::optional<absl::CivilDay> NewestDay(const Call& call) {
  if (!call.manifest().newest.has_value()) return absl::nullopt;
  return index::DayOf(*call.manifest().newest);
}

plan::PlanRequest MakePlanRequest(const Filters& filters, const PlanWishes& wishes) {
  plan::PlanRequest out;
  for (size_t field = 0; field < index::kNameFieldCount; ++field) {
    out.names[field] = FilterOf(filters, static_cast<index::NameField>(field));
  }
  out.days = query::DayRange{filters.first_day, filters.last_day};
  out.order = wishes.order;
  out.facets = wishes.facets;
  out.exact_total = wishes.exact_total;
  out.histogram = wishes.histogram;
  return out;
}

absl::Status FillHit(const Call& call, const SearchRequest& request, const plan::QueryPlan& plan,
                     const match::MatchHit& found, Hit& hit) {
  hit.key = base::ToHex(found.key);
  hit.score = index::ScoreValue(found.score);
  hit.key_only = request.keys_only;
  if (hit.key_only) return absl::OkStatus();
  DL_ASSIGN_OR_RETURN(index::StoredArticle stored, LoadStored(call, found, /*bodies=*/request.snippets));
  article::Article& article = stored.article;
  if (request.snippets) {
    hit.snippet = MakeSnippet(present::MakeSnippet(stored, plan.highlights, call.session.analyzer));
  }
  hit.id = article::PublicId(article);
  hit.url = std::move(article.url);
  hit.headline = std::move(article.headline);
  hit.headline_source = article.headline_source;
  hit.outlet = std::move(article.outlet);
  hit.bylines = std::move(article.bylines);
  hit.agencies = std::move(article.agencies);
  hit.publication = std::move(article.publication);
  return absl::OkStatus();
}

absl::Status ExportHits(const Call& call, const std::vector<match::MatchHit>& hits, bool bodies,
                        Engine::RowVisitor row) {
  for (const match::MatchHit& hit : hits) {
    if (call.deadline.Expired())
      return absl::DeadlineExceededError("the export took longer than its deadline allows");
    DL_ASSIGN_OR_RETURN(FullArticle article, LoadArticle(call, hit, bodies));
    DL_RETURN_IF_ERROR(row(std::move(article)));
  }
  return absl::OkStatus();
}

// Newest first is the order in which documents lie, so a batch costs what it holds, wherever it begins.
absl::Status ExportInBatches(const Call& call, const plan::QueryPlan& plan, bool bodies, Engine::RowVisitor row) {
  constexpr uint64_t kBatchHits = 1000;
  match::PageRange range;
  range.max_hits = kBatchHits;
  range.total = false;
  while (true) {
    DL_ASSIGN_OR_RETURN(const match::MatchResult batch, call.matcher().Match(plan, range, call.deadline));
    DL_RETURN_IF_ERROR(ExportHits(call, batch.hits, bodies, row));
    if (batch.hits.size() < kBatchHits) return absl::OkStatus();
    range.after = batch.hits.back();
    range.before += kBatchHits;
  }
}

// Notes the price, and refuses what is hopeless before any work is done for it.
absl::Status CheckPrice(const Call& call, plan::QueryPlan& plan) {
  // The price is an estimate from below.
  constexpr double kHopelessBudgets = 2;
  absl::Status status;
  const auto frequency = [&](const std::string& term) -> uint64_t {
    const absl::StatusOr<uint64_t> documents = call.matcher().Frequency(term);
    if (!documents.ok()) status.Update(documents.status());
    return documents.value_or(0);
  };
  const plan::Price price = plan::PriceOf(plan, call.manifest().documents, frequency);
  plan.price_ns = price.ns;
  const double budget_ns = call.options.max_query_cpu_ms * 1e6;
  if (!status.ok() || price.ns <= budget_ns * kHopelessBudgets) return status;
  return query::TooCostlyError(
      absl::StrFormat("the query would take about %.1f s of processor time, and one may use %.1f s "
                      "(max_query_cpu_ms); most of it goes "
                      "to %s: take a rarer word there, or leave it out",
                      price.ns * 1e-9, budget_ns * 1e-9, price.costliest));
}

}  // namespace

absl::StatusOr<Prepared> Prepare(const Call& call, const QuerySpec& spec, const PlanWishes& wishes) {
  DL_RETURN_IF_ERROR(CheckFilters(call.options, spec.filters));
  Prepared prepared;
  SessionVocabulary vocabulary(call);
  plan::Planner planner(call.session.analyzer, call.manifest(), vocabulary, call.options.expansion_limits);
  plan::PlanRequest plan_request = MakePlanRequest(spec.filters, wishes);
  plan::PlannedQuery planned;
  query::ParsedQuery& parsed = prepared.parsed;
  plan_request.recency = spec.recency;
  plan_request.variants = spec.variants ? &call.variants : nullptr;
  if (spec.match_any) {
    DL_ASSIGN_OR_RETURN(planned, planner.PlanAny(spec.query, call.options.query_limits, plan_request));
    prepared.canonical_query = std::string(absl::StripAsciiWhitespace(spec.query));
  } else {
    DL_ASSIGN_OR_RETURN(parsed, query::ParseQuery(spec.query.empty() ? "*" : spec.query, call.options.query_limits));
    query::Resolve(NewestDay(call), parsed.root);
    if (parsed.sort.has_value()) plan_request.order = OrderOf(*parsed.sort);
    DL_ASSIGN_OR_RETURN(planned, planner.Plan(parsed.root, plan_request));
    prepared.canonical_query = query::ToString(parsed);
  }

  DL_RETURN_IF_ERROR(CheckPrice(call, planned.plan));
  prepared.plan = std::move(planned.plan);
  std::vector<std::string>& warnings = prepared.warnings;
  for (const query::Note& note : parsed.notes) warnings.push_back(note.message);
  if (parsed.sort.has_value() && wishes.order != Order::kRelevance && wishes.order != plan_request.order) {
    warnings.push_back(absl::StrCat("'", query::SortText(*parsed.sort),
                                    "' in the query takes the place of the order asked for beside it"));
  }
  warnings.insert(warnings.end(), planned.warnings.begin(), planned.warnings.end());
  warnings.insert(warnings.end(), call.snapshot.warnings().begin(), call.snapshot.warnings().end());
  if (!call.damage.empty()) {
    warnings.push_back(absl::StrCat("the index is damaged, so this answer may be wrong: ", call.damage));
  }
  return prepared;
}

absl::StatusOr<SearchResponse> RunSearch(const Call& call, const SearchRequest& request) {
  if (request.page_size < 0) return absl::InvalidArgumentError("page_size is negative");
  base::StopWatch watch;
  DL_RETURN_IF_ERROR(CheckFacets(call.options, request.facets));
  PlanWishes wishes{request.order, FacetWishes(request.facets), request.total_mode == TotalMode::kExact};
  DL_ASSIGN_OR_RETURN(wishes.histogram, HistogramWish(request.histogram));
  DL_ASSIGN_OR_RETURN(Prepared prepared, Prepare(call, request, wishes));
  SearchResponse response;
  response.stages.plan = plan::ToString(prepared.plan);
  const PageTokenScope scope{call.snapshot.token_key(), call.generation(), response.stages.plan};
  const auto page_size = static_cast<uint64_t>(std::min(
      request.page_size == 0 ? call.options.default_page_size : request.page_size, call.options.max_page_size));
  PageCursor cursor;
  match::PageRange range;
  range.max_hits = page_size + 1;  // to know whether another page follows
  if (!request.page_token.empty()) {
    DL_ASSIGN_OR_RETURN(cursor, ReadPageToken(request.page_token, scope));
    range.after = cursor.last;
    range.before = cursor.before;
    range.total = false;
  }
  response.stages.plan_s = watch.Lap();
  DL_ASSIGN_OR_RETURN(match::MatchResult result, call.matcher().Match(prepared.plan, range, call.deadline));
  if (!range.after) {
    cursor.total = result.total;
    cursor.total_exact = result.total_exact;
  }
  response.generation = call.generation();
  response.total = cursor.total;
  response.total_exact = cursor.total_exact;
  response.facets = MakeFacets(request.facets, request.filters, result);
  DL_ASSIGN_OR_RETURN(response.histogram, MakeHistogram(call, request.histogram, wishes.histogram, result));
  response.stages.match_s = watch.Lap();
  const bool more = result.hits.size() > page_size;
  if (more) result.hits.pop_back();
  response.hits.resize(result.hits.size());
  for (size_t i = 0; i < result.hits.size(); ++i) {
    DL_RETURN_IF_ERROR(FillHit(call, request, prepared.plan, result.hits[i], response.hits[i]));
  }
  if (more) {
    cursor.before += page_size;
    cursor.last = result.hits.back();
    response.next_page_token = MakePageToken(scope, cursor);
  }
  if (cursor.total == 0) {
    DL_ASSIGN_OR_RETURN(response.clauses, CountClauses(call, request, prepared));
    DL_ASSIGN_OR_RETURN(response.suggestions, OtherQueries(call, request, prepared));
  }
  response.canonical_query = std::move(prepared.canonical_query);
  response.warnings = std::move(prepared.warnings);
  response.stages.present_s = watch.Lap();
  return response;
}

absl::StatusOr<CountResponse> RunCount(const Call& call, const CountRequest& request) {
  base::StopWatch watch;
  DL_RETURN_IF_ERROR(CheckFacets(call.options, request.facets));
  PlanWishes wishes{Order::kNewest, FacetWishes(request.facets), true};
  DL_ASSIGN_OR_RETURN(wishes.histogram, HistogramWish(request.histogram));
  DL_ASSIGN_OR_RETURN(Prepared prepared, Prepare(call, request, wishes));
  CountResponse response;
  response.stages.plan = plan::ToString(prepared.plan);
  response.stages.plan_s = watch.Lap();
  DL_ASSIGN_OR_RETURN(const match::MatchResult result,
                      call.matcher().Match(prepared.plan, match::PageRange(), call.deadline));
  response.total = result.total;
  response.facets = MakeFacets(request.facets, request.filters, result);
  DL_ASSIGN_OR_RETURN(response.histogram, MakeHistogram(call, request.histogram, wishes.histogram, result));
  response.generation = call.generation();
  response.canonical_query = std::move(prepared.canonical_query);
  response.warnings = std::move(prepared.warnings);
  response.stages.match_s = watch.Lap();
  return response;
}

absl::Status RunExport(const Call& call, const ExportRequest& request, Engine::RowVisitor row) {
  DL_ASSIGN_OR_RETURN(const Prepared prepared, Prepare(call, request, PlanWishes{request.order, {}, true}));
  if (prepared.plan.order == Order::kNewest) return ExportInBatches(call, prepared.plan, request.bodies, row);
  // The places of all matches are a few bytes each; the articles are read one by one.
  match::PageRange range;
  range.max_hits = call.manifest().documents;
  range.total = false;
  DL_ASSIGN_OR_RETURN(const match::MatchResult result, call.matcher().Match(prepared.plan, range, call.deadline));
  return ExportHits(call, result.hits, request.bodies, row);
}

}  // namespace dateline::serve
