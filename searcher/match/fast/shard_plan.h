// A plan made ready for one shard: what matches, as nodes, and what is scored, as words.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_SEARCHER_MATCH_FAST_SHARD_PLAN_H_
#define DATELINE_SEARCHER_MATCH_FAST_SHARD_PLAN_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "core/base/deadline.h"
#include "searcher/match/fast/node.h"
#include "searcher/match/fast/place_nodes.h"
#include "searcher/match/fast/ranker.h"
#include "searcher/match/fast/shard_lists.h"
#include "searcher/plan/query_plan.h"

namespace dateline::match::fast {

struct ShardPlan {
  NodePtr matching;               // with all filters, without the dead
  uint64_t most_tested = 0;       // so many rows at most have places that are to be tested
  std::vector<ScoredWord> words;  // empty where nothing is ranked
  // A row matches just when it has one of `words`.
  bool any_word = false;
  // It is one word, or all words that are meant by one, as by a prefix, and nothing else.
  bool one_word = false;
  std::vector<std::unique_ptr<SharedNode>> shared;  // that guards of words, and lent nodes, are of
};

class ShardPlanner {
 public:
  struct Shard {
    ShardLists* lists = nullptr;
    const ShardRows* dead = nullptr;        // null: none
    const ShardRows* superseded = nullptr;  // needed when the plan asks for the latest of a story
  };
  // The weight of a stem, from the statistics of the generation.
  using Weigher = absl::FunctionRef<float(const std::string& stem)>;

  // Everything must outlive the planner and its plans.
  ShardPlanner(Shard shard, Weigher weigh, const base::Deadline& deadline)
      : shard_(std::move(shard)), weigh_(weigh), deadline_(deadline) {}

  enum class Places {
    kTested,
    kTrusted,  // documents that have the words of a phrase or proximity match, wherever these stand
  };
  ShardPlan Plan(const plan::QueryPlan& plan, bool ranked, Places places = Places::kTested);

 private:
  NodePtr Compile(const plan::PlanNode& node, SharedNode* guard);
  NodePtr CompileAnd(const plan::PlanNode& node, SharedNode* guard);
  NodePtr CompileOr(const plan::PlanNode& node, SharedNode* guard);
  // The node of `child`, which scores only where it matches, and where `outer` does, unless that is null.
  NodePtr CompileGuarded(const plan::PlanNode& child, SharedNode* outer);
  SharedNode& NewShared();
  NodePtr AnyOf(const std::vector<std::string>& terms);
  NodePtr Phrase(const std::vector<std::string>& terms);
  // Where `second` follows `first`; null when that is not known.
  const index::PostingList* PairOf(const std::string& first, const std::string& second);
  void AddPairs(const plan::Positions& positions, const plan::Sequence& sequence, std::vector<NodePtr>& nodes);
  NodePtr Prefixed(const std::string& prefix);
  NodePtr Standing(const plan::Positions& positions);
  NodePtr Excluded(const plan::PlanNode& node);
  void AddWord(const plan::Alternatives& stems, uint32_t times, SharedNode* guard);

  const Shard shard_;
  const Weigher weigh_;
  const base::Deadline& deadline_;
  bool ranked_ = false;
  bool trust_places_ = false;
  ShardPlan plan_;
};

}  // namespace dateline::match::fast

#endif  // DATELINE_SEARCHER_MATCH_FAST_SHARD_PLAN_H_
