#include "searcher/plan/planner.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/index/schema.h"
#include "core/index/term_key.h"
#include "core/text/normalizer.h"
#include "searcher/query/query_parser.h"

namespace dateline::plan {
namespace {

using query::Field;
using query::Kind;
using query::Node;

PlanNode AnyOf(std::vector<std::string> terms) {
  PlanNode node;
  node.kind = PlanNode::Kind::kAny;
  node.terms = std::move(terms);
  return node;
}

// Matches no document: an empty choice.
PlanNode Nothing() { return AnyOf({}); }

std::vector<std::string> WithPrefix(absl::string_view prefix, const std::vector<std::string>& texts) {
  std::vector<std::string> terms;
  for (const std::string& text : texts) terms.push_back(index::TermKey(prefix, text));
  return terms;
}

std::vector<Alternatives> ScoredStems(const std::vector<Alternatives>& stems) {
  std::vector<Alternatives> scored;
  for (const Alternatives& alternatives : stems) scored.push_back(WithPrefix(index::kStem, alternatives));
  return scored;
}

PlanNode NameFilter(absl::string_view prefix, const std::vector<std::string>& names) {
  std::vector<std::string> terms;
  for (const std::string& name : names) terms.push_back(index::TermKey(prefix, text::FoldName(name)));
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  return AnyOf(std::move(terms));
}

}  // namespace

absl::StatusOr<PlannedQuery> Planner::Plan(const Node& root, const PlanRequest& request) {
  highlights_ = HighlightRules();
  warnings_.clear();
  absl::optional<PlanNode> lowered = Lower(root, /*highlighted=*/true);
  if (!lowered) {
    return query::QueryError(root.span.begin,
                             "the query holds no letter or digit to search for; write a word, or * for everything");
  }

  PlannedQuery planned;
  QueryPlan& plan = planned.plan;
  plan.root = *std::move(lowered);
  if (!request.outlets.empty()) plan.filters.push_back(NameFilter(index::kOutletName, request.outlets));
  if (!request.bylines.empty()) plan.filters.push_back(NameFilter(index::kBylineName, request.bylines));
  if (request.days.first || request.days.last) plan.filters.push_back(LowerDays(request.days));
  plan.order = request.order;
  plan.facets = request.facets;
  plan.exact_total = request.exact_total;
  plan.highlights = std::move(highlights_);
  planned.warnings = std::move(warnings_);
  return planned;
}

Planner::Analysed Planner::Analyse(absl::string_view text) {
  Analysed analysed;
  std::vector<text::Token> tokens;
  for (const std::string& language : manifest_.languages) {
    // Every language cuts the same tokens: only stems differ.
    analyzer_.Tokenize(text, language, tokens);
    analysed.words.resize(tokens.size());
    analysed.stems.resize(tokens.size());
    for (size_t i = 0; i < tokens.size(); ++i) {
      analysed.words[i] = tokens[i].word->exact;
      analysed.stems[i].push_back(tokens[i].word->stem);
    }
  }
  for (Alternatives& alternatives : analysed.stems) {
    std::sort(alternatives.begin(), alternatives.end());
    alternatives.erase(std::unique(alternatives.begin(), alternatives.end()), alternatives.end());
  }
  return analysed;
}

// Nothing when no part of the node can be searched for; a warning was given then.
absl::optional<PlanNode> Planner::Lower(const Node& node, bool highlighted) {
  switch (node.kind) {
    case Kind::kMatchAll:
      return PlanNode();
    case Kind::kDate:
      return LowerDays(node.days);
    case Kind::kWord:
    case Kind::kPhrase:
      return LowerLeaf(node, highlighted);
    case Kind::kAnd:
      return LowerGroup(node, PlanNode::Kind::kAnd, highlighted);
    case Kind::kOr:
      return LowerGroup(node, PlanNode::Kind::kOr, highlighted);
    case Kind::kNot: {
      absl::optional<PlanNode> child = Lower(node.children.front(), /*highlighted=*/false);
      if (!child) return absl::nullopt;
      PlanNode negation;
      negation.kind = PlanNode::Kind::kNot;
      negation.children.push_back(*std::move(child));
      return negation;
    }
  }
  return absl::nullopt;
}

// An article has one outlet: asking for two of them at once is a slip that finds nothing.
void Planner::NoteTwoOutlets(const Node& conjunction) {
  const Node* first = nullptr;
  for (const Node& child : conjunction.children) {
    if (child.field != Field::kOutlet || (child.kind != Kind::kWord && child.kind != Kind::kPhrase)) continue;
    if (first == nullptr) {
      first = &child;
    } else if (text::FoldName(first->text) != text::FoldName(child.text)) {
      warnings_.push_back(absl::StrCat("no article is of two outlets at once; for either, write ",
                                       query::ToString(*first), " OR ", query::ToString(child)));
      return;
    }
  }
}

absl::optional<PlanNode> Planner::LowerGroup(const Node& node, PlanNode::Kind kind, bool highlighted) {
  if (kind == PlanNode::Kind::kAnd) NoteTwoOutlets(node);
  PlanNode group;
  group.kind = kind;
  for (const Node& child : node.children) {
    absl::optional<PlanNode> lowered = Lower(child, highlighted);
    if (lowered) group.children.push_back(*std::move(lowered));
  }
  if (group.children.empty()) return absl::nullopt;
  if (group.children.size() == 1) return std::move(group.children.front());
  return group;
}

absl::optional<PlanNode> Planner::LowerLeaf(const Node& node, bool highlighted) {
  const Analysed analysed = Analyse(node.text);
  if (analysed.words.empty()) {
    warnings_.push_back(absl::StrCat("'", node.text, "' holds no letter or digit and was not searched for"));
    return absl::nullopt;
  }
  if (node.field == Field::kOutlet) return NameFilter(index::kOutletName, {node.text});

  const bool phrase = node.kind == Kind::kPhrase || analysed.words.size() > 1;
  if (highlighted && node.field != Field::kByline) {
    if (phrase) {
      highlights_.phrases.push_back(analysed.words);
    } else {
      const Alternatives& stems = analysed.stems.front();
      highlights_.stems.insert(highlights_.stems.end(), stems.begin(), stems.end());
    }
  }
  PlanNode leaf;
  leaf.kind = phrase ? PlanNode::Kind::kPhrase : PlanNode::Kind::kAny;
  switch (node.field) {
    case Field::kText:
      if (!phrase) leaf.kind = PlanNode::Kind::kWord;
      if (phrase) leaf.terms = WithPrefix("", analysed.words);
      leaf.scored = ScoredStems(analysed.stems);
      break;
    case Field::kHeadline:
      leaf.terms = phrase ? WithPrefix(index::kHeadlineWord, analysed.words)
                          : WithPrefix(index::kHeadlineStem, analysed.stems.front());
      leaf.scored = ScoredStems(analysed.stems);
      break;
    case Field::kByline:
      // Names are not words of the text: they filter and score nothing.
      leaf.terms = WithPrefix(index::kBylineWord, analysed.words);
      break;
    case Field::kOutlet:
      break;
  }
  return leaf;
}

PlanNode Planner::LowerDays(const query::DayRange& days) const {
  // An open end reaches as far as the index does, so that the terms stay few.
  if (!manifest_.oldest) return Nothing();
  const absl::CivilDay oldest = index::DayOf(*manifest_.oldest);
  const absl::CivilDay newest = index::DayOf(*manifest_.newest);
  const absl::CivilDay first = std::max(days.first.value_or(oldest), oldest);
  const absl::CivilDay last = std::min(days.last.value_or(newest), newest);
  return AnyOf(index::DateRangeTerms(first, last));
}

}  // namespace dateline::plan
