#include "searcher/match/plan_compiler.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/index/score.h"
#include "searcher/match/any_word_source.h"
#include "searcher/match/best_stem_source.h"
#include "searcher/match/deadline_source.h"
#include "searcher/match/filter_source.h"
#include "searcher/match/position_source.h"
#include "searcher/match/word_score_source.h"

namespace dateline::match {
namespace {

using plan::Alternatives;
using plan::PlanNode;
using Xapian::Query;

// Query::MatchAll is shared between threads and its reference count is not atomic: make our own.
Query All() { return Query(Query::OP_SCALE_WEIGHT, Query(std::string()), 0.0); }

Query Unweighted(const Query& query) { return Query(Query::OP_SCALE_WEIGHT, query, 0.0); }

Query AnyOf(const std::vector<std::string>& terms) {
  return Unweighted(Query(Query::OP_OR, terms.begin(), terms.end()));
}

// What comparing the positions of one candidate of a phrase costs, in documents that are only looked at.
constexpr uint32_t kPhraseSteps = 16;

}  // namespace

bool IsChoiceOfWords(const PlanNode& node) {
  return node.kind == PlanNode::Kind::kOr &&
         std::all_of(node.children.begin(), node.children.end(),
                     [](const PlanNode& child) { return child.kind == PlanNode::Kind::kWord; });
}

Query PlanCompiler::Scored(const plan::QueryPlan& plan) { return Filtered(Compile(plan.root, true), plan); }

Query PlanCompiler::Unscored(const plan::QueryPlan& plan) { return Filtered(Compile(plan.root, false), plan); }

Query PlanCompiler::Filtered(Query query, const plan::QueryPlan& plan) {
  for (const PlanNode& filter : plan.filters) query = Query(Query::OP_FILTER, query, Compile(filter, false));
  if (tombstones_ == nullptr) return query;
  return Query(Query::OP_FILTER, query, Query((new LiveSource(*tombstones_))->release()));
}

Query PlanCompiler::Compile(const PlanNode& node, bool scored) {
  switch (node.kind) {
    case PlanNode::Kind::kAll:
      return All();
    case PlanNode::Kind::kWord:
      return scored ? Best(Present(node)) : AnyOf(node.scored.front());
    case PlanNode::Kind::kAny:
      return WithScores(AnyOf(node.terms), node, scored);
    case PlanNode::Kind::kPhrase:
      return WithScores(Phrase(node.terms), node, scored);
    case PlanNode::Kind::kPrefixed:
      return Unweighted(Query(Query::OP_WILDCARD, node.terms.front(), 0, Query::WILDCARD_LIMIT_ERROR, Query::OP_OR));
    case PlanNode::Kind::kPlaces:
      return WithScores(Places(node.positions), node, scored);
    case PlanNode::Kind::kLatest:
      return Unweighted(Query((new LatestSource(*superseded_))->release()));
    case PlanNode::Kind::kEither: {
      std::vector<Query> children;
      for (const PlanNode& child : node.children) children.push_back(Compile(child, false));
      return WithScores(Unweighted(Query(Query::OP_OR, children.begin(), children.end())), node, scored);
    }
    case PlanNode::Kind::kAnd:
      return CompileAnd(node, scored);
    case PlanNode::Kind::kOr: {
      if (scored && IsChoiceOfWords(node)) return AnyWord(node);
      std::vector<Query> children;
      for (const PlanNode& child : node.children) children.push_back(Compile(child, scored));
      return Query(Query::OP_OR, children.begin(), children.end());
    }
    case PlanNode::Kind::kNot:
      return Query(Query::OP_AND_NOT, All(), Compile(node.children.front(), false));
  }
  return Query();
}

Query PlanCompiler::CompileAnd(const PlanNode& node, bool scored) {
  std::vector<Query> required;
  std::vector<Query> excluded;
  for (const PlanNode& child : node.children) {
    if (child.kind == PlanNode::Kind::kNot) {
      excluded.push_back(Compile(child.children.front(), false));
    } else {
      required.push_back(Compile(child, scored));
    }
  }
  const Query all = required.empty() ? All() : Query(Query::OP_AND, required.begin(), required.end());
  if (excluded.empty()) return all;
  return Query(Query::OP_AND_NOT, all, Query(Query::OP_OR, excluded.begin(), excluded.end()));
}

Query PlanCompiler::Phrase(const std::vector<std::string>& terms) {
  if (terms.size() == 1) return Unweighted(Query(terms.front()));
  const Query phrase(Query::OP_PHRASE, terms.begin(), terms.end(), static_cast<Xapian::termcount>(terms.size()));
  return Unweighted(Query(Query::OP_AND, phrase, Query((new DeadlineSource(deadline_, kPhraseSteps))->release())));
}

// The documents that have the words, and of these the ones that have them where they must stand.
Query PlanCompiler::Places(const plan::Positions& positions) {
  std::vector<Query> required;
  for (const plan::Operand& operand : positions.operands) {
    std::vector<Query> choices;
    for (const plan::Sequence& sequence : operand) {
      std::vector<Query> slots;
      for (const plan::Slot& slot : sequence)
        slots.push_back(Query(Query::OP_OR, slot.terms.begin(), slot.terms.end()));
      choices.push_back(Query(Query::OP_AND, slots.begin(), slots.end()));
    }
    required.push_back(Query(Query::OP_OR, choices.begin(), choices.end()));
  }
  required.push_back(
      Query((new PositionSource(std::make_shared<const plan::Positions>(positions), deadline_))->release()));
  return Unweighted(Query(Query::OP_AND, required.begin(), required.end()));
}

WeightedWord PlanCompiler::Present(const Alternatives& stems) {
  WeightedWord present;
  for (const std::string& stem : stems) {
    const uint64_t frequency = frequencies_.Of(stem);
    if (frequency > 0) present.push_back({stem, index::TermWeight(documents_, frequency)});
  }
  return present;
}

WeightedWord PlanCompiler::Present(const PlanNode& word) {
  WeightedWord present = Present(word.scored.front());
  for (WeightedStem& stem : present) stem.weight *= index::QueryFrequencyFactor(word.times);
  return present;
}

// Documents with any of the stems, scored by the best of them.
Query PlanCompiler::Best(WeightedWord present) {
  if (present.empty()) return Query();
  if (present.size() > 1) return Query((new BestStemSource(std::move(present), average_length_))->release());
  return Query(Query::OP_SCALE_WEIGHT, Query(present.front().term), static_cast<double>(present.front().weight));
}

Query PlanCompiler::AnyWord(const PlanNode& node) {
  std::vector<WeightedWord> words;
  for (const PlanNode& word : node.children) {
    WeightedWord present = Present(word);
    if (!present.empty()) words.push_back(std::move(present));
  }
  if (words.empty()) return Query();
  return Query((new AnyWordSource(std::move(words), average_length_, deadline_))->release());
}

Query PlanCompiler::WithScores(Query filter, const PlanNode& node, bool scored) {
  if (!scored) return filter;
  std::vector<WeightedWord> words;
  for (const Alternatives& stems : node.scored) {
    WeightedWord present = Present(stems);
    if (!present.empty()) words.push_back(std::move(present));
  }
  if (words.empty()) return filter;
  return Query(Query::OP_AND, filter, Query((new WordScoreSource(std::move(words), average_length_))->release()));
}

}  // namespace dateline::match
