// The documents of a shard that are not dead, as a filter for Xapian.
//
// Thread-safety: belongs to one thread. Ownership: the tombstones must outlive the source and its clones.
#ifndef DATELINE_SEARCHER_MATCH_LIVE_SOURCE_H_
#define DATELINE_SEARCHER_MATCH_LIVE_SOURCE_H_

#include <xapian.h>

#include <algorithm>
#include <string>

#include "core/index/tombstones.h"

namespace dateline::match {

class LiveSource : public Xapian::PostingSource {
 public:
  explicit LiveSource(const index::Tombstones& tombstones) : tombstones_(tombstones) {}

  LiveSource* clone() const override { return new LiveSource(tombstones_); }
  void init(const Xapian::Database& shard) override {
    last_ = shard.get_lastdocid();
    current_ = 0;
    set_maxweight(0);
  }

  Xapian::doccount get_termfreq_min() const override { return last_ - tombstones_.count(); }
  Xapian::doccount get_termfreq_est() const override { return get_termfreq_min(); }
  Xapian::doccount get_termfreq_max() const override { return get_termfreq_min(); }

  void next(double) override { MoveTo(current_ + 1); }
  void skip_to(Xapian::docid docid, double) override { MoveTo(std::max({current_, docid, Xapian::docid{1}})); }
  bool at_end() const override { return current_ > last_; }
  Xapian::docid get_docid() const override { return current_; }
  std::string get_description() const override { return "LiveSource"; }

 private:
  void MoveTo(Xapian::docid docid) {
    while (docid <= last_ && tombstones_.IsDead(docid)) ++docid;
    current_ = docid;
  }

  const index::Tombstones& tombstones_;
  Xapian::docid last_ = 0;
  Xapian::docid current_ = 0;  // 0: before the first; beyond last_: after the last
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_LIVE_SOURCE_H_
