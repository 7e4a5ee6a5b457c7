// Plan to Xapian::Query, for one thread and one generation.
//
// Thread-safety: belongs to one thread; the queries it makes must stay there. Exceptions: Xapian's may pass through.
#ifndef DATELINE_SEARCHER_MATCH_PLAN_COMPILER_H_
#define DATELINE_SEARCHER_MATCH_PLAN_COMPILER_H_

#include <xapian.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/deadline.h"
#include "searcher/match/census.h"
#include "searcher/match/frequency.h"
#include "searcher/match/snapshot.h"
#include "searcher/match/word_cursors.h"
#include "searcher/plan/query_plan.h"

namespace dateline::match {

// An OR of nothing but words, which has a source of its own when it is scored.
bool IsChoiceOfWords(const plan::PlanNode& node);

class PlanCompiler {
 public:
  // Weights come from `frequencies`. It and `snapshot` must outlive the compiler and its queries, which heed
  // `deadline`; it must outlive them too.
  PlanCompiler(FrequencyTable& frequencies, const Snapshot& snapshot, const base::Deadline& deadline)
      : frequencies_(frequencies),
        snapshot_(snapshot),
        documents_(snapshot.manifest().documents),
        average_length_(snapshot.manifest().average_length),
        deadline_(deadline) {}

  // The shard that queries are compiled for from now on. REQUIRED before the first query.
  void UseShard(size_t shard) { tombstones_ = snapshot_.tombstones(shard); }

  // The documents of the shard at hand that are not the latest of their story; it must outlive the queries. Needed
  // before a plan with kLatest is compiled.
  void UseSuperseded(const DocumentSet& superseded) { superseded_ = &superseded; }

  // With scores, to be run under Bm25Weight.
  Xapian::Query Scored(const plan::QueryPlan& plan);
  // Matches the same documents and scores nothing.
  Xapian::Query Unscored(const plan::QueryPlan& plan);

 private:
  Xapian::Query Compile(const plan::PlanNode& node, bool scored);
  Xapian::Query CompileAnd(const plan::PlanNode& node, bool scored);
  Xapian::Query Phrase(const std::vector<std::string>& terms);
  Xapian::Query Places(const plan::Positions& positions);
  Xapian::Query Filtered(Xapian::Query query, const plan::QueryPlan& plan);
  WeightedWord Present(const plan::Alternatives& stems);
  WeightedWord Present(const plan::PlanNode& word);
  Xapian::Query Best(WeightedWord present);
  Xapian::Query AnyWord(const plan::PlanNode& node);
  Xapian::Query WithScores(Xapian::Query filter, const plan::PlanNode& node, bool scored);

  FrequencyTable& frequencies_;
  const Snapshot& snapshot_;
  const index::Tombstones* tombstones_ = nullptr;  // of the shard at hand
  const uint64_t documents_;
  const float average_length_;
  const base::Deadline& deadline_;
  const DocumentSet* superseded_ = nullptr;
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_PLAN_COMPILER_H_
