#include "tests/support/engine_pair.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/index/generation.h"
#include "core/text/variants.h"
#include "searcher/match/fast/fast_matcher.h"
#include "searcher/serve/facet_call.h"
#include "searcher/serve/search_call.h"

namespace dateline::test {
namespace {

using match::MatchHit;
using match::MatchResult;

std::string TextOf(const MatchHit& hit) {
  return absl::StrCat("score ", hit.score, " instant ", hit.instant, " key ", base::ToHex(hit.key), " shard ",
                      hit.shard, " docid ", hit.docid);
}

std::string TextOf(const match::FacetCounts& facet) {
  std::string text = absl::StrCat("facet ", static_cast<int>(facet.field), ", none ", facet.none);
  for (const match::CountedName& name : facet.names)
    absl::StrAppend(&text, ", ", name.name->display, ":", name.count);
  for (const match::CountedPeriod& period : facet.periods) {
    absl::StrAppend(&text, ", ", period.first_day, ":", period.count);
  }
  return text;
}

std::string TextOf(const match::TimeCounts& counts) {
  std::string text = absl::StrCat("undated ", counts.undated);
  for (const match::CountedPeriod& bucket : counts.buckets) {
    absl::StrAppend(&text, ", ", bucket.first_day, ":", bucket.count);
  }
  return text;
}

std::string Differ(absl::string_view what, absl::string_view fast, absl::string_view xapian) {
  return absl::StrCat(what, "\n  fast:   ", fast, "\n  xapian: ", xapian);
}

std::string HitsDiffer(const MatchResult& fast, const MatchResult& xapian) {
  const size_t both = std::min(fast.hits.size(), xapian.hits.size());
  for (size_t i = 0; i < both; ++i) {
    if (fast.hits[i] == xapian.hits[i]) continue;
    return Differ(absl::StrCat("hit ", i), TextOf(fast.hits[i]), TextOf(xapian.hits[i]));
  }
  if (fast.hits.size() == xapian.hits.size()) return "";
  return Differ("hits", absl::StrCat(fast.hits.size()), absl::StrCat(xapian.hits.size()));
}

std::string ResultsDiffer(const MatchResult& fast, const MatchResult& xapian) {
  std::string hits = HitsDiffer(fast, xapian);
  if (!hits.empty()) return hits;
  if (fast.total != xapian.total || fast.total_exact != xapian.total_exact) {
    return Differ("total", absl::StrCat(fast.total, fast.total_exact ? "" : " or more"),
                  absl::StrCat(xapian.total, xapian.total_exact ? "" : " or more"));
  }
  if (fast.facets.size() != xapian.facets.size()) return "another number of facets";
  for (size_t i = 0; i < fast.facets.size(); ++i) {
    if (fast.facets[i] == xapian.facets[i]) continue;
    return Differ("facet", TextOf(fast.facets[i]), TextOf(xapian.facets[i]));
  }
  if (fast.histogram == xapian.histogram) return "";
  return Differ("histogram", TextOf(fast.histogram), TextOf(xapian.histogram));
}

}  // namespace

absl::StatusOr<std::unique_ptr<EnginePair>> EnginePair::Open(const std::string& index_directory, int processors) {
  std::unique_ptr<EnginePair> pair(new EnginePair(processors));
  pair->options_.max_query_cpu_ms = 1'000'000;
  pair->options_.max_facet_values = 1'000'000;
  DL_ASSIGN_OR_RETURN(const std::string name, index::ReadCurrent(index_directory));
  DL_ASSIGN_OR_RETURN(pair->snapshot_, match::Snapshot::Open(index_directory, name, match::Snapshot::OpenOptions()));
  if (!pair->snapshot_->warnings().empty()) {
    return absl::FailedPreconditionError(pair->snapshot_->warnings().front());
  }
  match::fast::ShardHelp help;
  help.helpers = processors > 1 ? &pair->helpers_ : nullptr;
  help.least_price_ns = 0;
  DL_ASSIGN_OR_RETURN(pair->fast_.matcher,
                      match::fast::NewMatcher(pair->snapshot_, match::fast::MatchEngine::kFast, help));
  DL_ASSIGN_OR_RETURN(pair->xapian_.matcher,
                      match::fast::NewMatcher(pair->snapshot_, match::fast::MatchEngine::kXapian));
  return pair;
}

absl::StatusOr<plan::QueryPlan> EnginePair::PlanOf(const serve::SearchRequest& request) {
  const base::Deadline deadline;
  const serve::Call call{options_, *snapshot_, text::Variants::Shipped(), fast_, deadline};
  serve::PlanWishes wishes{request.order, serve::FacetWishes(request.facets),
                           request.total_mode == serve::TotalMode::kExact};
  DL_ASSIGN_OR_RETURN(wishes.histogram, serve::HistogramWish(request.histogram));
  DL_ASSIGN_OR_RETURN(serve::Prepared prepared, serve::Prepare(call, request, wishes));
  return std::move(prepared.plan);
}

std::string EnginePair::Difference(const plan::QueryPlan& plan, const match::PageRange& range) {
  const absl::StatusOr<MatchResult> fast = this->fast().Match(plan, range, base::Deadline());
  const absl::StatusOr<MatchResult> xapian = this->xapian().Match(plan, range, base::Deadline());
  ++compared_;
  last_hit_.reset();
  last_hits_ = 0;
  if (!fast.ok() || !xapian.ok()) {
    return fast.status() == xapian.status() ? ""
                                            : Differ("status", fast.status().ToString(), xapian.status().ToString());
  }
  if (!fast->hits.empty()) last_hit_ = fast->hits.back();
  last_hits_ = fast->hits.size();
  hits_ += fast->hits.size();
  return ResultsDiffer(*fast, *xapian);
}

std::string EnginePair::DifferenceInPages(const plan::QueryPlan& plan, uint64_t page_size, int most_pages) {
  match::PageRange range;
  range.max_hits = page_size;
  for (int page = 0; page < most_pages; ++page) {
    const std::string difference = Difference(plan, range);
    if (!difference.empty()) return absl::StrCat("page ", page, " of ", page_size, ": ", difference);
    if (last_hits_ < page_size) break;
    range.after = last_hit_;
    range.before += page_size;
    range.total = false;
  }
  return "";
}

}  // namespace dateline::test
