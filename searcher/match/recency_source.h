// What relevance adds for being new, as a source that claims every document and is joined to a query by AND.
//
// Thread-safety: belongs to one thread. Exceptions: Xapian's may pass through.
#ifndef DATELINE_SEARCHER_MATCH_RECENCY_SOURCE_H_
#define DATELINE_SEARCHER_MATCH_RECENCY_SOURCE_H_

#include <xapian.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "core/article/article.h"
#include "core/index/score.h"
#include "searcher/match/shard_facts.h"

namespace dateline::match {

class RecencySource : public Xapian::PostingSource {
 public:
  // `facts` are the shard's that the source will be run on, and must outlive it; `newest` is the generation's.
  RecencySource(ShardFacts& facts, int64_t newest) : facts_(facts), newest_(newest) {}

  RecencySource* clone() const override { return new RecencySource(facts_, newest_); }

  void init(const Xapian::Database& shard) override {
    last_ = shard.get_lastdocid();
    current_ = 0;
    // Documents lie newest first; a dead one may be newer than all that live.
    Xapian::docid first = 1;
    while (first <= last_ && facts_.IsDead(first)) ++first;
    set_maxweight(first > last_ ? 0 : WeightOf(first));
  }

  // The most there can be, so that Xapian asks it last.
  Xapian::doccount get_termfreq_min() const override { return last_; }
  Xapian::doccount get_termfreq_est() const override { return last_; }
  Xapian::doccount get_termfreq_max() const override { return last_; }

  void next(double) override { ++current_; }
  void skip_to(Xapian::docid docid, double) override { current_ = std::max(current_, docid); }
  bool check(Xapian::docid docid, double) override {
    current_ = std::max(current_, docid);
    return true;
  }
  bool at_end() const override { return current_ > last_; }
  Xapian::docid get_docid() const override { return current_; }
  double get_weight() const override { return WeightOf(current_); }
  std::string get_description() const override { return "RecencySource"; }

 private:
  double WeightOf(Xapian::docid docid) const {
    const int64_t instant = facts_.Instant(docid);
    return instant == article::kUndated ? 0 : static_cast<double>(index::RecencyBonus(newest_, instant));
  }

  ShardFacts& facts_;
  const int64_t newest_;
  Xapian::docid last_ = 0;
  Xapian::docid current_ = 0;  // 0: before the first; beyond last_: after the last
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_RECENCY_SOURCE_H_
