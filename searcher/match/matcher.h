// The contract of matching: a plan on a generation gives hits, an exact total and facet counts.
//
// Every Matcher gives the same result for the same plan and generation, bit for bit: XapianMatcher is the reference,
// and the slow twin in the tests judges both. Scores are comparable across shards, since statistics are the
// generation's.
//
// Thread-safety: a Matcher belongs to one thread at a time. Errors: DeadlineExceeded; DataLoss when a shard is
// damaged.
#ifndef DATELINE_SEARCHER_MATCH_MATCHER_H_
#define DATELINE_SEARCHER_MATCH_MATCHER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/base/deadline.h"
#include "core/base/ids.h"
#include "searcher/match/match_result.h"
#include "searcher/match/snapshot.h"
#include "searcher/plan/query_plan.h"
#include "searcher/plan/vocabulary.h"

namespace dateline::match {

// Which hits of all are wanted.
struct PageRange {
  uint64_t max_hits = 0;           // 0: only counts
  absl::optional<MatchHit> after;  // only those behind this one in the order; its shard and docid do not count
  uint64_t before = 0;             // so many hits are not behind `after`: help for matchers that must pass them
  bool total = true;               // the total is wanted; without it `MatchResult::total` means nothing
};

class Matcher {
 public:
  virtual ~Matcher() = default;

  // The first hits of `range` in the plan's order, and the counts that the plan asks for, which are about all
  // matches. `total` is exact when the plan asks for that, for facets or for a histogram, else a lower bound that is
  // marked.
  virtual absl::StatusOr<MatchResult> Match(const plan::QueryPlan& plan, const PageRange& range,
                                            const base::Deadline& deadline) = 0;

  // Shows `visitor` every word below the term prefix `prefix` that begins with `beginning`, ascending by bytes, with
  // the number of articles that have it: what a plan::Vocabulary is made of.
  virtual absl::Status VisitWords(absl::string_view prefix, absl::string_view beginning,
                                  const base::Deadline& deadline, plan::Vocabulary::Visitor visitor) = 0;

  // Every name of a facet of names as some article writes it, by folded form, then as written, with the number of
  // articles of the whole generation that have it so. REQUIRES: plan::NamesOf(field).
  using NameVisitor = absl::FunctionRef<void(const index::FacetName& name, uint64_t articles)>;
  virtual absl::Status VisitNames(plan::FacetField field, NameVisitor visitor) = 0;

  // All articles of the generation by stretches of time.
  virtual absl::StatusOr<TimeCounts> CountAllByTime(const plan::Histogram& histogram) = 0;

  // How many articles of the generation have `term`.
  virtual absl::StatusOr<uint64_t> Frequency(const std::string& term) = 0;

  // How often a hit's document has `term`, as scores count it; 0 when it has not.
  virtual absl::StatusOr<uint32_t> Wdf(const std::string& term, const MatchHit& hit) = 0;

  // The length of a hit's document, as scores count it.
  virtual absl::StatusOr<uint32_t> Length(const MatchHit& hit) = 0;

  // The stored article of a hit, as core/index/stored_article.h encodes it, or the beginning of it, of `least` bytes
  // or some more: in the file of the shard, or in `scratch`. It lives as long as both.
  virtual absl::StatusOr<absl::string_view> StoredBytes(uint32_t shard, uint32_t docid, size_t least,
                                                        std::string& scratch) = 0;

  // Where the article with this key lies, if it is here.
  virtual absl::StatusOr<absl::optional<MatchHit>> Find(const base::DocKey& key) = 0;
};

// A matcher that can be asked for one shard alone, by an engine that cannot answer for that one itself.
class ShardwiseMatcher : public Matcher {
 public:
  // Adds the hits of `shard` to `result`, those of the page and maybe some more, in no order, and its counts;
  // `total_known`: the total is not to be counted. The sum over all shards, in order and cut to the page, is Match.
  virtual absl::Status MatchShard(const plan::QueryPlan& plan, const PageRange& range, const base::Deadline& deadline,
                                  bool total_known, uint32_t shard, MatchResult& result) = 0;

  // What is known of the documents of all shards; of one with columns, without Xapian.
  virtual GenerationFacts& facts() = 0;

  // By shard, what newer versions of their stories supersede (Census). Lives as long as the snapshot.
  virtual absl::StatusOr<const std::vector<DocumentSet>*> Superseded() = 0;
};

// The reference: Xapian's own matcher under our weights. Opens its own handles of every shard.
absl::StatusOr<std::unique_ptr<ShardwiseMatcher>> NewXapianMatcher(std::shared_ptr<const Snapshot> snapshot);

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_MATCHER_H_
