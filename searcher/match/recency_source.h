// What relevance adds for being new, as a source that is joined to a query by AND.
//
// Thread-safety: belongs to one thread. Exceptions: Xapian's may pass through.
#ifndef DATELINE_SEARCHER_MATCH_RECENCY_SOURCE_H_
#define DATELINE_SEARCHER_MATCH_RECENCY_SOURCE_H_

#include <xapian.h>

#include <cstdint>
#include <string>

#include "core/article/article.h"
#include "core/index/score.h"
#include "searcher/match/every_document_source.h"
#include "searcher/match/shard_facts.h"

namespace dateline::match {

class RecencySource : public EveryDocumentSource {
 public:
  // `facts` are the shard's that the source will be run on, and must outlive it; `newest` is the generation's.
  RecencySource(ShardFacts& facts, int64_t newest) : facts_(facts), newest_(newest) {}

  RecencySource* clone() const override { return new RecencySource(facts_, newest_); }

  void init(const Xapian::Database& shard) override {
    EveryDocumentSource::init(shard);
    // Documents lie newest first; a dead one may be newer than all that live.
    Xapian::docid first = 1;
    while (first <= last() && facts_.IsDead(first)) ++first;
    set_maxweight(first > last() ? 0 : WeightOf(first));
  }

  double get_weight() const override { return WeightOf(current()); }
  std::string get_description() const override { return "RecencySource"; }

 private:
  double WeightOf(Xapian::docid docid) const {
    const int64_t instant = facts_.Instant(docid);
    return instant == article::kUndated ? 0 : static_cast<double>(index::RecencyBonus(newest_, instant));
  }

  ShardFacts& facts_;
  const int64_t newest_;
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_RECENCY_SOURCE_H_
