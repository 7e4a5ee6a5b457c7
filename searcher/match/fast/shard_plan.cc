#include "searcher/match/fast/shard_plan.h"

#include <algorithm>
#include <utility>

#include "core/index/score.h"

namespace dateline::match::fast {
namespace {

using plan::PlanNode;

NodePtr All() { return std::make_unique<AllNode>(); }
NodePtr None() { return std::make_unique<NoneNode>(); }

NodePtr AllOf(std::vector<NodePtr> required, std::vector<NodePtr> excluded = {}) {
  if (required.empty()) required.push_back(All());
  if (required.size() == 1 && excluded.empty()) return std::move(required.front());
  return std::make_unique<AndNode>(std::move(required), std::move(excluded));
}

NodePtr OneOf(std::vector<NodePtr> children) {
  if (children.empty()) return None();
  if (children.size() == 1) return std::move(children.front());
  return std::make_unique<OrNode>(std::move(children));
}

bool IsWord(const PlanNode& node) { return node.kind == PlanNode::Kind::kWord; }

// Is it one word, or all words that are meant by one?
bool IsOneWord(const PlanNode& node) {
  const bool of_terms = node.kind == PlanNode::Kind::kAny || node.kind == PlanNode::Kind::kPhrase;
  return IsWord(node) ||
         (of_terms && node.scored.size() == 1 && (node.kind == PlanNode::Kind::kAny || node.terms.size() == 1));
}

// Does it score anything?
bool Scores(const PlanNode& node) {
  if (node.kind == PlanNode::Kind::kNot) return false;
  return !node.scored.empty() || std::any_of(node.children.begin(), node.children.end(), Scores);
}

}  // namespace

ShardPlan ShardPlanner::Plan(const plan::QueryPlan& plan, bool ranked, Places places) {
  plan_ = ShardPlan();
  ranked_ = ranked;
  trust_places_ = places == Places::kTrusted;
  std::vector<NodePtr> required;
  required.push_back(Compile(plan.root, nullptr));
  ranked_ = false;
  for (const PlanNode& filter : plan.filters) required.push_back(Compile(filter, nullptr));
  if (shard_.dead != nullptr) required.push_back(std::make_unique<SetNode>(*shard_.dead, /*inside=*/false));
  plan_.any_word = ranked && required.size() == 1 &&
                   (IsWord(plan.root) || (plan.root.kind == PlanNode::Kind::kOr &&
                                          std::all_of(plan.root.children.begin(), plan.root.children.end(), IsWord)));
  plan_.one_word = ranked && required.size() == 1 && plan_.words.size() == 1 && IsOneWord(plan.root);
  plan_.matching = AllOf(std::move(required));
  return std::move(plan_);
}

// What scores, scores where `guard` matches: it is null where everything that is found matches the node, or where the
// node is a word, which scores where it stands.
NodePtr ShardPlanner::Compile(const PlanNode& node, SharedNode* guard) {
  switch (node.kind) {
    case PlanNode::Kind::kAll:
      return All();
    case PlanNode::Kind::kWord:
      AddWord(node.scored.front(), node.times, guard);
      return AnyOf(node.scored.front());
    case PlanNode::Kind::kAnd:
      return CompileAnd(node, guard);
    case PlanNode::Kind::kOr:
      return CompileOr(node, guard);
    case PlanNode::Kind::kNot: {
      std::vector<NodePtr> excluded;
      excluded.push_back(Excluded(node.children.front()));
      return AllOf({}, std::move(excluded));
    }
    case PlanNode::Kind::kPrefixed:
      return Prefixed(node.terms.front());
    case PlanNode::Kind::kLatest:
      return std::make_unique<SetNode>(*shard_.superseded, /*inside=*/false);
    case PlanNode::Kind::kAny:
    case PlanNode::Kind::kPhrase:
    case PlanNode::Kind::kPlaces:
    case PlanNode::Kind::kEither:
      break;
  }
  for (const plan::Alternatives& stems : node.scored) AddWord(stems, 1, guard);
  if (node.kind == PlanNode::Kind::kAny) return AnyOf(node.terms);
  if (node.kind == PlanNode::Kind::kPhrase) return Phrase(node.terms);
  if (node.kind == PlanNode::Kind::kPlaces) return Standing(node.positions);
  const bool ranked = std::exchange(ranked_, false);  // what the children score by themselves does not count
  std::vector<NodePtr> children;
  for (const PlanNode& child : node.children) children.push_back(Compile(child, nullptr));
  ranked_ = ranked;
  return OneOf(std::move(children));
}

NodePtr ShardPlanner::CompileAnd(const PlanNode& node, SharedNode* guard) {
  std::vector<NodePtr> required;
  std::vector<NodePtr> excluded;
  for (const PlanNode& child : node.children) {
    if (child.kind == PlanNode::Kind::kNot) {
      excluded.push_back(Excluded(child.children.front()));
    } else {
      required.push_back(Compile(child, guard));
    }
  }
  return AllOf(std::move(required), std::move(excluded));
}

// It scores nothing, and to trust in it would lose what matches.
NodePtr ShardPlanner::Excluded(const PlanNode& node) {
  const bool ranked = std::exchange(ranked_, false);
  const bool trust_places = std::exchange(trust_places_, false);
  NodePtr excluded = Compile(node, nullptr);
  ranked_ = ranked;
  trust_places_ = trust_places;
  return excluded;
}

NodePtr ShardPlanner::CompileOr(const PlanNode& node, SharedNode* guard) {
  std::vector<NodePtr> children;
  for (const PlanNode& child : node.children) {
    // A word below an OR scores wherever it stands, but only where what is above matches.
    children.push_back(IsWord(child) || !ranked_ || !Scores(child) ? Compile(child, guard)
                                                                   : CompileGuarded(child, guard));
  }
  return OneOf(std::move(children));
}

NodePtr ShardPlanner::CompileGuarded(const PlanNode& child, SharedNode* outer) {
  SharedNode& own = NewShared();
  SharedNode* guard = &own;
  if (outer != nullptr) {
    std::vector<NodePtr> both;
    both.push_back(std::make_unique<LentNode>(own));
    both.push_back(std::make_unique<LentNode>(*outer));
    guard = &NewShared();
    guard->Set(AllOf(std::move(both)));
  }
  own.Set(Compile(child, guard));
  return std::make_unique<LentNode>(own);
}

SharedNode& ShardPlanner::NewShared() {
  plan_.shared.push_back(std::make_unique<SharedNode>());
  return *plan_.shared.back();
}

NodePtr ShardPlanner::AnyOf(const std::vector<std::string>& terms) {
  std::vector<NodePtr> nodes;
  for (const std::string& term : terms) {
    const index::PostingList& list = shard_.lists->Of(term);
    if (list.size() > 0) nodes.push_back(std::make_unique<TermNode>(list));
  }
  return OneOf(std::move(nodes));
}

NodePtr ShardPlanner::Phrase(const std::vector<std::string>& terms) {
  PhraseNode::Lists lists;
  for (const std::string& term : terms) {
    lists.push_back(&shard_.lists->Of(term));
    if (lists.back()->size() == 0) return None();
  }
  if (terms.size() == 1) return std::make_unique<TermNode>(*lists.front());
  std::vector<NodePtr> candidates;
  uint64_t fewest = UINT64_MAX;
  const auto add_candidates = [&](const index::PostingList& list) {
    candidates.push_back(std::make_unique<TermNode>(list));
    fewest = std::min<uint64_t>(fewest, list.size());
  };
  std::vector<bool> in_pair(terms.size(), false);
  PhraseNode::Lists pairs(terms.size(), nullptr);
  for (size_t i = 0; i + 1 < terms.size(); ++i) {
    pairs[i] = PairOf(terms[i], terms[i + 1]);
    if (pairs[i] == nullptr) continue;
    if (pairs[i]->size() == 0) return None();
    add_candidates(*pairs[i]);
    in_pair[i] = in_pair[i + 1] = true;
  }
  // A pair says all of a phrase of two words.
  if (terms.size() == 2 && in_pair.front()) return std::move(candidates.front());
  for (size_t i = 0; i < terms.size(); ++i) {
    if (!in_pair[i]) add_candidates(*lists[i]);
  }
  if (trust_places_) return AllOf(std::move(candidates));
  plan_.most_tested += fewest;
  return std::make_unique<PhraseNode>(AllOf(std::move(candidates)), lists, pairs, deadline_);
}

const index::PostingList* ShardPlanner::PairOf(const std::string& first, const std::string& second) {
  if (!index::IsWrittenWord(first) || !index::IsWrittenWord(second)) return nullptr;
  const bool known = shard_.lists->postings().HasPairsOf(shard_.lists->Of(first), shard_.lists->Of(second));
  return known ? &shard_.lists->Of(index::PairTerm(first, second)) : nullptr;
}

NodePtr ShardPlanner::Prefixed(const std::string& prefix) {
  std::vector<std::string> terms;
  shard_.lists->postings().Visit(prefix, [&terms](absl::string_view term, const index::Postings::Term&) {
    terms.emplace_back(term);
    return true;
  });
  return AnyOf(terms);
}

// The documents that have the words, and of these the ones that have them where they must stand.
NodePtr ShardPlanner::Standing(const plan::Positions& positions) {
  PlacesNode::Lists lists;
  for (const absl::string_view starts : {index::kSentenceStarts, index::kParagraphStarts}) {
    lists.emplace(std::string(starts), &shard_.lists->Of(std::string(starts)));
  }
  const auto list_of = [&](const std::string& term) -> const index::PostingList& {
    return *lists.emplace(term, &shard_.lists->Of(term)).first->second;
  };
  std::vector<NodePtr> required;
  uint64_t fewest = UINT64_MAX;
  for (const plan::Operand& operand : positions.operands) {
    std::vector<NodePtr> choices;
    uint64_t of_operand = 0;
    for (const plan::Sequence& sequence : operand) {
      std::vector<NodePtr> slots;
      uint64_t of_sequence = UINT64_MAX;
      for (const plan::Slot& slot : sequence) {
        for (const std::string& term : slot.excluded) list_of(term);
        uint64_t of_slot = 0;
        for (const std::string& term : slot.terms) of_slot += list_of(term).size();
        slots.push_back(AnyOf(slot.terms));
        of_sequence = std::min(of_sequence, of_slot);
      }
      of_operand += of_sequence;
      AddPairs(positions, sequence, slots);
      choices.push_back(AllOf(std::move(slots)));
    }
    required.push_back(OneOf(std::move(choices)));
    fewest = std::min(fewest, of_operand);
  }
  if (trust_places_) return AllOf(std::move(required));
  plan_.most_tested += fewest;
  return std::make_unique<PlacesNode>(AllOf(std::move(required)), positions, lists, deadline_);
}

// Neighbours that are single words stand together in a document that matches.
void ShardPlanner::AddPairs(const plan::Positions& positions, const plan::Sequence& sequence,
                            std::vector<NodePtr>& nodes) {
  if (positions.any_order) return;
  for (size_t i = 0; i + 1 < sequence.size(); ++i) {
    if (sequence[i].terms.size() != 1 || sequence[i + 1].terms.size() != 1) continue;
    const index::PostingList* const pair = PairOf(sequence[i].terms.front(), sequence[i + 1].terms.front());
    if (pair != nullptr) nodes.push_back(pair->size() > 0 ? NodePtr(std::make_unique<TermNode>(*pair)) : None());
  }
}

void ShardPlanner::AddWord(const plan::Alternatives& stems, uint32_t times, SharedNode* guard) {
  if (!ranked_) return;
  ScoredWord word;
  word.guard = guard;
  for (const std::string& stem : stems) {
    const index::PostingList& list = shard_.lists->Of(stem);
    if (!list.scored()) continue;
    const float weight = weigh_(stem);
    word.stems.push_back({&list, times == 1 ? weight : weight * index::QueryFrequencyFactor(times)});
  }
  word.OrderStems();
  if (!word.stems.empty()) plan_.words.push_back(std::move(word));
}

}  // namespace dateline::match::fast
