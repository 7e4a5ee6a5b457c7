#include "searcher/serve/explain_call.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/status_macros.h"
#include "core/index/schema.h"
#include "core/index/score.h"
#include "core/index/term_key.h"
#include "searcher/serve/article_call.h"
#include "searcher/serve/search_call.h"

namespace dateline::serve {
namespace {

using plan::PlanNode;

Explanation Leaf(std::string detail, int64_t units) {
  Explanation leaf;
  leaf.detail = std::move(detail);
  leaf.units = units;
  return leaf;
}

Explanation SumOf(std::string detail, std::vector<Explanation> children) {
  Explanation sum;
  sum.detail = std::move(detail);
  for (const Explanation& child : children) sum.units += child.units;
  sum.children = std::move(children);
  return sum;
}

// Takes the score of one article apart. Whether a part of the plan matches is asked of the matcher itself.
class Explainer {
 public:
  Explainer(const Call& call, const match::MatchHit& article, uint32_t length)
      : call_(call), article_(article), length_(length) {}

  // The hit that a plan makes of the article; nothing when it does not match.
  absl::StatusOr<absl::optional<match::MatchHit>> Match(plan::QueryPlan plan) {
    PlanNode only;
    only.kind = PlanNode::Kind::kAny;
    only.terms = {index::KeyTerm(article_.key)};
    plan.filters.push_back(std::move(only));
    plan.order = Order::kRelevance;
    plan.facets.clear();
    match::PageRange range;
    range.max_hits = 1;
    DL_ASSIGN_OR_RETURN(const match::MatchResult result, call_.matcher().Match(plan, range, call_.deadline));
    if (result.hits.empty()) return absl::optional<match::MatchHit>();
    return absl::make_optional(result.hits.front());
  }

  absl::StatusOr<bool> Matches(const PlanNode& node) {
    plan::QueryPlan plan;
    plan.root = node;
    DL_ASSIGN_OR_RETURN(const absl::optional<match::MatchHit> hit, Match(std::move(plan)));
    return hit.has_value();
  }

  // REQUIRES: the article matches `node`.
  absl::StatusOr<Explanation> Explain(const PlanNode& node) {
    switch (node.kind) {
      case PlanNode::Kind::kAll:
        return Leaf("every article", 0);
      case PlanNode::Kind::kNot:
        return Leaf(absl::StrCat("without ", ToString(node.children.front())), 0);
      case PlanNode::Kind::kAnd:
        return Children("all of", node);
      case PlanNode::Kind::kOr:
        return Children("any of", node);
      case PlanNode::Kind::kWord: {
        DL_ASSIGN_OR_RETURN(absl::optional<Explanation> best, Best(node.scored.front(), node.times));
        return best.value_or(Leaf("no word", 0));
      }
      default:
        return Filter(node);
    }
  }

 private:
  // The children that match: all of an AND's.
  absl::StatusOr<Explanation> Children(absl::string_view how, const PlanNode& node) {
    std::vector<Explanation> parts;
    for (const PlanNode& child : node.children) {
      DL_ASSIGN_OR_RETURN(const bool matches, Matches(child));
      if (!matches) continue;
      DL_ASSIGN_OR_RETURN(Explanation part, Explain(child));
      parts.push_back(std::move(part));
    }
    return SumOf(std::string(how), std::move(parts));
  }

  // What filters by one thing and scores by another.
  absl::StatusOr<Explanation> Filter(const PlanNode& node) {
    std::vector<Explanation> words;
    for (const plan::Alternatives& stems : node.scored) {
      DL_ASSIGN_OR_RETURN(absl::optional<Explanation> best, Best(stems, 1));
      if (best) words.push_back(*std::move(best));
    }
    PlanNode bare = node;
    bare.scored.clear();
    return SumOf(ToString(bare), std::move(words));
  }

  // The best of the stems that the article has; nothing when it has none.
  absl::StatusOr<absl::optional<Explanation>> Best(const plan::Alternatives& stems, uint32_t times) {
    absl::optional<Explanation> best;
    const index::Manifest& manifest = call_.manifest();
    const float norm = index::LengthNorm(length_, manifest.average_length);
    for (const std::string& stem : stems) {
      DL_ASSIGN_OR_RETURN(const uint32_t wdf, call_.matcher().Wdf(stem, article_));
      if (wdf == 0) continue;
      DL_ASSIGN_OR_RETURN(const uint64_t frequency, call_.matcher().Frequency(stem));
      const float weight = index::TermWeight(manifest.documents, frequency) * index::QueryFrequencyFactor(times);
      const float saturation = index::Saturation(wdf, norm);
      const int64_t units = index::Contribution(weight, saturation);
      if (best && best->units >= units) continue;
      best = Leaf(absl::StrFormat(
                      "%s: weight %.4f (in %d of %d articles%s) times %.4f (frequency %d in a length of %d, "
                      "average %.1f)",
                      stem.substr(index::kStem.size()), weight / static_cast<float>(1 << index::kScoreBits),
                      frequency, manifest.documents, times == 1 ? "" : absl::StrCat(", asked for ", times, " times"),
                      saturation, wdf, length_, manifest.average_length),
                  units);
    }
    return best;
  }

  const Call& call_;
  const match::MatchHit& article_;
  const uint32_t length_;
};

Explanation Recency(const index::Manifest& manifest, int64_t instant) {
  const int64_t days = (*manifest.newest - instant) / 86'400;
  return Leaf(absl::StrCat("recency: ", days, days == 1 ? " day" : " days", " older than the newest article"),
              index::RecencyBonus(*manifest.newest, instant));
}

// The parts of a query that can be told apart: what an AND joins, or all of it.
std::vector<query::Node> ClausesOf(const query::Node& root) {
  return root.kind == query::Kind::kAnd ? root.children : std::vector<query::Node>{root};
}

}  // namespace

absl::StatusOr<ExplainResponse> RunExplain(const Call& call, const ExplainRequest& request) {
  DL_ASSIGN_OR_RETURN(const absl::optional<match::MatchHit> article, FindArticle(call, request.id));
  if (!article) return absl::NotFoundError(absl::StrCat("no article has the id \"", request.id, "\""));
  DL_ASSIGN_OR_RETURN(Prepared prepared, Prepare(call, request, PlanWishes()));
  DL_ASSIGN_OR_RETURN(const uint32_t length, call.matcher().Length(*article));
  Explainer explainer(call, *article, length);

  ExplainResponse response;
  response.generation = call.generation();
  response.canonical_query = prepared.canonical_query;
  response.plan = ToString(prepared.plan);
  DL_ASSIGN_OR_RETURN(const FullArticle head, LoadArticle(call, *article, /*bodies=*/false));
  response.id = head.id;
  prepared.plan.recency = prepared.plan.recency || (request.recency && call.manifest().newest.has_value());
  DL_ASSIGN_OR_RETURN(const absl::optional<match::MatchHit> hit, explainer.Match(prepared.plan));
  response.matches = hit.has_value();
  if (hit) {
    DL_ASSIGN_OR_RETURN(Explanation words, explainer.Explain(prepared.plan.root));
    std::vector<Explanation> parts = {std::move(words)};
    if (prepared.plan.recency && hit->instant != article::kUndated) {
      parts.push_back(Recency(call.manifest(), hit->instant));
    }
    response.explanation = SumOf("score", std::move(parts));
    if (response.explanation.units != hit->score) {
      return absl::InternalError(absl::StrCat("the parts of the score of ", response.id, " add up to ",
                                              response.explanation.units, ", not to ", hit->score));
    }
  }
  if (request.match_any) return response;
  for (const query::Node& clause : ClausesOf(prepared.parsed.root)) {
    QuerySpec alone = request;
    alone.query = query::ToString(clause);
    DL_ASSIGN_OR_RETURN(const Prepared part, Prepare(call, alone, PlanWishes()));
    DL_ASSIGN_OR_RETURN(const absl::optional<match::MatchHit> found, explainer.Match(part.plan));
    ClauseCount count;
    count.clause = std::move(alone.query);
    count.begin = static_cast<uint32_t>(clause.span.begin);
    count.end = static_cast<uint32_t>(clause.span.end);
    count.count = found ? 1 : 0;
    response.clauses.push_back(std::move(count));
  }
  return response;
}

}  // namespace dateline::serve
